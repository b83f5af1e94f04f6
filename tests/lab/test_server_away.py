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

from tests.lab.conftest import PYTHON, Lab, settle
from tests.server.conftest import running

pytestmark = pytest.mark.browser

UNSAFE = 'import torch\ntorch.load("m.pt", weights_only=False)'
HINT = ".jp-AisecHint"
STATUS = ".jp-AisecStatusItem button"


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
    assert lab.problems == []


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


def replace(page: Page, source: str) -> None:
    """Another text in the first cell, as a collaborator would write it."""
    page.evaluate(
        "source => window.jupyterapp.shell.currentWidget.content.model.cells.get(0).sharedModel.setSource(source)",
        source,
    )
