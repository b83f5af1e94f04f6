"""Cells in order, each once: a file from top to bottom, or a kernel's as they run."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from msgspec.structs import replace

from jupyter_aisec.advisories import Advisories
from jupyter_aisec.analysis.asked import Asked
from jupyter_aisec.analysis.context import Documented
from jupyter_aisec.analysis.facts import Facts
from jupyter_aisec.analysis.judge import Judge
from jupyter_aisec.analysis.memory import Memory
from jupyter_aisec.analysis.raised import Claim, Raised
from jupyter_aisec.analysis.rule import Rule
from jupyter_aisec.analysis.scope import Missing
from jupyter_aisec.analysis.screened import Spoken
from jupyter_aisec.analysis.timeline import Held, Key, View
from jupyter_aisec.analysis.walked import Heard, Walked
from jupyter_aisec.model import Cell, CellKind, Finding, NotAnalysed, Notebook
from jupyter_aisec.notebook.syntax import Span

SECONDS = 10.0
"""Time for one notebook; what is left then is not analysed."""
CELL_SECONDS = 1.0
"""Time for one cell that somebody waits for; nobody waits longer for us."""


@dataclass(frozen=True, slots=True)
class Report:
    """What is known of one notebook."""

    path: str
    findings: tuple[Finding, ...]
    not_analysed: tuple[NotAnalysed, ...]
    rules: tuple[str, ...]
    notes: tuple[str, ...] = ()


class Analyser:
    """Checks cells one after the other, in the order in which they stand or run.

    A cell that comes again (by its id, or by its index where it has none) replaces what it said before. ``versions``
    maps names of distributions to the versions that are installed, ``documented`` knows which data are documented,
    ``advisories`` which versions of packages are known to be vulnerable; ``memory`` is of notebooks before this one,
    for which all of these were the same, but for which data are documented.
    """

    def __init__(
        self,
        rules: Iterable[Rule],
        versions: Mapping[str, str] | None = None,
        documented: Documented | None = None,
        advisories: Advisories | None = None,
        memory: Memory | None = None,
    ) -> None:
        self._asked = Asked(documented)
        self._judge = Judge(rules, versions, self._asked.ask, advisories)
        self._memory = memory
        self._held: dict[Key, Held] = {}
        self._facts = Facts()
        self._said: dict[Claim, tuple[object, Span]] = {}
        self._heard_before: set[object] = set()

    @property
    def rules(self) -> tuple[str, ...]:
        """The names of the rules that run."""
        return self._judge.rules

    def check(self, cell: Cell) -> list[Finding]:
        """The findings in one cell, with all cells before it in mind. Never raises because of what is in it."""
        return self._settled(self._heard(cell, time.monotonic() + CELL_SECONDS))

    def analyse(self, notebook: Notebook, seconds: float = SECONDS) -> Report:
        """All cells of a notebook in document order; what later cells make harmless is left out."""
        path = notebook.path
        reason = refusal(notebook.language)
        if reason is not None:
            return Report(path, (), (NotAnalysed(path, reason),), self.rules, notebook.notes)
        deadline = time.monotonic() + seconds
        whole = self._judge.whole(notebook)
        spoken = self._judge.spoken(notebook, deadline, None if self._memory is None else self._memory.silent)
        heard = [
            self._heard(cell, deadline, whole.get(cell.index, ()), spoken, is_script=notebook.is_script)
            for cell in notebook.cells
            if cell.kind is CellKind.CODE or spoken.prose or spoken.metadata or cell.index in whole
        ]
        missed = [
            NotAnalysed(
                path, each.problem, None if notebook.is_script and each.walked.problem else each.walked.cell.index
            )
            for each in heard
            if each.problem
        ]
        findings = [finding for each in heard for finding in self._settled(each)]
        return Report(path, tuple(findings), tuple(missed), self.rules, notebook.notes)

    def _heard(
        self,
        cell: Cell,
        deadline: float,
        whole: Iterable[Raised] = (),
        spoken: Spoken | None = None,
        *,
        is_script: bool = False,
    ) -> Heard:
        """``whole`` is what is said at this cell about the whole notebook."""
        key: object = cell.id or cell.index
        if key in self._heard_before:
            self._said = {said: owner for said, owner in self._said.items() if owner[0] != key}
        self._heard_before.add(key)
        walked = self._walked(cell, deadline, spoken, is_script=is_script)
        walked = self._judge.with_stored(walked, deadline, spoken)
        if whole:
            walked = replace(walked, raised=(*walked.raised, *whole))
        self._facts.replace(key, walked.facts)
        if not (walked.raised or walked.comments or walked.problem):
            return Heard(walked, (), walked.unread)

        def is_first(claim: Claim, span: Span) -> bool:
            # Twice in one cell is twice in the notebook.
            return self._said.setdefault(claim, (key, span)) == (key, span)

        return self._judge.hear(walked, is_first)

    def _walked(self, cell: Cell, deadline: float, spoken: Spoken | None, *, is_script: bool) -> Walked:
        """What is said about its text; what it makes of names is carried on."""
        memory = None if is_script else self._memory
        if cell.kind is not CellKind.CODE:
            return self._judge.prose(cell, spoken)
        outcome = None if memory is None else memory.recall(cell, self._before, self._asked)
        if outcome is not None:
            self._held.update(outcome.made)
            return outcome.walked.of(cell)
        self._asked.taken()
        view = View(self._before)
        walked = self._judge.read(cell, view.carried, deadline, is_script=is_script, spoken=spoken)
        made = view.made
        if memory is not None:
            memory.keep(walked, view.read, made, self._asked.taken())
        self._held.update(made)
        return walked

    def _before(self, key: Key) -> Held:
        return self._held.get(key, Missing.MISSING)

    def _settled(self, heard: Heard) -> list[Finding]:
        return [each.finding for each in self._judge.settle(heard, self._facts.hold)] if heard.raised else []


def analyse(
    notebook: Notebook, rules: Iterable[Rule], versions: Mapping[str, str] | None = None, seconds: float = SECONDS
) -> Report:
    """Analyse a whole notebook with an analyser of its own."""
    return Analyser(rules, versions).analyse(notebook, seconds)


def refusal(language: str) -> str | None:
    """Why a notebook in this language is not analysed."""
    return None if language == "python" else f"written in {language}; only Python is analysed"
