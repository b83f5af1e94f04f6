"""One open document, and the checks of it: one at a time; what changes meanwhile goes with the next."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from jupyter_aisec.analysis.judge import LATE
from jupyter_aisec.checking import messages
from jupyter_aisec.checking.checker import Checker
from jupyter_aisec.lsp.documents import PYTHON, Open, TextDocument, file_of
from jupyter_aisec.model import AisecError

_TRIES = 4
"""Requests for one answer: the analysis may have forgotten the document, or have been stopped and begun again."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of one text. ``source`` is the one that was checked; in another, no place is where it was."""

    source: str
    findings: Sequence[messages.Finding]
    problem: str | None = None


Tell = Callable[[TextDocument, Found], None]
"""Called with each text of which something else is known now."""


class Watch:
    """Checks a document when it changes. ``tell`` hears of each text of which something else is known."""

    def __init__(self, document: Open, checker: Checker, tell: Tell) -> None:
        self.document = document
        self._checker = checker
        self._tell = tell
        self._file = file_of(document.uri)
        self._found: dict[str, Found] = {}
        self._sent: dict[str, str] = {}
        self._revision = 0
        self._refused: tuple[str, str] | None = None
        """The text with which it is said why the document is not analysed, and why."""
        self._is_due = False
        self._is_closed = False
        self._task: asyncio.Task[None] | None = None

    def changed(self) -> None:
        """Look at it again, as soon as what is being looked at is done."""
        self._is_due = True
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def settled(self, seconds: float) -> None:
        """Wait for the findings of what is there now, but no longer than that."""
        if self._task is not None and not self._task.done():
            await asyncio.wait({self._task}, timeout=seconds)

    def found(self, document: TextDocument) -> Found | None:
        """What is known of a text as it stands; None when that is still being found out."""
        found = self._found.get(document.uri)
        return found if found is not None and found.source == document.text.source else None

    def close(self) -> None:
        """Nobody looks at it any more, and nobody is told of it, from now on."""
        self._is_closed = True

    async def _run(self) -> None:
        while self._is_due and not self._is_closed:
            self._is_due = False
            await self._check()

    async def _check(self) -> None:
        if not self.document.code() and not self._sent:
            return
        for _ in range(_TRIES):
            asked = self._asked()
            try:
                reply = await self._checker.check(asked, self._file)
            except AisecError as error:
                self._refuse(str(error))
                return
            if self._is_closed:
                return
            if reply.problem is not None:
                self._refuse(reply.problem)
                return
            if not reply.resend:
                self._take(asked, reply)
                return
            self._forget()

    def _asked(self) -> messages.CheckRequest:
        now = {uri: document.text.source for uri, document in self.document.code().items()}
        cells = [messages.CellText(uri, source) for uri, source in now.items() if self._sent.get(uri) != source]
        order = list(now) if self._revision == 0 or list(now) != list(self._sent) else None
        self._sent = now
        return messages.CheckRequest(
            document=self.document.uri,
            path="",
            kind=self.document.kind,
            language=PYTHON,
            base=self._revision,
            revision=self._revision + 1,
            cells=cells,
            order=order,
        )

    def _take(self, asked: messages.CheckRequest, reply: messages.CheckReply) -> None:
        self._revision = asked.revision
        changed = []
        for cell in reply.cells:
            # Of one that can't be read while it is typed, what was known before still stands.
            if cell.problem is None or cell.problem == LATE:
                self._found[cell.key] = Found(self._sent[cell.key], cell.findings, cell.problem)
                changed.append(cell.key)
        self._say(changed, None)

    def _refuse(self, why: str) -> None:
        """The document is not analysed: said where it begins. What was known before still stands."""
        self._forget()
        first = next(iter(self.document.code()), None)
        self._say([], None if first is None else (first, why))

    def _forget(self) -> None:
        """The analysis knows nothing of it any more: the next request has everything."""
        self._revision, self._sent = 0, {}

    def _say(self, changed: Sequence[str], refused: tuple[str, str] | None) -> None:
        """Tell of texts as they stand; of one that has changed since, the next check will."""
        documents = self.document.code()
        for uri in self._found.keys() - documents.keys():
            del self._found[uri]
        marked = {each[0] for each in (self._refused, refused) if each is not None}
        self._refused = refused
        for uri in dict.fromkeys((*marked, *changed)):
            document = documents.get(uri)
            if document is None:
                continue
            found = self.found(document)
            if uri in marked:
                # That it is not analysed is said, or taken back, whatever else is known.
                found = found or Found(document.text.source, [])
                found = found if refused is None or refused[0] != uri else replace(found, problem=refused[1])
            if found is not None:
                self._tell(document, found)
