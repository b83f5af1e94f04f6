"""Edits written back into the bytes of a notebook or a Python file: all that they don't touch stays, byte for byte."""

from __future__ import annotations

import codecs
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from jupyter_aisec.model import AisecError, Edit, Notebook
from jupyter_aisec.notebook.decode import decode
from jupyter_aisec.notebook.edits import Offsets, Replacement, applied
from jupyter_aisec.notebook.layout import CellLayout, Items, NotLaidOut, layout
from jupyter_aisec.notebook.literal import Source
from jupyter_aisec.notebook.script import script_encoding


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
