"""A server that goes away, comes back, or has no extension of ours: the page says so and helps itself."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Browser, Page, expect

from tests.lab.axe import violations
from tests.lab.conftest import PYTHON, Lab, settle
from tests.server.conftest import running

pytestmark = pytest.mark.browser

FIX = "Fix (can change what the code does)"
UNSAFE = 'import torch\ntorch.load("m.pt", weights_only=False)'
HINT = ".jp-AisecHint"
TIP = ".jp-AisecTip"
NOTE = f"{TIP} .jp-AisecTip-note"
PANEL = "#jp-aisec-panel .jp-AisecSection-findings"
SAID = f"{PANEL} .jp-AisecStatus"
STATUS = ".jp-AisecStatusItem button"
AWAY = re.compile("^Nothing was changed. The Jupyter server does not answer")


def test_a_server_that_was_killed_and_is_back_is_asked_again(chromium: Browser, tmp_path: Path) -> None:
    root, home = tmp_path / "root", settle(tmp_path / "home")
    root.mkdir()
    nbformat.write(new_notebook(cells=[new_code_cell("x = 1")], metadata=PYTHON), root / "a.ipynb")
    context = chromium.new_context()
    with running(root, home) as server:
        lab = Lab(server, context.new_page())
        lab.open("a.ipynb")
        expect(lab.page.locator(STATUS)).to_have_text("0 findings")
        server.process.kill()
        server.process.wait(30)
        replace(lab.page, UNSAFE)
        expect(lab.page.locator(STATUS)).to_have_text("Not checked")
        expect(lab.page.locator(STATUS)).to_have_attribute("title", re.compile("does not answer"))
        folders = {f"JUPYTER_{kind}_DIR": str(home / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")}
        again = os.environ | folders | {"JUPYTER_TOKEN": server.token}
        with subprocess.Popen(server.process.args, cwd=root, env=again, stderr=subprocess.DEVNULL) as back:
            try:
                expect(lab.page.locator(STATUS)).to_have_text("1 finding", timeout=60_000)
                expect(lab.page.locator(HINT).first).to_be_attached()
            finally:
                context.close()
                back.terminate()
                back.wait(30)
    # JupyterLab itself asks a server that is away, and does not expect it.
    assert lab.own == []
    assert [each for each in lab.problems if "Failed to fetch" not in each] == []


def test_without_the_server_extension_the_page_says_so_and_asks_once(lab: Lab) -> None:
    lab.page.route(re.compile("/aisec/api/"), lambda route: route.fulfill(status=404, body="<html>not here</html>"))
    nbformat.write(new_notebook(cells=[new_code_cell("x = 1")], metadata=PYTHON), lab.server.root / "missing.ipynb")
    lab.open("missing.ipynb")
    expect(lab.page.locator(STATUS)).to_have_text("Not checked")
    expect(lab.page.locator(STATUS)).to_have_attribute("title", re.compile("server extension"))
    before = list(lab.asked)
    assert set(before) == {"GET status"}
    replace(lab.page, UNSAFE)
    lab.run("docmanager:save")
    expect(lab.page.get_by_role("dialog")).to_have_count(0)
    assert lab.asked == before
    lab.page.unroute_all()
    lab.run("aisec:check")
    expect(lab.page.locator(STATUS)).to_have_text("1 finding")


def test_a_server_behind_a_proxy_that_is_away_is_asked_again(lab: Lab) -> None:
    lab.page.route(re.compile("/aisec/api/"), lambda route: route.fulfill(status=503, body="<html>away</html>"))
    nbformat.write(new_notebook(cells=[new_code_cell(UNSAFE)], metadata=PYTHON), lab.server.root / "proxy.ipynb")
    lab.open("proxy.ipynb")
    expect(lab.page.locator(STATUS)).to_have_attribute("title", re.compile("does not answer"))
    lab.page.unroute_all()
    expect(lab.page.locator(STATUS)).to_have_text("1 finding", timeout=30_000)


def test_who_was_logged_out_is_told_what_to_do(lab: Lab) -> None:
    lab.page.route(re.compile("/aisec/api/"), lambda route: route.fulfill(status=200, body="<html>log in</html>"))
    nbformat.write(new_notebook(cells=[new_code_cell(UNSAFE)], metadata=PYTHON), lab.server.root / "out.ipynb")
    lab.open("out.ipynb")
    expect(lab.page.locator(STATUS)).to_have_attribute("title", re.compile("log in again"))


def test_a_server_that_takes_a_check_and_is_silent_is_away(lab: Lab) -> None:
    # The page's patience is made as short as a test's: seconds for minutes.
    lab.page.add_init_script(
        "const ask = AbortSignal.timeout; AbortSignal.timeout = ms => ask.call(AbortSignal, ms / 60)"
    )
    lab.page.route(re.compile("/aisec/api/check"), lambda _: None)
    nbformat.write(new_notebook(cells=[new_code_cell(UNSAFE)], metadata=PYTHON), lab.server.root / "silent.ipynb")
    lab.open("silent.ipynb")
    expect(lab.page.locator(STATUS)).to_have_attribute("title", re.compile("does not answer"))
    lab.page.unroute_all()
    expect(lab.page.locator(STATUS)).to_have_text("1 finding", timeout=30_000)


def test_while_an_answer_is_late_all_places_say_so(opened: Lab) -> None:
    page = opened.page
    opened.run("aisec:open")
    expect(page.locator(SAID)).to_have_text(re.compile("^1 finding in 1 cell, checked "))
    page.route(re.compile("/aisec/api/check"), lambda _: None)
    append(page, "\n1")
    expect(page.locator(STATUS)).to_have_text("Checking…")
    expect(page.locator(STATUS)).to_have_attribute("title", "AI security: Still checking.")
    expect(page.locator(SAID)).to_have_text(re.compile("^Still checking. 1 finding in 1 cell, checked "))
    page.locator(HINT).first.hover()
    expect(page.locator(NOTE)).to_have_text(re.compile("^Still checking. What follows was found at "))
    assert violations(page, TIP) == []
    opened.shot("hints-late", lambda: hover(page))
    page.locator(TIP).get_by_role("button", name=FIX).click()
    expect(page.locator(NOTE)).to_have_text(re.compile("^Nothing was changed: the code is still being checked"))
    page.locator(PANEL).get_by_role("button", name=FIX).click()
    expect(page.locator(f"{PANEL} .jp-AisecNotice")).to_have_text(re.compile("still being checked"))
    assert opened.text() == f"{UNSAFE}\n1"


def test_what_can_not_be_changed_is_said_in_the_tip_and_in_the_panel(opened: Lab) -> None:
    page = opened.page
    page.route(re.compile("/aisec/api/"), lambda route: route.fulfill(status=503, body="<html>away</html>"))
    append(page, "\n1")
    expect(page.locator(STATUS)).to_have_text("Not checked")
    expect(page.locator(STATUS)).to_have_attribute("title", re.compile("does not answer"))
    for name in (FIX, "Ignore"):
        hover(page)
        expect(page.locator(NOTE)).to_have_text(re.compile("^The Jupyter server does not .* was found at "))
        page.locator(TIP).get_by_role("button", name=name).click()
        expect(page.locator(NOTE)).to_have_text(AWAY)
        page.keyboard.press("Escape")
        expect(page.locator(TIP)).to_have_count(0)
    opened.shot("hints-away", lambda: hover(page))
    opened.editor()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Control+.")
    expect(page.locator(NOTE)).to_have_text(AWAY)
    opened.run("aisec:open")
    expect(page.locator(SAID)).to_have_text(re.compile("does not answer.* 1 finding in 1 cell, checked "))
    page.locator(PANEL).get_by_role("button", name=FIX).click()
    expect(page.locator(f"{PANEL} .jp-AisecNotice")).to_have_text(AWAY)
    assert opened.text() == f"{UNSAFE}\n1"


def test_a_finding_that_another_person_took_away_is_not_changed(opened: Lab) -> None:
    hover(opened.page)
    opened.page.evaluate(
        "tip => { const button = document.querySelector(`${tip} button`);"
        " window.jupyterapp.shell.currentWidget.content.model.cells.get(0).sharedModel"
        ".setSource('import torch\\nprint()'); button.click(); }",
        TIP,
    )
    expect(opened.page.locator(TIP)).to_have_text("Nothing was changed: the text is another one meanwhile.")
    assert opened.text() == "import torch\nprint()"


@pytest.fixture
def opened(lab: Lab, request: pytest.FixtureRequest) -> Lab:
    """A notebook whose finding is known."""
    path = f"{request.node.name}.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell(UNSAFE)], metadata=PYTHON), lab.server.root / path)
    lab.open(path)
    expect(lab.page.locator(STATUS)).to_have_text("1 finding")
    expect(lab.page.locator(HINT).first).to_be_visible()
    return lab


def append(page: Page, text: str) -> None:
    """Behind all that stands in the first cell, as a collaborator would write it."""
    page.evaluate(
        "text => { const cell = window.jupyterapp.shell.currentWidget.content.model.cells.get(0).sharedModel;"
        " const { length } = cell.getSource(); cell.updateSource(length, length, text); }",
        text,
    )


def hover(page: Page) -> None:
    page.mouse.move(0, 0)
    page.locator(HINT).first.hover()
    expect(page.locator(TIP)).to_be_visible()


def replace(page: Page, source: str) -> None:
    """Another text in the first cell, as a collaborator would write it."""
    page.evaluate(
        "source => window.jupyterapp.shell.currentWidget.content.model.cells.get(0).sharedModel.setSource(source)",
        source,
    )
