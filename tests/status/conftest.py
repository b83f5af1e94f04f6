"""A project in which a model was made, as the journal of a kernel tells it, of real files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jupyter_aisec import commands
from jupyter_aisec.digest import stamp
from jupyter_aisec.journal import Journal, now
from jupyter_aisec.model import AssetKind, CellRun, Certainty, Hashed, Session, Source, Use, Verb
from jupyter_aisec.project import Project

Trained = Callable[..., Project]
Ask = Callable[..., dict[str, Any]]


def notebook(path: Path, *sources: str) -> None:
    cells = [
        {"cell_type": "code", "id": f"c{number}", "source": source, "metadata": {}, "outputs": [],
         "execution_count": number}
        for number, source in enumerate(sources, 1)
    ]  # fmt: skip
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def trained(project: Path) -> Trained:
    """Run a notebook of these cells: the last one is where data were read and the model was made."""

    def run(
        *sources: str,
        data: str = "train.csv",
        model: str = "model.bin",
        session: str = "s",
        path: str | None = "nb.ipynb",
    ) -> Project:
        cells = sources or ("import pandas as pd\nframe = pd.read_csv('train.csv')",)
        notebook(project / "nb.ipynb", *cells)
        if not (project / data).exists():
            (project / data).write_text("a,y\n1,0\n")
        (project / model).write_bytes(session.encode())
        number = len(cells)
        journal = Journal(project / ".aisec" / "journal" / f"{session}.jsonl")

        def use(key: str, name: str, verb: Verb, kind: AssetKind, *sources: Source) -> Use:
            files = (stamp(str(project / name)),)
            return Use(key, now(), verb, kind, key, name, name, "call", number, f"c{number}", 1, sources, files=files)

        fit = Use("f", now(), Verb.FITTED, AssetKind.MODEL, "f", "Forest", None, "Forest.fit", number, f"c{number}", 1,
                  (Source("d", Certainty.OBSERVED),))  # fmt: skip
        journal.write(
            Session(session, now(), path, 1, "3.11"),
            CellRun(number, now(), f"c{number}", hashlib.sha256(cells[-1].encode()).hexdigest()),
            use("d", data, Verb.READ, AssetKind.DATASET),
            fit,
            use("m", model, Verb.SAVED, AssetKind.MODEL, Source("f", Certainty.OBSERVED)),
            Hashed("d", now(), sha256(project / data), 1),
            Hashed("m", now(), sha256(project / model), 1),
        )
        journal.close()
        return Project.open(project)

    return run


@pytest.fixture
def ask(project: Path) -> Ask:
    """A command, as a host calls it; what its result says as JSON."""

    def run(*words: str) -> Any:
        parser = commands.parser(words[0], "jupyter aisec")
        result = commands.load(words[0]).run(Project.open(project), parser.parse_args(list(words[1:])))
        return json.loads(json.dumps(result.data()))

    return run


def states(status: dict[str, Any]) -> dict[str, str]:
    return {claim["id"]: claim["state"] for row in status["rows"] for claim in row["claims"]}


def claim(status: dict[str, Any], name: str) -> dict[str, Any]:
    return next(each for row in status["rows"] for each in row["claims"] if each["id"] == name)
