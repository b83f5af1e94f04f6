"""The panel's findings: read, filtered, jumped to, repaired, ignored, explained; by mouse and by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.lab.axe import violations
from tests.lab.conftest import ARTEFACTS, Lab

pytestmark = [pytest.mark.browser, pytest.mark.one_page]

PANEL = "#jp-aisec-panel"
SECTION = f"{PANEL} .jp-AisecSection-findings"

PICKLE = 'import pickle\n\nwith open("model.pkl", "rb") as file:\n    model = pickle.load(file)'
TORCH = 'import torch\n\nstate = torch.load("weights.pt", weights_only=False)'
TORCH_FIXED = 'import torch\n\nstate = torch.load("weights.pt", weights_only=True)'
UNPACK = 'import tarfile\n\ntarfile.open("data.tgz").extractall("data")'
UNPACK_FIXED = 'import tarfile\n\ntarfile.open("data.tgz").extractall("data", filter="data")'
HOSTILE = 'import pandas as pd\n\npd.read_pickle("<img src=x onerror=window.hurt=1>\u202egnp.exe")'


def row(page: Page, rule: str) -> Locator:
    named = page.locator(".jp-AisecFinding-rule", has_text=re.compile(f"^{rule}$"))
    return page.locator(f"{SECTION} .jp-AisecFinding").filter(has=named)


def status(page: Page) -> Locator:
    return page.locator(f"{SECTION} .jp-AisecStatus")


def active_cell(page: Page) -> Locator:
    return page.locator(".jp-Notebook .jp-Cell.jp-mod-active")


@pytest.fixture
def panel(open_notebook: Callable[..., Lab]) -> Callable[..., Lab]:
    """Opens the panel on a new notebook."""

    def make(*sources: str) -> Lab:
        lab = open_notebook(*sources)
        lab.run("aisec:open")
        expect(status(lab.page)).to_contain_text("checked")
        return lab

    return make


def test_a_click_jumps_to_the_finding(panel: Callable[..., Lab]) -> None:
    lab = panel("x = 1", PICKLE, TORCH)
    expect(status(lab.page)).to_contain_text("2 findings in 2 cells")
    headings = lab.page.locator(f"{PANEL} .jp-AisecCell-jump")
    expect(headings).to_have_text(["Cell 2", "Cell 3"])
    expect(headings.first).to_have_attribute("title", re.compile("from the top of the notebook"))
    lab.shot("panel-findings")
    row(lab.page, "torch-load-full-pickle").locator(".jp-AisecFinding-jump").click()
    expect(active_cell(lab.page)).to_contain_text("torch.load")
    expect(active_cell(lab.page).locator(".cm-editor")).to_have_class(re.compile("cm-focused"))
    lab.page.locator(f"{PANEL} .jp-AisecCell-jump", has_text="Cell 2").click()
    expect(active_cell(lab.page)).to_contain_text("pickle.load")


def test_nothing_found_is_not_called_safe(panel: Callable[..., Lab]) -> None:
    lab = panel("x = 1")
    expect(status(lab.page)).to_have_text(re.compile(r"^No known pattern found by \d+ rules, checked "))
    words = lab.page.locator(PANEL).inner_text().lower()
    assert not re.search(r"\b(secure|safe|ok)\b", words)


def test_fix_and_fix_all_safe(panel: Callable[..., Lab]) -> None:
    lab = panel(UNPACK, PICKLE, UNPACK)
    lab.shot("panel-fixes")
    lab.page.get_by_role("button", name="Fix all safe (2)").click()
    expect(lab.page.locator(f"{SECTION} .jp-AisecNotice")).to_have_text("2 findings fixed.")
    expect(status(lab.page)).to_contain_text("1 finding in 1 cell")
    assert [lab.text(0), lab.text(2)] == [UNPACK_FIXED, UNPACK_FIXED]


def test_ignore_needs_a_reason(panel: Callable[..., Lab]) -> None:
    lab = panel(PICKLE)
    row(lab.page, "pickle-load").get_by_role("button", name="Ignore").click()
    reason = lab.page.get_by_label("Why may it stay?")
    expect(reason).to_be_focused()
    reason.press("Enter")
    expect(row(lab.page, "pickle-load").get_by_role("alert")).to_contain_text("Give a reason")
    assert lab.text() == PICKLE
    reason.fill("made by us")
    lab.shot("panel-ignore")
    # What is typed is not lost by looking elsewhere.
    lab.run("application:toggle-right-area")
    expect(lab.page.locator(PANEL)).to_be_hidden()
    lab.run("application:toggle-right-area")
    expect(reason).to_have_value("made by us")
    # Nor by another theme, for which JupyterLab hides all for a moment.
    reason.focus()
    lab.theme("JupyterLab Dark")
    expect(reason).to_have_value("made by us")
    expect(reason).to_be_focused()
    lab.theme("JupyterLab Light")
    reason.press("Enter")
    expect(row(lab.page, "pickle-load")).to_have_count(0)
    assert "# aisec: ignore[pickle-load] made by us" in lab.text()


def test_filter_by_severity(panel: Callable[..., Lab]) -> None:
    lab = panel(PICKLE, "!curl https://example.org/install.sh | sh")
    rules = lab.page.locator(f"{SECTION} .jp-AisecFinding-rule")
    before = rules.count()
    toggles = lab.page.locator(f"{SECTION} .jp-AisecToggle")
    high = toggles.filter(has_text=re.compile(r"\d+ high"))
    expect(high).to_have_attribute("aria-pressed", "true")
    high.click()
    expect(high).to_have_attribute("aria-pressed", "false")
    expect(row(lab.page, "pickle-load")).to_have_count(0)
    high.click()
    expect(rules).to_have_count(before)


def test_the_explanation_is_the_servers(panel: Callable[..., Lab]) -> None:
    lab = panel(PICKLE)
    row(lab.page, "pickle-load").get_by_role("button", name="Why").click()
    page = lab.page.locator(f"{SECTION} .jp-AisecExplanation")
    expect(page.locator("h3")).to_be_focused()
    expect(page.locator("pre").first).to_contain_text("pickle.load")
    expect(page.locator("h3")).not_to_be_empty()
    lab.shot("panel-explanation")
    assert violations(lab.page, PANEL) == []
    page.get_by_role("button", name="Back to the findings").click()
    expect(row(lab.page, "pickle-load")).to_be_visible()
    expect(lab.page.locator(f"{SECTION} [data-stop]:focus")).to_have_count(1)


def test_by_keyboard_alone(panel: Callable[..., Lab]) -> None:
    lab = panel(TORCH, PICKLE)
    keys = lab.page.keyboard
    focused = lab.page.locator(f"{SECTION} [data-stop]:focus")
    expect(focused).to_have_text("Cell 1")
    keys.press("ArrowDown")
    expect(focused).to_contain_text("torch-load-full-pickle")
    keys.press("End")
    expect(focused).to_contain_text("pickle-load")
    keys.press("Home")
    keys.press("ArrowDown")
    keys.press("f")
    expect(status(lab.page)).to_contain_text("1 finding in 1 cell")
    assert lab.text(0) == TORCH_FIXED
    # The repaired finding had the focus; now its neighbour has it.
    expect(focused).to_have_count(1)
    keys.press("End")
    keys.press("Delete")
    expect(lab.page.get_by_label("Why may it stay?")).to_be_focused()
    keys.press("Escape")
    expect(focused).to_contain_text("pickle-load")
    keys.press("Escape")
    expect(lab.page.locator(".jp-Notebook :focus, .jp-Notebook:focus")).to_have_count(1)
    lab.run("aisec:open")
    expect(focused).to_contain_text("pickle-load")
    keys.press("Enter")
    expect(active_cell(lab.page)).to_contain_text("pickle.load")


def test_a_cell_that_cannot_be_read_keeps_its_findings(panel: Callable[..., Lab]) -> None:
    lab = panel(PICKLE)
    lab.editor()
    lab.page.keyboard.type("\nopen(")
    expect(lab.page.locator(f"{SECTION} .jp-AisecCell[data-unread]")).to_contain_text("can't be read yet")
    expect(row(lab.page, "pickle-load")).to_be_visible()
    expect(status(lab.page)).to_contain_text("1 cell can't be read yet")
    lab.shot("panel-unread")


def test_long_lists_are_cut_and_unfold(panel: Callable[..., Lab]) -> None:
    lab = panel("import pickle\n" + "pickle.load(f)\n" * 45)
    rows = lab.page.locator(f"{SECTION} .jp-AisecFinding")
    expect(rows).to_have_count(8)
    lab.page.get_by_role("button", name="and 37 more").click()
    expect(rows).to_have_count(45)


def test_many_findings_are_cut_and_the_rest_comes_on_demand(panel: Callable[..., Lab]) -> None:
    lab = panel(*["import pickle\npickle.load(f)\npickle.load(g)\npickle.load(h)"] * 17)
    expect(status(lab.page)).to_contain_text("51 findings in 17 cells")
    rows = lab.page.locator(f"{SECTION} .jp-AisecFinding")
    expect(rows).to_have_count(27)
    keys = lab.page.keyboard
    focused = lab.page.locator(f"{SECTION} [data-stop]:focus")
    expect(focused).to_have_text("Cell 1")
    keys.press("End")
    expect(focused).to_have_text("and 24 more in the cells below")
    expect(focused).to_be_in_viewport()
    lab.page.screenshot(path=ARTEFACTS / "panel-more-light.png")
    # Less room takes nobody's place out of sight.
    size = lab.page.viewport_size
    assert size is not None
    lab.page.set_viewport_size({"width": size["width"], "height": size["height"] * 3 // 4})
    lab.page.wait_for_timeout(500)
    expect(focused).to_be_in_viewport()
    keys.press("Enter")
    expect(rows).to_have_count(51)
    # Where the button was, the list goes on.
    expect(focused).to_have_count(1)


def test_nothing_is_asked_while_the_panel_is_closed(open_notebook: Callable[..., Lab]) -> None:
    lab = open_notebook("x = 1")
    lab.run("aisec:open")
    expect(status(lab.page)).to_contain_text("checked")
    lab.run("application:toggle-right-area")
    expect(lab.page.locator(PANEL)).to_be_hidden()
    before = [each for each in lab.asked if each.startswith("GET lineage")]
    lab.page.evaluate("window.dispatchEvent(new Event('focus'))")
    lab.run("notebook:insert-cell-below")
    lab.page.evaluate("fetch('/api')")
    assert [each for each in lab.asked if each.startswith("GET lineage")] == before


def test_hostile_text_is_text(panel: Callable[..., Lab]) -> None:
    lab = panel(HOSTILE)
    expect(lab.page.locator(f"{SECTION} .jp-AisecFinding")).not_to_have_count(0)
    assert lab.page.locator(f"{PANEL} img").count() == 0
    assert lab.page.evaluate("window.hurt") is None
    assert "\u202e" not in lab.page.locator(PANEL).inner_text()


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
@pytest.mark.parametrize("width", [250, 600])
def test_whole_and_accessible(panel: Callable[..., Lab], theme: str, width: int) -> None:
    lab = panel(TORCH, PICKLE, "open(")
    lab.theme(theme)
    resize(lab.page, width)
    assert violations(lab.page, PANEL) == []
    assert cut_off(lab.page) == []
    lab.page.screenshot(path=ARTEFACTS / f"panel-{width}-{theme.rsplit(maxsplit=1)[-1].lower()}.png")


def test_sections_get_the_room_that_their_content_needs(panel: Callable[..., Lab]) -> None:
    lab = panel("x = 1")
    expect(lab.page.locator(f"{PANEL} .jp-AisecSection-lineage")).to_contain_text("Nothing recorded")
    assert cramped(lab.page) == []
    low = height(lab.page, "findings")
    lab.page.evaluate(
        "source => jupyterapp.shell.currentWidget.content.model.cells.get(0).sharedModel.setSource(source)",
        "import pickle\n" + "pickle.load(f)\n" * 2,
    )
    expect(lab.page.locator(f"{SECTION} .jp-AisecFinding")).to_have_count(2)
    lab.page.wait_for_function(f"document.querySelector('{SECTION}').offsetHeight > {low + 150}")
    assert cramped(lab.page) == []
    lab.shot("panel-fitted")


def test_an_edge_that_is_moved_stays_until_a_double_click(panel: Callable[..., Lab]) -> None:
    lab = panel("x = 1")
    edge = lab.page.locator(f"{PANEL} .lm-SplitPanel-handle:not(.lm-mod-hidden)").first
    before = height(lab.page, "findings")
    place = edge.bounding_box()
    assert place is not None
    x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
    lab.page.mouse.move(x, y)
    lab.page.mouse.down()
    lab.page.mouse.move(x, y + 200, steps=5)
    # The workspace is kept a while after.
    with lab.page.expect_response(lambda reply: "/api/workspaces" in reply.url and reply.request.method == "PUT"):
        lab.page.mouse.up()
    moved = height(lab.page, "findings")
    assert moved > before + 150
    lab.run("notebook:insert-cell-below")
    lab.run("docmanager:save")
    lab.page.reload()
    lab.page.wait_for_selector(".jp-Notebook .cm-content")
    lab.run("aisec:open")
    expect(status(lab.page)).to_contain_text("checked")
    assert abs(height(lab.page, "findings") - moved) < 10
    edge.dblclick()
    lab.page.wait_for_function(f"document.querySelector('{SECTION}').offsetHeight < {before + 50}")
    lab.page.goto("about:blank")  # its other edges moved as well


@pytest.mark.parametrize("source", [PICKLE, "x = 1"])
def test_the_command_takes_the_focus_along_and_escape_brings_it_back(
    open_notebook: Callable[..., Lab], source: str
) -> None:
    lab = open_notebook(source)
    keys, panel = lab.page.keyboard, lab.page.locator(f"{SECTION} :focus")
    cell = lab.page.locator(".jp-Notebook .jp-Cell:focus, .jp-Notebook .jp-Cell :focus")
    # Until then, JupyterLab gives the focus to the notebook by itself.
    expect(lab.page.locator("#jp-bottom-panel")).to_contain_text("| Idle", timeout=60_000)
    expect(lab.page.locator(".jp-AisecStatusItem")).to_contain_text("finding")
    lab.editor()
    for show in (from_the_palette, from_the_menu, from_the_toolbar, from_the_status_bar):
        show(lab.page)
        expect(panel, show.__name__).to_have_count(1)
        keys.press("Escape")
        expect(cell, show.__name__).to_have_count(1)


def test_the_command_leads_to_what_the_findings_show(panel: Callable[..., Lab]) -> None:
    lab = panel(PICKLE)
    row(lab.page, "pickle-load").get_by_role("button", name="Why").click()
    heading = lab.page.locator(f"{SECTION} .jp-AisecExplanation h3")
    expect(heading).to_be_focused()
    lab.editor()
    from_the_palette(lab.page)
    expect(heading).to_be_focused()
    lab.page.keyboard.press("Escape")
    expect(row(lab.page, "pickle-load")).to_be_visible()
    # A kernel that has just come says its language, which changes the notebook once more.
    lab.idle()
    lab.run("docmanager:save")
    lab.run("application:close-all")
    # It comes by itself, and takes the focus.
    expect(lab.page.locator(".jp-Launcher")).to_be_visible()
    from_the_palette(lab.page)
    expect(status(lab.page)).to_contain_text("Open a notebook")
    expect(status(lab.page)).to_be_focused()


def from_the_palette(page: Page) -> None:
    page.keyboard.press("Control+Shift+C")
    expect(page.locator("#modal-command-palette input")).to_be_focused()
    page.keyboard.type("Show AI Security")
    expect(page.locator("#modal-command-palette .lm-mod-active")).to_contain_text("Show AI Security")
    page.keyboard.press("Enter")


def from_the_menu(page: Page) -> None:
    page.get_by_role("menuitem", name="View", exact=True).click()
    page.get_by_role("menuitem", name="Show AI Security").click()


def from_the_toolbar(page: Page) -> None:
    page.locator(".jp-NotebookPanel-toolbar [data-command='aisec:open']").click()


def from_the_status_bar(page: Page) -> None:
    page.locator(".jp-AisecStatusItem button").click()


def test_menus_lead_here(panel: Callable[..., Lab]) -> None:
    lab = panel("x = 1")
    lab.page.get_by_role("menuitem", name="View", exact=True).click()
    expect(lab.page.get_by_role("menuitem", name="Show AI Security")).to_be_visible()
    expect(lab.page.get_by_role("menuitem", name="Open MLflow")).to_be_visible()


def height(page: Page, section: str) -> float:
    box = page.locator(f"{PANEL} .jp-AisecSection-{section}").bounding_box()
    assert box is not None
    return box["height"]


def cramped(page: Page) -> list[str]:
    """Sections whose content is higher than they are."""
    found = page.evaluate(
        "panel => [...document.querySelectorAll(`${panel} .jp-AisecSection-view`)]"
        ".filter(each => each.scrollHeight > each.clientHeight + 1).map(each => each.textContent)",
        PANEL,
    )
    assert isinstance(found, list)
    return found


def resize(page: Page, width: int) -> None:
    """Drag the edge of the sidebar."""
    box = page.locator("#jp-right-stack").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] - 2, box["y"] + 300)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - width - 2, box["y"] + 300, steps=5)
    page.mouse.up()


def cut_off(page: Page) -> list[str]:
    """Sections that are wider than they are seen, and buttons that stick out."""
    found = page.evaluate(
        """panel => [...document.querySelectorAll(`${panel} .jp-AisecSection`)].flatMap(section => {
            const view = section.firstElementChild;
            if (view === null) {
                return [];  // a section that was never opened
            }
            const edge = section.getBoundingClientRect().right + 1;
            const out = [...section.querySelectorAll('button, p, bdi')].filter(
                each => each.getBoundingClientRect().right > edge && !each.closest('.jp-AisecGraph, pre'));
            const wide = view.scrollWidth > view.clientWidth ? [view] : [];
            return [...out, ...wide].map(each => each.outerHTML.slice(0, 200));
        })""",
        PANEL,
    )
    assert isinstance(found, list)
    return found
