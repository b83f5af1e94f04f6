"""Rules that read text, applied: to the source of a cell of any kind, to what stands beside it, to a whole notebook."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice

from jupyter_aisec.analysis.beside import (
    Metadata,
    Output,
    Whole,
    metadata_of,
    metadata_of_notebook,
    outputs_of,
)
from jupyter_aisec.analysis.context import Context
from jupyter_aisec.analysis.index import Index
from jupyter_aisec.analysis.raised import Lines, Raised
from jupyter_aisec.analysis.rule import Rule
from jupyter_aisec.analysis.scope import Scope
from jupyter_aisec.analysis.screened import Silent, Spoken, speaking
from jupyter_aisec.analysis.source import LONGEST, Code, Prose, Source
from jupyter_aisec.model import Cell, CellKind, Notebook
from jupyter_aisec.notebook import lines as physical
from jupyter_aisec.notebook.stored import outputs
from jupyter_aisec.notebook.syntax import Parsed

_MOST = 100
"""Findings of one rule in the text of one cell; each costs a look at all of it."""
_EMBEDS = ";base64,"
_EMBEDDED = re.compile(r";base64,[A-Za-z0-9+/=]*")
_FILE_ONLY = frozenset({Output, Metadata, Whole})


class Readers:
    """The rules of an index that read text; keeps nothing of what they read."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.file_only = frozenset(rule.name for rule in index.rules if not _FILE_ONLY.isdisjoint(rule.subscriptions))
        """The names of rules about what only a file has: in a kernel or an editor they find less, or nothing."""

        self.every = Spoken(
            index.reading(Source, Code), index.reading(Source, Prose), index.reading(Output), index.reading(Metadata)
        )
        """The rules that are asked where nobody knows what they have to say."""

    @staticmethod
    @lru_cache(8)
    def of(index: Index) -> Readers:
        """Those of an index; made once, for each notebook asks for them."""
        return Readers(index)

    def spoken(self, notebook: Notebook, deadline: float, silent: tuple[Silent, Silent] | None = None) -> Spoken:
        """Who has to be asked about the cells of a notebook; ``silent`` knows code and prose of others."""
        every = self.every
        code = [_text(cell) for cell in notebook.cells if cell.kind is CellKind.CODE]
        prose = [_text(cell) for cell in notebook.cells if cell.kind is not CellKind.CODE]
        metadata = (each.text for cell in notebook.cells for each in metadata_of(cell))
        return Spoken(
            _speaking(every.code, code, None if silent is None else silent[0]),
            _speaking(every.prose, prose, None if silent is None else silent[1]),
            self._of_outputs(notebook, deadline),
            speaking(every.metadata, metadata),
        )

    def _of_outputs(self, notebook: Notebook, deadline: float) -> tuple[Rule, ...]:
        """All of them where there is more to say than what rules say: that there was no time, or too much text."""
        cut = False

        def texts() -> Iterator[str]:
            nonlocal cut
            for cell in notebook.cells:
                for output in outputs(cell):
                    cut = cut or any(text.is_cut for text in output.texts) or time.monotonic() > deadline
                    if cut:
                        return
                    yield from (text.text for text in output.texts)

        found = speaking(self.every.outputs, texts())
        return self.every.outputs if cut else found

    def source(
        self,
        cell: Cell,
        context: Context,
        parsed: Parsed | None = None,
        scope: Scope | None = None,
        spoken: Spoken | None = None,
    ) -> list[Raised]:
        """What is said about the text of the cell; ``parsed`` and its names are given for code that can be read."""
        spoken = spoken or self.every
        is_code = cell.kind is CellKind.CODE
        rules = spoken.code if is_code else spoken.prose
        if not rules:
            return []
        subject = (Code if is_code else Prose)(_text(cell), cell.kind, context, parsed, scope)
        found = [(rule, hit) for rule in rules for hit in islice(rule.function(subject), _MOST)]
        # Prose has no statements: a comment anywhere in it is about all of it.
        return [Raised(rule, hit, subject.lines(hit.span) if is_code else _all(cell)) for rule, hit in found]

    def beside(self, cell: Cell, deadline: float, spoken: Spoken | None = None) -> tuple[list[Raised], str | None]:
        """What is said about its outputs, metadata and attachments; and what of it was not read, if anything was not.

        A comment anywhere in the cell is about them.
        """
        spoken = spoken or self.every
        raised: list[Raised] = []
        problem: str | None = None
        rules = spoken.outputs
        for output in outputs_of(cell) if rules else ():
            if time.monotonic() > deadline:
                return raised, "the time for checking its outputs is used up"
            if any(text.is_cut for text in output.texts):
                problem = f"the end of its output {output.index + 1}, which is very long, was not read"
            raised += [Raised(rule, hit, _all(cell)) for rule in rules for hit in rule.function(output)]
        if spoken.metadata:
            raised += self._metadata(metadata_of(cell), cell)
        return raised, problem

    def whole(self, notebook: Notebook) -> dict[int, list[Raised]]:
        """What is said about a notebook as a whole, by the index of the cell where it is shown."""
        raised: dict[int, list[Raised]] = {}
        cells = {cell.index: cell for cell in notebook.cells}
        for rule in self._index.about(Whole):
            for hit in rule.function(Whole(notebook)):
                cell = cells.get(hit.cell if hit.cell is not None else 0)
                if cell is not None:
                    raised.setdefault(cell.index, []).append(Raised(rule, hit, _all(cell)))
        for cell in notebook.cells[:1]:
            raised.setdefault(cell.index, []).extend(self._metadata(metadata_of_notebook(notebook), cell))
        return raised

    def _metadata(self, found: Iterable[Metadata], cell: Cell) -> list[Raised]:
        rules = self.every.metadata
        return [
            Raised(rule, hit, _all(cell)) for metadata in found for rule in rules for hit in rule.function(metadata)
        ]


def _speaking(rules: tuple[Rule, ...], texts: list[str], silent: Silent | None) -> tuple[Rule, ...]:
    if not texts:
        return ()
    return speaking(rules, texts) if silent is None else silent.speaking(rules, texts)


def _text(cell: Cell) -> str:
    """What rules see of a source."""
    text = cell.source[:LONGEST]
    return _EMBEDDED.sub(_blank, text) if _EMBEDS in text else text


def _blank(embedded: re.Match[str]) -> str:
    return " " * len(embedded[0])


def _all(cell: Cell) -> Lines:
    return (1, len(physical.split(cell.source)))
