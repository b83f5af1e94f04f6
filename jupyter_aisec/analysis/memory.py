"""Cells that were walked before: many notebooks begin alike, and a tutorial in ten languages has its code ten times.

What the rules say about a cell hangs on its text, on what was made of the names that it looks at, and on what people
said of the data in it. Where these are what they were, so is the answer.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

import msgspec

from jupyter_aisec.analysis.asked import Asked
from jupyter_aisec.analysis.judge import LATE
from jupyter_aisec.analysis.screened import Silent
from jupyter_aisec.analysis.timeline import Held, Key
from jupyter_aisec.analysis.values import same
from jupyter_aisec.analysis.walked import Walked
from jupyter_aisec.model import Cell
from jupyter_aisec.notebook.decode import MalformedCell

_MOST = 400_000
"""Characters of the texts that are remembered; those that were met last."""
_LEAST = 200
"""What a short one counts."""
_OUTCOMES = 3
"""Of one text, beside other cells."""


class Outcome(msgspec.Struct, frozen=True, eq=False):
    """A cell, walked: what it looked at, what it left to the cells below, and what is said about its text.

    ``answers`` are those of people, by what rules asked about.
    """

    read: dict[Key, Held]
    made: dict[Key, Held]
    answers: dict[str, bool]
    walked: Walked

    def holds(self, before: Callable[[Key], Held]) -> bool:
        """Whether a cell that sees this comes to the same."""
        for key, held in self.read.items():
            now = before(key)
            if now is not held and not same(now, held):
                return False
        return True


class Memory:
    """Outcomes by text, all found on the same ground: by the same rules, which know the same beside the notebook."""

    def __init__(self) -> None:
        self._ground: object = None
        self._outcomes: OrderedDict[str, list[Outcome]] = OrderedDict()
        self._size = 0
        self.silent = (Silent(), Silent())
        """Code and prose of which nothing is said."""

    def on(self, ground: object) -> Memory:
        """The same memory, which begins anew where the ground is another."""
        if ground != self._ground:
            self._ground, self._size = ground, 0
            self._outcomes.clear()
            self.silent = (Silent(), Silent())
        return self

    def recall(self, cell: Cell, before: Callable[[Key], Held], asked: Asked) -> Outcome | None:
        """What this text came to where it saw the same; None where it was not met so."""
        for outcome in self._outcomes.get(cell.source, ()):
            is_same = outcome.walked.cell.kind is cell.kind and outcome.holds(before)
            if is_same and (not outcome.answers or asked.holds(outcome.answers)):
                self._outcomes.move_to_end(cell.source)
                return outcome
        return None

    def keep(
        self, walked: Walked, read: dict[Key, Held], made: dict[Key, Held], answers: dict[str, bool] | None = None
    ) -> None:
        """Remember what a cell came to. Not so what there was no time for, and what is no cell."""
        cell = walked.cell
        if walked.problem == LATE or isinstance(cell, MalformedCell):
            return
        # What is stored beside a cell is a view of the bytes of the whole file.
        outcome = Outcome(read, made, answers or {}, walked.of(Cell(cell.index, cell.kind, cell.source)))
        known = self._outcomes.setdefault(cell.source, [])
        known.insert(0, outcome)
        if len(known) > _OUTCOMES:
            del known[_OUTCOMES:]
        else:
            self._size += _weight(cell.source)
        while self._size > _MOST:
            text, forgotten = self._outcomes.popitem(last=False)
            self._size -= len(forgotten) * _weight(text)


def _weight(text: str) -> int:
    return max(len(text), _LEAST)
