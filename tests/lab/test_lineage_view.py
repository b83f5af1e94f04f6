"""The lineage of a notebook in the panel: a kernel that runs cells, the graph, the list and the details."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.lab.axe import violations
from tests.lab.conftest import Lab

pytestmark = pytest.mark.browser

PANEL = "#jp-aisec-panel"
SECTION = f"{PANEL} .jp-AisecSection-lineage"

LOAD = "%load_ext jupyter_aisec"
READ = """
from pathlib import Path

Path("houses.csv").write_text("rooms,price\\n1,10\\n2,20\\n3,31\\n4,39\\n")

import pandas as pd
from sklearn.linear_model import LinearRegression

houses = pd.read_csv("houses.csv")
"""
FIT = "model = LinearRegression().fit(houses[['rooms']], houses['price'])"
SAVE = "import joblib\n\njoblib.dump(model, 'price.joblib')"


@pytest.fixture
def lineage(open_notebook: Callable[..., Lab]) -> Callable[..., Lab]:
    """Opens the lineage section on a new notebook, and runs its cells."""

    def make(*sources: str) -> Lab:
        lab = open_notebook(*sources)
        lab.run("aisec:show", section="lineage")
        lab.page.wait_for_function(
            "window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'"
        )
        lab.run("notebook:run-all-cells")
        return lab

    return make


def node(page: Page, name: str) -> Locator:
    return page.locator(f"{SECTION} .jp-AisecNode").filter(has=page.locator(f".jp-AisecNode-name:text-is('{name}')"))


def test_running_cells_draws_the_lineage(lineage: Callable[..., Lab]) -> None:
    lab = lineage(LOAD, READ, FIT, SAVE)
    expect(node(lab.page, "houses.csv")).to_contain_text("sha256", timeout=60_000)
    expect(node(lab.page, "houses.csv")).to_contain_text("document missing")
    expect(node(lab.page, "price.joblib")).to_contain_text("model")
    lab.run("application:toggle-left-area")
    lab.shot("lineage-graph")
