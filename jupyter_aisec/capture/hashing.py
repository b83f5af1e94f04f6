"""Hashes files on a thread of its own, one after the other, and tells the result."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from jupyter_aisec.digest import StoppedError, UnhashableError, measure
from jupyter_aisec.model import Stamp

_REMEMBERED = 10_000
_log = logging.getLogger(__name__)


Done = Callable[[str | None, int | None, str | None], None]
"""Takes the SHA-256, the size in bytes, and the problem if there is no digest."""


@dataclass(frozen=True, slots=True)
class _Task:
    files: Sequence[Stamp]
    done: Done


class Hasher:
    """A queue of files and one daemon thread, which starts with the first file.

    Results are cached by path, identity, size and times of change, for this process only.
    """

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[_Task | Callable[[], None] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._cache: dict[tuple[Stamp, ...], tuple[str, int]] = {}
        self._open = 0
        self._changed = threading.Condition()
        self._stopped = False

    def add(self, files: Sequence[Stamp], done: Done) -> None:
        """Hash the files and call ``done`` on the thread; not at all when it is stopped first."""
        self._put(_Task(tuple(files), done))

    def run(self, work: Callable[[], None]) -> None:
        """Do some other slow thing on the thread, in turn."""
        self._put(work)

    def settle(self, seconds: float) -> bool:
        """Wait until nothing is left to do; False when the time ran out."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._open, timeout=seconds)

    def stop(self) -> None:
        """Stop at the next chunk."""
        self._stopped = True
        self._queue.put(None)

    def _put(self, task: _Task | Callable[[], None]) -> None:
        with self._changed:
            self._open += 1
        self._queue.put(task)
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._work, name="aisec-hash", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        while (task := self._queue.get()) is not None:
            try:
                task() if callable(task) else self._hash(task)
            except Exception:  # the thread must live on for the next file
                _log.exception("background work failed")
            finally:
                with self._changed:
                    self._open -= 1
                    self._changed.notify_all()

    def _hash(self, task: _Task) -> None:
        files = tuple(task.files)
        known = self._cache.get(files)
        if known is None:
            try:
                known = measure(files, lambda: self._stopped)
            except StoppedError:
                return  # whoever mirrors the journal hashes what has no digest yet
            except UnhashableError as error:
                task.done(None, None, str(error))
                return
            if len(self._cache) >= _REMEMBERED:
                self._cache.clear()
            self._cache[files] = known
        task.done(*known, None)
