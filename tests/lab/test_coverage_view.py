"""Coverage in the panel: asked for while it is unfolded, read and acted on by keyboard, and honest."""

from __future__ import annotations

import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Locator, Page, expect

from tests.lab.axe import violations
from tests.lab.conftest import PYTHON, Lab
from tests.lab.test_panel import cut_off, resize
from tests.lab.test_sources_view import fill
from tests.server.test_coverage import UNSAFE, train

pytestmark = pytest.mark.browser

PANEL = "#jp-aisec-panel"
SECTION = f"{PANEL} .jp-AisecSection-coverage"
SUMMARY = f"{SECTION} .jp-AisecSummary"


def open_project(lab: Lab, name: str, *models: str) -> None:
    """Show the notebook of a project in which models were made."""
    root = lab.server.root / name
    (root / ".aisec").mkdir(parents=True)
    cells = [new_code_cell(source, id=f"c{at}") for at, source in enumerate(("%load_ext jupyter_aisec", UNSAFE), 1)]
    nbformat.write(new_notebook(cells=cells, metadata=PYTHON), root / "train.ipynb")
    for each in models:
        train(root, each)
    lab.open(f"{name}/train.ipynb")


def row(page: Page, name: str) -> Locator:
    return page.locator(f"{SECTION} [data-stop='{name}']")


def claim(page: Page, name: str) -> Locator:
    return page.locator(f"{SECTION} [data-claim='{name}']")


def badge(page: Page, name: str, state: str) -> Locator:
    """The state of a claim, which may speak of others in its text."""
    return claim(page, name).locator(f":scope > .jp-AisecRow .jp-AisecState-icon[data-state={state}]")


def test_a_person_reads_what_is_covered_and_does_what_comes_next(lab: Lab) -> None:
    open_project(lab, "covered", "old.bin", "new.bin")
    lab.run("aisec:open")
    expect(lab.page.locator(f"{PANEL} .jp-AisecSection-findings .jp-AisecFinding")).to_have_count(1)
    assert "GET coverage" not in lab.asked  # nobody has looked yet
    lab.run("aisec:show", section="coverage")
    expect(lab.page.locator(SUMMARY)).to_contain_text(re.compile(r"17 guidelines:.*\d fail.*\d missing"))
    expect(lab.page.locator(f"{SECTION} h3")).to_have_count(4)
    expect(lab.page.locator(f"{SECTION} select option:checked")).to_contain_text("new.bin")
    for title in ("Findings", "Lineage", "Sources"):
        lab.page.locator(f"{PANEL} .jp-AccordionPanel-title", has_text=title).click()
    # One stop of the Tab key; the arrows go on from there.
    row(lab.page, "1.1").focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        lab.page.keyboard.press(key)
    expect(row(lab.page, "1.3")).to_be_focused()
    expect(row(lab.page, "1.3")).to_have_attribute("aria-expanded", "true")
    expect(claim(lab.page, "1.3.c")).to_contain_text("yaml-unsafe-load")
    expect(claim(lab.page, "1.3.c")).to_contain_text("since")
    option = lab.page.locator(f"{SECTION} .jp-AisecStep .jp-AisecOption", has_text="--by").first
    expect(option).to_have_text("--by")
    expect(option).to_have_css("white-space", "nowrap")
    for width in (250, 600):
        resize(lab.page, width)
        assert cut_off(lab.page) == []
        assert violations(lab.page, SECTION) == []
        lab.shot(f"coverage-{width}")
    row(lab.page, "1.3").focus()
    lab.page.keyboard.press("Tab")
    expect(lab.page.get_by_role("button", name="Describe new.bin")).to_be_focused()
    claim(lab.page, "1.3.c").get_by_role("button", name="Go there").focus()
    lab.page.keyboard.press("Enter")
    expect(lab.page.locator(".jp-AisecTip")).to_contain_text("yaml-unsafe-load")
    lab.page.keyboard.press("Escape")
    # What only people know is answered where it is missing.
    row(lab.page, "1.2").click()
    expect(badge(lab.page, "1.2.c", "missing")).to_be_visible()
    describe = lab.page.get_by_role("button", name="Describe d0.csv")
    describe.click()
    row(lab.page, "1.2").click()  # which folds it, and the form with it
    row(lab.page, "1.2").click()
    expect(lab.page.locator(f"{SECTION} .jp-AisecForm")).to_have_count(0)
    describe.click()
    expect(lab.page.get_by_label("Where does it come from")).to_be_focused()
    fill(lab.page)
    lab.shot("coverage-form")
    lab.page.locator(f"{SECTION} .jp-AisecForm").get_by_role("button", name="Save").click()
    expect(badge(lab.page, "1.2.c", "stated")).to_be_visible()
    expect(claim(lab.page, "1.2.c")).to_contain_text("the document of d0.csv")
    lab.page.get_by_label("Model", exact=True).select_option(index=1)
    expect(badge(lab.page, "1.2.c", "stated")).to_be_visible()
    row(lab.page, "2.2").click()
    expect(claim(lab.page, "2.2.b")).to_contain_text("old.bin")


def test_what_can_not_be_told_is_said(lab: Lab) -> None:
    open_project(lab, "begun")
    lab.page.route(re.compile("/aisec/api/coverage"), lambda route: route.fulfill(status=404, body="<html>no</html>"))
    lab.run("aisec:show", section="coverage")
    section = lab.page.locator(SECTION)
    expect(section).to_contain_text("The server extension of jupyter-aisec does not answer")
    lab.page.unroute_all()
    section.get_by_role("button", name="Ask again").click()
    expect(section).to_contain_text("No model is recorded in this project yet: train or save a model")
    expect(section.locator("[data-stop]")).to_have_count(17)
    expect(section.locator("[data-stop]", has_text="missing")).to_have_count(17)
    lab.shot("coverage-none")
    # A model is made, and the notebook saved: the table is of before, until it is looked at again.
    train(lab.server.root / "begun", "first.bin")
    lab.page.route(re.compile("/aisec/api/coverage"), lambda route: route.fulfill(status=503, body="<html>away</html>"))
    lab.run("docmanager:save")
    expect(section).to_contain_text("Something has changed since")
    expect(section).to_contain_text("does not answer")
    expect(section).to_contain_text("No model is recorded")
    lab.page.unroute_all()
    section.get_by_role("button", name="Ask again").click()
    expect(section).to_contain_text("first.bin")
    expect(section).not_to_contain_text("does not answer")
