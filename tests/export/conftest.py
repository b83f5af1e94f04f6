"""A project with a history: two notebooks, files, documents, a commit, and what must not leave the house."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from jupyter_aisec import digest
from jupyter_aisec.journal import Journal
from jupyter_aisec.model import AssetKind, CellRun, Certainty, Hashed, RunRef, Session, Source, Use, Verb
from jupyter_aisec.project import Project

RUN = "0123456789abcdef0123456789abcdef"
KEY = "sesame" * 3
"""What no export may hold."""
SAYING = '<b onclick="x()">Stadt & Land</b> | "quoted" \u202e # 日本'
CELLS = ("import pandas as pd\ndf = pd.read_csv('data/a.csv')", "model.fit(df)", "joblib.dump(model, 'model.joblib')")


def at(minute: int, second: int = 0) -> str:
    return f"2026-03-01T10:{minute:02}:{second:02}.000+00:00"


@pytest.fixture
def history(project: Path) -> Project:
    """``data/a.csv`` and three others became ``model.joblib``, which another notebook loaded."""
    elsewhere = project.parent / f"{project.name} elsewhere" / "secret.parquet"
    for path, text in (
        (project / "data" / "a.csv", "x,y\n1,2\n"),
        (project / "model.joblib", "weights"),
        (project / "scores ä.csv", "1\n"),
        (elsewhere, "rows"),
    ):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    notebook = {
        "cells": [
            {"cell_type": "code", "id": f"c{n}", "metadata": {}, "source": each, "outputs": [], "execution_count": n}
            for n, each in enumerate(CELLS, start=1)
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    (project / "train.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    _journal(Project.open(project), elsewhere)
    shelf = Project.open(project).documents
    answers = {"source": SAYING, "licence": "CC-BY-4.0", "collected": "2024", "sensitivity": "public"}
    shelf.write("data/a.csv", answers, _digest(project / "data" / "a.csv"), AssetKind.DATASET)
    return Project.open(project)


def _digest(path: Path) -> str:
    return digest.measure([digest.stamp(path)])[0]


def _journal(project: Project, elsewhere: Path) -> None:
    root = project.root
    facts = {"rows": 1, "columns": 2, "schema": "x: int64, y: int64"}
    run = RunRef(f"http://user:{KEY}@mlflow:5000", RUN, "1")
    url = f"https://data.example.org/b.csv?token={KEY}&year=2024"
    observed = Certainty.OBSERVED

    def cell(number: int, minute: int) -> CellRun:
        source = hashlib.sha256(CELLS[number - 1].encode()).hexdigest()
        return CellRun(number, at(minute), f"c{number}", source)

    def use(minute: int, verb: Verb, kind: AssetKind, where: str, call: str, number: int, *sources: Source,
            key: str, **more: Any) -> Use:  # fmt: skip
        location = None if where == "memory" else where
        name = key if location is None else Path(where).name if where.startswith("/") else where.partition("?")[0]
        return Use(f"{minute}{key}{number}", at(minute, 5), verb, kind, key, name, location, call, number,
                   f"c{number}", 1, sources, **more)  # fmt: skip

    journal = Journal(project.journals / "1.jsonl")
    journal.write(
        Session("s1", at(0), "train.ipynb", 1, "3.11.7"),
        cell(1, 1),
        use(1, Verb.READ, AssetKind.DATASET, "data/a.csv", "pandas.read_csv", 1, key="a", facts=facts,
            files=(digest.stamp(root / "data/a.csv"),)),
        use(1, Verb.READ, AssetKind.DATASET, url, "pandas.read_csv", 1, key="b",
            problem="fetched over the network; its bytes were not kept"),
        use(1, Verb.READ, AssetKind.DATASET, str(elsewhere), "pandas.read_parquet", 1, key="e",
            problem=f"can't read {elsewhere}: locked", facts={"cached": f"{root}/data/a.csv", "from": url}),
        cell(2, 2),
        use(2, Verb.FITTED, AssetKind.MODEL, "memory", "Forest.fit", 2, Source("a", observed), Source("b", observed),
            Source("e", Certainty.INFERRED), key="m", run=run),
        cell(3, 3),
        use(3, Verb.SAVED, AssetKind.MODEL, "model.joblib", "joblib.dump", 3, Source("m", observed), key="f", run=run),
        Hashed("a", at(4), _digest(root / "data" / "a.csv"), 8),
        Hashed("f", at(4), _digest(root / "model.joblib"), 7),
    )  # fmt: skip
    journal.close()
    journal = Journal(project.journals / "2.jsonl")
    journal.write(
        Session("s2", at(10), "notebooks/score.ipynb", 2, "3.12.1"),
        use(11, Verb.LOADED, AssetKind.MODEL, "model.joblib", "joblib.load", 1, key="f"),
        use(11, Verb.WROTE, AssetKind.DATASET, "scores ä.csv", "DataFrame.to_csv", 2, Source("f", observed),
            Source("gone", observed), key="s"),
        Hashed("f", at(12), _digest(root / "model.joblib"), 7),
        Hashed("s", at(12), _digest(root / "scores ä.csv"), 2),
    )  # fmt: skip
    journal.close()


@pytest.fixture
def commit(history: Project) -> str:
    """The commit that holds the first notebook, from a repository that is fetched with a key."""
    git = ["git", "-C", str(history.root), "-c", "user.name=n", "-c", "user.email=e@example.org"]
    for words in (
        ["init", "-q"],
        ["remote", "add", "origin", f"https://bot:{KEY}@git.example.org/team/project.git"],
        ["add", "train.ipynb"],
        ["commit", "-q", "-m", "The notebook"],
    ):
        subprocess.run([*git, *words], check=True, capture_output=True)
    said = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    return said.stdout.strip()


@pytest.fixture
def told(history: Project) -> Project:
    """The same, with a document of the model, and a store that isn't there in place of a server."""
    answers = {"purpose": SAYING, "scope": "Staff\nof two towns", "limits": "- Sundays", "prohibited": "Credit",
               "guardrails": "A person decides", "retention": "not applicable because it is a toy"}  # fmt: skip
    history.documents.write("model.joblib", answers, _digest(history.root / "model.joblib"), AssetKind.MODEL)
    journal = history.journals / "1.jsonl"
    journal.write_text(journal.read_text().replace(f"http://user:{KEY}@mlflow:5000", f"sqlite:///{KEY}.db"))
    return Project.open(history.root)


@pytest.fixture
def machine(history: Project) -> list[str]:
    """Words that only this machine, or who may not know, would say."""
    return [KEY, str(history.root), history.root.parent.name, "elsewhere/", str(Path.home())]
