"""Data sources in the panel: what is asked, what is typed, where it is kept; and the one message about a new source."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Locator, Page, expect

from tests.lab.axe import violations
from tests.lab.conftest import ARTEFACTS, PYTHON, Lab
from tests.lab.test_lineage_view import LOAD, run_all
from tests.lab.test_panel import cut_off, resize

pytestmark = pytest.mark.browser

PANEL = "#jp-aisec-panel"
SECTION = f"{PANEL} .jp-AisecSection-sources"

READ = """from pathlib import Path

import pandas as pd

Path("{name}").write_text("rooms,price\\n1,10\\n")
pd.read_csv("{name}")"""

ANSWERS = {
    "Where does it come from": "Land registry, exported by the valuation team",
    "Under which licence": "Internal use only",
    "When was it collected": "2024",
}


def source(page: Page, name: str) -> Locator:
    named = page.locator(f".jp-AisecSource-name:text-is('{name}')")
    return page.locator(f"{SECTION} .jp-AisecSource").filter(has=named)


def document(lab: Lab, name: str) -> Path:
    return lab.server.root / ".aisec" / "assets" / f"{name}.toml"


@pytest.fixture
def sources(open_notebook: Callable[..., Lab]) -> Callable[[str], Lab]:
    """Opens the sources section of a notebook that has read one file."""

    def make(name: str) -> Lab:
        lab = open_notebook(LOAD, READ.format(name=name))
        lab.run("aisec:show", section="sources")
        run_all(lab)
        expect(source(lab.page, name)).to_contain_text("sha256", timeout=60_000)
        return lab

    return make


def show(lab: Lab, path: str) -> None:
    """Open a notebook in the same page, or go to where it is open."""
    lab.page.evaluate("path => jupyterapp.commands.execute('docmanager:open', {path}).then(() => null)", path)
    lab.page.wait_for_function("path => jupyterapp.shell.currentWidget?.context?.path === path", arg=path)


def fill(page: Page) -> None:
    for question, answer in ANSWERS.items():
        page.get_by_label(question).fill(answer)
    page.get_by_label("How sensitive is it").select_option(label="Internal: not for outsiders")


def test_the_form_writes_the_file_and_the_state_follows(sources: Callable[[str], Lab]) -> None:
    lab = sources("flats.csv")
    own = source(lab.page, "flats.csv")
    expect(own).to_contain_text("document missing")
    own.get_by_role("button", name="Describe").click()
    first = lab.page.get_by_label("Where does it come from")
    expect(first).to_be_focused()
    # Nothing is answered for the person.
    assert lab.page.get_by_label("How sensitive is it").input_value() == ""
    lab.page.locator(f"{PANEL} .jp-AccordionPanel-title", has_text="Findings").click()
    lab.page.locator(f"{PANEL} .jp-AccordionPanel-title", has_text="Lineage").click()
    fill(lab.page)
    lab.shot("sources-form")
    assert violations(lab.page, PANEL) == []
    own.get_by_role("button", name="Save").click()
    expect(own).to_contain_text("documented")
    expect(own).not_to_contain_text("document missing")
    expect(own.locator(".jp-AisecNotice")).to_have_text(
        "The answers are saved in .aisec/assets/flats.csv.toml, and the data is documented now."
    )
    expect(own.get_by_role("button", name="Review")).to_be_focused()
    written = document(lab, "flats.csv").read_text()
    assert all(answer in written for answer in (*ANSWERS.values(), 'sensitivity = "internal"'))
    lab.shot("sources-documented")


def test_what_was_saved_is_said_of_its_source_and_in_its_notebook_alone(open_notebook: Callable[..., Lab]) -> None:
    lab = open_notebook(LOAD, READ.format(name="doors.csv"), READ.format(name="gates.csv"))
    lab.run("aisec:show", section="sources")
    run_all(lab)
    doors, gates = source(lab.page, "doors.csv"), source(lab.page, "gates.csv")
    for each in (doors, gates):
        expect(each).to_contain_text("sha256", timeout=60_000)
    first = lab.page.evaluate("jupyterapp.shell.currentWidget.context.path")
    cells = [new_code_cell(each) for each in (LOAD, READ.format(name="doors.csv"))]
    nbformat.write(new_notebook(cells=cells, metadata=PYTHON), lab.server.root / "other-doors.ipynb")
    show(lab, "other-doors.ipynb")
    run_all(lab)
    expect(gates).to_have_count(0)
    expect(doors).to_contain_text("sha256", timeout=60_000)
    show(lab, first)
    doors.get_by_role("button", name="Describe").click()
    lab.page.get_by_label("Where does it come from").fill("The joinery")
    doors.get_by_role("button", name="Save").click()
    expect(doors.locator(".jp-AisecNotice")).to_have_text(
        "The answers are saved in .aisec/assets/doors.csv.toml; questions with * are still open."
    )
    expect(gates.locator(".jp-AisecNotice")).to_be_empty()
    lab.shot("sources-saved")
    show(lab, "other-doors.ipynb")
    expect(gates).to_have_count(0)
    expect(doors).to_be_visible()
    expect(lab.page.locator(SECTION)).not_to_contain_text("saved in")


@pytest.mark.parametrize("width", [250, 600])
def test_the_form_is_whole_and_accessible(sources: Callable[[str], Lab], width: int) -> None:
    lab = sources("a-survey-of-houses-with-a-rather-long-name-that-goes-on.csv")
    resize(lab.page, width)
    assert cut_off(lab.page) == []
    lab.page.locator(f"{SECTION} .jp-AisecSource").get_by_role("button", name="Describe").click()
    expect(lab.page.get_by_label("Where does it come from")).to_be_visible()
    assert cut_off(lab.page) == []
    assert violations(lab.page, PANEL) == []
    lab.shot(f"sources-{width}")


def test_a_draft_survives_a_failed_save_and_a_reload(sources: Callable[[str], Lab]) -> None:
    lab = sources("yards.csv")
    own = source(lab.page, "yards.csv")
    own.get_by_role("button", name="Describe").click()
    first = lab.page.get_by_label("Where does it come from")
    first.fill("Typed and not saved")
    # The folder of the documents is a file, so that nothing can be kept there.
    assets = lab.server.root / ".aisec" / "assets"
    aside = assets.with_name("assets-aside")
    if assets.exists():
        assets.rename(aside)
    assets.write_text("")
    try:
        own.get_by_role("button", name="Save").click()
        expect(own.get_by_role("alert")).not_to_be_empty()
        lab.shot("sources-failed")
    finally:
        assets.unlink()
        if aside.exists():
            aside.rename(assets)
    expect(first).to_have_value("Typed and not saved")
    own.get_by_role("button", name="Close").first.click()
    expect(own).to_contain_text("not saved yet")
    lab.run("docmanager:save")
    lab.page.reload()
    lab.page.wait_for_selector(".jp-Notebook .cm-content")
    lab.run("aisec:show", section="sources", name="yards.csv")
    expect(first).to_have_value("Typed and not saved", timeout=30_000)
    own.get_by_role("button", name="Save").click()
    expect(own).to_contain_text("document incomplete")
    assert "Typed and not saved" in document(lab, "yards.csv").read_text()


def test_what_an_editor_changes_meanwhile_survives(sources: Callable[[str], Lab]) -> None:
    lab = sources("roofs.csv")
    own = source(lab.page, "roofs.csv")
    own.get_by_role("button", name="Describe").click()
    fill(lab.page)
    own.get_by_role("button", name="Save").click()
    expect(own).to_contain_text("documented")
    own.get_by_role("button", name="Review").click()
    when = lab.page.get_by_label("When was it collected")
    expect(when).to_have_value("2024")
    file = document(lab, "roofs.csv")
    file.write_text(file.read_text().replace("Internal use only", "CC-BY-4.0"))
    when.fill("2025")
    lab.theme("JupyterLab Dark")
    expect(when).to_have_value("2025")
    expect(when).to_be_focused()
    lab.theme("JupyterLab Light")
    own.get_by_role("button", name="Save").click()
    expect(own.get_by_role("button", name="Review")).to_be_focused()
    written = file.read_text()
    assert "CC-BY-4.0" in written
    assert '"2025"' in written
    own.get_by_role("button", name="Review").click()
    expect(lab.page.get_by_label("Under which licence")).to_have_value("CC-BY-4.0")
    when.fill("")
    own.get_by_role("button", name="Save").click()
    expect(own).to_contain_text("document incomplete")
    assert "2025" not in file.read_text()


def test_a_stale_document_is_confirmed(sources: Callable[[str], Lab]) -> None:
    lab = sources("walls.csv")
    own = source(lab.page, "walls.csv")
    own.get_by_role("button", name="Describe").click()
    fill(lab.page)
    own.get_by_role("button", name="Save").click()
    expect(own).to_contain_text("documented")
    changed = READ.format(name="walls.csv").replace("1,10", "1,11")
    lab.page.evaluate(
        "source => jupyterapp.shell.currentWidget.content.model.cells.get(1).sharedModel.setSource(source)", changed
    )
    run_all(lab)
    stale = lab.page.locator(f"{SECTION} .jp-AisecSource").filter(has_text="document stale")
    expect(stale).not_to_have_count(0, timeout=60_000)
    stale.first.get_by_role("button", name="Describe").click()
    lab.shot("sources-stale")
    with lab.page.expect_request(lambda each: each.method == "PUT" and "/aisec/api/" in each.url) as sent:
        lab.page.get_by_role("button", name="Confirm", exact=True).click()
    assert sent.value.post_data_json["answers"] == {}
    expect(lab.page.locator(f"{SECTION} .jp-AisecNotice").filter(has_text="documented now")).to_have_count(1)


def test_a_new_source_is_told_once(open_notebook: Callable[..., Lab]) -> None:
    lab = open_notebook(LOAD, READ.format(name="gardens.csv"))
    toasts = lab.page.locator(".Toastify__toast").filter(has_text="gardens.csv")
    run_all(lab)
    expect(toasts).to_have_count(1, timeout=60_000)
    # Whole: it comes sliding in.
    toasts.evaluate("each => Promise.all(each.getAnimations().map(one => one.finished))")
    lab.page.screenshot(path=ARTEFACTS / "sources-toast.png")
    toasts.get_by_role("button", name="Describe").click()
    expect(lab.page.get_by_label("Where does it come from")).to_be_focused()
    # The same source is no news when the cells run again.
    lab.run("application:toggle-right-area")
    with lab.page.expect_response(lambda reply: "/aisec/api/lineage" in reply.url, timeout=60_000):
        run_all(lab)
    lab.page.wait_for_load_state("networkidle")
    expect(toasts).to_have_count(0)


PEOPLE = """from pathlib import Path

