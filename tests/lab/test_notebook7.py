"""Notebook 7, which has another shell: hints, keys and the panel are there as well."""

from __future__ import annotations

from collections.abc import Iterator

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Browser, expect

from tests.chromium import VIEWPORT
from tests.lab.conftest import PYTHON, Lab, settle
from tests.server.conftest import Server, running

pytestmark = pytest.mark.browser

UNSAFE = 'torch.load("m.pt", weights_only=False)'
FIXED = 'torch.load("m.pt", weights_only=True)'
HINT = ".jp-AisecHint"
FINDING = "#jp-aisec-panel .jp-AisecFinding"

OWN = "page error: Cannot read properties of undefined (reading 'schema')"
"""Notebook 7.6 says so of its shortcuts, with and without us."""


@pytest.fixture(scope="module")
def notebook_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One that never served JupyterLab: that leaves its tree in the page's configuration, and Notebook 7 stumbles."""
    with running(tmp_path_factory.mktemp("root"), settle(tmp_path_factory.mktemp("home"))) as found:
        yield found


@pytest.fixture
def notebook(notebook_server: Server, chromium: Browser) -> Iterator[Lab]:
    """A notebook with an import, which nobody complains about."""
    cells = [new_code_cell("import torch\n")]
    nbformat.write(new_notebook(cells=cells, metadata=PYTHON), notebook_server.root / "seven.ipynb")
    context = chromium.new_context(viewport=VIEWPORT)
    found = Lab(notebook_server, context.new_page())
    found.page.goto(f"{notebook_server.url}/notebooks/seven.ipynb?token={notebook_server.token}")
    found.page.wait_for_selector(".jp-Notebook .jp-Cell .cm-content", timeout=60_000)
    yield found
    dialogs = found.page.get_by_role("dialog").count()
    context.close()
    assert dialogs == 0
    assert [each for each in found.problems if each != OWN] == []


def test_hint_key_and_panel(notebook: Lab) -> None:
    page = notebook.page
    notebook.editor()
    page.keyboard.type(UNSAFE)
    expect(page.locator(HINT).first).to_be_visible()
    notebook.run("aisec:open")
    expect(page.locator(FINDING)).to_contain_text("torch-load-full-pickle")
    page.locator(f"{FINDING} .jp-AisecFinding-jump").click()
    expect(page.locator(".jp-AisecTip")).to_have_count(0)
    page.keyboard.press("F8")
    expect(page.locator(".jp-AisecTip")).to_be_visible()
    page.keyboard.press("Control+.")
    expect(page.locator(HINT)).to_have_count(0)
    expect(page.locator(FINDING)).to_have_count(0)
    expect(page.locator(".jp-Notebook .cm-content")).to_contain_text(FIXED)
    page.keyboard.press("Control+z")
    expect(page.locator(FINDING)).to_be_visible()


def test_the_toolbar_button_opens_the_panel(notebook: Lab) -> None:
    notebook.page.locator(".jp-Toolbar [data-command='aisec:open']").click()
    expect(notebook.page.locator("#jp-aisec-panel")).to_contain_text("No known pattern found")
