"""A text as an editor counts it: lines from 0, columns in the units that were agreed on."""

from __future__ import annotations

import re
from itertools import accumulate

from lsprotocol import types

from jupyter_aisec.checking import messages
from jupyter_aisec.notebook import lines as physical

_HALF = re.compile("[\ud800-\udfff]")
_END = re.compile(r"\r\n|\r|\n")
_CODECS = {
    types.PositionEncodingKind.Utf8: "utf-8",
    types.PositionEncodingKind.Utf16: "utf-16-le",
    types.PositionEncodingKind.Utf32: "utf-32-le",
}
_SIZES = {
    types.PositionEncodingKind.Utf8: 1,
    types.PositionEncodingKind.Utf16: 2,
    types.PositionEncodingKind.Utf32: 4,
}
"""Bytes of one unit."""


class Text:
    """One text, as it stands. ``units`` are those of columns; lines end where the protocol and Python end them."""

    def __init__(self, source: str, units: types.PositionEncodingKind) -> None:
        # Half of a character can't be sent on; what stands for it is as wide.
        self.source = _HALF.sub("\ufffd", source)
        self._units = units
        self._lines = physical.split(self.source)
        self._ends = physical.ends(self.source)
        sizes = (len(line) + len(end) for line, end in zip(self._lines, self._ends, strict=True))
        self._starts = [0, *accumulate(sizes)]

    def changed(self, change: types.TextDocumentContentChangeEvent) -> Text:
        """The text after an edit in an editor."""
        if isinstance(change, types.TextDocumentContentChangeWholeDocument):
            return Text(change.text, self._units)
        start, end = self.offset(change.range.start), self.offset(change.range.end)
        return Text(self.source[:start] + change.text + self.source[max(start, end) :], self._units)

    def offset(self, position: types.Position) -> int:
        """The place in characters; one behind the end of a line, or of the text, is that end."""
        if position.line >= len(self._lines):
            return len(self.source)
        return self._starts[position.line] + self._characters(position.line, position.character, self._units)

    def range(self, where: messages.Range) -> types.Range:
        """A place that the analysis found, which counts in UTF-16."""
        return types.Range(self._position(where.start), self._position(where.end))

    def extent(self, where: messages.Range) -> tuple[int, int]:
        """From which offset up to which it reaches, in characters."""
        return self._found(where.start), self._found(where.end)

    def written(self, text: str) -> str:
        """A new text for this one, with the line ends that are used here."""
        end = self._ends[0] or "\n"
        return _END.sub(lambda _: end, text)

    def _found(self, position: messages.Position) -> int:
        column = self._characters(position.line, position.character, types.PositionEncodingKind.Utf16)
        return self._starts[position.line] + column

    def _position(self, position: messages.Position) -> types.Position:
        line = self._lines[position.line]
        if self._units == types.PositionEncodingKind.Utf16 or line.isascii():
            return types.Position(position.line, position.character)
        column = self._characters(position.line, position.character, types.PositionEncodingKind.Utf16)
        before = line[:column].encode(_CODECS[self._units])
        return types.Position(position.line, len(before) // _SIZES[self._units])

    def _characters(self, number: int, column: int, units: types.PositionEncodingKind) -> int:
        """How many characters stand before a column; one that is cut by it stands behind."""
        line = self._lines[number]
        if line.isascii():
            return min(column, len(line))
        return len(line.encode(_CODECS[units])[: column * _SIZES[units]].decode(_CODECS[units], "ignore"))
