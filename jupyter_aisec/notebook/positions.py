"""From places in cells to lines and characters of the file: what those who know no cells are told."""

from __future__ import annotations

import re
from bisect import bisect_left

from jupyter_aisec.model import Cell, Edit, Part, Place
from jupyter_aisec.notebook.edits import Offsets, Replacement
from jupyter_aisec.notebook.layout import CellLayout, Items, NotLaidOut, layout
from jupyter_aisec.notebook.literal import Source
from jupyter_aisec.notebook.rewrite import replacements

_LINE_END = re.compile("\n")


class Positions:
    """Places in the JSON of one notebook."""

    def __init__(self, text: str) -> None:
        self._text = text
        try:
            self._cells: tuple[CellLayout, ...] = layout(text)
        except NotLaidOut:
            self._cells = ()
        self._ends: list[int] = []
        self._sources: dict[int, Source] = {}

    def line(self, cell: Cell, place: Place) -> int:
        """The 1-based line of the file; 1 where that can't be said."""
        if not 0 <= place.cell_index < len(self._cells):
            return 1
        found = self._cells[place.cell_index]
        if place.part is Part.OUTPUT and found.outputs and place.output in range(len(found.outputs.items)):
            return self._at(found.outputs.items[place.output or 0].start)
        if isinstance(found.source, Items) and found.source.items and place.part is Part.SOURCE:
            strings = found.source.items
            # A string is a line of the cell, where the notebook is written as Jupyter does.
            by_line = len(strings) >= place.line and cell.source.count("\n") in {len(strings), len(strings) - 1}
            return self._at(strings[place.line - 1 if by_line else 0].start)
        if found.source is not None:
            return self._at(found.source.whole.start if isinstance(found.source, Items) else found.source.start)
        return 1

    def changes(self, edits: tuple[Edit, ...]) -> tuple[Replacement, ...]:
        """Edits as replacements in the text of the file; empty where they can't be written there."""
        try:
            found = replacements(self._text, edits, self._cells, self._sources)
        except (NotLaidOut, IndexError):
            return ()
        return tuple(self._least(each) for each in found)

    def _least(self, wanted: Replacement) -> Replacement:
        """Without what stays at both ends."""
        old = self._text[wanted.start : wanted.end]
        head = _alike(old, wanted.text)
        tail = _alike(old[head:][::-1], wanted.text[head:][::-1])
        return Replacement(wanted.start + head, wanted.end - tail, wanted.text[head : len(wanted.text) - tail])

    def _at(self, offset: int) -> int:
        if not self._ends:
            self._ends = [found.start() for found in _LINE_END.finditer(self._text)]
        return bisect_left(self._ends, offset) + 1


def _alike(one: str, other: str) -> int:
    """With how many characters both begin."""
    pairs = zip(one, other, strict=False)
    return next((number for number, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def script_changes(source: str, edits: tuple[Edit, ...]) -> tuple[Replacement, ...]:
    """The same for a Python file."""
    offsets = Offsets(source)
    try:
        return tuple(offsets.replacement(each) for each in edits)
    except IndexError:
        return ()
