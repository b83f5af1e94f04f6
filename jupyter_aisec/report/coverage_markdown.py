"""The table of the guidelines in Markdown, for a release note or a review."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jupyter_aisec.claims import Coverage, Row
from jupyter_aisec.knowledge.guidelines import guidelines
from jupyter_aisec.report.coverage import (
    BLIND,
    blind_words,
    counted,
    known_words,
    limits,
    state_words,
    step_words,
    title,
)
from jupyter_aisec.report.words import markdown


def report(coverage: Coverage, refused: str = "") -> str:
    """An overview, every claim, the debt, and the standards; ``refused`` says why it is not to be released yet."""
    return "\n".join(_lines(coverage, refused))


def _lines(coverage: Coverage, refused: str) -> Iterator[str]:
    yield f"# {markdown(title(coverage))}"
    yield ""
    yield f"{counted(coverage)}. A row is its worst claim."
    yield from (f"\n{markdown(each)}" for each in (refused, *coverage.problems) if each)
    yield ""
    yield from _table(
        ("Id", "Guideline", "State", "The next step that costs least"),
        [
            (row.guideline.id, row.guideline.title, state_words(row.state), markdown(step_words(row.step)))
            for row in coverage.rows
        ],
    )
    for row in coverage.rows:
        yield from _section(row)
    if coverage.debts:
        yield from ("", "## Technical debt", "")
        debts = [
            (each.kind, markdown(each.place), markdown(each.said), str(each.since or "not known"))
            for each in coverage.debts
        ]
        yield from _table(("Kind", "Where", "What", "Since"), debts)
    found = guidelines()
    yield from ("", "## Where the rows stand in other lists", "")
    rows = [(row.id, *(markdown(row.maps_to.get(name, "")) for name in found.standards)) for row in found.guidelines]
    yield from _table(("Id", *found.standards), rows)
    yield from ("", "## What can't be judged", "", f"{BLIND}.", "")
    yield from _table(("Evidence", "Why"), blind_words(coverage))
    yield from ("", limits(coverage), "", found.source)


def _section(row: Row) -> Iterator[str]:
    yield from ("", f"## {row.guideline.id} {row.guideline.title}", "")
    rows = [
        (
            f"{each.claim.id} {each.claim.text}",
            state_words(each.state),
            markdown("; ".join(known_words(each))),
            markdown(each.missing),
            markdown(step_words(each.step)),
        )
        for each in row.claims
    ]
    yield from _table(("Claim", "State", "What is known", "What is missing", "Next step"), rows)


def _table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """The words of the guidelines are ours and stand as they are; all others come escaped."""
    for cells in (header, ("---",) * len(header)):
        yield f"| {' | '.join(cells)} |"
    yield from (f"| {' | '.join(row)} |" for row in rows)
