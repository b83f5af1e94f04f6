"""Mirror into MLflow what the journals hold and MLflow has not got yet.

In the background this happens by itself. By hand it is for after a crash, or after a tracking server was away.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import threading
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import msgspec

from jupyter_aisec import outbox
from jupyter_aisec.commands.status import shown
from jupyter_aisec.commands.sync.follow import follow
from jupyter_aisec.model import AisecError
from jupyter_aisec.project import Project
from jupyter_aisec.report.words import plural

_PATIENCE = 120.0
"""Seconds that `%aisec sync` waits for files to be hashed, and for the mirroring itself."""

_QUIET = 0.4
"""Seconds without news before mirroring starts."""

_AGAIN = 30.0
"""Seconds after which an unreachable server is tried again."""


@dataclass(frozen=True, slots=True)
class Line:
    """One session, as it stands after the sync."""

    notebook: str
    uses: int
    runs: tuple[str, ...]
    fresh: bool
    problem: str | None


@dataclass(frozen=True, slots=True)
class Synced:
    """All sessions of the project."""

    lines: tuple[Line, ...]
    given_up: tuple[str, ...] = ()
    """What stood in MLflow on a run that is gone, and why: it does not follow any more."""

    @property
    def exit_code(self) -> int:
        """2 when something still waits."""
        return 2 if any(line.problem for line in self.lines) else 0

    def text(self) -> str:
        """A line for the whole, and one for each problem."""
        if not self.lines:
            return "Nothing to mirror: no cell has read, fitted or saved anything yet."
        fresh = [line for line in self.lines if line.fresh]
        uses = sum(line.uses for line in fresh)
        waiting = Counter(line.problem for line in self.lines if line.problem)
        said = [f"Mirrored {plural(len(fresh), 'session')} with {plural(uses, 'use')}."] if fresh else []
        if not fresh and not waiting:
            said = ["Everything is in MLflow already."]
        for problem, count in waiting.items():
            said.append(f"{plural(count, 'session')} {'wait' if count > 1 else 'waits'} in the journal: {problem}")
        said += [f"No longer kept up in MLflow: {each}" for each in self.given_up]
        return "\n".join(said)

    def html(self) -> str | None:
        """The text says it best."""
        return None

    def data(self) -> object:
        """The lines as objects."""
        return {"sessions": [msgspec.to_builtins(line) for line in self.lines], "given_up": list(self.given_up)}


class _Said(msgspec.Struct, frozen=True):
    """What `Synced.data` came to in another process."""

    sessions: tuple[Line, ...]
    given_up: tuple[str, ...]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to say what was done")
    parser.add_argument("--to", metavar="URI", help="where to bring what its own store does not take any more")
    # How a kernel keeps its mirror: go on at each line of standard input, until it closes.
    parser.add_argument("--follow", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--session", help=argparse.SUPPRESS)


def run(project: Project, options: argparse.Namespace) -> Synced:
    """Deliver every journal; `AisecError` when that could not even be tried."""
    if options.follow:
        return _follow(project, options.session)
    if project.kernel is not None:
        return _elsewhere(project, options.to)
    deliveries = outbox.deliver(project, elsewhere=options.to)
    _follow_up(project, deliveries)
    return _synced(deliveries, shown.read(project).gone)


def _follow_up(project: Project, deliveries: list[outbox.Delivery]) -> None:
    """What was shown in MLflow before; a store that just did not answer is not made to wait for again."""
    if not any(each.cursor.problem for each in deliveries):
        follow(project)


def _synced(deliveries: list[outbox.Delivery], given_up: tuple[str, ...]) -> Synced:
    lines = []
    for each in deliveries:
        problem = each.cursor.problem or "; ".join(each.problems) or None
        runs = tuple(run.run_id for run in each.cursor.runs)
        notebook = each.log.session.notebook or "unnamed notebook"
        lines.append(Line(notebook, len(each.log.uses), runs, each.fresh, problem))
    return Synced(tuple(lines), given_up)


def _elsewhere(project: Project, to: str | None) -> Synced:
    """From a notebook: in a process of its own, so that the kernel needs no MLflow and no patience."""
    assert project.kernel is not None
    if project.kernel.problem:
        raise AisecError(f"records wait in memory: {project.kernel.problem}. Make room, run a cell, then sync again")
    project.kernel.settle(_PATIENCE)
    command = [sys.executable, "-P", "-m", "jupyter_aisec", "sync", "--format", "json"]
    command += ["--to", to] if to else []
    try:
        done = subprocess.run(command, cwd=project.root, capture_output=True, text=True, timeout=_PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        raise AisecError(f"mirroring took more than {_PATIENCE:.0f} s; it goes on in the background") from None
    except OSError as error:
        raise AisecError(f"could not start a process to mirror with: {error.strerror}; try again later") from None
    try:
        said = msgspec.json.decode(done.stdout, type=_Said)
    except msgspec.DecodeError:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise AisecError(last.removeprefix("aisec: ")) from None
    return Synced(said.sessions, said.given_up)


def _follow(project: Project, session: str | None) -> Synced:
    """Deliver after each news, until the kernel closes the pipe; then once more, for good.

    A byte on standard output says each time that there is something to see. Nothing else may come that way: MLflow
    prints, and who prints to a kernel that is gone would fail.
    """
    told = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    if hasattr(os, "nice"):
        os.nice(10)  # the user's cells come first
    news = threading.Event()
    closed = threading.Event()

    def listen() -> None:
        while os.read(sys.stdin.fileno(), 4096):
            news.set()
        closed.set()
        news.set()

    threading.Thread(target=listen, daemon=True).start()
    known: frozenset[tuple[str, str | None]] | None = None
    failed = False
    while not closed.is_set():
        arrived = news.wait(_AGAIN if failed else None)
        if arrived and not closed.is_set():
            closed.wait(_QUIET)
        news.clear()
        if not closed.is_set():
            before, known = known, _tried(project, ended=None)
            failed = known is None or any(problem for _, problem in known)
            if known != before:
                with contextlib.suppress(OSError):  # the kernel has ended
                    os.write(told, b"\n")
    _tried(project, ended=session)
    return Synced(())


def _tried(project: Project, *, ended: str | None) -> frozenset[tuple[str, str | None]] | None:
    """What MLflow has of each journal after one delivery, and what it could not take; None when none was possible."""
    fresh = Project.open(Path(project.root))
    try:
        deliveries = outbox.deliver(fresh, ended=ended)
        _follow_up(fresh, deliveries)
    except AisecError:
        return None
    return frozenset((each.cursor.fingerprint, each.cursor.problem) for each in deliveries)
