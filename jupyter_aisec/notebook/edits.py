"""Edits of the text of one cell: from places to offsets, which of them go together, and what comes of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from jupyter_aisec.model import Edit, Place
from jupyter_aisec.notebook import lines as physical

_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True, order=True)
class Replacement:
    """Replace what stands from ``start`` up to ``end``, in characters, by ``text``."""

    start: int
    end: int
    text: str

    def touches(self, other: Replacement) -> bool:
        """Whether the two overlap or meet: then it matters which comes first."""
        return self.start <= other.end and other.start <= self.end


class Offsets:
    """Where the lines of a source begin; an edit's line ends become those of the source."""

    def __init__(self, source: str) -> None:
        self._lines = physical.split(source)
        ends = physical.ends(source)
        sizes = (len(line) + len(end) for line, end in zip(self._lines, ends, strict=True))
        self._starts = [0, *accumulate(sizes)]
        self._end = ends[0] or "\n"

    def replacement(self, edit: Edit) -> Replacement:
        """The edit in offsets. Raises `IndexError` for a place that is not in the source."""
        place = edit.place
        start, end = self._offset(place.line, place.column), self._offset(place.end_line, place.end_column)
        if start > end:
            raise IndexError(place)
        return Replacement(start, end, _LINE_END.sub(lambda _: self._end, edit.text))

    def extent(self, place: Place) -> tuple[int, int]:
        """From which offset up to which a place reaches. Raises `IndexError`."""
        return self._offset(place.line, place.column), self._offset(place.end_line, place.end_column)

    def _offset(self, line: int, column: int) -> int:
        if not (0 < line <= len(self._lines) and 0 < column <= len(self._lines[line - 1]) + 1):
            raise IndexError(line, column)
        return self._starts[line - 1] + column - 1


def applied(source: str, replacements: Iterable[Replacement]) -> str:
    """The source after replacements of which none touches another."""
    parts: list[str] = []
    at = 0
    for each in sorted(replacements):
        parts += (source[at : each.start], each.text)
        at = each.end
    return "".join([*parts, source[at:]])


def go_together(new: Sequence[Replacement], taken: Iterable[Replacement]) -> bool:
    """Whether none of the new ones touches one that is taken, nor another new one."""
    ordered = sorted(new)
    inside = all(not one.touches(two) for one, two in pairwise(ordered))
    return inside and not any(one.touches(two) for one in new for two in taken)
