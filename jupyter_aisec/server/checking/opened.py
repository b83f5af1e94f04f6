"""The documents that pages have open, each with what is known of it; the oldest are forgotten when there are many."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from jupyter_aisec.analysis.analyser import SECONDS, refusal
from jupyter_aisec.analysis.incremental import Incremental
from jupyter_aisec.analysis.judge import Judge
from jupyter_aisec.analysis.rule import Rule
from jupyter_aisec.server import wire
from jupyter_aisec.server.checking.checked import checked

DOCUMENTS = 32
CELLS = 20_000
"""Cells of one document."""
CHARACTERS = 32_000_000
"""Characters of one document, and of all together."""


@dataclass(slots=True)
class _Document:
    """One document at a revision."""

    found: Incremental
    revision: int
    sizes: dict[str, int] = field(default_factory=dict)


class Opened:
    """Answers what pages ask; a document that is not known is to be sent again."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self._judge = Judge(rules)
        # The one that was asked for last stands last.
        self._documents: dict[str, _Document] = {}

    def check(self, asked: wire.CheckRequest) -> wire.CheckReply:
        """Take in what changed, and tell what is known of the cells that it concerns."""
        known = self._documents.pop(asked.document, None)
        refused = refusal(asked.language)
        if refused is not None:
            return self._reply(asked, [], refused)
        if asked.base == 0:
            document = _Document(Incremental(self._judge, is_script=asked.kind == "file"), 0)
        elif known is None or known.revision != asked.base:
            return wire.CheckReply(asked.revision, resend=True, cells=[], rules=len(self._judge.rules), problem=None)
        else:
            document = known
        document.sizes |= {cell.key: len(cell.source) for cell in asked.cells}
        if asked.order is not None:
            document.sizes = {key: document.sizes[key] for key in asked.order if key in document.sizes}
        too_big = _too_big(document)
        if too_big is not None:
            return self._reply(asked, [], too_big)
        try:
            cells = self._cells(document.found, asked)
        except KeyError:
            # The two sides have lost each other.
            return wire.CheckReply(asked.revision, resend=True, cells=[], rules=len(self._judge.rules), problem=None)
        document.revision = asked.revision
        self._documents[asked.document] = document
        self._forget()
        return self._reply(asked, cells, None)

    def close(self, document: str) -> None:
        """Nobody wants to know of it any more."""
        self._documents.pop(document, None)

    def _cells(self, found: Incremental, asked: wire.CheckRequest) -> list[wire.CheckedCell]:
        started = time.monotonic()
        sent = {cell.key: cell.source for cell in asked.cells}
        changed = found.update(sent, asked.order)
        return [
            checked(key, found.said(key), silenceable=time.monotonic() - started < SECONDS)
            for key in dict.fromkeys((*sent, *changed))
        ]

    def _reply(self, asked: wire.CheckRequest, cells: list[wire.CheckedCell], problem: str | None) -> wire.CheckReply:
        return wire.CheckReply(asked.revision, resend=False, cells=cells, rules=len(self._judge.rules), problem=problem)

    def _forget(self) -> None:
        total = sum(sum(document.sizes.values()) for document in self._documents.values())
        while len(self._documents) > DOCUMENTS or (total > CHARACTERS and len(self._documents) > 1):
            oldest = self._documents.pop(next(iter(self._documents)))
            total -= sum(oldest.sizes.values())


def _too_big(document: _Document) -> str | None:
    if len(document.sizes) > CELLS:
        return f"more than {CELLS:,} code cells; split the notebook to have it checked"
    if sum(document.sizes.values()) > CHARACTERS:
        return f"more than {CHARACTERS:,} characters of code; split it to have it checked"
    return None
