"""A model that was logged in a notebook: what MLflow knows of it is in the card and the bill, and they go beside it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import mlflow
import pytest
from huggingface_hub import ModelCard
from IPython.core.interactiveshell import InteractiveShell

import jupyter_aisec
from jupyter_aisec import commands
from jupyter_aisec.commands.export import export, run
from jupyter_aisec.journal import Journal
from jupyter_aisec.model import AisecError, AssetKind, Verb
from jupyter_aisec.project import Project
from jupyter_aisec.tracking.recall import model_of
from tests.export import test_bom, test_cards

CELLS = (
    # In full, because MLflow keeps one store of a process for each name, wherever that was the first time.
    """import os, pandas as pd, mlflow, joblib
from sklearn.linear_model import LinearRegression
mlflow.set_tracking_uri(f'sqlite:///{os.getcwd()}/mlflow.db')
df = pd.read_csv('a.csv')""",
    "model = LinearRegression().fit(df[['x']], df['y'])",
    """with mlflow.start_run():
    mlflow.log_params({'fit_intercept': True, 'path': '/srv/secret/a.csv', 'store': 'https://me:sesame@host/x'})
    mlflow.log_metric('r2', 0.75)
    joblib.dump(model, 'model.joblib')
    info = mlflow.sklearn.log_model(model, name='lin', registered_model_name='credit',
                                    pip_requirements=['scikit-learn==1.5.0', 'pandas'])
    mlflow.log_metric('mse', 0.5, model_id=info.model_id)""",
    "%aisec export bom lin --mlflow --output lin.json",
)


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One project for all: a new store takes MLflow seconds."""
    folder = tmp_path_factory.mktemp("logged")
    (folder / ".aisec").mkdir()
    (folder / "a.csv").write_text("x,y\n1,2\n3,4\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{folder}/mlflow.db")
        for name in ("IPYTHONDIR", "JUPYTER_DATA_DIR", "XDG_CACHE_HOME"):
            patch.setenv(name, str(tmp_path_factory.mktemp(name)))
        shell = InteractiveShell()
        jupyter_aisec.load_ipython_extension(shell)
        try:
            for cell in CELLS:
                shell.run_cell(cell, store_history=True).raise_error()
        finally:
            jupyter_aisec.unload_ipython_extension(shell)
        yield folder
        mlflow.set_tracking_uri("")  # what a cell set is not for the tests of others


