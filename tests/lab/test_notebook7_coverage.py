"""Notebook 7: a step of the coverage leads to the line that it speaks of."""

from __future__ import annotations

from collections.abc import Iterator

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Browser, expect

from tests.chromium import VIEWPORT
from tests.lab.conftest import PYTHON, Lab, settle
from tests.lab.test_coverage_view import claim, row
from tests.lab.test_notebook7 import OWN
from tests.server.conftest import running
from tests.server.test_coverage import UNSAFE, train

pytestmark = pytest.mark.browser


@pytest.fixture
def seven(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Lab]:
    """The notebook of a project that made a model, on a server that never served JupyterLab."""
    root = tmp_path_factory.mktemp("root")
    with running(root, settle(tmp_path_factory.mktemp("home"))) as server:
        project = server.root / "seven"
        (project / ".aisec").mkdir(parents=True)
        cells = [new_code_cell(each, id=f"c{at}") for at, each in enumerate(("import yaml", UNSAFE), 1)]
        nbformat.write(new_notebook(cells=cells, metadata=PYTHON), project / "train.ipynb")
        train(project, "new.bin")
        context = chromium.new_context(viewport=VIEWPORT)
        found = Lab(server, context.new_page())
        found.page.goto(f"{server.url}/notebooks/seven/train.ipynb?token={server.token}")
        found.page.wait_for_selector(".jp-Notebook .jp-Cell .cm-content", timeout=60_000)
        yield found
        context.close()
        assert [each for each in found.problems if each != OWN] == []


def test_go_there_leads_to_the_line(seven: Lab) -> None:
    seven.run("aisec:show", section="coverage")
    row(seven.page, "1.3").click()
    claim(seven.page, "1.3.c").get_by_role("button", name="Go there").click()
    expect(seven.page.locator(".jp-AisecTip")).to_contain_text("yaml-unsafe-load")
