"""Edits written back into the bytes of a notebook or a Python file: all that they don't touch stays, byte for byte."""

from __future__ import annotations

import codecs
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from jupyter_aisec.model import AisecError, Edit, Notebook
from jupyter_aisec.notebook.decode import decode
from jupyter_aisec.notebook.edits import Offsets, Replacement, applied
from jupyter_aisec.notebook.layout import CellLayout, Extent, Items, NotLaidOut, layout
from jupyter_aisec.notebook.script import script_encoding

_CHARACTER = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]", re.DOTALL
)
"""One character as it is written in a string of JSON; a pair of surrogates is one."""
_ESCAPED = re.compile(r"\\u(?!00[0-7])[0-9a-fA-F]{4}")


def rewritten(data: bytes, path: str, edits: Iterable[Edit], *, script: bool = False) -> bytes:
    """The file with the edits, of which none may touch another.

    Raises `AisecError` for a file that can't be written back as it was.
    """
    chosen = tuple(edits)
    if script:
        return _script(data, path, chosen)
    text = _text(data, path)
    before = decode(data, path)
    if before.notes:
        raise AisecError(f"{path}: {'; '.join(before.notes)}; open and save it in Jupyter, then fix it")
    try:
        new = applied(text, replacements(text, chosen)).encode("utf-8", "surrogatepass")
    except (NotLaidOut, IndexError):
        raise AisecError(f"{path}: an edit lies where nothing can be changed; nothing was written") from None
    new = codecs.BOM_UTF8 + new if data.startswith(codecs.BOM_UTF8) else new
    _prove(before, decode(new, path), chosen)
    return new


def replacements(
    text: str,
    edits: Iterable[Edit],
    cells: Sequence[CellLayout] | None = None,
    sources: dict[int, Source] | None = None,
) -> list[Replacement]:
    """What to change in the text of a notebook, whose layout may be known already; ``sources`` is filled with cells.

    Raises `NotLaidOut`, and `IndexError` for a place that is nowhere.
    """
    cells = layout(text) if cells is None else cells
    by_cell: dict[int, list[Edit]] = defaultdict(list)
    for edit in edits:
        by_cell[edit.place.cell_index].append(edit)
    found: list[Replacement] = []
    for index, wanted in by_cell.items():
        if not 0 <= index < len(cells):
            raise IndexError(index)
        source = [edit for edit in wanted if edit.place.output is None]
        outputs = {edit.place.output for edit in wanted if edit.place.output is not None}
        if source:
            known = sources if sources is not None else {}
            if index not in known:
                known[index] = Source(text, cells[index], cells)
            found += known[index].edited(source)
        if outputs:
            found.append(_without(text, cells[index].outputs, outputs))
    return found


def _text(data: bytes, path: str) -> str:
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError:
        raise AisecError(f"{path}: not valid UTF-8, so it can't be written back; save it again in Jupyter") from None


def _script(data: bytes, path: str, edits: Sequence[Edit]) -> bytes:
    encoding = script_encoding(data)
    refused = AisecError(f"{path}: its bytes are not what its encoding says, so it can't be written back")
    try:
        text = data.decode(encoding)
        if text.encode(encoding) != data and (encoding != "utf-8-sig" or text.encode() != data):
            raise refused
        offsets = Offsets(text)
        new = applied(text, [offsets.replacement(edit) for edit in edits])
        return new.encode(encoding if data.startswith(codecs.BOM_UTF8) or encoding != "utf-8-sig" else "utf-8")
    except (UnicodeError, LookupError):
        raise refused from None
    except IndexError:
        raise AisecError(f"{path}: an edit lies where nothing can be changed; nothing was written") from None


def _without(text: str, outputs: Items | None, numbers: set[int]) -> Replacement:
    """The outputs of a cell that are left; the space around them stays as it is."""
    if outputs is None or not all(0 <= number < len(outputs.items) for number in numbers):
        raise IndexError(numbers)
    kept = [item for number, item in enumerate(outputs.items) if number not in numbers]
    whole, items = outputs.whole, outputs.items
    if not kept:
        return Replacement(whole.start, whole.end, "[]")
    between = text[items[0].end : items[1].start]
    parts = between.join(text[item.start : item.end] for item in kept)
    return Replacement(items[0].start, items[-1].end, parts)


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

    @property
    def _separator(self) -> str:
        """What stands between two strings: here, or where another source of the file has more than one."""
        for each in (self._layout, *(other.source for other in self._others)):
            if isinstance(each, Items) and len(each.items) > 1:
                return self._text[each.items[0].end : each.items[1].start]
        space = self._around[0][1:]
        return f",{space}" if "\n" in space else ", "

    @property
    def _around(self) -> tuple[str, str]:
        """The brackets of a list of strings with the space inside them."""
        for each in (self._layout, *(other.source for other in self._others)):
            if isinstance(each, Items) and each.items:
                before = self._text[each.whole.start : each.items[0].start]
                return before, self._text[each.items[-1].end : each.whole.end]
        return "[", "]"

    @property
    def _escapes(self) -> bool:
        """Whether characters beyond ASCII are escaped: in this cell or, where it has none, in the file."""
        written = "".join(each.text for each in self._characters)
        if not written.isascii():
            return False
        return bool(_ESCAPED.search(written)) or (self._text.isascii() and bool(_ESCAPED.search(self._text)))


def _escaped(character: str, *, ascii_only: bool) -> str:
    is_half = "\ud800" <= character <= "\udfff"
    return json.dumps(character, ensure_ascii=ascii_only or is_half)[1:-1]


def _read(string: str) -> str:
    found: str = json.loads(string, strict=False)
    return found


def _prove(before: Notebook, after: Notebook, edits: Sequence[Edit]) -> None:
    """Compare both: the sources of the cells that were meant have changed as was meant, and those of no other."""
    wanted: Mapping[int, list[Edit]] = {each.place.cell_index: [] for each in edits}
    for each in edits:
        if each.place.output is None:
            wanted[each.place.cell_index].append(each)
    holds = len(before.cells) == len(after.cells)
    for was, now in zip(before.cells, after.cells, strict=False):
        source = was.source
        if was.index in wanted:
            offsets = Offsets(source)
            source = applied(source, [offsets.replacement(each) for each in wanted[was.index]])
        holds = holds and replace(was, source=source) == now
    if not holds:
        raise AisecError(f"{before.path}: the fix would change more than it should; nothing was written")
