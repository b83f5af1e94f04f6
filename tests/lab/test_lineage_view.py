"""The lineage of a notebook in the panel: a kernel that runs cells, the graph, the list and the details."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Locator, Page, expect

from tests.lab.axe import violations
from tests.lab.conftest import Lab
from tests.lab.test_panel import cut_off, resize

pytestmark = pytest.mark.browser

PANEL = "#jp-aisec-panel"
SECTION = f"{PANEL} .jp-AisecSection-lineage"
NODES = f"{SECTION} .jp-AisecNode"

LOAD = "%load_ext jupyter_aisec"
READ = """from pathlib import Path

Path("houses.csv").write_text("rooms,price\\n1,10\\n2,20\\n3,31\\n4,39\\n")

import pandas as pd
from sklearn.linear_model import LinearRegression

houses = pd.read_csv("houses.csv")"""
FIT = "model = LinearRegression().fit(houses[['rooms']], houses['price'])"
SAVE = "import joblib\n\njoblib.dump(model, 'price.joblib')"
MANY = """from pathlib import Path

import pandas as pd

for number in range(300):
    Path(f"part-{number}.csv").write_text(f"number\\n{number}\\n")
parts = [pd.read_csv(f"part-{number}.csv") for number in range(300)]"""
HOSTILE = """from pathlib import Path

import pandas as pd

