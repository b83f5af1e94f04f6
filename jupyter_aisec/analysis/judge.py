"""From one cell to its findings, in three steps: walked alone, heard beside other cells, settled by their deeds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping

from msgspec.structs import replace

from jupyter_aisec.advisories import Advisories
from jupyter_aisec.analysis.carried import Carried
from jupyter_aisec.analysis.cell import CellWalk, OutOfTime
from jupyter_aisec.analysis.context import Context, Documented
from jupyter_aisec.analysis.finding import finding
from jupyter_aisec.analysis.hit import Fact
from jupyter_aisec.analysis.index import Index
from jupyter_aisec.analysis.raised import Claim, Lines, Raised
from jupyter_aisec.analysis.readers import Readers
from jupyter_aisec.analysis.rule import Rule
from jupyter_aisec.analysis.screened import Silent, Spoken
from jupyter_aisec.analysis.subscriptions import Suppression, Unreadable
from jupyter_aisec.analysis.suppression import Comment, comments, notes
from jupyter_aisec.analysis.walked import Heard, Settled, Walked
from jupyter_aisec.model import Cell, CellKind, Notebook
from jupyter_aisec.notebook import lines as physical
from jupyter_aisec.notebook.decode import MalformedCell
from jupyter_aisec.notebook.stored import StoredCell
from jupyter_aisec.notebook.syntax import Span, SyntaxProblem, parse, problem_of, written

MOST = 500
"""Findings in one cell; more help nobody."""
TOO_DEEP = "nested too deeply"
LATE = "the time for checking it is used up"


class Judge:
    """The rules, applied to one cell at a time; keeps nothing."""

    def __init__(
        self,
        rules: Iterable[Rule],
        versions: Mapping[str, str] | None = None,
        documented: Documented | None = None,
        advisories: Advisories | None = None,
    ) -> None:
        self._index = Index.of(tuple(rules))
        self._advisories = Advisories() if advisories is None else advisories
        self._documented = documented
        self._readers = Readers.of(self._index)
        self._versions: Mapping[str, str] = {} if versions is None else versions
        self.rules = self._index.sorted
        """The names of the rules that run."""

    def walk(self, cell: Cell, carried: Carried, deadline: float, *, is_script: bool = False) -> Walked:
        """Read a cell, with what is carried to it; what it binds is carried on. Never raises because of what it is."""
        return self.with_stored(self.read(cell, carried, deadline, is_script=is_script), deadline)

    def spoken(self, notebook: Notebook, deadline: float, silent: tuple[Silent, Silent] | None = None) -> Spoken:
        """Which of the rules that read text have to be asked about the cells of a notebook."""
        return self._readers.spoken(notebook, deadline, silent)

    def read(
        self,
        cell: Cell,
        carried: Carried,
        deadline: float,
        *,
        is_script: bool = False,
        spoken: Spoken | None = None,
    ) -> Walked:
        """The same for what was typed: it hangs on the text and on what is carried, and on nothing else.

        ``spoken`` are the rules that have to be asked about texts, where that is known.
        """
        if cell.kind is not CellKind.CODE:
            return self.prose(cell, spoken)
        try:
            walks = self._walks(cell, carried, deadline)
        except SyntaxProblem as error:
            return self.unread(cell, error, is_script=is_script)
        except (RecursionError, MemoryError):
            return self.unread(cell, SyntaxProblem(1, 1, TOO_DEEP), is_script=is_script)
        except OutOfTime:
            return self.unread(cell, SyntaxProblem(1, 1, LATE), is_script=is_script)
        missed = problem_of(*(walk.parsed for walk in walks))
        if missed is not None and is_script:
            # Of a file that can't be imported nothing runs.
            return self.unread(cell, missed, is_script=True)
        raised = [each for walk in walks for each in walk.raised]
        raised += [] if missed is None else self._not_read(missed, in_part=True)
        raised += self._readers.source(cell, Context(self._versions), walks[0].parsed, carried.scope, spoken)
        found = [comment for walk in walks for comment in comments(cell.source, walk.parsed)]
        return Walked(
            cell,
            _unique(raised) if raised else (),
            frozenset([fact for walk in walks for fact in walk.facts]),
            tuple(found),
            unread=None if missed is None else missed.reason,
        )

    def with_stored(self, walked: Walked, deadline: float, spoken: Spoken | None = None) -> Walked:
        """The same with what there is to say about outputs, metadata and attachments."""
        if walked.problem == LATE:
            return walked
        raised, unread = self._readers.beside(walked.cell, deadline, spoken)
        if not raised and unread is None:
            return walked
        return replace(walked, raised=(*walked.raised, *raised), unread=walked.unread or unread)

    def prose(self, cell: Cell, spoken: Spoken | None = None) -> Walked:
        """What is said about the text of a cell that is no code."""
        raised = self._readers.source(cell, Context(self._versions), spoken=spoken)
        found = tuple(notes(cell.source)) if raised else ()
        return Walked(cell, tuple(raised), comments=found)

    def whole(self, notebook: Notebook) -> dict[int, list[Raised]]:
        """What the rules say about a notebook as a whole, by the index of the cell where it is shown."""
        return self._readers.whole(notebook)

    def unreadable(self, source: str) -> str | None:
        """Why this is no Python, or not all of it, if it isn't."""
        try:
            missed = problem_of(parse(source))
        except SyntaxProblem as error:
            return error.reason
        except (RecursionError, MemoryError):
            return TOO_DEEP
        return None if missed is None else missed.reason

    def unread(self, cell: Cell, problem: SyntaxProblem, *, is_script: bool = False) -> Walked:
        """What there is to say of a cell that can't be read."""
        raised = self._not_read(problem, is_script=is_script)
        if problem.reason != LATE:
            # A key in a cell that is no Python is a key all the same.
            raised += self._readers.source(cell, Context(self._versions))
        return Walked(cell, tuple(raised), problem=problem.reason)

    def _not_read(self, problem: SyntaxProblem, *, is_script: bool = False, in_part: bool = False) -> list[Raised]:
        span = Span(problem.line, problem.column, problem.line, problem.column + 1)
        subject = Unreadable(span, problem.reason, is_script, in_part)
        return [
            Raised(rule, hit, (span.line, span.line))
            for rule in self._index.about(Unreadable)
            for hit in rule.function(subject)
        ]

    def hear(self, walked: Walked, is_first: Callable[[Claim, Span], bool]) -> Heard:
        """Leave out what comments silence and what was said before: ``is_first`` knows who says what first, and where.

        It is asked in the order in which the cell says things.
        """
        if walked.problem is not None:
            return Heard(walked, walked.raised, walked.problem)
        if not (walked.raised or walked.comments):
            return Heard(walked, (), walked.unread)
        raised = [each for each in walked.raised if each.claim is None or is_first(each.claim, each.hit.span)]
        # Twice as many as are shown: each is compared with each comment.
        kept = raised[: 2 * MOST]
        if walked.comments:
            kept = self._suppressed(walked.cell, kept, walked.comments[:MOST])
        problem = f"more than {MOST} findings; the rest is left out" if max(len(raised), len(kept)) > MOST else None
        return Heard(walked, tuple(kept[:MOST]), problem or walked.unread)

    def settle(self, heard: Heard, holds: Callable[[Fact], bool]) -> list[Settled]:
        """The findings that stand, after all that is known by now."""
        if not heard.raised:
            return []
        cell = heard.walked.cell
        lines = physical.split(cell.source)
        found = []
        for each in heard.raised:
            hit = each.hit
            if any(holds(fact) for fact in hit.unless) or not all(holds(fact) for fact in hit.needs):
                continue
            for fact, severity in hit.worse:
                if holds(fact):
                    hit = replace(hit, severity=severity)
                    break
            found.append(Settled(finding(each.rule, hit, cell, lines), _silenced_on(each)))
        return sorted(found, key=_place_of)

    def _walks(self, cell: Cell, carried: Carried, deadline: float) -> list[CellWalk]:
        """Over the cell, and over the Python file that it writes, which has names and an environment of its own."""
        if isinstance(cell, MalformedCell):
            raise SyntaxProblem(1, 1, cell.reason)
        if time.monotonic() > deadline:
            raise OutOfTime
        parsed = parse(cell.source)
        context = Context(self._versions, carried.environment, self._documented, self._advisories)
        walks = [CellWalk(parsed, carried.scope, context, self._index, deadline)]
        file = written(parsed)
        if file is not None:
            name, inside = file
            beside = Context(self._versions, advisories=self._advisories, is_file=True)
            walks.append(CellWalk(inside, carried.file(name), beside, self._index, deadline))
        for walk in walks:
            walk.run()
        return walks

    def _suppressed(self, cell: Cell, raised: list[Raised], found: Iterable[Comment]) -> list[Raised]:
        """What no comment silences, and what is to be said about the comments themselves.

        A comment about what only a file has is not in vain where there is no file.
        """
        silenced: set[int] = set()
        said: list[Raised] = []
        for comment in found:
            used: set[str] = set()
            for number, each in enumerate(raised):
                first, last = _range(each)
                if each.rule.name in comment.rules and first <= comment.span.line <= last:
                    silenced.add(number)
                    used.add(each.rule.name)
            unknown = tuple(name for name in comment.rules if name not in self._index.names)
            idle = {*used, *unknown, *(() if isinstance(cell, StoredCell) else self._readers.file_only)}
            unused = tuple(name for name in comment.rules if name not in idle)
            subject = Suppression(comment.span, comment.rules, comment.reason, unused, unknown, self.rules)
            lines = (comment.span.line, comment.span.line)
            said += [
                Raised(rule, hit, lines) for rule in self._index.about(Suppression) for hit in rule.function(subject)
            ]
        return [each for number, each in enumerate(raised) if number not in silenced] + said


def _unique(raised: Iterable[Raised]) -> tuple[Raised, ...]:
    seen: dict[tuple[str, Span], Raised] = {}
    for each in raised:
        seen.setdefault((each.rule.name, each.hit.span), each)
    return tuple(seen.values())


def _range(raised: Raised) -> Lines:
    """First and last line of what a comment on any of them is about."""
    return min(raised.lines[0], raised.hit.span.line), max(raised.lines[1], raised.hit.span.end_line)


def _silenced_on(raised: Raised) -> Lines | None:
    is_about_us = {Suppression, Unreadable}.intersection(raised.rule.subscriptions)
    return None if is_about_us else _range(raised)


def _place_of(settled: Settled) -> tuple[int, int, str]:
    place = settled.finding.place
    return place.line, place.column, settled.finding.rule
