"""The findings of a notebook under edits: what `Analyser.analyse` gives, at the cost of what changed.

A cell is walked again only when its text changed, or a name that it looks at has become something else; heard again
only when what is said once in a notebook is now said elsewhere; settled again only when a deed that it waits for is
done or undone. While a cell is being typed and can't be read, the others see what it said last: else each key pressed
in the cell of imports would take the findings of all others away, and bring them back.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from jupyter_aisec.analysis.analyser import CELL_SECONDS, SECONDS
from jupyter_aisec.analysis.facts import Facts
from jupyter_aisec.analysis.hit import ANYTHING, Fact
from jupyter_aisec.analysis.judge import LATE, Judge
from jupyter_aisec.analysis.order import moved
from jupyter_aisec.analysis.raised import Claim
from jupyter_aisec.analysis.timeline import Held, Key, Ordered, Timeline, View
from jupyter_aisec.analysis.values import same
from jupyter_aisec.analysis.walked import Settled, Walked
from jupyter_aisec.model import Cell, CellKind
from jupyter_aisec.notebook.syntax import Span, SyntaxProblem

_REMEMBERED = 3
"""Outcomes of one text: a cell above is broken while somebody types, and then is what it was."""


@dataclass(frozen=True, slots=True, eq=False)
class _Outcome:
    """A cell, walked: what it looked at, and what it left to the cells below."""

    read: dict[Key, Held]
    made: dict[Key, Held]
    walked: Walked
    claims: dict[Claim, Span]
    """What it says only once in a notebook, and where."""
    awaited: frozenset[Fact]
    """The facts that its findings depend on."""


_NOTHING = _Outcome({}, {}, Walked(Cell(0, CellKind.CODE, "")), {}, frozenset())


@dataclass(slots=True, eq=False)
class _Entry:
    """One cell of the notebook."""

    key: str
    source: str
    cell: Cell
    """What the others see: of the source as it stands or, while that can't be read, of the last that could."""
    unread: str | None = None
    """Why the source can't be read, where ``cell`` is an older one."""
    position: int = 0
    outcome: _Outcome = _NOTHING
    remembered: list[_Outcome] = field(default_factory=list)
    settled: tuple[Settled, ...] = ()
    problem: str | None = None


@dataclass(slots=True)
class _Touched:
    """What an update changed, before anything is said about it."""

    cells: set[_Entry] = field(default_factory=set)
    facts: set[Fact] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Said:
    """What is known of one cell.

    ``is_read``: false when ``problem`` says why the source could not be read; what is settled is then of an older one.
    """

    source: str
    settled: tuple[Settled, ...]
    problem: str | None
    is_read: bool


