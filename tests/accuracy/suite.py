"""The notebooks of the suite, as text: cells between ``# %%``, and beside a call, after ``#<``, what reached it.

``# === name`` begins a notebook. ``# %% files`` is run before the kernel starts, ``# %% again 2`` runs the second cell
once more, ``# %% new kernel`` is the first cell of another notebook and ``# %% fails`` ends with an error. Where a line
makes no model and no file, ``#< nothing`` says so. What stands before the first cell says why the answer is what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

FOLDER = Path(__file__).parent / "notebooks"

Sources = frozenset[str]

_NOTEBOOK = re.compile(r"^# === (?P<name>.+)\n", re.MULTILINE)
_CELL = re.compile(r"^# %%(?P<word>.*)\n", re.MULTILINE)
_MARK = re.compile(r"#<(?P<sources>.*)$")


class Step(Enum):
    """What is done with the text of a cell."""

    RUNS = ""
    FAILS = "fails"
    MAKES_FILES = "files"
    STARTS_A_KERNEL = "new kernel"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell in the order in which it runs. ``marks``: by line, what reached each call there, one after another."""

    source: str
    step: Step = Step.RUNS
    marks: Mapping[int, tuple[Sources, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """One notebook, or several that run one after another."""

    family: str
    name: str
    cells: tuple[Cell, ...]

    @property
    def id(self) -> str:
        """The name of the test."""
        return f"{self.family}: {self.name}"


def cases(folder: Path = FOLDER) -> tuple[Case, ...]:
    """All notebooks of the suite."""
    return tuple(each for path in sorted(folder.glob("*.txt")) for each in _notebooks(path.stem, path.read_text()))


def _notebooks(family: str, text: str) -> Iterator[Case]:
    _, *parts = _NOTEBOOK.split(text)
    for name, body in zip(parts[::2], parts[1::2], strict=True):
        yield Case(family, name, tuple(_cells(body)))


def _cells(body: str) -> Iterator[Cell]:
    made: list[Cell] = []
    _, *parts = _CELL.split(body)
    for given, source in zip(parts[::2], parts[1::2], strict=True):
        word = given.strip()
        if word.startswith("again"):
            yield made[int(word.removeprefix("again")) - 1]
            continue
        cell = Cell(source.rstrip("\n"), Step(word), marks(source))
        if cell.step is not Step.MAKES_FILES:
            made.append(cell)
        yield cell


def marks(source: str) -> Mapping[int, tuple[Sources, ...]]:
    """What reached the calls of each line that says so: ``#< a.csv, b.csv | c.csv`` for two turns of a loop."""
    found = {number: _MARK.search(line) for number, line in enumerate(source.splitlines(), start=1)}
    return {number: _turns(mark["sources"]) for number, mark in found.items() if mark}


def _turns(text: str) -> tuple[Sources, ...]:
    if text.strip() == "nothing":
        return ()
    return tuple(frozenset(name for each in turn.split(",") if (name := each.strip())) for turn in text.split("|"))
