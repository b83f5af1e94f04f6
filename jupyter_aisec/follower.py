"""Keeps a process of its own that mirrors the journal into MLflow while the kernel works.

A process and not a thread: importing MLflow takes seconds of the interpreter lock, which the user's cell would feel.
It is told of news through its standard input. When the kernel dies, however it dies, that pipe closes: the process
mirrors what is left and ends.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path


class Follower:
    """Starts ``sync --follow`` at the first news. Slow to start, so not for the main thread."""

    def __init__(self, root: Path, session: str) -> None:
        self._root = root
        self._session = session
        self._process: subprocess.Popen[bytes] | None = None

    def news(self) -> None:
        """There is something new in the journal."""
        if self._process is None or self._process.poll() is not None:
            self._start()
        assert self._process is not None
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            # A pipe that is full of news already says all that there is to say.
            self._process.stdin.write(b"\n")

    def stop(self) -> None:
        """Let it finish what is in the journal, and end by itself."""
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        self._process = None

    def _start(self) -> None:
        self._process = subprocess.Popen(
            # -P: nothing in the project's folder may stand in for a module that we import.
            [sys.executable, "-P", "-m", "jupyter_aisec", "sync", "--follow", "--session", self._session],
            cwd=self._root,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # an interrupt of the kernel's process group is not for it
            bufsize=0,
        )
        assert self._process.stdin is not None
        os.set_blocking(self._process.stdin.fileno(), False)
