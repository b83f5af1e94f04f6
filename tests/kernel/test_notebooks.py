"""The notebooks of the project, executed as they are."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from mlflow import MlflowClient
from nbclient import NotebookClient
from nbformat import NotebookNode

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
FINDING = re.compile(r"^[◆▲■●○] \w+ [a-z-]+, line", re.MULTILINE)


def execute(path: Path) -> NotebookNode:
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(path.parent)}}).execute()
    return notebook


def text(cell: NotebookNode) -> str:
    found = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.outputs]
    return "\n".join(found)


def cell(notebook: NotebookNode, identity: str) -> NotebookNode:
    return next(each for each in notebook.cells if each.id == identity)


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, NotebookNode, NotebookNode]:
    """Both notebooks, run one after the other in a project of their own."""
    root = tmp_path_factory.mktemp("project")
    (root / ".aisec").mkdir()
    folder = root / "notebooks"
    shutil.copytree(NOTEBOOKS, folder, ignore=shutil.ignore_patterns("data", ".ipynb_checkpoints"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{root}/mlflow.db")
        patch.setenv("JPY_SESSION_NAME", str(folder / "01-quickstart.ipynb"))
        first = execute(folder / "01-quickstart.ipynb")
        patch.setenv("JPY_SESSION_NAME", str(folder / "02-reviewing-lineage.ipynb"))
        second = execute(folder / "02-reviewing-lineage.ipynb")
    return root, first, second


def test_the_quickstart_is_told_of_its_source_and_of_its_unsafe_cell(
    executed: tuple[Path, NotebookNode, NotebookNode],
) -> None:
    root, first, _ = executed
    assert "New data source" in text(cell(first, "data"))
    assert "sklearn/breast_cancer: documented" in text(cell(first, "document"))
    assert (root / ".aisec" / "assets" / "sklearn" / "breast_cancer.toml").exists()
    assert "pickle-load" in text(cell(first, "unsafe"))
    assert "low pickle-load, line 6" in text(cell(first, "unsafe"))
    warned = [each.id for each in first.cells if each.cell_type == "code" and FINDING.search(text(each))]
    assert warned == ["unsafe"]


def test_the_lineage_leads_from_the_logged_model_back_to_the_bundled_data(
    executed: tuple[Path, NotebookNode, NotebookNode],
) -> None:
    root, first, _ = executed
    assert "<svg" in cell(first, "lineage").outputs[0]["data"]["text/html"]
    said = subprocess.check_output(
        [sys.executable, "-m", "jupyter_aisec", "lineage", "classifier", "--format", "json"], cwd=root
    )
    graph = json.loads(said)
    named = {node["id"]: node["name"] for node in graph["nodes"]}
    edges = {(named[edge["source"]], edge["verb"], named[edge["target"]]) for edge in graph["edges"]}
    assert {
        ("sklearn/breast_cancer", "wrote", "notebooks/data/breast_cancer.csv"),
        ("notebooks/data/breast_cancer.csv", "fitted", "Pipeline"),
        ("Pipeline", "logged", "classifier"),
    } <= edges
    assert all(node["sha256"] for node in graph["nodes"] if node["location"])


def test_mlflow_has_the_data_the_documentation_and_the_picture(
    executed: tuple[Path, NotebookNode, NotebookNode],
) -> None:
    root, _, _ = executed
    client = MlflowClient(f"sqlite:///{root}/mlflow.db")
    experiment = client.get_experiment_by_name("quickstart")
    assert experiment is not None
    [run] = client.search_runs([experiment.experiment_id])
    assert {used.dataset.name for used in run.inputs.dataset_inputs} == {
        "notebooks/data/breast_cancer.csv",
        "sklearn/breast_cancer",
    }
    assert run.data.tags["aisec.docs"] == "documented"
    assert "get-artifact?path=aisec%2Flineage.svg" in run.data.tags["mlflow.note.content"]
    files = {each.path for each in client.list_artifacts(run.info.run_id, "aisec")}
    assert files == {"aisec/lineage.html", "aisec/lineage.json", "aisec/lineage.svg"}


def test_a_document_that_is_taken_away_is_missing_in_mlflow_too(
    executed: tuple[Path, NotebookNode, NotebookNode],
) -> None:
    root, _, _ = executed
    document = root / ".aisec" / "assets" / "sklearn" / "breast_cancer.toml"
    words = document.read_text()
    uri = {"MLFLOW_TRACKING_URI": f"sqlite:///{root}/mlflow.db"}
    client = MlflowClient(uri["MLFLOW_TRACKING_URI"])
    experiment = client.get_experiment_by_name("quickstart")
    assert experiment is not None
    for present, state in ((False, "missing: sklearn/breast_cancer"), (True, "documented")):
        document.write_text(words) if present else document.unlink()
        subprocess.run([sys.executable, "-m", "jupyter_aisec", "sync"], cwd=root, check=True, capture_output=True)
        [run] = client.search_runs([experiment.experiment_id])
        assert run.data.tags["aisec.docs"] == state


def test_the_review_shows_every_digest(executed: tuple[Path, NotebookNode, NotebookNode]) -> None:
    _, _, second = executed
    assert "documented" in text(cell(second, "find"))
    lines = text(cell(second, "run")).splitlines()
    assert len(lines) == 2
    assert all(len(line.split()[-1]) == 64 for line in lines)
    assert len(text(cell(second, "model")).split()[-1]) == 64


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.name)
def test_a_notebook_is_kept_without_outputs(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert not [each for each in notebook.cells if each.get("outputs") or each.get("execution_count")]
