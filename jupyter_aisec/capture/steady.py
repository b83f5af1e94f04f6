"""What a loop does over and over: the same line reads the same file again, or fits the same model one step further.

Nothing new can be said of that, and to find so out must cost next to nothing: a call is known by its place in the
running code, a file by its stamp. What stands in the cell itself, and not in a function of the user's, its closure
asks on its own. All of it is forgotten when the cell ends.
"""

from __future__ import annotations

import os
import os.path
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath
from types import CodeType, FrameType
from typing import Any

from jupyter_aisec.capture.choices import Origins
from jupyter_aisec.capture.closure import Call, Repeat
from jupyter_aisec.capture.flow import Flow, Site
from jupyter_aisec.capture.origins import LiveOrigins, identity
from jupyter_aisec.knowledge import Api
from jupyter_aisec.model import RunRef, Stamp

_FRESH = 100_000_000
"""Nanoseconds within which a file may change twice and keep its times."""

_MANY = 10_000

_SURE = 8
"""After so many reads of an unchanged file, it is looked at once a read, and not before and after."""

Place = tuple[int, ...]
"""The code objects, by identity, and the instructions in them, from a watched call out to the cell."""

_IN_THE_CELL = 2
"""Numbers of a place that is in no function."""


def place(namespace: Mapping[str, object], frame: FrameType | None) -> Place | None:
    """Where the code stands; None when it was not called from a cell. The place holds as long as its code does."""
    if frame is not None and frame.f_globals is namespace and frame.f_code.co_name == "<module>":
        return identity(frame.f_code), frame.f_lasti
    steps: list[int] = []
    while frame is not None:
        code = frame.f_code
        steps.append(identity(code))
        steps.append(frame.f_lasti)
        if frame.f_globals is namespace and code.co_name == "<module>":
            return tuple(steps)
        frame = frame.f_back
    return None


@dataclass(slots=True, eq=False)
class Read:
    """A read that was recorded, and that gives the same asset each time as long as the file stays what it is."""

    row: Api
    code: CodeType
    at: str
    index: int | None
    """Where the path stands among the arguments."""
    stamp: Stamp
    file: tuple[int, int, int, int, int]
    key: str
    keys: Origins
    where: Site
    place: Place
    kind: type
    live: LiveOrigins
    flow: Flow
    times: int = 0

    def comes(self, row: Api, args: tuple[Any, ...]) -> bool:
        """Whether the same is about to be read, so late that it need not be looked at before."""
        index = self.index
        if row is not self.row or self.times <= _SURE or index is None or len(args) <= index:
            return False
        at = args[index]
        return type(at) is str and at == self.at

    def came(self, args: tuple[Any, ...], kwargs: Mapping[str, Any], result: object) -> bool:
        """Whether a read gave the same once more: if so, the result comes from the same asset."""
        del args, kwargs
        if type(result) is not self.kind or not self.still():
            return False
        self.times += 1
        self.live.put(result, self.keys)
        # Something else may have been made at the place since the last time.
        self.flow.produced(self.where, self.key, whole=True)
        return True

    def still(self) -> bool:
        """Whether the file is what it was. If it is so after a read, it was before."""
        try:
            found = os.stat(self.at)  # noqa: PTH116 - a third of the time of Path.stat
        except (OSError, ValueError):
            return False
        # The likeliest to differ comes first.
        return (found.st_ctime_ns, found.st_mtime_ns, found.st_size, found.st_ino, found.st_dev) == self.file

    def before(self) -> Stamp:
        """How the file stood when it was last looked at."""
        return replace(self.stamp, path=os.path.abspath(self.at))  # noqa: PTH100 - resolve() would follow links


Given = tuple[list[Origins], int, RunRef | None]
"""Where what a model is fitted on comes from, how much the cell has made so far, and the run that is open."""


