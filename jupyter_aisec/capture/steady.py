"""What a loop does over and over: the same line reads the same file again, or fits the same model one step further.

Nothing new can be said of that, and to find so out must cost next to nothing: a call is known by its place in the
running code, a file by its stamp. All of it is forgotten when the cell ends.
"""

from __future__ import annotations

import os
import os.path
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import CodeType, FrameType

from jupyter_aisec.capture.closure import Call
from jupyter_aisec.capture.flow import Site
from jupyter_aisec.model import RunRef, Stamp

_FRESH = 100_000_000
"""Nanoseconds within which a file may change twice and keep its times."""

_MANY = 10_000

_SURE = 8
"""After so many reads of an unchanged file, it is looked at once a read, and not before and after."""

Place = tuple[int, ...]
"""The code objects, by identity, and the instructions in them, from a watched call out to the cell."""


def place(namespace: Mapping[str, object], frame: FrameType | None) -> Place | None:
    """Where the code stands; None when it was not called from a cell. The place holds as long as its code does."""
    if frame is not None and frame.f_globals is namespace and frame.f_code.co_name == "<module>":
        return id(frame.f_code), frame.f_lasti
    steps: list[int] = []
    while frame is not None:
        code = frame.f_code
        steps.append(id(code))
        steps.append(frame.f_lasti)
        if frame.f_globals is namespace and code.co_name == "<module>":
            return tuple(steps)
        frame = frame.f_back
    return None


@dataclass(slots=True, eq=False)
class Read:
    """A read that was recorded, and that gives the same asset each time as long as the file stays what it is."""

    at: str
    stamp: Stamp
    file: tuple[int, int, int, int, int]
    key: str
    keys: frozenset[str]
    where: Site
    place: Place
    kind: type
    times: int = 0

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


Step = tuple[str, list[frozenset[str]], int, RunRef | None]
"""A model's key, where what it is fitted on comes from, how much the cell has made so far, and the run that is open."""


class Steady:
    """The calls of one cell that were recorded and may come again."""

    def __init__(self, namespace: Mapping[str, object]) -> None:
        self._namespace = namespace
        self._reads: dict[tuple[str, str, Place | None], Read] = {}
        self.latest: dict[Place, Read] = {}
        """What each place gave last."""
        self._steps: dict[Place, Step] = {}
        self._codes: list[CodeType] = []

    def clear(self) -> None:
        """Another cell is other code, and what it does are uses of its own."""
        self._reads.clear()
        self.latest.clear()
        self._steps.clear()
        self._codes.clear()

    def read(self, call: Call, at: object, frame: FrameType) -> Read | None:
        """What is known of the read that is about to be made; None when the file is not what it was."""
        if not self._reads or type(at) is not str:
            return None
        known = self._reads.get((call.row.call, at, place(self._namespace, frame)))
        return known if known is not None and (known.times > _SURE or known.still()) else None

    def forget(self, read: Read) -> None:
        """The file is no longer what it was."""
        self._reads = {key: each for key, each in self._reads.items() if each is not read}

    def keep(self, call: Call, stamp: object, key: str, where: Site, kind: type, frame: FrameType) -> None:
        """A read was recorded. ``stamp`` is how the file stood, if it was one file that held still."""
        row = call.row
        at = call.argument(row.at)
        here = place(self._namespace, frame)
        if here is None or type(at) is not str or not isinstance(stamp, Stamp) or stamp.size < 0 or row.special:
            return
        if time.time_ns() - max(stamp.mtime_ns, stamp.ctime_ns) < _FRESH or len(self._reads) >= _MANY:
            return
        file = (stamp.ctime_ns, stamp.mtime_ns, stamp.size, stamp.inode, stamp.device)
        known = Read(at, stamp, file, key, frozenset({key}), where, here, kind)
        self._reads[row.call, at, here] = self.latest[here] = known
        self._hold(frame)

    def repeats(self, step: Step, frame: FrameType) -> bool:
        """Whether this step of a training is the one that was last recorded at the place."""
        here = place(self._namespace, frame) if self._steps else None
        return here is not None and self._steps.get(here) == step

    def trained(self, step: Step, frame: FrameType) -> None:
        """A step of a training was recorded, or found to be recorded."""
        here = place(self._namespace, frame)
        if here is not None and len(self._steps) < _MANY:
            if here not in self._steps:
                self._hold(frame)
            self._steps[here] = step

    def _hold(self, frame: FrameType | None) -> None:
        # Code that is gone, as that of a magic is when it is done, would leave its identity to another.
        while frame is not None and (frame.f_globals is not self._namespace or frame.f_code.co_name != "<module>"):
            self._codes.append(frame.f_code)
            frame = frame.f_back
        if frame is not None:
            self._codes.append(frame.f_code)
