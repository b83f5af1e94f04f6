"""The list of technical debt: what was put off, where, and since when."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator

from jupyter_aisec.claims import Debt, Decision, Evidence, Outcome, Subject, newest
from jupyter_aisec.evidence.case import Case, Checked, Seen
from jupyter_aisec.evidence.function import judges
from jupyter_aisec.evidence.steps import to_be_read
from jupyter_aisec.model import Cell, CellKind, Part
from jupyter_aisec.notebook.stored import outputs

_LATER = re.compile(r"#[^\n]*?\b(TODO|FIXME|XXX|HACK)\b[^\n]{0,120}")
_SILENCED = re.compile(r"#\s*aisec:\s*ignore\b[^\n]{0,160}")
_DEPRECATED = re.compile(r"\b(?:\w*DeprecationWarning|FutureWarning): ([^\n]{1,160})")
_KINDS = {"run-out-of-order": "out of order", "stale-or-hidden-state": "hidden state"}
_INSTALLS = "package installs"

Since = Callable[[str, str], dt.date | None]
"""Since when a line of a notebook has stood there; None where nobody knows."""


@judges("2.4.a")
def debt_is_listed(case: Case) -> Iterator[Evidence]:
    """Whether the list could be made for each notebook; how long it is, is for people to judge."""
    for checked in case.notebooks:
        name = checked.thing.name
        if checked.missed:
            gap = f"{name} was not analysed as a whole: {checked.missed[0]}"
            step = to_be_read(case.mouth, name)
            yield case.evidence("2.4.a", checked.thing, Outcome.UNKNOWN, gap, gap=gap, step=step)
        else:
            own = [each for each in case.debts if each.place == name or each.place.startswith(f"{name}, ")]
            since = min((each.since for each in own if each.since), default=None)
            said = f"{len(own)} {'entry' if len(own) == 1 else 'entries'} about {name}" + (
                f", the oldest of {since}" if since else ""
            )
            said = said if own else f"nothing was found in {name} that was put off"
            yield case.evidence("2.4.a", checked.thing, Outcome.PASS, said, gap=checked.thing.changed)


def of_decisions(decisions: Iterable[Decision], today: dt.date) -> Iterator[Debt]:
    """Findings that people live with; one whose day has passed counts as open again."""
    by_finding: dict[str, list[Decision]] = {}
    for decision in decisions:
        if decision.subject is Subject.FINDING:
            by_finding.setdefault(decision.what, []).append(decision)
    for made in by_finding.values():
        last = newest(made)
        if last is not None:
            kind = "decided finding" if last.until >= today else "decision that ended"
            yield Debt(kind, f"{last.choice} until {last.until}, by {last.by}: {last.reason}", last.what, last.on)


def of_notebook(checked: Checked, families: dict[str, str], since: Since) -> Iterator[Debt]:
    """Installs without a version, cells out of order, hidden state, notes for later, silenced findings, warnings."""
    name = checked.thing.name
    cells = {cell.index: cell for cell in checked.cells}
    for seen in checked.findings:
        rule = seen.finding.rule
        if rule in _KINDS or families.get(rule) == _INSTALLS:
            age = since(name, _line(seen, cells.get(seen.finding.place.cell_index)))
            yield Debt(_KINDS.get(rule, "not pinned"), seen.finding.message, f"{name}, {seen.where}", age)
    for cell in checked.cells:
        if cell.kind is CellKind.CODE:
            yield from _of_cell(cell, name, since)


def _of_cell(cell: Cell, name: str, since: Since) -> Iterator[Debt]:
    place = f"{name}, cell {cell.index + 1}"
    for kind, pattern in (("put off", _LATER), ("silenced", _SILENCED)):
        for found in pattern.finditer(cell.source):
            start = cell.source.rfind("\n", 0, found.start()) + 1
            line = cell.source[start:].partition("\n")[0]
            yield Debt(kind, found[0], place, since(name, line))
    said = (text.text for output in outputs(cell) for text in output.texts)
    for message in dict.fromkeys(found[1].strip() for text in said for found in _DEPRECATED.finditer(text)):
        yield Debt("deprecated call", message, place)


def _line(seen: Seen, cell: Cell | None) -> str:
    """The line that a finding begins on; none for what is not in the source."""
    lines = cell.source.split("\n") if cell is not None and seen.finding.place.part is Part.SOURCE else []
    number = seen.finding.place.line
    return lines[number - 1] if number <= len(lines) else ""


def oldest_first(debts: Iterable[Debt]) -> list[Debt]:
    """By age; of what nobody knows the age, last."""
    return sorted(debts, key=lambda each: (each.since is None, each.since or dt.date.max, each.kind, each.place))
