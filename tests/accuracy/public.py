"""``python -m tests.accuracy.public FOLDER [WORD]``: runs public notebooks for real, on the data beside them.

The folder holds clones of the repositories that `public.toml` names, each under its own name and at its commit. Which
sources reached the fits of a notebook was told by reading it. A cell that today's libraries refuse ends with its error,
as it would for anybody; how many did is printed. What is called otherwise today stands in the list.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import tomllib
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any

from jupyter_aisec.model import Verb
from tests.accuracy.play import NOTHING, Answer
from tests.accuracy.score import HEAD, Score
from tests.accuracy.suite import Sources
from tests.accuracy.watched import Kernels, kernels

LIST = Path(__file__).with_name("public.toml")


@dataclass(frozen=True, slots=True)
class Public:
    """A notebook, and what reached its fits: ``reached``, but for the cells that say something else."""

    path: Path
    reached: Sources
    others: Mapping[int, Sources] = field(default_factory=dict)
    today: Mapping[str, str] = field(default_factory=dict)


def notebooks(folder: Path) -> list[Public]:
    """The notebooks of the list. Cells are counted from 1, those of code only."""
    return [
        Public(
            folder / repository["name"].partition("/")[2] / each["path"],
            frozenset(each["reached"]),
            {int(cell): frozenset(sources) for cell, sources in each.get("others", {}).items()},
            repository.get("today", {}),
        )
        for repository in tomllib.loads(LIST.read_text())["repository"]
        for each in repository["notebook"]
    ]


def run(notebook: Public) -> tuple[list[Answer], int]:
    """What is said of each fit, and how many cells ended with an error."""
    failed = 0
    found: list[Answer] = []
    folder = notebook.path.parent.resolve()
    with contextlib.chdir(folder), contextlib.redirect_stdout(io.StringIO()), kernels(folder) as running:
        for index, source in enumerate(_sources(notebook.path), start=1):
            for old, new in notebook.today.items():
                source = source.replace(old, new)  # noqa: PLW2901 - the same cell, in the words of today
            number, error = running.running.run(source)
            failed += error is not None
            true = notebook.others.get(index, notebook.reached)
            found += [Answer(f"cell {index}", true, each) for each in _said(running, number)]
    return found or [Answer("no fit", notebook.reached, NOTHING)], failed


def _said(running: Kernels, number: int) -> list[Sources]:
    uses = [each for each in running.running.uses() if each.cell == number and each.verb is Verb.FITTED]
    return [frozenset(PurePath(name).name for name in running.reached(each)) for each in uses]


def _sources(path: Path) -> list[str]:
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return ["".join(each["source"]) for each in document["cells"] if each["cell_type"] == "code"]


def main(folder: str, word: str = "") -> None:
    """Print each wrong answer, then a line for each notebook and one for all."""
    warnings.simplefilter("ignore")
    os.environ["MPLBACKEND"] = "agg"
    lines: list[str] = []
    answers: list[Answer] = []
    for notebook in notebooks(Path(folder)):
        if word not in str(notebook.path):
            continue
        with contextlib.redirect_stderr(io.StringIO()):
            given, failed = run(notebook)
        answers += given
        lines.append(f"{Score.of(given)}  {failed:6}  {notebook.path.relative_to(folder)}")
        for each in given:
            if each.true != each.answered:
                print(f"{notebook.path.name}: {each}")
    print(f"\n{HEAD}  errors", *lines, f"{Score.of(answers)}          all", sep="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