@dataclass(slots=True, eq=False)
class Step:
    """A step of a training that was recorded; the next is a part of it while the model is given the same."""

    row: Api
    code: CodeType
    key: str
    entry: object
    """What the table of origins holds of the model."""
    given: Given
    live: LiveOrigins
    ask: Callable[[tuple[Any, ...], Mapping[str, Any]], Given]

    def comes(self, row: Api, args: tuple[Any, ...]) -> bool:
        """Whether the same model is about to be fitted one step further."""
        return row is self.row and bool(args) and self.live.table.get(identity(args[0])) is self.entry is not None

    def came(self, args: tuple[Any, ...], kwargs: Mapping[str, Any], result: object) -> bool:
        """Whether it was given the same once more."""
        del result
        return self.ask(args, kwargs) == self.given


class Steady:
    """The calls of one cell that were recorded and may come again."""

    def __init__(self, namespace: Mapping[str, object], live: LiveOrigins, flow: Flow) -> None:
        self._namespace = namespace
        self._live = live
        self._flow = flow
        self._reads: dict[tuple[str, str, Place | None], Read] = {}
        self._steps: dict[Place, Step] = {}
        self._codes: list[CodeType] = []
        self.again: dict[int, Repeat] = {}
        """What came last at an instruction of the cell's own code; the same dictionary always."""

    def clear(self) -> None:
        """Another cell is other code, and what it does are uses of its own."""
        self._reads.clear()
        self._steps.clear()
        self._codes.clear()
        self.again.clear()

    def read(self, call: Call, at: object, frame: FrameType) -> Read | None:
        """What is known of the read that is about to be made; None when the file is not what it was."""
        path = _path(at) if self._reads else None
        if path is None:
            return None
        known = self._reads.get((call.row.call, path, place(self._namespace, frame)))
        return known if known is not None and (known.times > _SURE or known.still()) else None

    def forget(self, read: Read) -> None:
        """The file is no longer what it was."""
        self._reads = {key: each for key, each in self._reads.items() if each is not read}
        self.again.clear()

    def keep(self, call: Call, stamp: object, key: str, where: Site, kind: type, frame: FrameType) -> None:
        """A read was recorded. ``stamp`` is how the file stood, if it was one file that held still."""
        row = call.row
        at = _path(call.argument(row.at))
        here = place(self._namespace, frame)
        if here is None or at is None or not isinstance(stamp, Stamp) or stamp.size < 0 or row.special:
            return
        if time.time_ns() - max(stamp.mtime_ns, stamp.ctime_ns) < _FRESH or len(self._reads) >= _MANY:
            return
        file = (stamp.ctime_ns, stamp.mtime_ns, stamp.size, stamp.inode, stamp.device)
        index = call.position(row.at) if row.at else None
        known = Read(
            row, frame.f_code, at, index, stamp, file, key, frozenset({key}), where, here, kind, self._live, self._flow
        )
        self._reads[row.call, at, here] = known
        self._hold(frame)
        self.is_last(known, frame)

    def is_last(self, read: Read, frame: FrameType) -> None:
        """Nothing else was read at its place since."""
        if len(read.place) == _IN_THE_CELL:
            self.again[frame.f_lasti] = read

    def step(self, frame: FrameType) -> Step | None:
        """The step of a training that was last recorded at the place."""
        here = place(self._namespace, frame) if self._steps else None
        return None if here is None else self._steps.get(here)

    def trained(self, step: Step, frame: FrameType) -> None:
        """A step of a training was recorded, or found to be recorded."""
        here = place(self._namespace, frame)
        if here is not None and len(self._steps) < _MANY:
            if here not in self._steps:
                self._hold(frame)
            self._steps[here] = step
            if len(here) == _IN_THE_CELL:
                self.again[frame.f_lasti] = step

    def _hold(self, frame: FrameType | None) -> None:
        # Code that is gone, as that of a magic is when it is done, would leave its identity to another.
        while frame is not None and (frame.f_globals is not self._namespace or frame.f_code.co_name != "<module>"):
            self._codes.append(frame.f_code)
            frame = frame.f_back
        if frame is not None:
            self._codes.append(frame.f_code)


def _path(at: object) -> str | None:
    """What was given as a path, as text; None for what is none."""
    path = os.fspath(at) if isinstance(at, PurePath) else at
    return path if type(path) is str else None
