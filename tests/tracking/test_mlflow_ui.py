"""What MLflow's own pages make of what we give them: undocumented, so bound here with a real browser."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from mlflow import MlflowClient
from playwright.sync_api import Browser, Page, expect

from jupyter_aisec.lineage import build
from jupyter_aisec.mirror import mirror
from jupyter_aisec.model import DocumentState, RunRef
from tests.chromium import launched

SHA = hashlib.sha256(b"applications").hexdigest()
PICTURE = "img[src*='aisec%2Flineage.svg']"


pytestmark = [pytest.mark.browser, pytest.mark.contract]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as each:
        yield each


@pytest.fixture(params=["light", "dark"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(color_scheme=request.param, viewport={"width": 1440, "height": 1000})
    dark = "true" if request.param == "dark" else "false"
    context.add_init_script(f"localStorage.setItem('_mlflow_dark_mode_toggle_enabled', '{dark}')")
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    expect.set_options(timeout=30_000)
    yield opened
    context.close()


@pytest.fixture
def published(server: str, kernel: Callable[..., Any], tmp_path: Path) -> tuple[str, str]:
    """A user's run with a logged model and our lineage of both; the ids of run and model."""
    client = MlflowClient(server)
    run = client.create_run("0", run_name="train", tags={"mlflow.note.content": "My own words."})
    model = client.create_logged_model("0", name="credit", source_run_id=run.info.run_id)
    (tmp_path / "MLmodel").write_text("flavors: {}\n")
    client.log_model_artifact(model.model_id, str(tmp_path / "MLmodel"))
    client.finalize_logged_model(model.model_id, "READY")
    watched = kernel("0b5e55ed")
    data = watched.data("applications.csv", SHA, facts={"rows": 4242})
    other = watched.data("bureau.csv", None, problem="larger than the limit")
    watched.run = RunRef(server, run.info.run_id, "0")
    watched.logged("credit", str(model.model_id), watched.fitted("Forest", data, other))
    log = watched.log()
    mirror(log, build([log], {"applications.csv": DocumentState.DOCUMENTED}), {}, server)
    return str(run.info.run_id), str(model.model_id)


def drawn(page: Page) -> tuple[float, float]:
    """Width of the picture as it came, 0 when it did not, and as it is shown."""
    picture = page.locator(PICTURE)
    picture.wait_for(state="attached")
    page.wait_for_function("selector => document.querySelector(selector).complete", arg=PICTURE)
    found: tuple[float, float] = tuple(picture.evaluate("each => [each.naturalWidth, each.clientWidth]"))
    return found


def test_run_page_draws_the_lineage_and_keeps_the_users_words(
    page: Page, server: str, published: tuple[str, str]
) -> None:
    page.goto(f"{server}/#/experiments/0/runs/{published[0]}")
    natural, shown = drawn(page)
    assert natural > 0
    assert shown > 300
    expect(page.get_by_text("My own words.")).to_be_visible()
    # It fits the column: MLflow would cut a wider image off.
    box = page.locator(PICTURE).bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= 1440


def test_drawer_of_a_data_set_shows_its_profile(page: Page, server: str, published: tuple[str, str]) -> None:
    page.goto(f"{server}/#/experiments/0/runs/{published[0]}")
    # A button in MLflow 3.17, before 3.17 perhaps a text that can be clicked.
    chip = page.get_by_role("button").filter(has_text="applications.csv")
    chip = chip.or_(page.get_by_text("applications.csv (sha256:")).first
    expect(chip).to_be_visible()
    chip.click()
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_text("data/applications.csv").first).to_be_visible()
    words = " ".join(drawer.inner_text().split())
    assert "rows: 4242" in words
    assert "sha256: " + " ".join(SHA[start : start + 8] for start in range(0, 64, 8)) in words
    assert "Training" in words


def test_logged_model_page_draws_the_lineage(page: Page, server: str, published: tuple[str, str]) -> None:
    page.goto(f"{server}/#/experiments/0/models/{published[1]}")
    assert drawn(page)[0] > 0
    expect(page.get_by_text("document missing")).to_be_attached()


def test_artifact_viewer_shows_the_page(page: Page, server: str, published: tuple[str, str]) -> None:
    page.goto(f"{server}/#/experiments/0/runs/{published[0]}/artifacts/aisec/lineage.html")
    frame = page.frame_locator("iframe")
    expect(frame.locator(".stage svg")).to_be_visible()
    expect(frame.get_by_role("table", name="Assets").get_by_text(SHA)).to_be_visible()


def test_undocumented_sources_can_be_searched(server: str, published: tuple[str, str]) -> None:
    found = MlflowClient(server).search_runs(["0"], "tags.`aisec.docs` LIKE '%bureau.csv%'")
    assert published[0] in {run.info.run_id for run in found}
