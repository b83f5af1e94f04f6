"""Keeps a process of its own that mirrors the journal into MLflow while the kernel works.

A process and not a thread: importing MLflow takes seconds of the interpreter lock, which the user's cell would feel.
It is told of news through its standard input. When the kernel dies, however it dies, that pipe closes: the process
mirrors what is left and ends.
"""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO

_log = logging.getLogger(__name__)

_ORPHAN = 'exec 3<&0; "$@" <&3 3<&- & exit 0'
"""Starts a command and ends, so that it is no child of the kernel: the user's `os.wait` must not meet it."""


class Follower:
    """Starts ``sync --follow`` at the first news.

    ``delivered`` is called on a thread of its own each time that MLflow has something new.
    """

    def __init__(self, root: Path, session: str, delivered: Callable[[], None] | None = None) -> None:
        self._root = root
        self._session = session
        self._delivered = delivered
        self._pipe: IO[bytes] | None = None
        self._starting = threading.Lock()

    def start(self) -> bool:
        """Start it, unless it runs; False when that fails.

        For some milliseconds there is a child, for which the user's ``os.wait`` would wait: where this is called
        between cells, no cell meets it.
        """
        with self._starting:
            return self._pipe is not None or self._start()

    def news(self) -> None:
        """There is something new in the journal."""
        for _ in range(2):
            if not self.start():
                return
            pipe = self._pipe
            if pipe is None:
                return  # stopped meanwhile
            try:
                pipe.write(b"\n")
            except BlockingIOError:
                return  # a pipe that is full of news already says all that there is to say
            except OSError:
                self._pipe = None  # it has ended: start another
            else:
                return

    def stop(self) -> None:
        """Let it finish what is in the journal, and end by itself."""
        if self._pipe is not None:
            with contextlib.suppress(OSError):
                self._pipe.close()
        self._pipe = None

    def _start(self) -> bool:
        # -P: nothing in the project's folder may stand in for a module that we import.
        command = [sys.executable, "-P", "-m", "jupyter_aisec", "sync", "--follow", "--session", self._session]
        if os.name == "posix":
            command = ["/bin/sh", "-c", _ORPHAN, "sh", *command]
        try:
            process = subprocess.Popen(
                command,
                cwd=self._root,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE if self._delivered else subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # an interrupt of the kernel's process group is not for it
                bufsize=0,
            )
        except OSError as error:
            _log.warning("could not start the mirror (%s): run `aisec sync` later", error.strerror)
            return False
        assert process.stdin is not None
        if process.stdout is not None:
            threading.Thread(target=self._listen, args=(process.stdout,), name="aisec-mirror", daemon=True).start()
        if os.name == "posix":
            process.wait()
            os.set_blocking(process.stdin.fileno(), False)
        self._pipe = process.stdin
        return True

    def _listen(self, said: IO[bytes]) -> None:
        """Until the process ends."""
        assert self._delivered is not None
        with said:
            while said.read(1):
                self._delivered()
