"""What is said about a cell after each of the steps that the judge takes."""

from __future__ import annotations

import msgspec

from jupyter_aisec.analysis.hit import Fact
from jupyter_aisec.analysis.raised import Lines, Raised
from jupyter_aisec.analysis.suppression import Comment
from jupyter_aisec.model import Cell, Finding


class Walked(msgspec.Struct, frozen=True):
    """What the rules say about a cell, whatever other cells say. ``problem`` is why it could not be read."""

    cell: Cell
    raised: tuple[Raised, ...] = ()
    facts: frozenset[Fact] = frozenset()
    comments: tuple[Comment, ...] = ()
    problem: str | None = None
    unread: str | None = None
    """What of it was not read, where the rest was."""

    def of(self, cell: Cell) -> Walked:
        """The same of another cell with this text."""
        return Walked(cell, self.raised, self.facts, self.comments, self.problem, self.unread)


class Heard(msgspec.Struct, frozen=True):
    """What is left of it beside the other cells, before later ones had their say."""

    walked: Walked
    raised: tuple[Raised, ...]
    problem: str | None = None


class Settled(msgspec.Struct, frozen=True):
    """A finding that stands, and the lines on which a comment silences it; None where none does."""

    finding: Finding
    lines: Lines | None