@pytest.fixture
def project(logged: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(logged)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{logged}/mlflow.db")
    return logged


def test_the_bill_was_made_in_the_notebook_and_is_beside_the_model(project: Path) -> None:
    data = json.loads((project / "lin.json").read_text())
    by_name = {each["name"]: each for each in test_bom.check(data).values()}
    assert by_name["scikit-learn"]["purl"] == "pkg:pypi/scikit-learn@1.5.0"
    assert {"a.csv", "LinearRegression", "lin", "Python", "pandas"} <= set(by_name)
    card = by_name["lin"]["modelCard"]
    assert len(test_bom.properties(by_name["lin"])["aisec:sha256-of-the-list-of-files"]) == 64
    assert {each["type"]: each["value"] for each in card["quantitativeAnalysis"]["performanceMetrics"]}["mse"] == "0.5"
    assert {each["name"]: each["value"] for each in card["properties"]} == {
        "mlflow:parameter:fit_intercept": "True",
        "mlflow:parameter:path": "a.csv",
        "mlflow:parameter:store": "https://host/x",
    }
    client = mlflow.MlflowClient()
    [version] = client.search_model_versions("name = 'credit'")
    model = client.get_logged_model(str(model_of(version)))
    assert model.tags["aisec.bom"] == f"runs:/{model.source_run_id}/aisec/lin.cdx.json"
    place = mlflow.artifacts.download_artifacts(model.tags["aisec.bom"], dst_path=str(project / "down"))
    assert json.loads(Path(place).read_text()) == data


def test_the_card_of_a_registered_version(project: Path) -> None:
    read = test_cards.check(export(Project.open(project), "card", "models:/credit/1").words, ModelCard)
    assert read.data.to_dict() == {"model_name": "lin", "license": "unknown", "library_name": "sklearn"}
    shown = test_cards.rows(read.text)
    assert shown["Registered as"] == "credit, version 1"
    assert shown["Class"] == "sklearn.linear_model._base.LinearRegression"
    assert {"fit_intercept", "mse", "scikit-learn", "1.5.0", "not pinned"} <= set(test_cards.cells(read.text))
    assert "sesame" not in read.content


def test_what_was_put_there_once_follows(project: Path) -> None:
    opened = Project.open(project)
    document = opened.documents.path("lin")
    for standard in ("bom", "card"):
        run(opened, _words(standard, "lin", "--mlflow"))
    _sync(project)
    model = mlflow.get_logged_model(_model_id())
    first = {standard: _loaded(model.tags[f"aisec.{standard}"]) for standard in ("bom", "card")}
    _sync(project)
    again = {standard: _loaded(model.tags[f"aisec.{standard}"]) for standard in ("bom", "card")}
    assert first == again, "nothing has changed: not even the time is another"
    words = {"purpose": "to show <b>how</b>", "scope": "us", "limits": "all of it", "guardrails": "a person decides"}
    # Written by hand, as in an editor: nothing is told.
    opened.documents.write("lin", words, None, AssetKind.MODEL)
    try:
        _sync(project)
        assert "to show" in _loaded(model.tags["aisec.card"])
        assert "to show" in _loaded(model.tags["aisec.bom"])
        document.unlink()
        _sync(project)
        assert "to show" not in _loaded(model.tags["aisec.card"])
    finally:
        document.unlink(missing_ok=True)


def _sync(project: Path) -> None:
    commands.load("sync").run(Project.open(project), commands.parser("sync", "aisec").parse_args([]))


def _model_id() -> str:
    [version] = mlflow.MlflowClient().search_model_versions("name = 'credit'")
    return str(model_of(version))


def _loaded(place: str) -> str:
    return str(mlflow.artifacts.load_text(place))


def test_a_file_has_the_numbers_of_its_run(project: Path) -> None:
    found = test_cards.cells(export(Project.open(project), "card", "model.joblib").words)
    assert "Of the MLflow run, which may have made other models too." in found
    assert found[found.index("r2") + 1] == "0.75"
    said = run(Project.open(project), _words("card", "model.joblib", "--mlflow")).text()
    assert said.startswith("In MLflow now: aisec/model-joblib.card.md of run ")


def test_a_project_that_never_saw_the_model_asks_mlflow(project: Path, tmp_path: Path) -> None:
    (tmp_path / ".aisec").mkdir()
    commands.load("sync").run(Project.open(project), commands.parser("sync", "aisec").parse_args([]))
    elsewhere = Project.open(tmp_path)
    test_bom.check(test_bom.made(elsewhere, "models:/credit/1"))
    read = test_cards.check(export(elsewhere, "card", "models:/credit/1").words, ModelCard)
    assert "Unknown: it was made elsewhere" in read.text
    assert len(test_cards.rows(read.text)["SHA-256 of the list of its files"]) == 64


def test_the_digest_is_known_before_the_journal_has_it(project: Path, tmp_path: Path) -> None:
    commands.load("sync").run(Project.open(project), commands.parser("sync", "aisec").parse_args([]))
    [log] = Project.open(project).logs()
    key = next(use.key for use in log.uses if use.verb is Verb.LOGGED)
    journal = Journal(tmp_path / ".aisec" / "journal" / "1.jsonl")
    journal.write(log.session, *log.cells, *log.uses, *(each for each in log.hashes if each.key != key))
    journal.close()
    shown = test_cards.rows(export(Project.open(tmp_path), "card", "lin").words)
    [known] = [each.sha256 for each in log.hashes if each.key == key]
    assert shown["SHA-256 of the list of its files"] == known


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["croissant", "a.csv", "--mlflow"], "--mlflow puts the card or the bom of a model beside it"),
        (["prov", "--mlflow"], "--mlflow puts the card or the bom of a model beside it"),
        (["card", "a.csv", "--mlflow"], "a.csv is no model: name one"),
    ],
)
def test_what_has_no_place_there_is_one_line(project: Path, arguments: list[str], said: str) -> None:
    with pytest.raises(AisecError, match=said):
        run(Project.open(project), _words(*arguments))


def _words(*words: str) -> argparse.Namespace:
    return commands.parser("export", "aisec").parse_args(list(words))
