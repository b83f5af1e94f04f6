"""The analysis in a process of its own, run as a module with ``-P``; it speaks in frames over its pipes.

Neither a hostile cell nor a big notebook then holds or ends its host. It ends by itself: when the host is gone,
however it went, when nobody asked for a while, and when one answer takes too long.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import os
import queue
import sys
import threading
from typing import IO

import msgspec

from jupyter_aisec.checking import frames
from jupyter_aisec.checking.opened import Opened
from jupyter_aisec.rules import default_rules, named

IDLE_SECONDS = 600.0
MEMORY = 2 * 1024**3
"""Bytes of address space, where the system can bound it."""


def main() -> None:
    """Answer requests until there are no more."""
    source, target = _pipes()
    _bound()
    opened = Opened(default_rules())
    # Trees are many objects and no cycles: looking for those every 700 objects takes half of the time of a big one.
    gc.freeze()
    gc.set_threshold(100_000)
    frames.write(target, frames.Ready())
    requests: queue.Queue[frames.Request] = queue.Queue()
    threading.Thread(target=_receive, args=(source, requests), daemon=True).start()
    while True:
        try:
            request = requests.get(timeout=IDLE_SECONDS)
        except queue.Empty:
            return
        # Needs no lock of the interpreter, so that it also ends what never gives that back when no host is left to.
        faulthandler.dump_traceback_later(2 * frames.ANSWER_SECONDS, exit=True)
        answer: frames.Answer = None
        if isinstance(request, frames.Check):
            rules = None if request.rules is None else named(request.rules)
            answer = opened.check(request.asked, rules, request.advisories)
        else:
            opened.close(request.document)
        frames.write(target, answer)
        faulthandler.cancel_dump_traceback_later()


def _pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Standard input and output, for frames only: what anything else prints goes where errors go."""
    source, target = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return source, target


def _bound() -> None:
    """Make room for who waits in front of a screen, and take no more memory than there should be."""
    if sys.platform != "win32":
        import resource

        with contextlib.suppress(OSError):
            os.nice(5)
        with contextlib.suppress(OSError, ValueError):
            _, hard = resource.getrlimit(resource.RLIMIT_AS)
            limit = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
            resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def _receive(source: IO[bytes], requests: queue.Queue[frames.Request]) -> None:
    """Read along; when the pipe closes, the host is gone, and nobody waits for what is being done."""
    with contextlib.suppress(EOFError, OSError, msgspec.DecodeError):
        while True:
            requests.put(frames.read(source, frames.REQUESTS))
    os._exit(0)


if __name__ == "__main__":
    main()
