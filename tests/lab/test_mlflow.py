"""The way from JupyterLab to the project's MLflow."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.lab.conftest import Lab
from tests.lab.test_lineage_view import LOAD, READ, run_all

pytestmark = pytest.mark.browser


def test_a_run_is_opened_once_it_is_there_and_said_to_be_on_its_way_before(open_notebook: Callable[..., Lab]) -> None:
    lab = open_notebook(LOAD, READ)
    lab.run("aisec:show", section="lineage")
    run_all(lab)
    button = lab.page.get_by_role("button", name="MLflow run")
    expect(button).to_be_visible(timeout=60_000)
    notice = lab.page.locator(".jp-AisecSection-lineage .jp-AisecNotice")
    # The server is asked anew each time: the page learns of the run by nothing else.
    until = time.monotonic() + 90
    while True:
        with (
            lab.page.context.expect_page() as opened,
            lab.page.expect_response(lambda reply: "/aisec/api/lineage" in reply.url) as answered,
        ):
            button.click()
        if answered.value.json()["run"] is not None:
            break
        expect(notice).to_contain_text("on its way to MLflow")
        lab.shot("mlflow-on-its-way")
        while len(lab.page.context.pages) > 1:  # the tab that was opened for nothing goes
            assert time.monotonic() < until
            lab.page.wait_for_timeout(50)
        assert time.monotonic() < until
    tab = opened.value
    tab.wait_for_url("**/aisec/mlflow/**", timeout=60_000)
    assert "/runs/" in tab.url
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