name = "<img src=x onerror=window.hurt=1>\\u202egnp.csv"
Path(name).write_text("a\\n1\\n")
pd.read_csv(name)"""


OUTSIDE = """place => {
    const pane = document.querySelector(`${place} .react-flow__renderer`).getBoundingClientRect();
    return [...document.querySelectorAll(`${place} .jp-AisecNode`)].filter(each => {
        const {top, right, bottom, left} = each.getBoundingClientRect();
        return top < pane.top || right > pane.right || bottom > pane.bottom || left < pane.left;
    });
}"""
"""The assets that are not seen, or in part alone."""

ZOOM = """place => new DOMMatrix(
    getComputedStyle(document.querySelector(`${place} .react-flow__viewport`)).transform).a"""


def seen_whole(page: Page, place: str) -> None:
    page.wait_for_function(f"({OUTSIDE})('{place}').length === 0")


def run_all(lab: Lab) -> None:
    lab.page.wait_for_function(
        "window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'"
    )
    lab.run("notebook:run-all-cells")


@pytest.fixture
def lineage(open_notebook: Callable[..., Lab]) -> Callable[..., Lab]:
    """Opens the lineage section on a new notebook, and runs its cells."""

    def make(*sources: str) -> Lab:
        lab = open_notebook(*sources)
        lab.run("aisec:show", section="lineage")
        run_all(lab)
        return lab

    return make


def node(page: Page, name: str) -> Locator:
    return page.locator(NODES).filter(has=page.locator(f".jp-AisecNode-name:text-is('{name}')"))


def status(page: Page) -> Locator:
    return page.locator(f"{SECTION} .jp-AisecStatus")


def detail(page: Page) -> Locator:
    return page.locator(f"{SECTION} .jp-AisecDetail")


def only_lineage(lab: Lab) -> None:
    """Fold the other sections, as people do who look at the graph."""
    for title in ("Findings", "Sources"):
        lab.page.locator(f"{PANEL} .jp-AccordionPanel-title", has_text=title).click()


def test_running_cells_draws_the_lineage(lineage: Callable[..., Lab]) -> None:
    lab = lineage(LOAD, READ, FIT, SAVE)
    houses = node(lab.page, "houses.csv")
    expect(houses).to_contain_text("sha256", timeout=60_000)
    expect(houses).to_contain_text("document missing")
    expect(node(lab.page, "price.joblib")).to_contain_text("model")
    expect(lab.page.locator(f"{SECTION} .jp-AisecStale")).to_have_count(0)
    lab.shot("lineage-first")
    only_lineage(lab)
    lab.shot("lineage-graph")

    houses.click()
    expect(detail(lab.page).locator(".jp-AisecDigest")).to_have_text(re.compile("^[0-9a-f]{64}$"))
    expect(detail(lab.page)).to_contain_text("32 bytes")
    lab.shot("lineage-detail")
    assert violations(lab.page, PANEL) == []
    detail(lab.page).get_by_role("button", name="read · cell 2 [2]").click()
    expect(lab.page.locator(".jp-Notebook .jp-Cell.jp-mod-active")).to_contain_text("read_csv")

    lab.editor(2)
    lab.page.keyboard.type(" # edited")
    expect(lab.page.locator(f"{SECTION} .jp-AisecStale")).to_contain_text("1 cell was edited since it ran")

    lab.page.get_by_role("button", name="Enlarge").click()
    large = lab.page.locator(".jp-AisecSection-graph .jp-AisecNode")
    expect(large).to_have_count(3)
    seen_whole(lab.page, ".jp-AisecSection-graph")
    lab.shot("lineage-tab")


def test_by_keyboard_alone(lineage: Callable[..., Lab]) -> None:
    lab = lineage(LOAD, READ, FIT)
    expect(node(lab.page, "houses.csv")).to_contain_text("sha256", timeout=60_000)
    only_lineage(lab)
    keys = lab.page.keyboard
    node(lab.page, "houses.csv").focus()
    keys.press("ArrowDown")
    expect(node(lab.page, "LinearRegression").and_(lab.page.locator(":focus"))).to_have_count(1)
    keys.press("Enter")
    expect(detail(lab.page).locator("h3")).to_have_text("LinearRegression")
    zoomed = lab.page.locator(f"{SECTION} .react-flow__viewport")
    before = zoomed.get_attribute("style")
    keys.press("-")
    expect(zoomed).not_to_have_attribute("style", before or "")
    lab.page.get_by_role("button", name="List", exact=True).click()
    tree = lab.page.get_by_role("tree")
    tree.get_by_role("treeitem").first.focus()
    expect(tree.locator(":focus")).to_contain_text("LinearRegression")
    keys.press("ArrowRight")
    expect(tree.locator(":focus")).to_contain_text("houses.csv")
    keys.press("Enter")
    expect(detail(lab.page).locator("h3")).to_have_text("houses.csv")
    keys.press("ArrowLeft")
    keys.press("ArrowLeft")
    expect(tree.get_by_role("treeitem")).to_have_count(1)
    keys.press("ArrowRight")
    expect(tree.get_by_role("treeitem")).to_have_count(2)
    lab.shot("lineage-list")
    assert violations(lab.page, PANEL) == []


def test_a_cell_is_named_by_its_place_as_the_findings_name_it(lineage: Callable[..., Lab]) -> None:
    lab = lineage(LOAD, READ, f"{FIT}\ndef unsafe(file):\n    import pickle\n    return pickle.load(file)")
    words = lab.page.locator(f"{SECTION} .react-flow__edge-text")
    expect(words).to_have_text("fitted · cell 3 [3]", timeout=60_000)
    node(lab.page, "houses.csv").click()
    notebook = "window.jupyterapp.shell.currentWidget.content.model.sharedModel"
    lab.page.evaluate(f"{notebook}.insertCell(0, {{cell_type: 'markdown', source: '# On top'}})")
    expect(words).to_have_text("fitted · cell 4 [3]")
    expect(lab.page.locator(f"{PANEL} .jp-AisecCell-jump")).to_have_text("Cell 4")
    fitted = detail(lab.page).get_by_role("button", name="fitted · cell 4 [3]")
    expect(fitted).to_be_visible()
    lab.page.evaluate(f"{notebook}.deleteCell(3)")
    expect(words).to_have_text("fitted · not in this notebook now [3]")
    expect(detail(lab.page)).to_contain_text("fitted · not in this notebook now [3]")
    # There is nowhere to go to.
    expect(detail(lab.page).locator(".jp-AisecLink")).to_have_text(["read · cell 3 [2]"])
    lab.shot("lineage-cell-gone")


def test_the_graph_follows_its_room(lineage: Callable[..., Lab]) -> None:
    lab = lineage(LOAD, READ, FIT, SAVE)
    # So high that the graph and the details of a data set have room beside each other.
    lab.page.set_viewport_size({"width": 1400, "height": 1000})
    expect(node(lab.page, "price.joblib")).to_contain_text("sha256", timeout=60_000)
    only_lineage(lab)
    seen_whole(lab.page, SECTION)
    node(lab.page, "houses.csv").focus()
    for _ in range(3):
        lab.page.keyboard.press("+")
    lab.page.wait_for_function(f"({OUTSIDE})('{SECTION}').length > 0")
    # Less room: the details open below it.
    lab.page.keyboard.press("Enter")
    expect(detail(lab.page)).to_be_visible()
    seen_whole(lab.page, SECTION)
    lab.shot("lineage-refit")
    # More room again, after a view of the person's own.
    lab.page.keyboard.press("-")
    lab.page.keyboard.press("-")
    detail(lab.page).get_by_role("button", name="Close").click()
    expect(detail(lab.page)).to_have_count(0)
    lab.page.wait_for_function(f"({ZOOM})('{SECTION}') > 0.9")
    seen_whole(lab.page, SECTION)
    # A form in the next section takes room, too.
    lab.page.keyboard.press("+")
    lab.page.keyboard.press("+")
    lab.run("aisec:show", section="sources", name="houses.csv")
    expect(lab.page.get_by_label("Where does it come from")).to_be_focused()
    lab.page.wait_for_function(f"({ZOOM})('{SECTION}') <= 1")
    expect(node(lab.page, "price.joblib")).to_be_in_viewport(ratio=0.99)


def test_the_graph_in_a_tab_is_whole_and_no_button_hides_an_asset(lineage: Callable[..., Lab]) -> None:
    lab = lineage(LOAD, READ, FIT, f"{SAVE}\nfor name in 'abcdefgh':\n    joblib.dump(model, f'{{name}}.joblib')")
    expect(lab.page.locator(NODES)).to_have_count(11, timeout=60_000)
    lab.page.get_by_role("button", name="Enlarge").click()
    tab = ".jp-AisecSection-graph"
    expect(lab.page.locator(f"{tab} .jp-AisecNode")).to_have_count(11)
    seen_whole(lab.page, tab)
    lab.shot("lineage-tab-whole")
    for place in (SECTION, tab):
        beside = lab.page.evaluate(
            "place => ['.react-flow__controls', '.react-flow__attribution'].map(each =>"
            " document.querySelector(`${place} ${each}`).getBoundingClientRect().top"
            " - document.querySelector(`${place} .react-flow__renderer`).getBoundingClientRect().bottom)",
            place,
        )
        assert min(beside) >= 0
        # Its maker is named, and is no stop on the way of those who go by keyboard.
        maker = lab.page.locator(f"{place} .react-flow__attribution a")
        expect(maker).to_be_visible()
        expect(maker).to_have_attribute("tabindex", "-1")


def test_a_kernel_that_watches_says_so_before_anything_is_read(lineage: Callable[..., Lab]) -> None:
    lab = lineage(LOAD, "x = 1")
    expect(status(lab.page)).to_contain_text("Recording is on", timeout=60_000)
    for _ in range(2):
        expect(lab.page.locator(SECTION)).not_to_contain_text("load_ext")
        expect(lab.page.get_by_role("button", name="starts recording")).to_have_count(0)
        lab.shot("lineage-watching")
        # Who comes later is told the same.
        lab.run("docmanager:save")
        lab.page.reload()
        lab.page.wait_for_selector(".jp-Notebook .cm-content")
        lab.run("aisec:show", section="lineage")
        expect(status(lab.page)).to_contain_text("Recording is on", timeout=30_000)
    lab.page.evaluate(
        "source => jupyterapp.shell.currentWidget.content.model.cells.get(1).sharedModel.setSource(source)", READ
    )
    run_all(lab)
    expect(node(lab.page, "houses.csv")).to_be_visible(timeout=60_000)


@pytest.mark.parametrize("width", [250, 600])
def test_the_lineage_is_whole_and_accessible(lineage: Callable[..., Lab], width: int) -> None:
    lab = lineage(LOAD, READ, FIT, SAVE)
    expect(node(lab.page, "price.joblib")).to_contain_text("sha256", timeout=60_000)
    resize(lab.page, width)
    legend = lab.page.locator(f"{SECTION} .jp-AisecLegend").bounding_box()
    assert legend is not None
    assert legend["height"] < 22
    for name in ("Graph", "List"):
        lab.page.get_by_role("button", name=name, exact=True).click()
        lab.page.locator(f"{SECTION} [data-node]").first.click()
        assert cut_off(lab.page) == []
        assert violations(lab.page, PANEL) == []
        lab.shot(f"lineage-{width}-{name.lower()}")


def test_a_notebook_that_records_nothing_is_told_how(open_notebook: Callable[..., Lab]) -> None:
    lab = open_notebook("x = 1")
    lab.run("aisec:show", section="lineage")
    insert = lab.page.get_by_role("button", name="Insert the cell that starts recording").first
    expect(insert).to_be_visible(timeout=30_000)
    lab.shot("lineage-nothing")
    expect(lab.page.locator("#jp-aisec-panel")).not_to_contain_text("`")
    insert.click()
    expect(lab.page.locator(".jp-Notebook .jp-Cell").first).to_contain_text("%load_ext jupyter_aisec")
    # It stands there now: no second one is offered.
    expect(insert).to_have_count(0)
    lab.page.get_by_role("button", name="Go to the cell that starts recording").click()
    expect(lab.page.locator(".jp-Notebook .jp-Cell", has_text="%load_ext")).to_have_count(1)


def test_what_is_seen_first_can_be_read(lineage: Callable[..., Lab]) -> None:
    lab = lineage(LOAD, READ, FIT, SAVE, "joblib.dump(model, 'a-second-file-with-a-rather-long-name.joblib')")
    last = lab.page.locator(NODES).filter(has=lab.page.locator("[title^='a-second-file']"))
    expect(last).to_be_in_viewport(ratio=0.99, timeout=60_000)
    for part in (".jp-AisecNode-name", ".jp-AisecNode-digest"):
        assert written(lab.page, f"{NODES} {part}") >= 10
    model = lab.page.locator(NODES).filter(has=lab.page.locator("[title='LinearRegression']"))
    bytes_of_it = model.locator(".jp-AisecNode-digest")
    expect(bytes_of_it).to_have_text("in memory only")
    assert bytes_of_it.evaluate("each => each.scrollWidth <= each.clientWidth")
    # A number without its unit is no size.
    size = lab.page.locator(f"{PANEL} .jp-AisecSource", has_text="houses.csv").locator(".jp-AisecSize")
    expect(size).to_have_text("32 bytes")
    expect(size).to_have_css("white-space", "nowrap")
    lab.shot("lineage-fork")
    lab.page.get_by_role("button", name="Show all").click()
    expect(node(lab.page, "houses.csv")).to_be_in_viewport(ratio=0.99)
    expect(last).to_be_in_viewport(ratio=0.99)


def written(page: Page, selector: str) -> float:
    """How many pixels high the letters are, as they are seen."""
    found = page.locator(selector).first.evaluate(
        "each => parseFloat(getComputedStyle(each).fontSize) * each.getBoundingClientRect().width / each.offsetWidth"
    )
    assert isinstance(found, float | int)
    return found


def test_other_languages_are_told_that_they_are_not_recorded(lab: Lab) -> None:
    metadata = {
        "kernelspec": {"display_name": "R", "language": "R", "name": "ir"},
        "language_info": {"name": "R", "mimetype": "text/x-r-source", "file_extension": ".r"},
    }
    nbformat.write(new_notebook(cells=[new_code_cell("x <- 1")], metadata=metadata), lab.server.root / "other.ipynb")
    lab.open("other.ipynb")
    lab.run("aisec:show", section="lineage")
    expect(status(lab.page)).to_have_text("Lineage is recorded in Python notebooks only.")
    expect(lab.page.get_by_role("button", name="starts recording")).to_have_count(0)
    expect(lab.page.locator("#jp-aisec-panel .jp-AisecSection-findings")).to_contain_text("Not checked")


def test_hostile_names_are_text(lineage: Callable[..., Lab]) -> None:
    lab = lineage(LOAD, HOSTILE)
    expect(lab.page.locator(NODES).filter(has_text="<img").first).to_contain_text("<U+202E>gnp.csv", timeout=60_000)
    lab.page.locator(NODES).filter(has_text="<img").first.click()
    expect(detail(lab.page).locator("h3")).to_contain_text("<U+202E>gnp.csv")
    lab.shot("lineage-hostile")
    assert lab.page.locator(f"{PANEL} img").count() == 0
    assert lab.page.evaluate("window.hurt") is None


def test_three_hundred_sources(lineage: Callable[..., Lab]) -> None:
    lab = lineage(LOAD, MANY)
    expect(status(lab.page)).to_contain_text("300 datasets", timeout=120_000)
    only_lineage(lab)
    expect(lab.page.locator(NODES)).to_have_count(301)
    # Drawn again, whole, with nothing to wait for but the page itself.
    lab.page.get_by_role("button", name="List", exact=True).click()
    expect(lab.page.get_by_role("treeitem")).to_have_count(301)
    begun = time.monotonic()
    lab.page.get_by_role("button", name="Graph", exact=True).click()
    expect(lab.page.locator(f"{SECTION} .react-flow__edge")).to_have_count(300)
    took = time.monotonic() - begun
    print(f"300 nodes drawn in {took:.2f} s")  # noqa: T201 - a measurement, shown with -s
    lab.shot("lineage-300")
    assert took < 10
    # It stays usable: a click shows the details.
    lab.page.locator(NODES).first.dispatch_event("click")
    expect(detail(lab.page)).to_be_visible()
