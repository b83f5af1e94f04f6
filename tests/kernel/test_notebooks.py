"""The notebooks of the project, executed as they are."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
import yaml
from IPython.core.interactiveshell import InteractiveShell
from mlflow import MlflowClient
from nbclient import NotebookClient
from nbformat import NotebookNode

from tests.stores import embedded

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
CLAIMS = ("1.3.a", "4.2.a", "2.1.c")
"""What is stated, decided and made in the release review."""
FINDING = re.compile(r"^[◆▲■●○] \w+ [a-z-]+, line", re.MULTILINE)


def execute(path: Path) -> NotebookNode:
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(path.parent)}}).execute()
    return notebook


def text(cell: NotebookNode) -> str:
    found = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.outputs]
    return "\n".join(found)


@dataclass(frozen=True)
class Executed:
    """A project, and its notebooks after they ran there, by name."""

    root: Path
    notebooks: dict[str, NotebookNode]

    def said(self, notebook: str, identity: str) -> str:
        return text(self.cell(notebook, identity))

    def cell(self, notebook: str, identity: str) -> NotebookNode:
        return next(each for each in self.notebooks[notebook].cells if each.id == identity)


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Executed:
    """All of them, one after the other in a project of their own."""
    root = tmp_path_factory.mktemp("project")
    (root / ".aisec").mkdir()
    folder = root / "notebooks"
    shutil.copytree(NOTEBOOKS, folder, ignore=shutil.ignore_patterns("data", "mlruns", ".ipynb_checkpoints"))
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{root}/mlflow.db")
        for path in sorted(folder.glob("*.ipynb")):
            patch.setenv("JPY_SESSION_NAME", str(path))
            found[path.stem[3:]] = execute(path)
    return Executed(root, found)


def test_the_quickstart_is_told_of_its_source_and_of_its_unsafe_cell(executed: Executed) -> None:
    root = executed.root
    assert "New data source" in executed.said("quickstart", "data")
    assert "sklearn/breast_cancer: documented" in executed.said("quickstart", "document")
    assert (root / ".aisec" / "assets" / "sklearn" / "breast_cancer.toml").exists()
    assert "pickle-load" in executed.said("quickstart", "unsafe")
    assert "low pickle-load, line 6" in executed.said("quickstart", "unsafe")
    warned = [
        each.id
        for each in executed.notebooks["quickstart"].cells
        if each.cell_type == "code" and FINDING.search(text(each))
    ]
    assert warned == ["unsafe"]


def test_the_lineage_leads_from_the_logged_model_back_to_the_bundled_data(executed: Executed) -> None:
    root = executed.root
    assert "<svg" in executed.cell("quickstart", "lineage").outputs[0]["data"]["text/html"]
    assert "…" not in executed.said("quickstart", "lineage"), "nothing of it is cut off"
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


def test_mlflow_has_the_data_the_documentation_and_the_picture(executed: Executed) -> None:
    root = executed.root
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
    assert files == {
        "aisec/lineage.html", "aisec/lineage.json", "aisec/lineage.svg",
        "aisec/coverage.html", "aisec/coverage.json", "aisec/classifier.cdx.json",
    }  # fmt: skip


def test_a_document_that_is_taken_away_is_missing_in_mlflow_too(executed: Executed) -> None:
    root = executed.root
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


def test_the_review_shows_every_digest(executed: Executed) -> None:
    assert "documented" in executed.said("reviewing-lineage", "find")
    lines = executed.said("reviewing-lineage", "run").splitlines()
    assert len(lines) == 2
    assert all(len(line.split()[-1]) == 64 for line in lines)
    assert len(executed.said("reviewing-lineage", "model").split()[-1]) == 64


def test_words_are_about_bytes_and_are_confirmed_when_those_change(executed: Executed) -> None:
    assert "New data source, not documented: notebooks/data/visits.csv" in executed.said("documenting", "read")
    assert "Column `postcode` looks like data about people" in executed.said("documenting", "read")
    assert executed.said("documenting", "answers").startswith("notebooks/data/visits.csv: documented")
    assert 'not-applicable = "nobody decides' in executed.said("documenting", "file")
    assert "document stale" in executed.said("documenting", "stale")
    assert executed.said("documenting", "confirm").startswith("notebooks/data/visits.csv: documented")
    assert executed.said("documenting", "model").startswith("classifier: documented")
    card = executed.said("documenting", "card")
    assert yaml.safe_load(card.split("---")[1])["model_name"] == "classifier"
    assert "not for use on patients" in card


def test_a_release_is_reviewed_and_what_is_missing_says_so(executed: Executed) -> None:
    assert "3 assets, 3 unchanged" in executed.said("release-review", "verify")
    before, after = (executed.said("release-review", each) for each in ("status", "mlflow"))
    states = [
        re.findall(rf"^     \S (\S+) +{claim} ", said, re.MULTILINE) for said in (before, after) for claim in CLAIMS
    ]
    assert states == [["missing"], ["missing"], ["missing"], ["stated"], ["not-applicable"], ["verified"]]
    assert "fail" in executed.said("release-review", "search")
    client = MlflowClient(f"sqlite:///{executed.root}/mlflow.db")
    experiment = client.get_experiment_by_name("quickstart")
    assert experiment is not None
    [run] = client.search_runs([experiment.experiment_id], "tags.`aisec.coverage.1.3` = 'fail'")
    files = {each.path for each in client.list_artifacts(run.info.run_id, "aisec")}
    assert {"aisec/classifier.cdx.json", "aisec/coverage.html"} <= files


def test_a_search_that_finds_no_run_shows_an_empty_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = nbformat.read(NOTEBOOKS / "04-release-review.ipynb", as_version=4)
    [source] = [each.source for each in notebook.cells if each.id == "search"]
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    with embedded(tmp_path) as uri:
        MlflowClient(uri).create_experiment("quickstart")
        assert len(InteractiveShell().run_cell(source).result) == 0


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.name)
def test_a_notebook_is_kept_without_outputs(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert not [each for each in notebook.cells if each.get("outputs") or each.get("execution_count")]
