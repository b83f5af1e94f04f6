"""What a finding is known by when its cell moves: the rule, and the statement it is about without space and comments.

The one home of fingerprints: a baseline, SARIF and people's decisions name findings by them, so that the same text has
to give the same fingerprint in every version of Python.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from jupyter_aisec.model import Cell, CellKind, Part, Place
from jupyter_aisec.notebook import lines as physical
from jupyter_aisec.notebook.syntax import Parsed, ShellText, SyntaxProblem, parse

_PIECE = re.compile(
    r"""(?P<string>"{3}(?:[^"\\]|\\.|"(?!""))*+"{3}|'{3}(?:[^'\\]|\\.|'(?!''))*+'{3}"""
    r"""|"(?:[^"\\\n]|\\.)*+"|'(?:[^'\\\n]|\\.)*')"""
    r"""|(?P<comment>\#[^\n]*)|(?P<space>\s+|\\\n)|(?P<close>[)\]}])|.""",
    re.DOTALL,
)
_DIGITS = 16


@dataclass(frozen=True, slots=True)
class _Extent:
    """First and last line."""

    first: int
    last: int

    @property
    def size(self) -> int:
        return self.last - self.first


class Fingerprints:
    """The fingerprints of findings in one cell."""

    def __init__(self, cell: Cell) -> None:
        self._cell = cell
        self._lines = physical.split(cell.source)
        parsed = _parsed(cell)
        self._statements = sorted(_statements(parsed), key=lambda each: each.size) if parsed else []
        self._shell = parsed.shell if parsed else ()

    def of(self, rule: str, place: Place) -> str:
        """16 hexadecimal digits. What is found in an output is known by the cell that made it."""
        said = f"{rule}\0{place.part.value}\0{self._code(place)}"
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]

    def _code(self, place: Place) -> str:
        if place.part is Part.NOTEBOOK:
            return ""
        if place.part is not Part.SOURCE:
            return normalised(self._cell.source)
        shell = next((each for each in self._shell if _holds(_lines_of(each), place)), None)
        if shell is not None or self._cell.kind is not CellKind.CODE:
            extent = _Extent(place.line, place.end_line)
            if shell is not None and shell.expands:
                extent = _lines_of(shell)
            return " ".join(" ".join(self._lines[extent.first - 1 : extent.last]).split())
        found = next((each for each in self._statements if _holds(each, place)), _Extent(place.line, place.end_line))
        return normalised("\n".join(self._lines[found.first - 1 : found.last]))


def normalised(code: str) -> str:
    """Python without space, comments and the comma behind a last argument: what a formatter changes."""
    pieces: list[str] = []
    for piece in _PIECE.finditer(code):
        if piece.lastgroup in {"comment", "space"}:
            continue
        if piece.lastgroup == "close" and pieces and pieces[-1] == ",":
            pieces.pop()
        pieces.append(piece[0])
    return "".join(pieces)


def _parsed(cell: Cell) -> Parsed | None:
    if cell.kind is not CellKind.CODE:
        return None
    try:
        return parse(cell.source)
    except SyntaxProblem:
        return None


def _statements(parsed: Parsed) -> Iterator[_Extent]:
    """Every statement; of one that holds others only what stands in front of them."""
    for node in ast.walk(parsed.tree):
        if isinstance(node, ast.stmt):
            body = getattr(node, "body", None)
            last = node.end_lineno or node.lineno
            if isinstance(body, list) and body:
                last = max(node.lineno, body[0].lineno - 1)
            yield _Extent(node.lineno, last)


def _lines_of(shell: ShellText) -> _Extent:
    return _Extent(shell.line, shell.line + len(shell.columns) - 1)


def _holds(extent: _Extent, place: Place) -> bool:
    return extent.first <= place.line and place.end_line <= extent.last
