"""Pictures and sounds that one line of the code reads by the dozen: one folder, and not ten thousand files."""

from __future__ import annotations

import os.path
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from jupyter_aisec.capture import suffixes
from jupyter_aisec.capture.closure import Call
from jupyter_aisec.capture.flow import Site
from jupyter_aisec.capture.locate import is_path, locate
from jupyter_aisec.capture.provenance import Provenance
from jupyter_aisec.capture.recorder import Recorder
from jupyter_aisec.capture.spans import Span
from jupyter_aisec.model import AssetKind, Verb

_FEW = 20
"""So many are assets of their own."""


@dataclass(slots=True)
class _Series:
    """What one line has read. As long as they are few, ``said`` has what would be said of each, by its key."""

    folder: str
    waiting: dict[str, Callable[[], None]] = field(default_factory=dict)
    key: str | None = None
    files: set[str] = field(default_factory=set)
    is_said: bool = False


class Series:
    """Those of one cell."""

    def __init__(self, root: Path, provenance: Provenance, recorder: Recorder) -> None:
        self._root = root
        self._provenance = provenance
        self._recorder = recorder
        self._known: dict[tuple[str, Span, str], _Series] = {}
        self._folders: dict[str, str] = {}
        """Folders that were read as a whole, and their keys."""

    def whole(self, location: str | None, key: str) -> None:
        """A folder was read: what a library reads inside it later is a part of that."""
        if location is not None:
            self._folders[os.path.abspath(self._root / location)] = key  # noqa: PTH100 - links are not followed

    def goes_on(self, call: Call, result: object, where: Site) -> bool:
        """Whether this is a part of a folder that is an asset by now."""
        path = _path(call)
        if path is None:
            return False
        key = None if where.direct else self._inside(path)
        if key is None:
            series = self._known.get((call.row.call, where.span, ""))
            key = series.key if series is not None else None
            if series is None or key is None or not self._widened(series, path):
                return False
            series.files.add(path)
        self._provenance.live.put(result, frozenset({key}))
        self._provenance.flow.produced(where, key, whole=True)
        return True

    def keeps(self, call: Call, where: Site, key: str, say: Callable[[], None]) -> bool:
        """Whether a read is said later, or not at all: when it is known whether it is one of many."""
        path = _path(call)
        if path is None:
            return False
        series = self._known.setdefault((call.row.call, where.span, ""), _Series(os.path.dirname(path)))  # noqa: PTH120
        if series.key is not None:
            return False
        self._recorder.unsaid.keep(key, say)
        series.waiting[key] = say
        series.files.add(path)
        folder = os.path.commonpath((series.folder, os.path.dirname(path)))  # noqa: PTH120 - no object is made of it
        if self._is_too_wide(folder):
            self._say_each(series)
            del self._known[call.row.call, where.span, ""]
            return True
        series.folder = folder
        if len(series.files) > _FEW:
            self._gather(series, call, where)
        return True

    def cell_ends(self) -> None:
        """Nothing more is read by those lines."""
        for series in self._known.values():
            if series.key is None:
                self._say_each(series)
            else:
                self._recorder.unsaid.say(series.key)
        self._known.clear()

    def _gather(self, series: _Series, call: Call, where: Site) -> None:
        """From now on it is the folder that is read, and was from the first file on."""
        series.key = key = self._recorder.key(AssetKind.DATASET)
        use = self._recorder.use(Verb.READ, AssetKind.DATASET, key, call, where, locate(series.folder, self._root))

        def say() -> None:
            series.is_said = True
            found = locate(series.folder, self._root)
            facts = {"files": len(series.files)}
            self._recorder.say(replace(use, name=found.name, location=found.location, files=found.files, facts=facts))
            self._recorder.hash(key, found)

        for each in series.waiting:
            self._recorder.unsaid.becomes(each, key)
        series.waiting.clear()
        self._recorder.unsaid.keep(key, say)

    def _say_each(self, series: _Series) -> None:
        for key in series.waiting:
            self._recorder.unsaid.say(key)

    def _widened(self, series: _Series, path: str) -> bool:
        """Whether the file is in the folder, or in one beside it; the folder is then the one round both."""
        folder = os.path.commonpath((series.folder, os.path.dirname(path)))  # noqa: PTH120 - no object is made of it
        if folder != series.folder:
            if series.is_said or self._is_too_wide(folder):
                return False
            series.folder = folder
        return True

    def _inside(self, path: str) -> str | None:
        folder = os.path.dirname(path)  # noqa: PTH120 - no object is made of it
        while self._folders and len(folder) > 1:
            if folder in self._folders:
                return self._folders[folder]
            folder = os.path.dirname(folder)  # noqa: PTH120 - likewise
        return None

    def _is_too_wide(self, folder: str) -> bool:
        """The project itself, or what is round it, is no data set."""
        return os.path.commonpath((folder, str(self._root))) == folder


def _path(call: Call) -> str | None:
    """The file, if it is one that comes by the dozen."""
    at = call.argument(call.row.at)
    if not is_path(at) or call.row.asset != "dataset":
        return None
    path = os.fsdecode(at)
    return os.path.abspath(path) if suffixes.comes_in_series(path) and "://" not in path else None  # noqa: PTH100
