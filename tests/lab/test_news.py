"""What the page shows by itself: news of a cell that still runs, of the mirror, and of a kernel that begins anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Locator, expect

from tests.lab.conftest import PYTHON, Lab

pytestmark = pytest.mark.browser

SECTION = "#jp-aisec-panel .jp-AisecSection-lineage"
RUNS = ".jp-Notebook .jp-InputPrompt:text-is('[*]:')"
THREADS = """async () => {
    const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
    return (await kernel.requestListSubshell({}).done).content.subshell_id.length;
}"""
LOAD = "%load_ext jupyter_aisec"
READ = "import pandas as pd\nhouses = pd.read_csv('houses.csv')"
WAIT = "\nimport time, pathlib\nwhile not pathlib.Path('go').exists():\n    time.sleep(0.01)"
AWAY = "import os\nos.environ['MLFLOW_TRACKING_URI'] = 'http://127.0.0.1:9'"


@pytest.fixture
def project(lab: Lab, request: pytest.FixtureRequest) -> Path:
    """A folder with a journal of its own."""
    folder = lab.server.root / request.node.name
    (folder / ".aisec").mkdir(parents=True)
    (folder / "houses.csv").write_text("rooms,price\n1,10\n")
    return folder


@pytest.fixture
def run(lab: Lab, project: Path) -> Iterator[Callable[..., None]]:
    """Opens the lineage of a new notebook, and starts its cells."""

    def begin(*sources: str) -> None:
        cells = [new_code_cell(source) for source in sources]
        nbformat.write(new_notebook(cells=cells, metadata=PYTHON), project / "a.ipynb")
        lab.open(f"{project.name}/a.ipynb")
        lab.run("aisec:show", section="lineage")
        lab.idle()
        lab.page.evaluate("void window.jupyterapp.commands.execute('notebook:run-all-cells')")

    yield begin
    (project / "go").touch()


def houses(lab: Lab) -> Locator:
    return lab.page.locator(f"{SECTION} .jp-AisecNode").filter(has_text="houses.csv")


def test_a_long_cell_shows_what_it_reads_while_it_runs(lab: Lab, project: Path, run: Callable[..., None]) -> None:
    run(LOAD, READ + WAIT)
    expect(houses(lab)).to_contain_text("sha256", timeout=60_000)
    expect(lab.page.locator(RUNS)).to_have_count(1)
    (project / "go").touch()
    expect(lab.page.locator(RUNS)).to_have_count(0)


def test_the_page_hears_what_the_mirror_could_not_bring(lab: Lab, run: Callable[..., None]) -> None:
    run(LOAD, AWAY, READ + WAIT)
    expect(lab.page.locator(SECTION)).to_contain_text("Not in MLflow yet: no MLflow store answers", timeout=120_000)
    expect(lab.page.locator(RUNS)).to_have_count(1)


def test_a_kernel_that_begins_anew_is_not_said_to_record(lab: Lab, run: Callable[..., None]) -> None:
    run(LOAD, "x = 1")
    section = lab.page.locator(SECTION)
    expect(section).to_contain_text("Recording is on", timeout=60_000)
    lab.page.evaluate(
        """async () => {
            const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
            // JupyterLab complains of a restart before it has the thread that it asked for with the comm.
            await kernel.requestListSubshell({}).done;
            await kernel.restart();
        }"""
    )
    expect(section).to_contain_text("Nothing recorded of this notebook yet")


def test_a_page_that_comes_again_leaves_no_more_threads_in_the_kernel(
    lab: Lab, project: Path, run: Callable[..., None]
) -> None:
    run(LOAD, "x = 1")
    threads = []
    for _ in range(3):
        expect(lab.page.locator(SECTION)).to_contain_text("Recording is on", timeout=60_000)
        threads.append(lab.page.evaluate(THREADS))
        lab.open(f"{project.name}/a.ipynb")
        lab.run("aisec:show", section="lineage")
    assert threads[1:] == threads[:-1]


def test_a_notebook_that_was_renamed_keeps_its_lineage(lab: Lab, project: Path, run: Callable[..., None]) -> None:
    run(LOAD, READ)
    expect(houses(lab)).to_contain_text("sha256", timeout=60_000)
    lab.run("docmanager:save")
    lab.page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    (project / "a.ipynb").rename(project / "prices.ipynb")
    lab.open(f"{project.name}/prices.ipynb")
    lab.run("aisec:show", section="lineage")
    expect(houses(lab)).to_contain_text("sha256")
    expect(lab.page.locator(SECTION)).to_contain_text("recorded as a.ipynb")
