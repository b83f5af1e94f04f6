"""Who of those who wrote the notebooks has learnt something, by dated entries. Awareness itself can't be measured."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from shlex import quote

from jupyter_aisec.claims import Cost, Evidence, Outcome, Step
from jupyter_aisec.evidence.case import Case
from jupyter_aisec.evidence.function import judges
from jupyter_aisec.knowledge.guidelines import About


@judges("1.1.a")
def contributors_are_trained(case: Case) -> Iterator[Evidence]:
    """An entry in force for each author of the notebooks in git; with all of them there, it is their word."""
    project = next(thing for thing in case.things if thing.about is About.PROJECT)
    today = case.now.date()
    if case.around.trainings is None:
        gap, step = "the training entries could not be read", Step("mend .aisec/training.toml", Cost.ANSWER)
        yield case.evidence("1.1.a", project, Outcome.UNKNOWN, gap, gap=gap, step=step)
        return
    entries = [each for each in case.around.trainings if each.on <= today]
    authors = sorted({name for names in case.around.checkout.authors.values() for name in names})
    if not entries:
        who = quote(authors[0]) if authors else "NAME"
        step = Step(f"`{case.mouth} learn`, then `{case.mouth} learn --done --by {who}`", Cost.STATEMENT)
        yield case.lacking("1.1.a", project, "no training entry is written down", step)
        return
    last = {each.who.casefold(): each for each in sorted(entries, key=lambda each: each.until)}
    lacks = [name for name in authors if name.casefold() not in last or last[name.casefold()].until < today]
    said = "; ".join(f"{each.who}: {each.course}, {each.on}" for each in last.values())
    if lacks or not authors:
        gap = f"no entry in force for {', '.join(lacks[:3])}" + (f" and {len(lacks) - 3} more" * (len(lacks) > 3))  # noqa: PLR2004
        gap = gap if authors else f"who wrote the notebooks is not known: {case.around.checkout.problem}"
        text = (
            f"{case.mouth} learn --done --by {quote(lacks[0])}" if lacks else f'{case.mouth} state 1.1.a --by NAME "…"'
        )
        yield case.evidence("1.1.a", project, Outcome.UNKNOWN, said, gap=gap, step=Step(text, Cost.STATEMENT))
        return
    counted = [last[name.casefold()] for name in authors]
    yield Evidence(
        "1.1.a", project.name, None, Outcome.PASS,
        dt.datetime.combine(min(each.on for each in counted), dt.time(), dt.UTC),
        ", ".join(each.who for each in counted), said, is_person=True, until=min(each.until for each in counted),
    )  # fmt: skip
