"""The table of the 17 guidelines for one candidate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from jupyter_aisec.claims import Coverage, Evidence, Outcome, Row, Thing
from jupyter_aisec.evidence import functions
from jupyter_aisec.evidence.blind import KINDS, why
from jupyter_aisec.evidence.case import TOOL, Case
from jupyter_aisec.evidence.function import Function
from jupyter_aisec.evidence.steps import START, Steps
from jupyter_aisec.evidence.weigh import Scales
from jupyter_aisec.knowledge.guidelines import About, Claim, claims, guidelines


def partly() -> tuple[Claim, ...]:
    """The automatic claims of which a part can't be seen."""
    return tuple(claims()[function.claim] for function in functions().values() if function.partly)


def nothing(now: dt.datetime, problems: Sequence[str] = ()) -> Coverage:
    """Where no model is recorded, every claim is *missing*, whatever people said."""
    scales = Scales(now, lambda *_: START)
    rows = tuple(
        Row(row, tuple(scales.judged(each, (), (), ()) for each in row.claims)) for row in guidelines().guidelines
    )
    return Coverage(None, (), rows, now, KINDS, partly(), tuple(problems))


def coverage(case: Case, said: Iterable[Evidence], problems: Sequence[str] = (), *, is_read: bool = True) -> Coverage:
    """What is seen and what people said, row by row; ``is_read`` is false where what they said could not be read."""
    things: dict[About, list[Thing]] = {about: [] for about in About}
    for thing in case.things:
        things[thing.about].append(thing)
    found: dict[str, list[Evidence]] = {claim: [] for claim in claims()}
    for each in said:
        found.get(each.claim, []).append(each)
    for function in functions().values():
        found[function.claim] += _looked(case, function)
    for claim in guidelines().claims:
        if why(claim.id):
            found[claim.id] += [case.lacking(claim.id, thing, why(claim.id)) for thing in things[claim.about]]
    if not is_read:
        for claim in guidelines().claims:
            found[claim.id] += _unread(case, claim, things[claim.about])
    scales = Scales(case.now, Steps(case.mouth), {TOOL: case.ground})
    rows = tuple(
        Row(
            row,
            tuple(scales.judged(claim, things[claim.about], found[claim.id], case.decisions) for claim in row.claims),
        )
        for row in guidelines().guidelines
    )
    return Coverage(case.model, case.things, rows, case.now, KINDS, partly(), tuple(problems), tuple(case.debts))


def _looked(case: Case, function: Function) -> Iterator[Evidence]:
    """What it sees; a function that fails leaves its claim unknown, and the others as they are."""
    try:
        yield from function(case)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one look, it is no reason to show no table
        said = f"the look at it failed: {type(error).__name__}"
        about = claims()[function.claim].about
        for thing in case.things:
            if thing.about is about:
                yield case.evidence(function.claim, thing, Outcome.UNKNOWN, said, gap=said)


def _unread(case: Case, claim: Claim, things: Iterable[Thing]) -> Iterator[Evidence]:
    """What can't be read may say anything: it is unknown, and not nothing."""
    said = "what people said could not be read"
    for thing in things:
        yield Evidence(
            claim.id, thing.name, thing.sha256, Outcome.UNKNOWN, case.now, "a file in .aisec", said,
            is_person=True, gap=said,
        )  # fmt: skip
