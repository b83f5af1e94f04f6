"""A person who asks in a notebook what is shown of the guidelines."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import time
from pathlib import Path

import nbformat

from tests.kernel.conftest import Notebook

TRAIN = """import pandas as pd
from sklearn.linear_model import LogisticRegression
import joblib
frame = pd.read_csv('mine.csv')
model = LogisticRegression().fit(frame[['x']], frame['y'])
joblib.dump(model, 'model.joblib')"""


def test_the_table_is_about_the_model_that_was_just_made(notebook: Notebook, project: Path) -> None:
    (project / "mine.csv").write_text("x,y\n1,0\n2,1\n")
    assert "no model is recorded" in notebook.run("%aisec status").html
    assert notebook.run(TRAIN).status == "ok"
    found = json.loads(notebook.run("%aisec status --format json").text)
    assert found["candidate"]["name"] == "model.joblib"
    states = {claim["id"]: claim["state"] for row in found["rows"] for claim in row["claims"]}
    assert states["1.3.c"] == "unknown", "the notebook was not saved: there is no file to look at"
    cells = [nbformat.v4.new_code_cell(TRAIN)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), project / "work.ipynb")
    said = notebook.run('%aisec state 1.2.b "written in docs/impact.md" --by "Ada Lovelace"')
    assert "1.2.b is stated until" in said.text
    shown = notebook.run("%aisec status")
    assert "model model.joblib" in shown.html
    assert "<script" not in shown.html
    found = json.loads(notebook.run("%aisec status --format json").text)
    states = {claim["id"]: claim["state"] for row in found["rows"] for claim in row["claims"]}
    assert states["1.3.c"] == "verified"
    assert states["1.2.b"] == "stated"
    assert "%aisec " in next(row["next_step"] for row in found["rows"] if row["id"] == "1.2")


def test_a_review_from_the_notebook_that_trained(notebook: Notebook, project: Path) -> None:
    (project / "mine.csv").write_text("x,y\n1,0\n2,1\n")
    assert notebook.run(TRAIN).status == "ok"
    source = f"{TRAIN}  # TODO use skops\nold = joblib.load('model.joblib')"
    cells = [nbformat.v4.new_code_cell(TRAIN), nbformat.v4.new_code_cell(source)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), project / "work.ipynb")
    assert "no place in MLflow" not in notebook.run("%aisec sync").text
    found = json.loads(notebook.run("%aisec status --mlflow --format json").text)
    assert found["shown_on"]
    assert in_mlflow(project, "aisec.coverage.4.4") == "missing"
    for claim in ("4.4.a", "4.4.b"):
        assert notebook.run(f'%aisec state {claim} "in SECURITY.md" --by "Ada Lovelace"').status == "ok"
    until = time.monotonic() + 60
    while in_mlflow(project, "aisec.coverage.4.4") != "stated" and time.monotonic() < until:
        time.sleep(0.3)
    assert in_mlflow(project, "aisec.coverage.4.4") == "stated", "what stands in MLflow follows by itself"
    assert "put off" in notebook.run("%aisec debt").html
    lessons = notebook.run("%aisec learn")
    assert "Lesson 1" in lessons.html
    assert "<script" not in lessons.html
    assert "counts until" in notebook.run("%aisec learn --done --by Ada").text


def in_mlflow(project: Path, tag: str) -> str | None:
    """A tag of any run, as it is now."""
    with contextlib.closing(sqlite3.connect(project / "mlflow.db", timeout=30)) as store:
        found = store.execute("SELECT value FROM tags WHERE key = ?", (tag,)).fetchone()
    return str(found[0]) if found else None
