"""The processes that bring to MLflow what people said on a page: one per project, which ends when all is quiet."""

from __future__ import annotations

import threading
from pathlib import Path

from jupyter_aisec.follower import Follower

_QUIET = 5.0
"""Seconds without news after which it may end; it delivers what it knows of first."""


class Mirrors:
    """The followers of projects that have news. Each costs the import of MLflow, so that one serves many answers."""

    def __init__(self) -> None:
        self._open: dict[Path, tuple[Follower, threading.Timer]] = {}
        self._lock = threading.Lock()

    def news(self, root: Path) -> None:
        """Something changed in the project."""
        with self._lock:
            follower = self._taken(root) or Follower(root, "")
            follower.news()
            timer = threading.Timer(_QUIET, self._end, [root])
            timer.daemon = True
            timer.start()
            self._open[root] = (follower, timer)

    def close(self) -> None:
        """Let all of them deliver and end."""
        for root in list(self._open):
            self._end(root)

    def _end(self, root: Path) -> None:
        with self._lock:
            follower = self._taken(root)
        if follower is not None:
            follower.stop()

    def _taken(self, root: Path) -> Follower | None:
        follower, timer = self._open.pop(root, (None, None))
        if timer is not None:
            timer.cancel()
        return follower
