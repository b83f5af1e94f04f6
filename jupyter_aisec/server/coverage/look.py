"""Looks at a project once, in a process of its own: it checks notebooks that strangers may have written.

So this module is also a program: it reads a `Question` from standard input and prints an `Answer`.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from pathlib import Path

import msgspec

from jupyter_aisec.model import AisecError
from jupyter_aisec.server import aside, wire

PATIENCE = 30.0
"""Seconds that a look may take; of a large project it takes two."""

_AT_ONCE = 2
"""Processes; each keeps a processor busy."""


class Question(msgspec.Struct, frozen=True):
    """Which project; ``model`` is the id of one of its models, None for the newest.

    ``served`` is the folder that the page opens files from.
    """

    root: str
    served: str
    model: str | None = None


class Answer(msgspec.Struct, frozen=True):
    """What is covered, or why that can't be said."""

    reply: wire.CoverageReply | None = None
    problem: str = ""


class Looks:
    """Those that are under way; nothing of them is kept, since what they are about may change at any time."""

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(_AT_ONCE)

    async def at(self, question: Question) -> wire.CoverageReply:
        """What is covered. Raises `AisecError` where that can't be said."""
        async with self._room:
            try:
                answer = msgspec.json.decode(await aside.asked(__name__, question, PATIENCE), type=Answer)
            except TimeoutError:
                said = f"it takes longer than {PATIENCE:.0f} s: run `jupyter aisec status` in a terminal"
                raise AisecError(said) from None
            except (OSError, msgspec.DecodeError):
                raise AisecError("it can't be found out here: `jupyter aisec status` in a terminal says why") from None
        if answer.reply is None:
            raise AisecError(answer.problem)
        return answer.reply


def look(question: Question) -> wire.CoverageReply:
    """The table. Raises `AisecError`."""
    from jupyter_aisec import outbox
    from jupyter_aisec.commands.status.gather import gathered
    from jupyter_aisec.server.coverage.models import made, newest
    from jupyter_aisec.server.coverage.once import Once
    from jupyter_aisec.server.coverage.table import Table

    project = Once(Path(question.root))
    logs = project.logs()
    models = made(logs)
    problems = []
    chosen = question.model or newest(models)
    if chosen is not None and chosen not in {each.id for each in models}:
        chosen = newest(models)
        problems.append("The model that was chosen is not recorded here any more: this is the newest.")
    behind = outbox.cursor(logs[-1]).problem if logs else None
    if behind:
        problems.append(f"Not in MLflow yet: {behind}")
    coverage = gathered(project, chosen)
    return Table(coverage, project.root, Path(question.served)).reply(models, chosen, problems)


def main() -> None:
    """Answer the question on standard input."""
    question = msgspec.json.decode(sys.stdin.buffer.read(), type=Question)
    with contextlib.redirect_stdout(sys.stderr):
        try:
            answer = Answer(look(question))
        except AisecError as error:
            answer = Answer(problem=str(error))
    sys.stdout.buffer.write(msgspec.json.encode(answer))


if __name__ == "__main__":
    main()
