from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_aisec.claims import (
    Choice,
    Cost,
    Decision,
    Evidence,
    Judged,
    Outcome,
    Row,
    State,
    Step,
    Subject,
    Thing,
    allowed,
    worst,
)
from jupyter_aisec.evidence.weigh import Scales
from jupyter_aisec.knowledge.guidelines import Claim, claims, guidelines

NOW = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
DIGESTS = ["a" * 64, "b" * 64, None]
SCALES = Scales(NOW, lambda *_: Step("do something", Cost.WORK), {"tool": "2"})

days = st.integers(-30, 800).map(lambda ago: NOW - dt.timedelta(days=ago))
law = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""The first example pays for imports."""

a_claim = st.sampled_from(guidelines().claims)


def things(claim: Claim) -> st.SearchStrategy[list[Thing]]:
    digests = st.sampled_from(DIGESTS) if claim.about.has_digest else st.none()
    one = st.builds(
        Thing, st.just(claim.about), st.sampled_from(["x", "y", "z"]), digests, st.sampled_from(["", "moved"])
    )
    return st.lists(one, max_size=3, unique_by=lambda each: each.name)


def evidence(claim: Claim, *, people: bool | None = None) -> st.SearchStrategy[Evidence]:
    is_person = st.booleans() if people is None else st.just(people)
    until = st.none() | days.map(lambda at: at.date())
    return st.builds(
        Evidence,
        st.just(claim.id),
        st.sampled_from(["x", "y", "z"]),
        st.sampled_from(DIGESTS) if claim.about.has_digest else st.none(),
        st.sampled_from(Outcome),
        days,
        st.sampled_from(["tool", "other", "Ada"]),
        st.just("said"),
        is_person,
        until,
        st.sampled_from(["1", "2"]),
    )


def decision(claim: Claim) -> st.SearchStrategy[Decision]:
    day = days.map(lambda at: at.date())
    return st.builds(
        lambda choice, on, length: Decision(
            Subject.CLAIM, claim.id, choice, "why", "Ada", on, on + dt.timedelta(days=length)
        ),
        st.sampled_from(Choice), day, st.integers(0, 400),
    )  # fmt: skip


@st.composite
def a_case(draw: st.DrawFn, *, people: bool | None = None) -> tuple[Claim, list[Thing], list[Evidence], list[Decision]]:
    claim = draw(a_claim)
    found = draw(st.lists(evidence(claim, people=people), max_size=6))
    return claim, draw(things(claim)), found, draw(st.lists(decision(claim), max_size=2))


def judged(
    claim: Claim, about: Sequence[Thing], found: Sequence[Evidence] = (), decisions: Sequence[Decision] = ()
) -> Judged:
    return SCALES.judged(claim, about, found, decisions)


@law
@given(a_case(), st.data())
def test_more_evidence_never_makes_a_claim_unseen(
    case: tuple[Claim, list[Thing], list[Evidence], list[Decision]], data: st.DataObject
) -> None:
    claim, about, found, decisions = case
    more = data.draw(st.lists(evidence(claim), max_size=3))
    before = judged(claim, about, found, decisions).state
    after = judged(claim, about, [*found, *more], decisions).state
    assert before is State.MISSING or after is not State.MISSING


@law
@given(st.lists(a_case(), min_size=1, max_size=4), st.data())
def test_more_evidence_never_makes_a_row_unseen(
    cases: list[tuple[Claim, list[Thing], list[Evidence], list[Decision]]], data: st.DataObject
) -> None:
    before, after = [], []
    for claim, about, found, decisions in cases:
        more = data.draw(st.lists(evidence(claim), max_size=2))
        before.append(judged(claim, about, found, decisions))
        after.append(judged(claim, about, [*found, *more], decisions))
    is_seen = all(each.state is not State.MISSING for each in before)
    assert not is_seen or Row(guidelines().guidelines[0], tuple(after)).state is not State.MISSING


@law
@given(a_case())
def test_a_changed_digest_never_leaves_anything_verified(
    case: tuple[Claim, list[Thing], list[Evidence], list[Decision]],
) -> None:
    claim, about, found, decisions = case
    if claim.about.has_digest:
        changed = [replace(each, sha256="c" * 64) for each in about]
        assert judged(claim, changed, found, decisions).state not in (State.VERIFIED, State.STATED)
        lying_elsewhere = [replace(each, changed="other bytes lie there") for each in about]
        assert judged(claim, lying_elsewhere, found, decisions).state not in (State.VERIFIED, State.STATED)


@law
@given(a_case(people=True))
def test_nobody_can_state_a_claim_into_verified(
    case: tuple[Claim, list[Thing], list[Evidence], list[Decision]],
) -> None:
    assert judged(*case).state is not State.VERIFIED


@law
@given(a_case(), st.data())
def test_a_word_from_the_future_makes_nothing_better(
    case: tuple[Claim, list[Thing], list[Evidence], list[Decision]], data: st.DataObject
) -> None:
    claim, about, found, decisions = case
    ahead = st.integers(2, 400).map(lambda days: NOW + dt.timedelta(days=days))
    early = [replace(each, at=data.draw(ahead)) for each in data.draw(st.lists(evidence(claim), max_size=3))]
    before = judged(claim, about, found, decisions).state
    after = judged(claim, about, [*found, *early], decisions).state
    assert after.rank <= before.rank or (before is State.MISSING and after.is_open)


@law
@given(a_case())
def test_what_nobody_can_read_leaves_nothing_stated_or_verified(
    case: tuple[Claim, list[Thing], list[Evidence], list[Decision]],
) -> None:
    claim, about, found, decisions = case
    unread = [
        Evidence(claim.id, each.name, each.sha256, Outcome.UNKNOWN, NOW, "a file", "", is_person=True) for each in about
    ]
    after = judged(claim, about, [*found, *unread], decisions).state
    assert after not in (State.VERIFIED, State.STATED)
    assert after is State.FAIL or judged(claim, about, found, decisions).state is not State.FAIL


@law
@given(a_case())
def test_an_empty_lineage_is_missing_and_only_a_decision_says_otherwise(
    case: tuple[Claim, list[Thing], list[Evidence], list[Decision]],
) -> None:
    claim, _, found, decisions = case
    assert judged(claim, (), found).state is State.MISSING
    assert judged(claim, (), found, decisions).state in (State.MISSING, State.STALE, State.NOT_APPLICABLE)


@law
@given(a_case())
def test_a_claim_is_only_in_states_that_it_allows_and_says_what_is_missing(
    case: tuple[Claim, list[Thing], list[Evidence], list[Decision]],
) -> None:
    found = judged(*case)
    assert found.state in allowed(case[0])
    assert bool(found.missing) is bool(found.step) is found.state.is_open


@law
@given(a_case())
def test_what_does_not_apply_takes_a_decision_in_force_and_hides_no_failure(
    case: tuple[Claim, list[Thing], list[Evidence], list[Decision]],
) -> None:
    claim, about, found, decisions = case
    in_force = [each for each in decisions if each.choice is Choice.NOT_APPLICABLE and each.holds(NOW.date())]
    state = judged(claim, about, found, decisions).state
    assert state is not State.NOT_APPLICABLE or in_force
    if judged(claim, about, found).state is State.FAIL:
        assert state is State.FAIL


@law
@given(st.lists(a_case(), min_size=1, max_size=4))
def test_a_row_is_its_worst_claim(
    cases: list[tuple[Claim, list[Thing], list[Evidence], list[Decision]]],
) -> None:
    found = tuple(judged(*case) for case in cases)
    row = Row(guidelines().guidelines[0], found)
    assert row.state is worst([each.state for each in found])
    assert all(row.state.rank <= each.state.rank for each in found)
    assert bool(row.step) is any(each.state.is_open for each in found)


def leading_to(claim: Claim, state: State) -> tuple[Sequence[Evidence], Sequence[Decision]]:
    digest = "a" * 64 if claim.about.has_digest else None
    by_tool = Evidence(claim.id, "x", digest, Outcome.PASS, NOW, "tool", "", ground="2")
    by_ada = replace(by_tool, by="Ada", is_person=True, ground="")
    old = replace(by_ada, at=NOW - dt.timedelta(days=claim.valid_days + 1))
    today = NOW.date()
    no_case = Decision(Subject.CLAIM, claim.id, Choice.NOT_APPLICABLE, "why", "Ada", today, today)
    return {
        State.FAIL: ([replace(by_ada, outcome=Outcome.FAIL)], []),
        State.MISSING: ([], []),
        State.UNKNOWN: ([replace(by_ada, outcome=Outcome.UNKNOWN)], []),
        State.STALE: ([old], []),
        State.STATED: ([by_ada], []),
        State.NOT_APPLICABLE: ([], [no_case]),
        State.VERIFIED: ([by_tool], []),
    }[state]


@pytest.mark.parametrize("claim_id", list(claims()))
def test_every_claim_is_reachable_in_every_state_that_it_allows(claim_id: str) -> None:
    claim = claims()[claim_id]
    thing = Thing(claim.about, "x", "a" * 64 if claim.about.has_digest else None)
    for state in State:
        reached = judged(claim, [thing], *leading_to(claim, state)).state
        assert (reached is state) is (state in allowed(claim)), state


def test_what_makes_evidence_stale() -> None:
    claim = claims()["2.1.b"]
    thing = Thing(claim.about, "x", "a" * 64)
    fresh = Evidence(claim.id, "x", "a" * 64, Outcome.PASS, NOW, "tool", "", ground="2")
    yesterday = NOW.date() - dt.timedelta(days=1)
    assert judged(claim, [thing], [fresh]).state is State.VERIFIED
    for change in (
        {"ground": "1"},
        {"sha256": "b" * 64},
        {"until": yesterday},
        {"at": NOW - dt.timedelta(days=claim.valid_days, seconds=1)},
    ):
        assert judged(claim, [thing], [replace(fresh, **change)]).state is State.STALE, change  # type: ignore[arg-type]
    failed = replace(fresh, outcome=Outcome.FAIL, at=NOW - dt.timedelta(days=2000))
    assert judged(claim, [thing], [failed]).state is State.FAIL, "waiting mends nothing"
    assert judged(claim, [thing], [failed, fresh]).state is State.VERIFIED, "the same tool looked again"
    assert judged(claim, [thing], [failed, replace(fresh, by="other")]).state is State.FAIL
    by_ada = replace(failed, by="Ada", is_person=True, at=NOW - dt.timedelta(days=3))
    ahead = replace(by_ada, outcome=Outcome.PASS, at=NOW + dt.timedelta(days=3))
    assert judged(claim, [thing], [fresh, by_ada, ahead]).state is State.FAIL, "it is not yet the day of her next word"
    assert judged(claim, [thing], [fresh, ahead]).state is State.UNKNOWN
