"""A coverage as it goes over the wire. What it says names no machine, and of many things the worst."""

from __future__ import annotations

from pathlib import Path

from jupyter_aisec.claims import Coverage, Debt, Decision, Judged, Known, Row, Step
from jupyter_aisec.evidence.steps import START
from jupyter_aisec.knowledge.guidelines import About, guidelines
from jupyter_aisec.lineage.fold import UNKNOWN_SOURCE
from jupyter_aisec.model import Part
from jupyter_aisec.report.coverage import limits
from jupyter_aisec.server import wire
from jupyter_aisec.server.place import seen_from

MOST_KNOWN = 5
"""Things of a claim that are shown; the command and the reports have all."""

MOST_DEBTS = 50

_ASKED = (About.DATASET, About.MODEL, About.PROMPT)
"""What there are forms for."""


class Table:
    """The table of one project, whose root it is; ``served`` is the folder that the page opens files from."""

    def __init__(self, coverage: Coverage, root: Path, served: Path) -> None:
        self._coverage = coverage
        self._root = root
        self._served = served
        self._forms = {each.name for each in coverage.things if each.about in _ASKED and each.name != UNKNOWN_SOURCE}

    def reply(self, models: list[wire.Candidate], chosen: str | None, problems: list[str]) -> wire.CoverageReply:
        """All of it. ``chosen`` is which of the models it is about, ``problems`` what else is to be said."""
        coverage = self._coverage
        return wire.CoverageReply(
            at=coverage.at.isoformat(timespec="seconds"),
            candidate=chosen,
            models=models,
            start=None if chosen else f"No model is recorded in this project yet: {START.text}.",
            rows=[self._row(each) for each in coverage.rows],
            limits=limits(coverage),
            source=guidelines().source,
            problems=[self._told(each) for each in (*problems, *coverage.problems)],
            debts=[self._owed(each) for each in coverage.debts[:MOST_DEBTS]],
            more_debts=max(0, len(coverage.debts) - MOST_DEBTS),
        )

    def _row(self, row: Row) -> wire.CoverageRow:
        next_ = next((each for each in row.claims if each.step is not None and each.step is row.step), None)
        return wire.CoverageRow(
            id=row.guideline.id,
            title=row.guideline.title,
            area=row.guideline.area,
            state=row.state.value,
            claims=[self._claim(each) for each in row.claims],
            step=self._step(next_) if next_ else None,
            maps_to=[_mapped(*each) for each in row.guideline.maps_to.items()],
        )

    def _claim(self, judged: Judged) -> wire.CoverageClaim:
        known = [each for each in judged.known if each.said]
        return wire.CoverageClaim(
            id=judged.claim.id,
            text=judged.claim.text,
            stated=not judged.claim.is_automatic,
            state=judged.state.value,
            known=[self._known(each) for each in known[:MOST_KNOWN]],
            more=max(0, len(known) - MOST_KNOWN),
            missing=self._told(judged.missing),
            decided=_decided(judged.decision) if judged.decision else None,
            step=self._step(judged),
        )

    def _known(self, known: Known) -> wire.KnownThing:
        return wire.KnownThing(
            thing=known.thing,
            state=known.state.value,
            said=self._told(known.said),
            by=known.by,
            since=known.since.isoformat(timespec="seconds") if known.since else None,
            until=known.until.isoformat() if known.until else None,
        )

    def _owed(self, debt: Debt) -> wire.Owed:
        since = debt.since.isoformat() if debt.since else None
        return wire.Owed(debt.kind, self._told(debt.place), self._told(debt.said), since)

    def _step(self, judged: Judged) -> wire.NextStep | None:
        step = judged.step
        if step is None:
            return None
        is_form = step.target is not None and step.target.place is None and step.target.thing in self._forms
        return wire.NextStep(
            claim=judged.claim.id,
            text=self._told(step.marked),
            spot=self._spot(step),
            document=step.target.thing if step.target and is_form else None,
        )

    def _spot(self, step: Step) -> wire.Spot | None:
        """The line, if the page can open the file; what is not in the source of a cell is shown with its cell."""
        target = step.target
        if target is None or target.place is None:
            return None
        file, place = self._root / target.thing, target.place
        if ".." in file.parts or not file.is_relative_to(self._served):
            return None
        line = place.line - 1 if place.part is Part.SOURCE else 0
        return wire.Spot(file.relative_to(self._served).as_posix(), place.cell_id, place.cell_index, line)

    def _told(self, text: str) -> str:
        return seen_from(self._root, text)


def _decided(decision: Decision) -> str:
    return f"{decision.choice} until {decision.until}, decided by {decision.by}: {decision.reason}"


def _mapped(name: str, ids: str) -> wire.Mapped:
    standard, _, edition = name.partition(":")
    return wire.Mapped(standard, edition, ids)
