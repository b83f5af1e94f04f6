"""Asks MLflow about a session whose records are on another disk: in a process of its own, with a limit of time.

Importing MLflow takes seconds and a few hundred megabytes; in the server, every user of it would wait. So this module
is also a program: it reads a `Question` from standard input and prints an `Answer`.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections import OrderedDict

import msgspec

from jupyter_aisec.model import AisecError, Graph, RunRef
from jupyter_aisec.server import aside

PATIENCE = 25.0
"""Seconds that MLflow is given, its import included."""

FRESH = 15.0
"""Seconds for which an answer is given again, a failure too."""

_REMEMBERED = 32
_AT_ONCE = 2
"""Processes; a page that comes back with many notebooks asks about all of them."""


class Question(msgspec.Struct, frozen=True):
    """Which session, in which store."""

    tracking_uri: str
    session: str


class Answer(msgspec.Struct, frozen=True):
    """What MLflow knows; ``problem`` is why it could not be asked."""

    graph: Graph = Graph((), ())
    run: RunRef | None = None
    problem: str | None = None


class Remote:
    """Asks once at a time for each question, a few at once, and remembers for a while what was said."""

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._known: OrderedDict[Question, tuple[float, asyncio.Task[Answer]]] = OrderedDict()

    async def ask(self, tracking_uri: str, session: str) -> Answer:
        """The answer, new or remembered."""
        question = Question(tracking_uri, session)
        at, task = self._known.get(question, (0.0, None))
        if task is None or (task.done() and time.monotonic() - at > FRESH):
            task = asyncio.create_task(self._asked(question))
            self._known[question] = (time.monotonic(), task)
            task.add_done_callback(lambda _: self._done(question))
            self._forget()
        return await asyncio.shield(task)

    async def _asked(self, question: Question) -> Answer:
        async with self._room:
            return await _asked(question)

    def _forget(self) -> None:
        """Only what is answered: somebody waits for the others."""
        done = [question for question, (_, task) in self._known.items() if task.done()]
        for question in done[: max(0, len(self._known) - _REMEMBERED)]:
            del self._known[question]

    def _done(self, question: Question) -> None:
        if question in self._known:
            self._known[question] = (time.monotonic(), self._known[question][1])


async def _asked(question: Question) -> Answer:
    try:
        return msgspec.json.decode(await aside.asked(__name__, question, PATIENCE), type=Answer)
    except TimeoutError:
        return Answer(problem=f"MLflow did not answer within {PATIENCE:.0f} s: try again later")
    except OSError as error:
        return Answer(problem=f"MLflow can't be asked: {error.strerror}")
    except msgspec.DecodeError:
        return Answer(problem="MLflow can't be asked: run `jupyter aisec sync` in a terminal to see what is wrong")


def main() -> None:
    """Answer the question on standard input."""
    from jupyter_aisec.tracking.session import seen

    question = msgspec.json.decode(sys.stdin.buffer.read(), type=Question)
    with contextlib.redirect_stdout(sys.stderr):
        try:
            found = seen(question.tracking_uri, question.session)
            answer = Answer(found.graph, found.run) if found else Answer()
        except AisecError as error:
            answer = Answer(problem=str(error))
    sys.stdout.buffer.write(msgspec.json.encode(answer))


if __name__ == "__main__":
    main()
