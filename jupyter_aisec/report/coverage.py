"""The table of the guidelines, for a terminal, a notebook and programs. It never says that all is well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from jupyter_aisec.claims import Coverage, Judged, Known, Row, State, Step
from jupyter_aisec.knowledge.guidelines import guidelines
from jupyter_aisec.report.table import Table
from jupyter_aisec.report.words import SHORT_DIGEST, visible

marks = {
    State.FAIL: "✗",
    State.MISSING: "○",
    State.UNKNOWN: "?",
    State.STALE: "↻",
    State.STATED: "✎",
    State.NOT_APPLICABLE: "-",
    State.VERIFIED: "✓",
}
"""A shape for each state beside its word: nothing hangs on a colour."""

_WIDE = max(len(state.value) for state in State) + 2
BLIND = "What this version can't judge; a person's word counts there, and nothing else"
_SHOWN = 2
"""Things of a claim that people are shown at once; the JSON has all."""


def text(coverage: Coverage) -> str:
    """Row by row: what is known, how and since when, what is missing, and what to do next."""
    return "\n".join(visible(line) for line in _lines(coverage))


def _lines(coverage: Coverage) -> Iterator[str]:
    yield title(coverage)
    yield f"{counted(coverage)}. A row is its worst claim."
    yield from coverage.problems
    area = ""
    for row in coverage.rows:
        if row.guideline.area != area:
            area = row.guideline.area
            yield from ("", area)
        yield f"{row.guideline.id}  {state_words(row.state):<{_WIDE}}  {row.guideline.title}"
        for judged in row.claims:
            yield f"     {state_words(judged.state):<{_WIDE}}  {judged.claim.id} {judged.claim.text}"
            indent = " " * (_WIDE + 7)
            yield from (f"{indent}{each}" for each in known_words(judged))
            if judged.missing:
                yield f"{indent}missing: {judged.missing}"
        if row.step:
            yield f"     next: {row.step.text}"
    yield ""
    yield limits(coverage)
    yield f"{BLIND}:"
    yield from (f"  {kind}: {why}" for kind, why in blind_words(coverage))


def table(coverage: Coverage) -> Table:
    """A line for each row."""
    rows = [
        (row.guideline.id, row.guideline.title, state_words(row.state), missing_words(row), _marked(row.step))
        for row in coverage.rows
    ]
    return Table(rows, ("", "Guideline", "State", "Missing", "Next step"), title(coverage), _note(coverage), types=True)


def _marked(step: Step | None) -> str:
    return step.marked if step else ""


def _note(coverage: Coverage) -> str:
    return f"{limits(coverage)} {BLIND}: {'; '.join(kind for kind, _ in blind_words(coverage))}."


def title(coverage: Coverage) -> str:
    """What it is about, and when it was made."""
    at = f"{coverage.at:%Y-%m-%d %H:%M} UTC"
    if coverage.candidate is None:
        return f"The 17 guidelines: no model is recorded here, so nothing can be shown ({at})"
    digest = coverage.candidate.sha256
    said = f"SHA-256 {digest[:SHORT_DIGEST]}" if digest else "no digest"
    return f"The 17 guidelines for model {coverage.candidate.name} ({said}, {at})"


def counted(coverage: Coverage) -> str:
    """How many rows, and how many claims, are in which state, worst first."""
    claims = [each.state for row in coverage.rows for each in row.claims]
    return f"Rows: {_counted([row.state for row in coverage.rows])}; claims: {_counted(claims)}"


def _counted(states: list[State]) -> str:
    counts = Counter(states)
    return ", ".join(f"{counts[each]} {each.value}" for each in State if counts[each])


def limits(coverage: Coverage) -> str:
    """What was looked at, and what *verified* means."""
    automatic = sum(each.is_automatic for each in guidelines().claims)
    partly = ", ".join(each.id for each in coverage.partly)
    return (
        f"Looked at: {automatic - len(coverage.unjudged)} of {automatic} automatic claims, at {partly} only in part. "
        "Verified means that a program saw it for these bytes, at that time; it is no judgement of the model as a "
        "whole."
    )


def blind_words(coverage: Coverage) -> list[tuple[str, str]]:
    """The kinds of evidence that can't be judged, each with why: silence would be taken for an answer."""
    return [(f"{each.kind} ({', '.join(each.claims)})", each.why) for each in coverage.blind]


def state_words(state: State) -> str:
    """Shape and word."""
    return f"{marks[state]} {state.value}"


def missing_words(row: Row) -> str:
    """What of a row is missing: its worst claims first."""
    open_ = sorted((each for each in row.claims if each.missing), key=lambda each: each.state.rank)
    return "; ".join(f"{each.claim.id} {each.missing}" for each in open_)


def step_words(step: Step | None) -> str:
    """What to do next; empty where there is nothing."""
    return step.text if step else ""


def known_words(judged: Judged) -> list[str]:
    """What is known, how and since when, the worst first."""
    known = [each for each in judged.known if each.said]
    lines = [_known(each) for each in known[:_SHOWN]]
    if len(known) > _SHOWN:
        lines.append(f"and {len(known) - _SHOWN} more")
    if judged.decision is not None:
        each = judged.decision
        lines.append(f"{each.choice} until {each.until}, decided by {each.by}: {each.reason}")
    return lines


def _known(known: Known) -> str:
    since = f", since {known.since:%Y-%m-%d}" if known.since else ""
    until = f", until {known.until}" if known.until else ""
    return f"{known.said} ({known.by}{since}{until})"


def as_data(coverage: Coverage) -> dict[str, Any]:
    """``rows`` in their order, ``candidate``, ``debts``, and what could not be judged or read."""
    candidate = coverage.candidate
    return {
        "edition": guidelines().edition,
        "at": coverage.at.isoformat(timespec="seconds"),
        "candidate": None if candidate is None else {"name": candidate.name, "sha256": candidate.sha256},
        "rows": [_row(row) for row in coverage.rows],
        "debts": [
            {"kind": each.kind, "said": each.said, "place": each.place, "since": each.since and each.since.isoformat()}
            for each in coverage.debts
        ],
        "unjudged": list(coverage.unjudged),
        "blind": [{"kind": each.kind, "why": each.why, "claims": list(each.claims)} for each in coverage.blind],
        "judged_in_part": [each.id for each in coverage.partly],
        "problems": list(coverage.problems),
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "id": row.guideline.id,
        "title": row.guideline.title,
        "area": row.guideline.area,
        "state": row.state.value,
        "claims": [_claim(each) for each in row.claims],
        "next_step": row.step.text if row.step else None,
        "maps_to": dict(row.guideline.maps_to),
    }


def _claim(judged: Judged) -> dict[str, Any]:
    decision = judged.decision
    return {
        "id": judged.claim.id,
        "kind": judged.claim.kind.value,
        "about": judged.claim.about.value,
        "text": judged.claim.text,
        "state": judged.state.value,
        "since": judged.since and judged.since.isoformat(timespec="seconds"),
        "missing": judged.missing,
        "next_step": judged.step.text if judged.step else None,
        "known": [
            {
                "thing": each.thing,
                "state": each.state.value,
                "said": each.said,
                "by": each.by,
                "since": each.since and each.since.isoformat(timespec="seconds"),
                "until": each.until and each.until.isoformat(),
            }
            for each in judged.known
        ],
        "decision": decision
        and {
            "choice": decision.choice.value,
            "reason": decision.reason,
            "by": decision.by,
            "on": decision.on.isoformat(),
            "until": decision.until.isoformat(),
        },
    }
