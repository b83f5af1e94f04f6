"""From cells to findings: one analyser per notebook or kernel, which carries names and facts from cell to cell."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from jupyter_aisec.analysis.cell import CellWalk, OutOfTime, Raised
from jupyter_aisec.analysis.context import Context
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.index import Index
from jupyter_aisec.analysis.rule import Rule
from jupyter_aisec.analysis.scope import Scope
from jupyter_aisec.analysis.subscriptions import Suppression, Unreadable
from jupyter_aisec.analysis.suppression import Comment, comments
from jupyter_aisec.model import Cell, CellKind, Edit, Finding, Fix, NotAnalysed, Notebook, Place
from jupyter_aisec.notebook import lines as physical
from jupyter_aisec.notebook.decode import MalformedCell
from jupyter_aisec.notebook.syntax import Span, SyntaxProblem, parse, written

SECONDS = 10.0
"""Time for one notebook; what is left then is not analysed."""
CELL_SECONDS = 1.0
"""Time for one cell that is about to run; nobody waits longer for us."""
MOST = 500
"""Findings in one cell; more help nobody."""


@dataclass(frozen=True, slots=True)
class Report:
    """What is known of one notebook."""

    path: str
    findings: tuple[Finding, ...]
    not_analysed: tuple[NotAnalysed, ...]
    rules: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Judged:
    """What the rules say about one cell, before later cells had their say."""

    cell: Cell
    lines: tuple[str, ...]
    raised: tuple[Raised, ...]
    problem: str | None = None
    is_unread: bool = False


class Analyser:
    """Checks cells one after the other, in the order in which they stand or run.

    A cell that comes again (by its id, or by its index where it has none) replaces what it said before. ``versions``
    maps names of distributions to the versions that are installed.
    """

    def __init__(self, rules: Iterable[Rule], versions: Mapping[str, str] | None = None) -> None:
        self._index = Index(rules)
        self._scope = Scope()
        self._files: dict[str, Scope] = {}
        self._context = Context({} if versions is None else versions)
        self._said: dict[tuple[str, str], tuple[object, Span]] = {}

    @property
    def rules(self) -> tuple[str, ...]:
        """The names of the rules that run."""
        return tuple(sorted(self._index.names))

    def check(self, cell: Cell) -> list[Finding]:
        """The findings in one cell, with all cells before it in mind. Never raises because of what is in it."""
        return self._settled(self._judge(cell, time.monotonic() + CELL_SECONDS))

    def analyse(self, notebook: Notebook, seconds: float = SECONDS) -> Report:
        """All cells of a notebook in document order; what later cells make harmless is left out."""
        path = notebook.path
        if notebook.language != "python":
            reason = f"written in {notebook.language}; only Python is analysed"
            return Report(path, (), (NotAnalysed(path, reason),), self.rules, notebook.notes)
        deadline = time.monotonic() + seconds
        code = [cell for cell in notebook.cells if cell.kind is CellKind.CODE]
        judged = [self._judge(cell, deadline, is_script=notebook.is_script) for cell in code]
        missed = [
            NotAnalysed(path, each.problem, None if notebook.is_script and each.is_unread else each.cell.index)
            for each in judged
            if each.problem
        ]
        findings = [finding for each in judged for finding in self._settled(each)]
        return Report(path, tuple(findings), tuple(missed), self.rules, notebook.notes)

    def _judge(self, cell: Cell, deadline: float, *, is_script: bool = False) -> _Judged:
        key: object = cell.id or cell.index
        self._forget(key)
        lines = tuple(physical.split(cell.source))
        if cell.kind is not CellKind.CODE:
            return _Judged(cell, lines, ())
        try:
            walks = self._walks(cell, deadline)
        except SyntaxProblem as error:
            return self._unreadable(cell, lines, error, is_script=is_script)
        except (RecursionError, MemoryError):
            return self._unreadable(cell, lines, SyntaxProblem(1, 1, "nested too deeply"), is_script=is_script)
        except OutOfTime:
            late = SyntaxProblem(1, 1, "the time for checking it is used up")
            return self._unreadable(cell, lines, late, is_script=is_script)
        for fact in (fact for walk in walks for fact in walk.facts):
            self._context.facts.setdefault(fact, key)
        found = [each for walk in walks for each in walk.raised]
        raised = [each for each in _unique(found) if self._is_first(each, key)]
        # Twice as many as are shown: each is compared with each comment.
        said = [comment for walk in walks for comment in comments(cell.source, walk.parsed)]
        kept = self._suppressed(raised[: 2 * MOST], said[:MOST])
        reason = f"more than {MOST} findings; the rest is left out" if max(len(raised), len(kept)) > MOST else None
        return _Judged(cell, lines, tuple(kept[:MOST]), reason)

    def _walks(self, cell: Cell, deadline: float) -> list[CellWalk]:
        """Over the cell, and over the Python file that it writes, which has names and an environment of its own."""
        if isinstance(cell, MalformedCell):
            raise SyntaxProblem(1, 1, cell.reason)
        parsed = parse(cell.source)
        walks = [CellWalk(parsed, self._scope, self._context, self._index, deadline)]
        file = written(parsed)
        if file is not None:
            name, inside = file
            scope = self._files.setdefault(name, Scope())
            walks.append(CellWalk(inside, scope, Context(self._context.versions), self._index, deadline))
        for walk in walks:
            walk.run()
        return walks

    def _forget(self, key: object) -> None:
        self._said = {said: owner for said, owner in self._said.items() if owner[0] != key}
        facts = self._context.facts
        for fact in [fact for fact, owner in facts.items() if owner == key]:
            del facts[fact]

    def _is_first(self, raised: Raised, key: object) -> bool:
        if raised.hit.once is None:
            return True
        # Twice in one cell is twice in the notebook.
        own = (key, raised.hit.span)
        return self._said.setdefault((raised.rule.name, raised.hit.once), own) == own

    def _unreadable(self, cell: Cell, lines: tuple[str, ...], problem: SyntaxProblem, *, is_script: bool) -> _Judged:
        span = Span(problem.line, problem.column, problem.line, problem.column + 1)
        subject = Unreadable(span, problem.reason, is_script)
        raised = [
            Raised(rule, hit, (span.line, span.line))
            for rule in self._index.about(Unreadable)
            for hit in rule.function(subject)
        ]
        return _Judged(cell, lines, tuple(raised), problem.reason, is_unread=True)

    def _suppressed(self, raised: list[Raised], found: list[Comment]) -> list[Raised]:
        """What no comment silences, and what is to be said about the comments themselves."""
        if not found:
            return raised
        silenced: set[int] = set()
        said: list[Raised] = []
        for comment in found:
            used: set[str] = set()
            for number, each in enumerate(raised):
                first, last = min(each.lines[0], each.hit.span.line), max(each.lines[1], each.hit.span.end_line)
                if each.rule.name in comment.rules and first <= comment.span.line <= last:
                    silenced.add(number)
                    used.add(each.rule.name)
            unknown = tuple(name for name in comment.rules if name not in self._index.names)
            unused = tuple(name for name in comment.rules if name not in used and name not in unknown)
            subject = Suppression(comment.span, comment.rules, comment.reason, unused, unknown, self.rules)
            lines = (comment.span.line, comment.span.line)
            said += [
                Raised(rule, hit, lines) for rule in self._index.about(Suppression) for hit in rule.function(subject)
            ]
        return [each for number, each in enumerate(raised) if number not in silenced] + said

    def _settled(self, judged: _Judged) -> list[Finding]:
        """Findings that stand, after all that is known by now."""
        found = []
        for each in judged.raised:
            hit = each.hit
            if any(self._context.holds(fact) for fact in hit.unless):
                continue
            if hit.worse is not None and self._context.holds(hit.worse[0]):
                hit = replace(hit, severity=hit.worse[1])
            found.append(_finding(each.rule, hit, judged))
        return sorted(found, key=lambda finding: (finding.place.line, finding.place.column, finding.rule))


def analyse(
    notebook: Notebook, rules: Iterable[Rule], versions: Mapping[str, str] | None = None, seconds: float = SECONDS
) -> Report:
    """Analyse a whole notebook with an analyser of its own."""
    return Analyser(rules, versions).analyse(notebook, seconds)


def _unique(raised: list[Raised]) -> list[Raised]:
    seen: dict[tuple[str, Span], Raised] = {}
    for each in raised:
        seen.setdefault((each.rule.name, each.hit.span), each)
    return list(seen.values())


def _finding(rule: Rule, hit: Hit, judged: _Judged) -> Finding:
    fix = None
    if hit.repair is not None:
        edits = tuple(Edit(_place(change.span, judged), change.text) for change in hit.repair.changes)
        fix = Fix(hit.repair.description, hit.repair.safe, edits)
    severity = hit.severity or rule.severity
    return Finding(rule.name, severity, hit.confidence, hit.message, _place(hit.span, judged), fix)


def _place(span: Span, judged: _Judged) -> Place:
    """The span in the cell; clamped, so that no place ever lies outside it."""
    lines, cell = judged.lines, judged.cell
    line = min(max(span.line, 1), len(lines))
    column = min(max(span.column, 1), len(lines[line - 1]) + 1)
    end_line = min(max(span.end_line, line), len(lines))
    end_column = min(max(span.end_column, column if end_line == line else 1), len(lines[end_line - 1]) + 1)
    return Place(cell.index, cell.id, line, column, end_line, end_column)
