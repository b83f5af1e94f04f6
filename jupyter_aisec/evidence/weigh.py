"""What evidence and decisions come to: the state of one claim.

Nothing here looks at anything; all it knows is what it is given, so that its laws can be tested.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from jupyter_aisec.claims import (
    Choice,
    Decision,
    Evidence,
    Judged,
    Known,
    Outcome,
    State,
    Step,
    Subject,
    Thing,
    newest,
    worst,
)
from jupyter_aisec.knowledge.guidelines import Claim

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Scales:
    """What everything is weighed with: the time, the version of each tool, and what a person is told to do.

    ``steps`` gives the step for a claim, in a state, that no evidence names one for.
    """

    now: dt.datetime
    steps: Callable[[Claim, State, Sequence[Thing]], Step]
    tools: Mapping[str, str] = field(default_factory=dict)

    @property
    def today(self) -> dt.date:
        """As people count days."""
        return self.now.date()

    def judged(
        self, claim: Claim, things: Sequence[Thing], evidence: Iterable[Evidence], decisions: Iterable[Decision]
    ) -> Judged:
        """The state of a claim that must hold for each of the things; for none at all it is *missing*."""
        by_thing: dict[str, list[Evidence]] = {}
        for each in evidence:
            if each.claim == claim.id:
                by_thing.setdefault(each.thing, []).append(each)
        weighed = [self._thing(claim, thing, by_thing.get(thing.name, [])) for thing in things]
        state = worst([known.state for known, _ in weighed])
        decision = self._decision(claim, decisions)
        # What is accepted stays what it is; only what does not apply is another state.
        if decision is not None and decision.choice is Choice.NOT_APPLICABLE:
            if decision.holds(self.today) and state not in (State.FAIL, State.STATED, State.VERIFIED):
                state = State.NOT_APPLICABLE
            elif not decision.holds(self.today) and state is State.MISSING:
                state = State.STALE
        worst_off = [thing for thing, (known, _) in zip(things, weighed, strict=True) if known.state is state]
        weighed.sort(key=lambda each: each[0].state.rank)
        known = tuple(each for each, _ in weighed)
        open_ = [found for each, found in weighed if found is not None and each.state is state]
        step = None
        if state.is_open:
            named = next((each.step for each in open_ if each.step), None)
            step = named or self.steps(claim, state, worst_off or things)
        return Judged(claim, state, known, _missing(claim, state, weighed), step, decision)

    def _thing(self, claim: Claim, thing: Thing, found: Sequence[Evidence]) -> tuple[Known, Evidence | None]:
        """What is known for one thing, and the evidence that decides it."""
        said = [each for each in found if each.outcome is not Outcome.NOTHING]
        tool = self._voice(claim, thing, [each for each in said if not each.is_person])
        person = self._voice(claim, thing, [each for each in said if each.is_person])
        voices = [each for each in (tool, person) if each is not None]
        if not voices:
            lacking = (each for each in found if each.outcome is Outcome.NOTHING)
            return Known(thing.name, State.MISSING), next(lacking, None)
        failed = next((each for each in voices if each[0].state is State.FAIL), None)
        best = failed or next((each for each in voices if each[0].state is State.VERIFIED), None)
        # A person may have looked where a program could not; it is their word then, and shown as such.
        best = best or next((each for each in voices if each[0].state is State.STATED), None)
        if best and best is tool and best[0].state is State.VERIFIED and person and person[0].state is State.UNKNOWN:
            # What a person said and nobody can read may be that it does not hold.
            best = person
        return best or min(voices, key=lambda each: each[0].state.rank)

    def _voice(self, claim: Claim, thing: Thing, found: Sequence[Evidence]) -> tuple[Known, Evidence] | None:
        """What the tools, or the people, say together: of each the newest word on these bytes, and of those the worst.

        What is stale does not count beside what is not; what failed on these bytes does, until it is looked at again.
        A word from the future takes the place of none of today, unless it is that something fails.
        """
        about = [each for each in found if each.sha256 == thing.sha256] or found
        last = {each.by: each for each in sorted(about, key=lambda each: (self._counts(each), each.at))}
        if not last:
            return None
        states = [(self._state(claim, thing, each), each) for each in last.values()]
        fresh = [each for each in states if each[0] is not State.STALE] or states
        state, evidence = min(fresh, key=lambda each: each[0].rank)
        return Known(thing.name, state, evidence.said, evidence.by, evidence.at, evidence.until), evidence

    def _is_early(self, evidence: Evidence) -> bool:
        """Whether it bears a time that is not yet: a day ahead may be a matter of the clock."""
        return evidence.at > self.now + _DAY

    def _counts(self, evidence: Evidence) -> bool:
        return evidence.outcome is Outcome.FAIL or not self._is_early(evidence)

    def _state(self, claim: Claim, thing: Thing, evidence: Evidence) -> State:
        has_digest = claim.about.has_digest
        if has_digest and evidence.sha256 != thing.sha256:
            return State.STALE
        if evidence.outcome is Outcome.FAIL:
            return State.FAIL
        if evidence.outcome is Outcome.UNKNOWN or (has_digest and thing.sha256 is None):
            return State.UNKNOWN
        if self._is_early(evidence) or (not evidence.is_person and not claim.is_automatic):
            return State.UNKNOWN
        too_old = self.now - evidence.at > dt.timedelta(days=claim.valid_days)
        over = evidence.until is not None and evidence.until < self.today
        other_tool = evidence.ground != self.tools.get(evidence.by, evidence.ground)
        if too_old or over or other_tool or thing.changed:
            return State.STALE
        return State.STATED if evidence.is_person else State.VERIFIED

    def _decision(self, claim: Claim, decisions: Iterable[Decision]) -> Decision | None:
        """The newest on the claim itself."""
        about = (each for each in decisions if each.subject is Subject.CLAIM and each.what == claim.id)
        return newest(each for each in about if each.on <= self.today)


def _missing(claim: Claim, state: State, weighed: Sequence[tuple[Known, Evidence | None]]) -> str:
    """What is lacking, in a few words; empty where nothing is."""
    if not state.is_open:
        return ""
    if not weighed:
        return f"the lineage names no {claim.about}" if claim.about.has_digest else "no model is recorded"
    at_worst = [(known, found) for known, found in weighed if known.state is state]
    gaps = list(dict.fromkeys(found.gap for _, found in at_worst if found and found.gap))
    if gaps:
        return "; ".join(gaps[:3]) + (f"; and {len(gaps) - 3} more" if len(gaps) > 3 else "")  # noqa: PLR2004
    words = {
        State.FAIL: "it does not hold",
        State.MISSING: "nothing looks at it yet" if claim.is_automatic else "nobody has stated it",
        State.UNKNOWN: "what is known can't be told to be about these bytes",
        State.STALE: "what is known is too old, or about other bytes",
    }
    if not claim.about.has_digest or not at_worst:
        return words[state]
    names = [known.thing for known, _ in at_worst]
    more = f" and {len(names) - 2} more" if len(names) > 2 else ""  # noqa: PLR2004
    return f"{words[state]}: {', '.join(names[:2])}{more}"
