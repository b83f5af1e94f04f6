"""What the file of a data set shows, if it still is what was read: its columns, and whether all of it was read."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from jupyter_aisec.commands.status.present import changed
from jupyter_aisec.export.described import Described
from jupyter_aisec.model import Graph, Stamp
from jupyter_aisec.project import Project

_SEPARATORS: Mapping[str, str] = {".csv": ",", ".tsv": "\t"}
_LONGEST_LINE = 1 << 20
"""Characters of a line of column names that are still read."""
_LARGEST = 256 << 20
"""Bytes of a file whose lines are counted while somebody waits."""


def seen(project: Project, described: Described, graph: Graph, files: Sequence[Stamp]) -> Described:
    """The data set with what its file shows; ``graph`` has the place of that as it is on this machine."""
    names = [each.name for each in described.columns if each.is_whole]
    if described.path is None or len(files) != 1 or not names or len(names) < len(described.columns):
        return described
    node = next(each for each in graph.nodes if each.id == described.subject)
    if changed(project.root, node, files):
        return described
    path, suffix = Path(files[0].path), Path(described.path).suffix.lower()
    if suffix not in _SEPARATORS:
        return replace(described, holds_columns=suffix == ".parquet")  # which names its columns itself
    try:
        holds = _holds(path, _SEPARATORS[suffix], names)
        rows = _lines(path) - 1 if holds and files[0].size <= _LARGEST else None
    except (OSError, ValueError, csv.Error):
        return described
    return replace(described, holds_columns=holds, is_whole=holds and rows == described.facts.get("rows"))


def _holds(path: Path, separator: str, names: Sequence[str]) -> bool:
    """Whether a file of text begins with these names of columns, and maybe others."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader([file.readline(_LONGEST_LINE)], delimiter=separator), [])
    return set(names) <= set(header)


def _lines(path: Path) -> int:
    """How many lines there are that are not blank. One with a line break in quotes counts twice, and then is no row."""
    with path.open("rb") as file:
        return sum(1 for line in file if line.strip())
