"""The documents that editors have open, each with what is known of it; the oldest are forgotten when there are many."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from jupyter_aisec import advisories
from jupyter_aisec.advisories import Advisories
from jupyter_aisec.analysis.analyser import SECONDS, refusal
from jupyter_aisec.analysis.incremental import Incremental
from jupyter_aisec.analysis.judge import Judge
from jupyter_aisec.analysis.rule import Rule
from jupyter_aisec.checking import messages
from jupyter_aisec.checking.checked import checked
from jupyter_aisec.model import AisecError

DOCUMENTS = 32
CELLS = 20_000
"""Cells of one document."""
CHARACTERS = 32_000_000
"""Characters of one document, and of all together."""


@dataclass(slots=True)
class _Document:
    """One document at a revision."""

    found: Incremental
    rules: tuple[Rule, ...]
    advisories: Advisories | None
    revision: int
    sizes: dict[str, int] = field(default_factory=dict)


class Opened:
    """Answers editors; a document that is not known is to be sent again. ``rules`` run where none are named."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self._rules = rules
        # The one that was asked for last stands last.
        self._documents: dict[str, _Document] = {}

    def check(
        self, asked: messages.CheckRequest, rules: tuple[Rule, ...] | None = None, file: str | None = None
    ) -> messages.CheckReply:
        """Take in what changed, and tell what is known of the cells that it concerns; ``file`` is of advisories."""
        chosen = self._rules if rules is None else rules
        try:
            # As long as the file is what it was, this is to look at its date.
            known = None if file is None else advisories.read(Path(file))
            reply = self._checked(asked, chosen, known)
        except AisecError as error:
            reply = _reply(asked, problem=str(error))
        return msgspec.structs.replace(reply, rules=len(chosen))

    def _checked(
        self, asked: messages.CheckRequest, rules: tuple[Rule, ...], advised: Advisories | None
    ) -> messages.CheckReply:
        known = self._documents.pop(asked.document, None)
        refused = refusal(asked.language)
        if refused is not None:
            return _reply(asked, problem=refused)
        if asked.base == 0:
            judge = Judge(rules, advisories=advised)
            document = _Document(Incremental(judge, is_script=asked.kind == "file"), rules, advised, 0)
        elif known is None or known.revision != asked.base or known.rules != rules or known.advisories is not advised:
            return _reply(asked, resend=True)
        else:
            document = known
        document.sizes |= {cell.key: len(cell.source) for cell in asked.cells}
        if asked.order is not None:
            document.sizes = {key: document.sizes[key] for key in asked.order if key in document.sizes}
        too_big = _too_big(document)
        if too_big is not None:
            return _reply(asked, problem=too_big)
        try:
            cells = self._cells(document.found, asked)
        except KeyError:
            # The two sides have lost each other.
            return _reply(asked, resend=True)
        document.revision = asked.revision
        self._documents[asked.document] = document
        self._forget()
        return _reply(asked, cells)

    def close(self, document: str) -> None:
        """Nobody wants to know of it any more."""
        self._documents.pop(document, None)

    def _cells(self, found: Incremental, asked: messages.CheckRequest) -> list[messages.CheckedCell]:
        started = time.monotonic()
        sent = {cell.key: cell.source for cell in asked.cells}
        changed = found.update(sent, asked.order)
        return [
            checked(key, found.said(key), silenceable=time.monotonic() - started < SECONDS)
            for key in dict.fromkeys((*sent, *changed))
        ]

    def _forget(self) -> None:
        total = sum(sum(document.sizes.values()) for document in self._documents.values())
        while len(self._documents) > DOCUMENTS or (total > CHARACTERS and len(self._documents) > 1):
            oldest = self._documents.pop(next(iter(self._documents)))
            total -= sum(oldest.sizes.values())


def _reply(
    asked: messages.CheckRequest,
    cells: list[messages.CheckedCell] | None = None,
    *,
    resend: bool = False,
    problem: str | None = None,
) -> messages.CheckReply:
    return messages.CheckReply(asked.revision, resend=resend, cells=cells or [], rules=0, problem=problem)


def _too_big(document: _Document) -> str | None:
    if len(document.sizes) > CELLS:
        return f"more than {CELLS:,} code cells; split the notebook to have it checked"
    if sum(document.sizes.values()) > CHARACTERS:
        return f"more than {CHARACTERS:,} characters of code; split it to have it checked"
    return None
