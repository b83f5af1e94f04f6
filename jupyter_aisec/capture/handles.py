"""Files that are open for writing: when they have changed, what went into them is asked of the code around."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable
from dataclasses import dataclass

from jupyter_aisec.capture.choices import Origins
from jupyter_aisec.capture.closure import Call
from jupyter_aisec.capture.flow import Site
from jupyter_aisec.capture.locate import Found

_MANY = 1000

State = tuple[int, int, int] | None
"""Size, time of change and identity; of a folder those of all its files; None where there is nothing."""


@dataclass(slots=True)
class Handle:
    """One that was opened. ``key`` is what the names of the code carry for it, ``reads`` whether it stands for data.

    ``rest`` follows the function that opened it to its end; ``around`` is what the code round the opening uses, where
    nothing better can be said.
    """

    key: str
    path: str
    found: Found
    call: Call
    where: Site
    reads: bool
    rest: Callable[[], object]
    around: Origins
    before: State
    alive: Callable[[], object]


class Handles:
    """Those of one session that may still be written through."""

    def __init__(self) -> None:
        self._open: list[Handle] = []

    def add(self, handle: Handle) -> None:
        """From now on, look at the end of each cell whether the file has changed."""
        del self._open[:-_MANY]
        self._open.append(handle)

    def wrote_otherwise(self, location: str) -> None:
        """A call that has a row of its own wrote through the handle, and was recorded as such."""
        self._open = [each for each in self._open if each.found.location != location or each.call.row.asset != "object"]

    def changed(self) -> list[Handle]:
        """The files that are others than when this was last asked, or than when they were opened."""
        found = []
        for each in list(self._open):
            state = state_of(each.path)
            if state is not None and state != each.before:
                found.append(each)
            each.before = state
            if each.alive() is None:
                self._open.remove(each)
        return found


def liveness(value: object) -> Callable[[], object]:
    """A way to ask whether the object is still there, without holding it; one that can't say, is."""
    try:
        return weakref.ref(value)
    except TypeError:
        return lambda: True


def state_of(path: str) -> State:
    """How the file or the folder is now."""
    try:
        stat = os.stat(path)  # noqa: PTH116 - a call that costs little
        if not os.path.isdir(path):  # noqa: PTH112 - likewise
            return stat.st_size, stat.st_mtime_ns, stat.st_ino
        times = [
            os.stat(os.path.join(folder, each)).st_mtime_ns  # noqa: PTH116, PTH118 - likewise
            for folder, _, files in os.walk(path)
            for each in files
        ]
    except (OSError, ValueError):
        return None
    return len(times), max(times, default=0), stat.st_ino
