"""Which notebook a session was of: by its name and, where that was changed or given to another one, by its cells.

Renames are not listened for: of one by `git mv`, or while no server ran, nobody would tell.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from jupyter_aisec.journal import Log
from jupyter_aisec.model import AisecError, CellKind, Notebook
from jupyter_aisec.notebook import decode
from jupyter_aisec.server.records.stamp import Stamp, stamp

_HALF = 0.5
_REMEMBERED = 64


@dataclass(frozen=True, slots=True)
class _Cells:
    """The code cells of a notebook: their ids, and the SHA-256 of their sources; when it was saved, as journals say."""

    saved: str
    ids: frozenset[str]
    sources: frozenset[str]

    @classmethod
    def of(cls, notebook: Notebook, saved: str) -> _Cells:
        code = [cell for cell in notebook.cells if cell.kind is CellKind.CODE and cell.source.strip()]
        sources = (hashlib.sha256(cell.source.encode("utf-8", "surrogatepass")).hexdigest() for cell in code)
        return cls(saved, frozenset(cell.id for cell in code if cell.id), frozenset(sources))

    def share(self, log: Log) -> float:
        """How much of what ran stands here, by id or word for word: 0 to 1."""
        ran = {cell.cell_id or cell.source_sha256: cell.source_sha256 for cell in log.cells}
        return sum(key in self.ids or source in self.sources for key, source in ran.items()) / max(1, len(ran))

    def keeps(self, log: Log) -> bool:
        """Whether a cell that ran is here, edited or not: where there are ids, by its words alone it need not be it."""
        ran = {cell.cell_id for cell in log.cells}
        return not self.ids.isdisjoint(ran) or self.share(log) > (_HALF if self.ids else 0)

    def quotes(self, log: Log) -> bool:
        """Whether a cell that ran stands here word for word: ids alone may be those of a template."""
        return any(cell.source_sha256 in self.sources for cell in log.cells)


class Notebooks:
    """The cells of notebooks on the disk, until these change."""

    def __init__(self) -> None:
        self._known: OrderedDict[Path, tuple[Stamp, _Cells | None]] = OrderedDict()

    def ran(self, log: Log, root: Path, file: Path) -> bool:
        """Whether a session of the project at ``root`` was of the notebook that ``file`` now is.

        By its own name, it need have but one of the cells that ran, and none if it was not saved since; by words alone
        it takes more, as many notebooks begin with the same. By another name, it has more than half of them, and more
        than the notebook that has the old name today, if there is one: a copy leaves the session with the original.
        """
        if log.session.notebook is None:
            return False
        named, here = root / log.session.notebook, self._cells(file)
        if named == file:
            return here is None or here.saved < _began(log) or here.keeps(log)
        if here is None or here.share(log) <= _HALF or not here.quotes(log):
            return False
        there = self._cells(named) if named.is_relative_to(root) else None
        return there is None or here.share(log) > there.share(log)

    def _cells(self, file: Path) -> _Cells | None:
        """None where no notebook can be read."""
        now = stamp(file)
        if now is None or ".." in file.parts or file.is_symlink():
            return None
        known = self._known.get(file)
        if known is None or known[0] != now:
            try:
                known = now, _Cells.of(decode.read(file), _time(now[1]))
            except AisecError:
                known = now, None
            self._known[file] = known
        self._known.move_to_end(file)
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return known[1]


def _began(log: Log) -> str:
    return log.cells[0].at if log.cells else log.session.started


def _time(nanoseconds: int) -> str:
    """As journals have it; before all others where a calendar has no such day."""
    try:
        return dt.datetime.fromtimestamp(nanoseconds / 1e9, dt.UTC).isoformat(timespec="milliseconds")
    except (ValueError, OverflowError, OSError):
        return ""
