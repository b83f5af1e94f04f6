"""Plays a notebook of the suite, and compares what is answered with what is true."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from jupyter_aisec.model import Use, Verb
from tests.accuracy.data import PRELUDE, made
from tests.accuracy.suite import Case, Cell, Sources, Step
from tests.accuracy.watched import Kernels, kernels

NOTHING: Sources = frozenset()
_MAKING = frozenset({Verb.FITTED, Verb.SAVED, Verb.WROTE, Verb.LOGGED})


@dataclass(frozen=True, slots=True)
class Answer:
    """One call: what reached it, and what is said to have."""

    call: str
    true: Sources
    answered: Sources

    @property
    def over(self) -> Sources:
        """Sources that are named and did not reach it."""
        return self.answered - self.true

    @property
    def under(self) -> Sources:
        """Sources that reached it and are not named."""
        return self.true - self.answered

    def __str__(self) -> str:
        parts = [self.call]
        parts += [f"named, and not true: {', '.join(sorted(self.over))}"] if self.over else []
        parts += [f"missing: {', '.join(sorted(self.under))}"] if self.under else []
        return "; ".join(parts)


def play(case: Case, folder: Path) -> list[Answer]:
    """The answers to all that the notebook asks. The folder is filled with the files that it reads."""
    made(folder)
    modules = set(sys.modules)
    with contextlib.chdir(folder), contextlib.redirect_stdout(io.StringIO()):
        for cell in case.cells:
            if cell.step is Step.MAKES_FILES:
                exec(compile(f"{PRELUDE}\n{cell.source}", "files", "exec"), {"__name__": "files"})
        sys.path.insert(0, str(folder))
        try:
            with kernels(folder) as running:
                return _answers(case, running)
        finally:
            sys.path.remove(str(folder))
            # A helper of one notebook must not be taken for that of the next.
            for name in set(sys.modules) - modules:
                if (getattr(sys.modules[name], "__file__", None) or "").startswith(str(folder) + os.sep):
                    del sys.modules[name]


def _answers(case: Case, running: Kernels) -> list[Answer]:
    found: list[Answer] = []
    _run(running, Cell(PRELUDE))
    for cell in case.cells:
        if cell.step is Step.MAKES_FILES:
            continue
        if cell.step is Step.STARTS_A_KERNEL:
            running.next()
            _run(running, Cell(PRELUDE))
        number = _run(running, cell)
        uses = [each for each in running.running.uses() if each.cell == number and each.verb in _MAKING]
        for line, turns in cell.marks.items():
            here = [each for each in uses if each.line == line]
            found += compared(f"cell {number}, line {line}", turns, here, running)
    return found


def compared(call: str, turns: tuple[Sources, ...], uses: list[Use], running: Kernels) -> list[Answer]:
    """What is said of each turn; where one answer is true of all of them, of as many as there are."""
    expected = turns if len(turns) != 1 else turns * max(1, len(uses))
    pairs = zip_longest(expected, (running.reached(each) for each in uses), fillvalue=NOTHING)
    return [Answer(call, true, answered) for true, answered in pairs]


def _run(running: Kernels, cell: Cell) -> int:
    number, error = running.running.run(cell.source)
    if (error is not None) != (cell.step is Step.FAILS):
        raise AssertionError(f"the cell should {'fail' if error is None else 'run'}:\n{cell.source}") from error
    return number
