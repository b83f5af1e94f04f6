"""Many files in several processes: reports come in the order of the files, and few of them wait."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from jupyter_aisec.analysis.memory import Memory
from jupyter_aisec.commands.check.files import Task, checked
from jupyter_aisec.model import AisecError
from jupyter_aisec.report.checked import FileReport

if TYPE_CHECKING:
    from concurrent.futures import Future

_TOGETHER = 8
"""Files that are sent to a process at once."""
_CYCLES = 100_000
"""New objects after which Python looks for cycles: a check hardly leaves any, and trees are many objects."""


def all_checked(tasks: Iterable[Task], jobs: int) -> Iterator[FileReport]:
    """The report of each file. Raises `AisecError` when a process was ended from outside."""
    number = jobs or os.cpu_count() or 1
    if number == 1:
        memory = Memory()
        usual = gc.get_threshold()
        gc.set_threshold(_CYCLES)
        try:
            yield from (checked(task, memory) for task in tasks)
        finally:
            gc.set_threshold(*usual)
        return
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    # A process that is forked has the rules already. Where there are threads, as in a kernel, none may be forked.
    is_alone = sys.platform == "linux" and threading.active_count() == 1
    context = multiprocessing.get_context("fork" if is_alone else "spawn")
    waiting: deque[Future[list[FileReport]]] = deque()
    rest = iter(tasks)
    with ProcessPoolExecutor(number, mp_context=context, initializer=gc.set_threshold, initargs=(_CYCLES,)) as pool:
        try:
            while chunk := list(islice(rest, _TOGETHER)):
                waiting.append(pool.submit(_chunk, chunk))
                if len(waiting) > 2 * number:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        except BrokenProcessPool:
            raise AisecError("a process of the check was ended from outside; try again with fewer --jobs") from None


def _chunk(tasks: list[Task]) -> list[FileReport]:
    return [checked(task, _memory()) for task in tasks]


@cache
def _memory() -> Memory:
    """That of a process of ours, which ends when all is checked."""
    return Memory()