import joblib
import pandas as pd
from sklearn.linear_model import Ridge

Path("people.csv").write_text("rooms,email\\n1,nobody@example.com\\n2,nobody@example.org\\n")
people = pd.read_csv("people.csv")
joblib.dump(Ridge().fit(people[["rooms"]], [1, 2]), "guess.joblib")"""


def test_a_model_has_questions_of_its_own_and_columns_make_one_ask(open_notebook: Callable[..., Lab]) -> None:
    lab = open_notebook(LOAD, PEOPLE)
    lab.run("aisec:show", section="sources")
    run_all(lab)
    people, model = source(lab.page, "people.csv"), source(lab.page, "guess.joblib")
    for each in (people, model):
        expect(each).to_contain_text("sha256", timeout=60_000)
    expect(lab.page.locator(SECTION)).to_contain_text("Of models and prompts, 1 is not fully described:")

    people.get_by_role("button", name="Describe").click()
    expect(people).to_contain_text("Column email looks like data about people.")
    assert violations(lab.page, PANEL) == []
    people.get_by_role("button", name="Remind me in a week").click()
    expect(people.locator(".jp-AisecNotice")).to_have_text("You are reminded of it in a week.")
    expect(people).to_contain_text("put off until")
    expect(people).to_contain_text("document missing")

    model.get_by_role("button", name="Describe").click()
    for question, answer in {
        "What is it for?": "A test",
        "For whom, and on which data": "not applicable because nobody uses it",
        "Where is it weak": "Everywhere",
        "What keeps it from doing harm": "Nobody uses it",
        "On which day is it to be looked at again": "2099-01-01",
    }.items():
        lab.page.get_by_label(question).fill(answer)
    for title in ("Findings", "Lineage"):
        lab.page.locator(f"{PANEL} .jp-AccordionPanel-title", has_text=title).click()
    lab.shot("sources-model")
    assert cut_off(lab.page) == []
    assert violations(lab.page, PANEL) == []
    model.get_by_role("button", name="Save").click()
    expect(model.locator(".jp-AisecNotice")).to_contain_text("all that is asked is answered")
    expect(lab.page.locator(SECTION)).to_contain_text("Models and prompts, described:")
    written = document(lab, "guess.joblib").read_text()
    assert 'scope = {not-applicable = "nobody uses it"}' in written
    assert 'review = "2099-01-01"' in written
    model.get_by_role("button", name="Review").click()
    expect(lab.page.get_by_label("For whom, and on which data")).to_have_value("not applicable because nobody uses it")
