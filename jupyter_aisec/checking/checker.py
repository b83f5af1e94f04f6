"""What a host knows of its analysis: one process, one request at a time, and which documents it could not bear."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

from jupyter_aisec.checking import frames, messages
from jupyter_aisec.checking.chosen import Chosen
from jupyter_aisec.checking.process import Process, Stopped
from jupyter_aisec.model import AisecError
from jupyter_aisec.rules import default_rules

_OFTEN = 2
_BLAMED = 100
_Done = TypeVar("_Done")


@dataclass(slots=True)
class _Blame:
    """How often in a row a document ended the process, with which text, and why the last time."""

    times: int = 0
    text: bytes = b""
    why: str = ""


class Checker:
    """Answers checks without holding the event loop; everything but `stop` runs in one thread of its own."""

    def __init__(self, seconds: float = frames.ANSWER_SECONDS) -> None:
        self._seconds = seconds
        self._thread = ThreadPoolExecutor(1, "aisec-checker")
        self._process: Process | None = None
        self._blamed: dict[str, _Blame] = {}
        self._chosen = Chosen()
        self._is_stopped = False

    async def check(self, asked: messages.CheckRequest, file: Path | None = None) -> messages.CheckReply:
        """What is known after a change; ``file`` is where the document is, if it is on this machine.

        Raises `AisecError` when no process can be started.
        """
        return await self._run(lambda: self._check(asked, file))

    async def close(self, document: str) -> None:
        """Forget a document."""
        await self._run(lambda: self._close(document))

    async def reread(self) -> None:
        """The settings of a project may have changed."""
        await self._run(self._chosen.forget)

    def stop(self) -> None:
        """End the process, and with it what the thread waits for."""
        self._is_stopped = True
        self._thread.shutdown(wait=False, cancel_futures=True)
        if self._process is not None:
            self._process.end()

    async def _run(self, work: Callable[[], _Done]) -> _Done:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _check(self, asked: messages.CheckRequest, file: Path | None) -> messages.CheckReply:
        blame = self._blamed.get(asked.document)
        if blame is not None and blame.times >= _OFTEN:
            if asked.base:
                return _reply(asked, resend=True)
            if blame.text == _digest(asked):
                return _reply(asked, problem=_stopped(blame))
        try:
            choice = self._chosen.of(file)
        except AisecError as error:
            return _reply(asked, problem=str(error))
        try:
            answer = self._ready().ask(frames.Check(asked, choice.rules, choice.advisories), self._seconds)
        except Stopped as error:
            blame = self._blame(asked, str(error))
            # With everything sent again, a new process may well bear it.
            return _reply(asked, problem=_stopped(blame)) if blame.times >= _OFTEN else _reply(asked, resend=True)
        self._blamed.pop(asked.document, None)
        assert answer is not None
        return answer

    def _close(self, document: str) -> None:
        self._blamed.pop(document, None)
        if self._process is not None and self._process.is_alive:
            try:
                self._process.ask(frames.Close(document), self._seconds)
            except Stopped:
                return

    def _ready(self) -> Process:
        if self._process is not None:
            if self._process.is_alive:
                return self._process
            self._process.end()
        try:
            self._process = Process()
        except (OSError, Stopped) as error:
            self._process = None
            raise AisecError(f"the analysis can't be started: {error}; it is tried again at the next change") from error
        if self._is_stopped:
            # It was asked to stop while this one was being started.
            self._process.end()
        return self._process

    def _blame(self, asked: messages.CheckRequest, why: str) -> _Blame:
        blame = self._blamed.pop(asked.document, _Blame())
        blame.times += 1
        blame.text, blame.why = (b"" if asked.base else _digest(asked)), why
        self._blamed[asked.document] = blame
        if len(self._blamed) > _BLAMED:
            del self._blamed[next(iter(self._blamed))]
        return blame


def rule_count() -> int:
    """The number of rules that run."""
    return len(default_rules())


def _reply(asked: messages.CheckRequest, *, resend: bool = False, problem: str | None = None) -> messages.CheckReply:
    return messages.CheckReply(asked.revision, resend=resend, cells=[], rules=rule_count(), problem=problem)


def _stopped(blame: _Blame) -> str:
    return f"its analysis was stopped: {blame.why}; it is tried again when the text changes"


def _digest(asked: messages.CheckRequest) -> bytes:
    return hashlib.sha256(msgspec.json.encode((asked.cells, asked.order, asked.language))).digest()
