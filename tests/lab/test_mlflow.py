"""The way from JupyterLab to the project's MLflow."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.lab.conftest import Lab
from tests.lab.test_lineage_view import LOAD, READ, run_all

pytestmark = pytest.mark.browser


def test_the_command_opens_mlflow_in_a_tab_that_knows_nothing_of_ours(open_notebook: Callable[..., Lab]) -> None:
    lab = open_notebook(LOAD, READ)
    lab.run("aisec:show", section="lineage")
    run_all(lab)
    # The run is there once the mirror has delivered; who comes back to the page is shown it.
    lab.page.wait_for_function(
        """() => {
            window.dispatchEvent(new Event('focus'));
            return [...document.querySelectorAll('button')].some(each => each.textContent === 'Run in MLflow');
        }""",
        polling=1000,
        timeout=90_000,
    )
    with lab.page.expect_popup() as opened:
        lab.page.get_by_role("button", name="Run in MLflow").click()
    tab = opened.value
    tab.wait_for_url("**/aisec/mlflow/**", timeout=60_000)
    expect(tab).to_have_title("MLflow", timeout=60_000)
    assert tab.evaluate("window.opener") is None


def test_what_the_server_says_is_shown(open_notebook: Callable[..., Lab]) -> None:
    lab = open_notebook("x = 1")
    lab.run("aisec:open-mlflow", path="nowhere/at-all.ipynb")
    expect(lab.page.locator(".Toastify__toast")).not_to_be_empty()
    assert len(lab.page.context.pages) == 1


def test_the_launcher_has_a_tile(open_notebook: Callable[..., Lab]) -> None:
    lab = open_notebook("x = 1")
    lab.run("launcher:create")
    tile = lab.page.locator(".jp-LauncherCard", has_text="Open MLflow")
    expect(tile).to_be_visible()
    lab.shot("launcher")
