"""The analysis process, as its host holds it: started isolated from its folder, stopped when it does not answer."""

from __future__ import annotations

import contextlib
import logging
import subprocess
import sys
import threading
from typing import TypeVar

import msgspec

from jupyter_aisec.checking import frames
from jupyter_aisec.isolation import environment

START_SECONDS = 60.0
_Answer = TypeVar("_Answer")
_log = logging.getLogger(__name__)


class Stopped(Exception):  # noqa: N818 - an answer to the host, not an error in it
    """The process gave no answer, and is gone; the text says why."""


class Process:
    """One analysis process. Blocking, and for one thread; only `end` may come from another.

    Raises `Stopped` when it does not start, and `OSError` when there is no room for another process.
    """

    def __init__(self) -> None:
        self._process = _started()
        self._exchange(None, frames.READY, START_SECONDS)

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None

    def ask(self, request: frames.Request, seconds: float) -> frames.Answer:
        """One request and its answer. Raises `Stopped`, and then there is no process any more."""
        return self._exchange(request, frames.ANSWERS, seconds)

    def end(self) -> int:
        """Stop it at once, whatever it does, and leave nothing of it behind; gives its exit code."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        return self._process.wait()

    def _exchange(
        self, request: frames.Request | None, answers: msgspec.json.Decoder[_Answer], seconds: float
    ) -> _Answer:
        is_late = threading.Event()

        def stop() -> None:
            is_late.set()
            self._process.kill()

        timer = threading.Timer(seconds, stop)
        timer.daemon = True
        timer.start()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            if request is not None:
                frames.write(self._process.stdin, request)
            return frames.read(self._process.stdout, answers)
        except (OSError, EOFError, ValueError) as error:
            code = self.end()
            why = f"it took longer than {seconds:.0f} s" if is_late.is_set() else "its process ended"
            _log.warning("an analysis was stopped: %s (exit code %d)", why, code)
            raise Stopped(why) from error
        finally:
            timer.cancel()


def _started() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "jupyter_aisec.checking.worker"],
        cwd=sys.prefix,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # an interrupt of the host's process group is not for it
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
