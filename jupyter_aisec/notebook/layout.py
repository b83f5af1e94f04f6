"""Where in the JSON of a notebook its sources and outputs stand, so that they can be changed and all else kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"((?:[^"\\]++|\\.)*+)"', re.DOTALL)
_SCALAR = re.compile(r"[^\s,\]}\[{\"]++")
_NESTED = re.compile(r'[^"{}\[\]]*+(?:"(?:[^"\\]++|\\.)*+"|([{\[])|([}\]]))', re.DOTALL)


class NotLaidOut(Exception):  # noqa: N818 - who asked for it makes a sentence of it
    """The text is no JSON, or no notebook."""


@dataclass(frozen=True, slots=True)
class Extent:
    """From one offset of the text up to another."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Items:
    """A list: its own extent with the brackets, and that of each item."""

    whole: Extent
    items: tuple[Extent, ...]


@dataclass(frozen=True, slots=True)
class CellLayout:
    """One cell. ``source`` is a string (its extent with the quotes) or a list of strings; None where it is neither."""

    source: Extent | Items | None = None
    outputs: Items | None = None


def layout(text: str) -> tuple[CellLayout, ...]:
    """The cells of a notebook of nbformat 4; of keys that come twice the last one counts, as it does for readers.

    Raises `NotLaidOut`.
    """
    cells = None
    for key, start in _members(text, _space(text, 0)):
        if key == "cells":
            cells = start
    if cells is None:
        raise NotLaidOut
    return tuple(_cell(text, item.start) for item in _items(text, cells).items)


def _cell(text: str, start: int) -> CellLayout:
    if text[start] != "{":
        return CellLayout()
    source: Extent | Items | None = None
    outputs: Items | None = None
    for key, at in _members(text, start):
        if key == "source":
            source = _source(text, at)
        elif key == "outputs":
            outputs = _items(text, at) if text[at] == "[" else None
    return CellLayout(source, outputs)


def _source(text: str, at: int) -> Extent | Items | None:
    if text[at] == '"':
        return Extent(at, _past(text, at))
    if text[at] != "[":
        return None
    items = _items(text, at)
    return items if all(text[item.start] == '"' for item in items.items) else None


def _members(text: str, at: int) -> Iterator[tuple[str, int]]:
    """The keys of an object as they are written, each with where its value begins."""
    at = _expected(text, at, "{")
    if text[at : at + 1] == "}":
        return
    while True:
        key = _STRING.match(text, at)
        if key is None:
            raise NotLaidOut
        at = _expected(text, _space(text, key.end()), ":")
        yield _name(key[1]), at
        at = _space(text, _past(text, at))
        if text[at : at + 1] == "}":
            return
        at = _expected(text, at, ",")


def _name(written: str) -> str:
    """A key without its escapes; only of keys that have some is it worth asking."""
    if "\\" not in written:
        return written
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), written)


def _items(text: str, at: int) -> Items:
    start = at
    at = _expected(text, at, "[")
    found: list[Extent] = []
    while text[at : at + 1] != "]":
        if found:
            at = _expected(text, at, ",")
        end = _past(text, at)
        found.append(Extent(at, end))
        at = _space(text, end)
    return Items(Extent(start, at + 1), tuple(found))


def _past(text: str, at: int) -> int:
    """The offset behind the value that begins at ``at``; counts brackets, so that no depth is too deep."""
    if text[at : at + 1] == '"':
        found = _STRING.match(text, at)
    elif text[at : at + 1] in {"{", "["}:
        return _past_nested(text, at)
    else:
        found = _SCALAR.match(text, at)
    if found is None:
        raise NotLaidOut
    return found.end()


def _past_nested(text: str, at: int) -> int:
    depth = 0
    while True:
        found = _NESTED.match(text, at)
        if found is None:
            raise NotLaidOut
        at = found.end()
        depth += bool(found[1]) - bool(found[2])
        if depth == 0:
            return at


def _expected(text: str, at: int, sign: str) -> int:
    """Behind the sign and the space that follows it."""
    if text[at : at + 1] != sign:
        raise NotLaidOut
    return _space(text, at + 1)


def _space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return at if found is None else found.end()
