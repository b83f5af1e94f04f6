"""The nouns of coverage: evidence for a claim, what people decided, and what both come to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum

from jupyter_aisec.knowledge.guidelines import About, Claim, Guideline
from jupyter_aisec.model import Place


class State(Enum):
    """What is known of a claim, worst first; a row is its worst claim."""

    FAIL = "fail"
    MISSING = "missing"
    UNKNOWN = "unknown"
    STALE = "stale"
    STATED = "stated"
    NOT_APPLICABLE = "not-applicable"
    VERIFIED = "verified"

    @property
    def rank(self) -> int:
        """From 0 (fail) to 6 (verified)."""
        return _ranks[self]

    @property
    def is_open(self) -> bool:
        """Whether there is something to be done."""
        return self.rank < State.STATED.rank


_ranks = {state: rank for rank, state in enumerate(State)}


def worst(states: Sequence[State]) -> State:
    """Of none, it is *missing*."""
    return min(states, key=lambda each: each.rank, default=State.MISSING)


def allowed(claim: Claim) -> frozenset[State]:
    """The states that a claim can be in: what only people can say is never verified."""
    return frozenset(State) if claim.is_automatic else frozenset(State) - {State.VERIFIED}


class Outcome(StrEnum):
    """What a look, or a person, came to."""

    PASS = "pass"  # noqa: S105 - it is no password
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOTHING = "nothing"
    """There is none of what would bear it out: the claim stays missing, and what is said says of what there is none."""


@dataclass(frozen=True, slots=True)
class Thing:
    """What a claim must hold for: an asset of the candidate's lineage, the environment or the project.

    ``changed`` says in what way it is no longer what the digest was made of; empty while nothing shows that it isn't.
    """

    about: About
    name: str
    sha256: str | None = None
    changed: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Somebody looked, or said so.

    ``sha256`` is of the bytes that it is about. ``by`` is the tool or the person, ``ground`` the version of the tool
    and of its rules. ``until`` is the day after which it no longer counts. ``gap`` says what of the claim it leaves
    open, ``step`` what would close that.
    """

    claim: str
    thing: str
    sha256: str | None
    outcome: Outcome
    at: dt.datetime
    by: str
    said: str
    is_person: bool = False
    until: dt.date | None = None
    ground: str = ""
    gap: str = ""
    step: Step | None = None


class Choice(StrEnum):
    """What a person chose to do."""

    FIX = "fix"
    ACCEPT = "accept"
    AVOID = "avoid"
    TRANSFER = "transfer"
    NOT_APPLICABLE = "not-applicable"


class Subject(StrEnum):
    """What a decision is about."""

    FINDING = "finding"
    CLAIM = "claim"
    THREAT = "threat"
    CVE = "cve"


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's choice on a finding (by its fingerprint), a claim, a threat or a CVE; it ends after ``until``."""

    subject: Subject
    what: str
    choice: Choice
    reason: str
    by: str
    on: dt.date
    until: dt.date

    def holds(self, today: dt.date) -> bool:
        """Whether it is in force."""
        return self.on <= today <= self.until


def newest(decisions: Iterable[Decision]) -> Decision | None:
    """The one that counts: of two of the same day, the one that stands further down."""
    return max(reversed(tuple(decisions)), key=lambda each: each.on, default=None)


class Cost(Enum):
    """What a step takes, least first."""

    COMMAND = 0
    """One command, as it stands there."""
    ANSWER = 1
    """A few answers about an asset."""
    DECISION = 2
    STATEMENT = 3
    """Something must have been done before it can be said."""
    WORK = 4
    """Cells must be changed, or run again."""
    LATER = 5
    """No command of this version looks at it."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a step is taken: in the document of the thing or, where there is a place, in the notebook of that name."""

    thing: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What to do next; with a target, a host that has forms and editors can lead there."""

    text: str
    cost: Cost
    target: Target | None = None

    @property
    def marked(self) -> str:
        """The text, where all that is to be typed stands in backquotes, also when that is all of it."""
        return f"`{self.text}`" if self.text.startswith(("jupyter aisec ", "%aisec ")) else self.text


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a claim for one thing: the state, in whose words, since when and until when."""

    thing: str
    state: State
    said: str = ""
    by: str = ""
    since: dt.datetime | None = None
    until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim: its state, what is known, worst first, what is missing, and what to do."""

    claim: Claim
    state: State
    known: tuple[Known, ...]
    missing: str
    step: Step | None
    decision: Decision | None = None

    @property
    def since(self) -> dt.datetime | None:
        """Since when all of it has been so."""
        return max((each.since for each in self.known if each.since and each.state is self.state), default=None)


@dataclass(frozen=True, slots=True)
class Row:
    """A guideline with its claims."""

    guideline: Guideline
    claims: tuple[Judged, ...]

    @property
    def state(self) -> State:
        """The worst of its claims."""
        return worst([each.state for each in self.claims])

    @property
    def step(self) -> Step | None:
        """Of all that is open, what costs least."""
        steps = [(each.step.cost.value, each.state.rank, each.step) for each in self.claims if each.step]
        return min(steps, key=lambda each: each[:2])[2] if steps else None


@dataclass(frozen=True, slots=True)
class Debt:
    """Something put off, and since when; ``place`` says where."""

    kind: str
    said: str
    place: str
    since: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Training:
    """Somebody learnt something on a day; it counts until another."""

    who: str
    course: str
    on: dt.date
    until: dt.date


@dataclass(frozen=True, slots=True)
class Blind:
    """A kind of evidence that this version has no eyes for, why, and the claims that would need it."""

    kind: str
    why: str
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """All rows for one candidate; ``candidate`` is None where no model is recorded.

    ``blind`` are the kinds of evidence that this version can't judge, ``partly`` the automatic claims of which it
    can't see all; ``problems`` says what could not be read.
    """

    candidate: Thing | None
    things: tuple[Thing, ...]
    rows: tuple[Row, ...]
    at: dt.datetime
    blind: tuple[Blind, ...]
    partly: tuple[Claim, ...]
    problems: tuple[str, ...] = ()
    debts: tuple[Debt, ...] = ()

    @property
    def unjudged(self) -> tuple[str, ...]:
        """The ids of the automatic claims that nothing looks at."""
        return tuple(sorted(claim for each in self.blind for claim in each.claims))
