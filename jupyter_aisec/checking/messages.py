"""What is asked and said about open documents, by the page of JupyterLab (``server/wire.py``) and by other editors.

Positions are what editors count: 0-based lines, and columns in UTF-16 code units. Unknown fields are refused.
"""

from __future__ import annotations

from typing import Literal

import msgspec

SeverityWord = Literal["info", "low", "medium", "high", "critical"]
ConfidenceWord = Literal["high", "medium", "low"]
# These are the model's words: `tests/server` holds the one against the other.


class Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """One object."""


class Position(Message, frozen=True):
    """A place between two characters."""

    line: int
    character: int


class Range(Message, frozen=True):
    """From `start` up to, and not including, `end`."""

    start: Position
    end: Position


class TextEdit(Message, frozen=True):
    """Replace what stands at `range`."""

    range: Range
    text: str


class Fix(Message, frozen=True):
    """A mechanical repair of one cell; `safe`: a working program keeps working the same after it."""

    description: str
    safe: bool
    edits: list[TextEdit]


class Finding(Message, frozen=True):
    """An insecure practice at a place.

    `id` is the same in the next reply while the cell still says the same. `ignore` puts a comment that silences the
    finding, up to where its reason is typed; null where no comment can stand.
    """

    id: str
    rule: str
    severity: SeverityWord
    confidence: ConfidenceWord
    message: str
    range: Range
    fix: Fix | None
    ignore: TextEdit | None


class CellText(Message, frozen=True):
    """The source of one code cell. `key` is the page's own name for it, unique in the document."""

    key: str
    source: str


class CheckRequest(Message, frozen=True):
    """What changed in a document since `base`, the revision that the server knows (0: nothing, all is here).

    `document` is the page's own name for it, and unique; `path` is the file's as the server names files. `order` lists
    the keys of all code cells from top to bottom; null when it is as it was. A file is a document of one cell.
    """

    document: str
    path: str
    kind: Literal["notebook", "file"]
    language: str
    base: int
    revision: int
    cells: list[CellText]
    order: list[str] | None = None


class CheckedCell(Message, frozen=True):
    """What is known of one cell. `problem`: it can't be read as it stands, so that nothing new is known.

    `sha256` is of the UTF-8 source, as the journal has it of cells that ran.
    """

    key: str
    findings: list[Finding]
    problem: str | None
    sha256: str


class CheckReply(Message, frozen=True):
    """The cells that were sent, and those whose findings changed by it.

    `resend`: the server doesn't know `base` any more, ask again with everything. `problem`: the document is not
    analysed, and why. `rules` is the number of rules that ran.
    """

    revision: int
    resend: bool
    cells: list[CheckedCell]
    rules: int
    problem: str | None


class Closed(Message, frozen=True):
    """The page needs no more findings of a document."""

    document: str
