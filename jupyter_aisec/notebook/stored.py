"""What a file has besides the sources: outputs, metadata, attachments. Decoded when it is asked for, and bounded.

Most of a notebook is pictures, and most of the rest is asked for by few: what is not looked at stays a view of the
file's bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

import msgspec

from jupyter_aisec.model import Cell, Notebook

LONGEST = 4_000_000
"""Characters of one text that are read."""
_STRINGS = 200_000
"""Strings of one piece of metadata that are read."""
_LEAST = 3
"""Bytes of the shortest JSON that holds anything which is looked for."""
_SHORT = 8
_NOTHING = frozenset({b"", b"null", b"[]", b"{}"})

_PICTURES = ("image/", "audio/", "video/", "application/pdf")
_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_EMBEDDED = re.compile(r";base64,[A-Za-z0-9+/=\s]*")
_Type = TypeVar("_Type")


class TextKind(StrEnum):
    """What the text of an output is."""

    STREAM = "stream"
    PLAIN = "text/plain"
    HTML = "text/html"
    MARKDOWN = "text/markdown"
    JSON = "application/json"
    JAVASCRIPT = "application/javascript"
    ERROR = "error"


class Text(msgspec.Struct, frozen=True):
    """One text of an output, without colours and embedded pictures; ``is_cut`` when there is more of it."""

    kind: TextKind
    text: str
    is_cut: bool = False


class StoredOutput(msgspec.Struct, frozen=True):
    """One output, by its 0-based index in the cell: its texts, pictures left out."""

    index: int
    texts: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class StoredCell(Cell):
    """A cell of a file. What is stored of it is either JSON (`msgspec.Raw`) or was decoded already."""

    outputs: Any = field(default=None, compare=False, repr=False)
    metadata: Any = field(default=None, compare=False, repr=False)
    attachments: Any = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class StoredNotebook(Notebook):
    """A notebook of a file."""

    metadata: Any = field(default=None, compare=False, repr=False)


class _Data(msgspec.Struct):
    plain: Any = msgspec.field(default=None, name="text/plain")
    html: Any = msgspec.field(default=None, name="text/html")
    markdown: Any = msgspec.field(default=None, name="text/markdown")
    json: Any = msgspec.field(default=None, name="application/json")
    javascript: Any = msgspec.field(default=None, name="application/javascript")


class _Output(msgspec.Struct):
    text: Any = None
    data: _Data | None = None
    ename: Any = None
    evalue: Any = None
    traceback: Any = None


_UNFIT = (msgspec.ValidationError, msgspec.DecodeError, RecursionError, UnicodeEncodeError)
"""What is no such thing; the last is half a surrogate pair in a notebook that was decoded already."""
_OUTPUTS: msgspec.json.Decoder[list[_Output]] = msgspec.json.Decoder(list[_Output])


def is_there(stored: object) -> bool:
    """Whether this is more than nothing."""
    if isinstance(stored, msgspec.Raw):
        size = len(stored)
        return size > _SHORT or (size >= _LEAST and bytes(stored).strip() not in _NOTHING)
    return bool(stored)


def outputs(cell: Cell) -> Iterator[StoredOutput]:
    """The outputs that have text. What is no output is left out; the others keep their index."""
    if not isinstance(cell, StoredCell) or not is_there(cell.outputs):
        return
    for index, output in enumerate(_outputs(cell.outputs)):
        texts = tuple(_texts(output)) if output is not None else ()
        if texts:
            yield StoredOutput(index, texts)


def strings(stored: object) -> str:
    """All keys and strings of metadata or attachments, a line each; what is embedded as base64 is left out."""
    if not is_there(stored):
        return ""
    return _clean("\n".join(_strings(_decoded(stored, object))))


def _outputs(stored: object) -> list[_Output | None]:
    try:
        return [*_OUTPUTS.decode(stored)] if isinstance(stored, msgspec.Raw) else msgspec.convert(stored, list[_Output])
    except _UNFIT:
        return [_converted(each) for each in _decoded(stored, list[Any]) or ()]


def _converted(output: object) -> _Output | None:
    try:
        return msgspec.convert(output, _Output)
    except _UNFIT:
        return None


def _decoded(stored: object, to: type[_Type]) -> _Type | None:
    try:
        return msgspec.json.decode(stored, type=to) if isinstance(stored, msgspec.Raw) else msgspec.convert(stored, to)
    except _UNFIT:
        return None


def _texts(output: _Output) -> Iterator[Text]:
    data = output.data or _Data()
    found = (
        (TextKind.STREAM, output.text),
        (TextKind.PLAIN, data.plain),
        (TextKind.HTML, data.html),
        (TextKind.MARKDOWN, data.markdown),
        (TextKind.JSON, None if data.json is None else "\n".join(_strings(data.json))),
        (TextKind.JAVASCRIPT, data.javascript),
        (TextKind.ERROR, _error(output)),
    )
    for kind, stored in found:
        text = _clean(joined(stored)) if stored is not None else ""
        if text:
            yield Text(kind, text[:LONGEST], len(text) > LONGEST)


def _error(output: _Output) -> str | None:
    if output.traceback is None and output.evalue is None:
        return None
    said = f"{joined(output.ename)}: {joined(output.evalue)}"
    lines = output.traceback if isinstance(output.traceback, list) else []
    return "\n".join([said, *(line for line in lines if isinstance(line, str))])


def joined(text: object) -> str:
    """Text as notebooks have it: a string, or a list of its lines; empty for everything else."""
    if isinstance(text, str):
        return text
    if not isinstance(text, list):
        return ""
    try:
        return "".join(text)
    except TypeError:
        return "".join(part for part in text if isinstance(part, str))


def _clean(text: str) -> str:
    if "\x1b" in text:
        text = _COLOURS.sub("", text)
    return _EMBEDDED.sub("", text) if ";base64," in text else text


def _strings(value: object) -> list[str]:
    """Every string in a decoded document, keys included; without recursion, for depth is the author's choice."""
    waiting = [value]
    found: list[str] = []
    for _ in range(_STRINGS):
        if not waiting:
            break
        value = waiting.pop()
        if isinstance(value, str):
            found.append(value[:LONGEST])
        elif isinstance(value, dict):
            # A picture is base64 without any mark but the name of its type.
            waiting += [part for key, part in value.items() if not str(key).startswith(_PICTURES)]
            waiting += value
        elif isinstance(value, list):
            waiting += value
    return found