class Incremental:
    """One notebook, or one Python file as a notebook of one cell. Cells go by their key: an index would not last."""

    def __init__(self, judge: Judge, *, is_script: bool = False) -> None:
        self._judge = judge
        self._is_script = is_script
        self._entries: dict[str, _Entry] = {}
        self._timeline = Timeline[_Entry](lambda entry: entry.outcome.made)
        self._facts = Facts()
        self._waiting: dict[Fact, set[_Entry]] = {}
        self._sayers: dict[Claim, Ordered[_Entry]] = {}
        self._late: set[_Entry] = set()

    def said(self, key: str) -> Said:
        """What is known of a cell."""
        entry = self._entries[key]
        is_read = entry.unread is None and entry.outcome.walked.problem is None
        return Said(entry.source, entry.settled, entry.problem, is_read)

    def update(
        self, sources: Mapping[str, str], order: Sequence[str] | None = None, seconds: float = SECONDS
    ) -> list[str]:
        """Take in new texts, and a new order of all keys; gives the keys of the cells of which more or less is known.

        What can't be walked in time says so, and is tried again at the next update. Raises `KeyError` for an order
        with a key that has no text, and for a text whose key stands nowhere.
        """
        deadline = time.monotonic() + seconds
        touched = _Touched()
        stale, self._late = self._late, set()
        if order is not None:
            stale |= self._arrange(sources, order, touched)
        for key, source in sources.items():
            entry = self._entries[key]
            if entry.source != source:
                entry.source = source
                entry.unread = self._unread(entry)
                touched.cells.add(entry)
            if entry.unread is None and entry.cell.source != source:
                entry.cell = _cell(key, source)
                entry.remembered = []
                stale.add(entry)
        self._walk((entry for entry in stale if self._entries.get(entry.key) is entry), deadline, touched)
        return self._say(touched)

    def _unread(self, entry: _Entry) -> str | None:
        """Why the source can't be read, where there is an older one that could, from its first line to its last."""
        walked = entry.outcome.walked
        return None if walked.problem or walked.unread else self._judge.unreadable(entry.source)

    def _arrange(self, sources: Mapping[str, str], order: Sequence[str], touched: _Touched) -> set[_Entry]:
        """Put the cells in order; gives those that have to be looked at where they stand now."""
        before = self._entries
        entries = {key: before[key] if key in before else _new(key, sources[key]) for key in order}
        if list(entries) == list(before):
            return set()
        kept = [key for key in before if key in entries]
        lifted = moved(kept, {key: number for number, key in enumerate(entries)})
        stale = {entry for key, entry in entries.items() if key not in before or key in lifted}
        for key, entry in before.items():
            if key in lifted or key not in entries:
                stale.update(self._replace(entry, _NOTHING, touched))
        for number, entry in enumerate(entries.values()):
            entry.position = number
        self._entries = entries
        return stale

    def _walk(self, stale: Iterable[_Entry], deadline: float, touched: _Touched) -> None:
        """Walk what is stale, from top to bottom; what a cell makes of a name concerns only cells below it."""
        waiting = {entry.position: entry for entry in stale}
        heap = list(waiting)
        heapq.heapify(heap)
        while heap:
            entry = waiting.pop(heapq.heappop(heap))
            outcome = self._outcome(entry, deadline)
            if outcome is entry.outcome:
                continue
            for concerned in self._replace(entry, outcome, touched):
                if concerned.position not in waiting:
                    waiting[concerned.position] = concerned
                    heapq.heappush(heap, concerned.position)

    def _outcome(self, entry: _Entry, deadline: float) -> _Outcome:
        for outcome in entry.remembered:
            if all(same(held, self._timeline.before(key, entry.position)) for key, held in outcome.read.items()):
                return outcome
        now = time.monotonic()
        if now > deadline:
            self._late.add(entry)
            problem = SyntaxProblem(1, 1, LATE)
            return _outcome(self._judge.unread(entry.cell, problem, is_script=self._is_script))
        view = View(lambda key: self._timeline.before(key, entry.position))
        until = min(deadline, now + CELL_SECONDS)
        outcome = _outcome(self._judge.walk(entry.cell, view.carried, until, is_script=self._is_script), view)
        if outcome.walked.problem == LATE and until == deadline:
            self._late.add(entry)
        else:
            entry.remembered = [outcome, *entry.remembered[: _REMEMBERED - 1]]
        return outcome

    def _replace(self, entry: _Entry, outcome: _Outcome, touched: _Touched) -> set[_Entry]:
        """Put another outcome in the place of the one that stands; gives the cells that see a difference."""
        old, entry.outcome = entry.outcome, outcome
        self._timeline.leave(entry, old.read.keys() - outcome.read.keys(), old.made.keys() - outcome.made.keys())
        self._timeline.enter(entry, outcome.read.keys() - old.read.keys(), outcome.made.keys() - old.made.keys())
        for fact in old.awaited - outcome.awaited:
            self._waiting[fact].remove(entry)
            if not self._waiting[fact]:
                del self._waiting[fact]
        for fact in outcome.awaited - old.awaited:
            self._waiting.setdefault(fact, set()).add(entry)
        touched.facts ^= self._facts.replace(entry, outcome.walked.facts)
        touched.cells.add(entry)
        touched.cells.update(self._claim(entry, old, outcome))
        differing = {
            key
            for key in old.made.keys() | outcome.made.keys()
            if key not in old.made or key not in outcome.made or not same(old.made[key], outcome.made[key])
        }
        return {each for key in differing for each in self._timeline.concerned(key, entry.position)} - {entry}

    def _claim(self, entry: _Entry, old: _Outcome, outcome: _Outcome) -> set[_Entry]:
        """Who says what is said only once: the topmost. Gives the cells that begin or cease to say something."""
        changed: set[_Entry] = set()
        for claim in old.claims.keys() ^ outcome.claims.keys():
            sayers = self._sayers.setdefault(claim, Ordered())
            before = sayers.first
            (sayers.add if claim in outcome.claims else sayers.remove)(entry)
            if before is not sayers.first:
                changed.update(each for each in (before, sayers.first) if each is not None)
            if not sayers:
                del self._sayers[claim]
        return changed

    def _say(self, touched: _Touched) -> list[str]:
        """Hear and settle what was touched; gives the keys of the cells that say something else now."""
        concerned = touched.cells.union(*(self._waiting.get(fact, ()) for fact in touched.facts))
        changed = []
        for entry in sorted(concerned, key=lambda each: each.position):
            if self._entries.get(entry.key) is not entry:
                continue
            heard = self._judge.hear(entry.outcome.walked, partial(self._is_first, entry))
            settled = tuple(self._judge.settle(heard, self._facts.hold))
            problem = entry.unread or heard.problem
            if (settled, problem) != (entry.settled, entry.problem):
                entry.settled, entry.problem = settled, problem
                changed.append(entry.key)
        return changed

    def _is_first(self, entry: _Entry, claim: Claim, span: Span) -> bool:
        return self._sayers[claim].first is entry and entry.outcome.claims[claim] == span


def _new(key: str, source: str) -> _Entry:
    return _Entry(key, source, _cell(key, source))


def _cell(key: str, source: str) -> Cell:
    return Cell(0, CellKind.CODE, source, key)


def _outcome(walked: Walked, view: View | None = None) -> _Outcome:
    claims: dict[Claim, Span] = {}
    awaited: set[Fact] = set()
    for each in walked.raised:
        if each.claim is not None:
            claims.setdefault(each.claim, each.hit.span)
        awaited.update(wanted for fact in each.hit.awaited for wanted in (fact, Fact(fact.deed, ANYTHING)))
    return _Outcome(view.read if view else {}, view.made if view else {}, walked, claims, frozenset(awaited))
