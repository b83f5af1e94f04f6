"""The source of a cell as the file writes it: strings of JSON, of which an edit changes no character but its own."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from jupyter_aisec.model import Edit
from jupyter_aisec.notebook.edits import Offsets, Replacement
from jupyter_aisec.notebook.layout import CellLayout, Extent, Items, NotLaidOut

_CHARACTER = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]", re.DOTALL
)
"""One character as it is written in a string of JSON; a pair of surrogates is one."""
_ESCAPED = re.compile(r"\\u(?!00[0-7])[0-9a-fA-F]{4}")


@dataclass(frozen=True, slots=True)
class _Written:
    """One character as the file has it, and the separator behind it where a string of the list ends there."""

    text: str
    ends: str = ""


class Source:
    """The source of one cell, character by character as it is written."""

    def __init__(self, text: str, cell: CellLayout, others: Sequence[CellLayout]) -> None:
        if cell.source is None:
            raise NotLaidOut
        self._text = text
        self._others = others
        self._layout = cell.source
        self._is_list = isinstance(cell.source, Items)
        self._strings = cell.source.items if isinstance(cell.source, Items) else (cell.source,)
        self._before, self._behind = "", ""
        self._starts: list[int] = []
        self._characters = self._read_all()
        self._source = "".join(_read(self._text[each.start : each.end]) for each in self._strings)
        if len(self._source) != len(self._characters):
            raise NotLaidOut
        self._offsets = Offsets(self._source)

    def edited(self, edits: Sequence[Edit]) -> list[Replacement]:
        """The edits, as replacements in the text of the notebook."""
        wanted = [self._offsets.replacement(each) for each in edits]
        if all(each.end < len(self._characters) for each in wanted):
            return [self._inside(each) for each in wanted]
        return [self._whole(wanted)]

    def _inside(self, wanted: Replacement) -> Replacement:
        """One that ends before a character that stays: in front of that, a string is open."""
        text = "".join(f'{each.text}"{each.ends}"' if each.ends else each.text for each in self._new(wanted.text))
        return Replacement(self._starts[wanted.start], self._starts[wanted.end], text)

    def _whole(self, wanted: Sequence[Replacement]) -> Replacement:
        """Those that change how the source ends: it is written anew."""
        characters = list(self._characters)
        if self._is_list and self._source.endswith(("\n", "\r")):
            # What comes behind the last line is a string of its own.
            characters[-1] = replace(characters[-1], ends=self._separator)
        for each in sorted(wanted, reverse=True):
            characters[each.start : each.end] = self._new(each.text)
        head, tail = self._head_and_tail(characters)
        return Replacement(head.start, tail.end, self._rendered(characters, head, tail))

    def _read_all(self) -> list[_Written]:
        """All characters; strings of nothing belong to what stands between two of them, or at the ends of the list."""
        found: list[_Written] = []
        between = ""
        for number, each in enumerate(self._strings):
            matches = list(_CHARACTER.finditer(self._text, each.start + 1, each.end - 1))
            self._starts += [match.start() for match in matches]
            here = [_Written(match[0]) for match in matches]
            if here and found:
                found[-1] = replace(found[-1], ends=between)
            elif here:
                self._before = between
            found += here
            between = "" if here else f'{between}""'
            if number + 1 < len(self._strings):
                between += self._text[each.end : self._strings[number + 1].start]
        self._behind = between if found else ""
        return found

    def _new(self, text: str) -> list[_Written]:
        ends = self._separator if self._is_list else ""
        lines = text.splitlines(keepends=True) if ends else [text]
        ascii_only = self._escapes
        found: list[_Written] = []
        for line in lines:
            found += [_Written(_escaped(each, ascii_only=ascii_only)) for each in line]
            if ends and line.endswith(("\n", "\r")):
                found[-1] = replace(found[-1], ends=ends)
        return found

    def _head_and_tail(self, characters: Sequence[_Written]) -> tuple[Extent, Extent]:
        """The brackets with the space inside them, or nothing for a string."""
        if not isinstance(self._layout, Items):
            return Extent(self._layout.start, self._layout.start), Extent(self._layout.end, self._layout.end)
        whole, items = self._layout.whole, self._layout.items
        if not self._characters or not characters:
            return Extent(whole.start, whole.start), Extent(whole.end, whole.end)
        return Extent(whole.start, items[0].start), Extent(items[-1].end, whole.end)

    def _rendered(self, characters: Sequence[_Written], head: Extent, tail: Extent) -> str:
        parts = [f'{each.text}"{each.ends}"' if each.ends else each.text for each in characters[:-1]]
        parts += [each.text for each in characters[-1:]]
        body = f'"{"".join(parts)}"'
        if not self._is_list:
            return body
        if not characters:
            return "[]" if self._characters else self._text[head.start : tail.end]
        if head.start == head.end:
            # The list was empty: it is written as others in the file are.
            before, after = self._around
            return f"{before}{body}{after}"
        body = f"{self._before}{body}{self._behind}"
        return self._text[head.start : head.end] + body + self._text[tail.start : tail.end]

    @cached_property
    def _separator(self) -> str:
        """What stands between two strings: here, or where another source of the file has more than one."""
        for each in (self._layout, *(other.source for other in self._others)):
            if isinstance(each, Items) and len(each.items) > 1:
                return self._text[each.items[0].end : each.items[1].start]
        space = self._around[0][1:]
        return f",{space}" if "\n" in space else ", "

    @cached_property
    def _around(self) -> tuple[str, str]:
        """The brackets of a list of strings with the space inside them."""
        for each in (self._layout, *(other.source for other in self._others)):
            if isinstance(each, Items) and each.items:
                before = self._text[each.whole.start : each.items[0].start]
                return before, self._text[each.items[-1].end : each.whole.end]
        return "[", "]"

    @cached_property
    def _escapes(self) -> bool:
        """Whether characters beyond ASCII are escaped: in this cell or, where it has none, in the file."""
        if not all(self._text[each.start : each.end].isascii() for each in self._strings):
            return False
        here = any(_ESCAPED.search(self._text, each.start, each.end) for each in self._strings)
        return here or (self._text.isascii() and bool(_ESCAPED.search(self._text)))


def _escaped(character: str, *, ascii_only: bool) -> str:
    is_half = "\ud800" <= character <= "\udfff"
    return json.dumps(character, ensure_ascii=ascii_only or is_half)[1:-1]


def _read(string: str) -> str:
    found: str = json.loads(string, strict=False)
    return found
