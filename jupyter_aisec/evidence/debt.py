"""The list of technical debt: what was put off, where, and since when."""

from __future__ import annotations

import re
from collections.abc import Iterator
from shlex import quote

from jupyter_aisec.claims import Cost, Debt, Decision, Evidence, Outcome, Step, Subject
from jupyter_aisec.evidence.case import Case, Checked, Recorded
from jupyter_aisec.evidence.function import judges
from jupyter_aisec.model import CellKind, DocumentState

_LATER = re.compile(r"#[^\n]*?\b(TODO|FIXME|XXX|HACK)\b[^\n]{0,120}")
_SILENCED = re.compile(r"#\s*aisec:\s*ignore\b[^\n]{0,160}")
_KINDS = {"run-out-of-order": "out of order", "stale-or-hidden-state": "hidden state"}


@judges("2.4.a")
def debt_is_listed(case: Case) -> Iterator[Evidence]:
    """Whether the list could be made for each notebook; how long it is, is for people to judge."""
    for checked in case.notebooks:
        name = checked.thing.name
        if checked.missed:
            gap = f"{name} was not analysed as a whole: {checked.missed[0]}"
            step = Step(f"{case.mouth} check {quote(name)}, and mend what it says could not be analysed", Cost.WORK)
            yield case.evidence("2.4.a", checked.thing, Outcome.UNKNOWN, gap, gap=gap, step=step)
        else:
            number = sum(each.place.startswith(name) for each in case.debts)
            said = f"{number} entries about {name}" if number else f"nothing was found in {name} that was put off"
            yield case.evidence("2.4.a", checked.thing, Outcome.PASS, said, gap=checked.thing.changed)


def debts(
    notebooks: list[Checked], assets: list[Recorded], decisions: list[Decision], families: dict[str, str]
) -> Iterator[Debt]:
    """Waived findings, unpinned installs, notes to do something later, hidden state, stale documents."""
    for decision in decisions:
        if decision.subject is Subject.FINDING:
            said = f"{decision.choice} until {decision.until}, by {decision.by}: {decision.reason}"
            yield Debt("decided finding", said, decision.what, decision.on)
    for checked in notebooks:
        name = checked.thing.name
        for seen in checked.findings:
            rule = seen.finding.rule
            if rule in _KINDS or families.get(rule) == "package installs":
                yield Debt(_KINDS.get(rule, "not pinned"), seen.finding.message, f"{name}, {seen.where}")
        for cell in checked.cells:
            if cell.kind is CellKind.CODE:
                place = f"{name}, cell {cell.index + 1}"
                yield from (Debt("put off", found[0], place) for found in _LATER.finditer(cell.source))
                yield from (Debt("silenced", found[0], place) for found in _SILENCED.finditer(cell.source))
    for asset in assets:
        if asset.document.state is DocumentState.STALE:
            since = asset.written.date() if asset.written else None
            yield Debt("stale document", "it is about other bytes", asset.thing.name, since)
