"""All that evidence functions may look at: the candidate, its lineage, its notebooks, and what people said of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jupyter_aisec.claims import Debt, Decision, Evidence, Outcome, Step, Subject, Thing, newest
from jupyter_aisec.evidence.around import Around
from jupyter_aisec.knowledge.guidelines import About
from jupyter_aisec.model import Cell, Document, Finding, Graph, Node, RunRef

TOOL = "jupyter-aisec"


@dataclass(frozen=True, slots=True)
class Seen:
    """A finding, what it is known by, and where it stands, in words."""

    finding: Finding
    fingerprint: str
    where: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A notebook of the lineage as a check saw it, with nothing silenced.

    ``missed`` says what of it was not analysed, and why. ``cells`` are those of the file.
    """

    thing: Thing
    findings: tuple[Seen, ...]
    missed: tuple[str, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Recorded:
    """An asset of the lineage with what is recorded about it.

    ``hashed`` is when its digest was made. A ``source`` is data that no cell made of data that is known.
    """

    thing: Thing
    node: Node
    hashed: dt.datetime | None
    document: Document
    written: dt.datetime | None
    """When its document was written."""
    is_source: bool
    run: RunRef | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One candidate. ``families`` has the family of each rule, ``counted`` the rules that the project has chosen."""

    model: Thing
    graph: Graph
    assets: Sequence[Recorded]
    notebooks: Sequence[Checked]
    families: Mapping[str, str]
    counted: frozenset[str]
    decisions: Sequence[Decision]
    are_decisions_read: bool
    debts: Sequence[Debt]
    now: dt.datetime
    ground: str
    mouth: str
    around: Around = field(default_factory=Around)

    @property
    def candidate(self) -> Recorded:
        """The model that all is about."""
        return next(each for each in self.assets if each.thing is self.model)

    @property
    def things(self) -> tuple[Thing, ...]:
        """All that a claim may be about."""
        whole = (Thing(About.PROJECT, "the project"), Thing(About.ENVIRONMENT, "the environment"))
        return (*whole, *(each.thing for each in self.assets), *(each.thing for each in self.notebooks))

    def of(self, about: About) -> tuple[Recorded, ...]:
        """The assets of a kind."""
        return tuple(each for each in self.assets if each.thing.about is about)

    def decided(self, subject: Subject, what: str) -> Decision | None:
        """What counts today: the newest up to now, unless it has ended. What it took the place of counts no more."""
        today = self.now.date()
        about = (each for each in self.decisions if each.subject is subject and each.what == what)
        found = newest(each for each in about if each.on <= today)
        return found if found is not None and found.holds(today) else None

    def lacking(self, claim: str, thing: Thing, gap: str, step: Step | None = None) -> Evidence:
        """There is none: the claim stays missing, and says what of."""
        return self.evidence(claim, thing, Outcome.NOTHING, gap, gap=gap, step=step)

    def evidence(
        self, claim: str, thing: Thing, outcome: Outcome, said: str, *,
        gap: str = "", step: Step | None = None, at: dt.datetime | None = None,
    ) -> Evidence:  # fmt: skip
        """Of this version of the product, about the bytes that the thing has."""
        return Evidence(
            claim, thing.name, thing.sha256, outcome, at or self.now, TOOL, said,
            ground=self.ground, gap=gap, step=step,
        )  # fmt: skip
