"""From lines and columns in characters to those of editors: from 0, in UTF-16 code units."""

from __future__ import annotations

from jupyter_aisec.checking import messages
from jupyter_aisec.model import Place
from jupyter_aisec.notebook import lines as physical
from jupyter_aisec.notebook.syntax import Span


class Columns:
    """The lines of one text; an editor ends them where Python does."""

    def __init__(self, source: str) -> None:
        self._lines = physical.split(source)

    def range(self, place: Place | Span) -> messages.Range:
        """The same place on the wire."""
        return messages.Range(
            self._position(place.line, place.column), self._position(place.end_line, place.end_column)
        )

    def text(self, place: Place) -> str:
        """What stands there, with every space as one."""
        lines = self._lines[place.line - 1 : place.end_line]
        lines[-1] = lines[-1][: place.end_column - 1]
        lines[0] = lines[0][place.column - 1 :]
        return " ".join(" ".join(lines).split())

    def _position(self, line: int, column: int) -> messages.Position:
        before = self._lines[line - 1][: column - 1]
        wide = 0 if before.isascii() else sum(character > "\uffff" for character in before)
        return messages.Position(line - 1, column - 1 + wide)
