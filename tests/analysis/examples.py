"""Cells as rules' examples write them: a line of dashes says what stands below it.

``--- output``, ``--- error`` and ``--- metadata`` belong to the cell above; ``--- markdown`` and ``--- raw`` begin a
cell that is no code, ``--- run 3`` one that has this number.
"""

from __future__ import annotations

import re

from jupyter_aisec.model import Cell, CellKind, Notebook
from jupyter_aisec.notebook.stored import StoredCell, StoredNotebook

_MARK = re.compile(r"--- (?P<what>output|error|metadata|markdown|raw|run)(?: (?P<number>\d+))?")


def notebook(*cells: str) -> Notebook:
    found = tuple(_cell(index, text) for index, text in enumerate(cells))
    if any(isinstance(cell, StoredCell) for cell in found):
        return StoredNotebook("test.ipynb", found)
    return Notebook("test.ipynb", found)


def _cell(index: int, text: str) -> Cell:
    if not any(_MARK.fullmatch(line) for line in text.split("\n")):
        return Cell(index, CellKind.CODE, text)
    kind, number = CellKind.CODE, None
    parts: list[tuple[str, list[str]]] = [("source", [])]
    for line in text.split("\n"):
        mark = _MARK.fullmatch(line)
        if mark is None:
            parts[-1][1].append(line)
        elif mark["what"] == "run":
            number = int(mark["number"])
        elif mark["what"] in {"markdown", "raw"}:
            kind = CellKind(mark["what"])
        else:
            parts.append((mark["what"], []))
    said = [(what, "\n".join(lines)) for what, lines in parts]
    outputs = [_output(what, each) for what, each in said if what in {"output", "error"}]
    metadata = [each for what, each in said if what == "metadata"]
    return StoredCell(index, kind, said[0][1], f"id-{index}", number, outputs, {"notes": metadata} if metadata else {})


def _output(what: str, text: str) -> dict[str, object]:
    if what == "output":
        return {"output_type": "stream", "name": "stdout", "text": [line + "\n" for line in text.split("\n")]}
    name, _, value = text.split("\n", maxsplit=1)[0].partition(": ")
    return {"output_type": "error", "ename": name, "evalue": value, "traceback": text.split("\n")}
