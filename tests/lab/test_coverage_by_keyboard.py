"""Coverage in the panel for somebody without a mouse: what is behind is said, and a source is described in a minute."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from tempfile import mkdtemp

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Locator, Page, expect

from jupyter_aisec import outbox
from jupyter_aisec.project import Project
from tests.lab.axe import violations
from tests.lab.conftest import PYTHON, Lab
from tests.lab.test_coverage_view import SECTION, badge, row
from tests.lab.test_panel import cut_off, resize
from tests.server.test_coverage import UNSAFE, train

pytestmark = pytest.mark.browser

LATER = "# TODO: check the settings <b>before</b> they are loaded"
AWAY = "no MLflow server answers at http://127.0.0.1:9"
ANSWERS = ("Exported by the valuation team", "Internal use only", "2024", "Internal")
MOST_ANSWERS = 6


def made(lab: Lab) -> Path:
    """Show the notebook of a project that made a model, and whose journal could not be delivered; its folder."""
    root = Path(mkdtemp(prefix="behind-", dir=lab.server.root))
    (root / ".aisec").mkdir()
    cells = [new_code_cell(each, id=f"c{at}") for at, each in enumerate(("%load_ext jupyter_aisec", UNSAFE, LATER), 1)]
    nbformat.write(new_notebook(cells=cells, metadata=PYTHON), root / "train.ipynb")
    train(root, "new.bin")
    [log] = Project.open(root).logs()
    outbox._save(log, outbox.Cursor(problem=AWAY))
    lab.open(f"{root.name}/train.ipynb")
    return root


def to(page: Page, key: str, there: Locator) -> None:
    """Press the key until the focus is there."""
    for _ in range(20):
        if there.evaluate("each => each === document.activeElement"):
            return
        page.keyboard.press(key)
    pytest.fail(f"{key} does not lead to {there}")


def test_what_is_behind_and_put_off_is_said_and_a_source_is_described_without_a_mouse(lab: Lab) -> None:
    root = made(lab)
    page = lab.page
    lab.run("aisec:show", section="coverage")
    section = page.locator(SECTION)
    expect(section.locator(".jp-AisecProblem")).to_have_text(f"Not in MLflow yet: {AWAY}")
    debts = section.locator(".jp-AisecDebts")
    expect(debts.locator("summary")).to_have_text("Technical debt: 1 thing was put off")
    debts.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(debts).to_contain_text("<b>before</b>")
    expect(debts).to_contain_text("train.ipynb, cell 3")

    for title in ("Findings", "Lineage", "Sources"):
        page.locator("#jp-aisec-panel .jp-AccordionPanel-title", has_text=title).click()
    row(page, "1.2").focus()
    page.keyboard.press("ArrowRight")
    to(page, "Tab", page.get_by_role("button", name="Describe d0.csv").first)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Where does it come from")).to_be_focused()
    for each in ANSWERS:
        page.keyboard.type(each)
        page.keyboard.press("Tab")
    assert len(ANSWERS) <= MOST_ANSWERS
    form = section.locator(".jp-AisecForm")
    to(page, "Tab", form.get_by_role("button", name="Save"))
    page.keyboard.press("Enter")
    expect(badge(page, "1.2.c", "stated")).to_be_visible()
    written = tomllib.loads((root / ".aisec" / "assets" / "d0.csv.toml").read_text())
    assert [written[key] for key in ("source", "licence", "collected", "sensitivity")] == [*ANSWERS[:3], "internal"]

    for width in (250, 400, 600):
        resize(page, width)
        assert cut_off(page) == []
        assert violations(page, SECTION) == []
        lab.shot(f"coverage-keyboard-{width}")
    expect(section).to_contain_text(re.compile(r"17 guidelines:.*\d missing"))
