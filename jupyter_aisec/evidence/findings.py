"""What a check of the candidate's notebooks says of claims. No finding means no known pattern, and is worded so."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from shlex import quote

from jupyter_aisec.claims import Choice, Cost, Evidence, Outcome, Step, Subject, Target
from jupyter_aisec.evidence.case import Case, Checked, Seen
from jupyter_aisec.evidence.function import judges
from jupyter_aisec.evidence.steps import to_be_read
from jupyter_aisec.model import CellKind, Severity

_LOADS = frozenset({"unsafe deserialization", "remote code"})
_INJECTIONS = frozenset({
    "agent-code-tool", "agent-shell-tool", "allow-dangerous-flag", "eval-exec-dynamic", "langchain-unsafe-load",
    "llm-output-executed", "llm-output-to-sql-or-path", "shell-injection",
})  # fmt: skip
_FETCHES = frozenset({"package installs", "unpinned and unverified downloads"})
_SECRETS = frozenset({"secrets"})
_PERSONAL = frozenset({"pii-in-output", "pii-in-source"})
_SWITCHES = frozenset({
    "allow-dangerous-flag", "bind-all-interfaces", "dataset-checks-disabled", "debug-server", "keras-unsafe-mode",
    "numpy-allow-pickle", "pip-index-insecure", "public-tunnel", "server-without-auth",
})  # fmt: skip
_SAFE_TRANSPORT = frozenset({"transport security"})
_INSTALL = re.compile(r"\b(?:pip3?|uv|conda|mamba|apt|apt-get|npm)\b[^\n]{0,200}?\binstall\b(?![^\n]*--require-hashes)")
_FALSE_ALARM = (Choice.NOT_APPLICABLE,)
_WAIVED = (Choice.ACCEPT, Choice.AVOID, Choice.TRANSFER, Choice.NOT_APPLICABLE)


@judges("1.1.b")
def high_findings_are_decided(case: Case) -> Iterator[Evidence]:
    """High and critical findings, those behind a comment too: such a comment names nobody and never ends."""

    def matters(seen: Seen) -> bool:
        return seen.finding.severity >= Severity.HIGH and seen.finding.rule in case.counted

    yield from _judged(case, "1.1.b", matters, _WAIVED, len(case.counted))


@judges("1.3.c")
def loads_are_guarded(case: Case) -> Iterator[Evidence]:
    """Unsafe loads, code from elsewhere, and text that is run. A decision that it is no case of it counts."""
    yield from _by_rule(case, "1.3.c", _LOADS, _INJECTIONS, _FALSE_ALARM)


@judges("2.1.b")
def fetches_are_pinned(case: Case) -> Iterator[Evidence]:
    """Downloads and installs. Whether an install compares digests, no rule says: then it is unknown."""
    for found in _by_rule(case, "2.1.b", _FETCHES, frozenset(), _FALSE_ALARM):
        checked = next(each for each in case.notebooks if each.thing.name == found.thing)
        if found.outcome is Outcome.PASS and _installs(checked):
            gap = f"{found.thing} installs packages, and nothing shows that their digests are compared"
            step = Step("install with `pip install --require-hashes -r requirements.txt`", Cost.WORK)
            yield case.evidence("2.1.b", checked.thing, Outcome.UNKNOWN, found.said, gap=gap, step=step)
        else:
            yield found


@judges("2.2.d")
def nothing_secret_is_shown(case: Case) -> Iterator[Evidence]:
    """Credentials and personal data, in sources and in saved outputs."""
    yield from _by_rule(case, "2.2.d", _SECRETS, _PERSONAL, _FALSE_ALARM)


@judges("3.5.a")
def switches_are_off(case: Case) -> Iterator[Evidence]:
    """Settings that make something less safe; one that a named person justified counts as justified."""
    yield from _by_rule(case, "3.5.a", _SAFE_TRANSPORT, _SWITCHES, _WAIVED)


def _by_rule(
    case: Case, claim: str, families: Collection[str], rules: Collection[str], excused: Sequence[Choice]
) -> Iterator[Evidence]:
    """Default rules of the families, and the rules that are named: the project's own choice of rules hides nothing."""
    looked = {name for name, family in case.families.items() if family in families} | set(rules)
    yield from _judged(case, claim, lambda seen: seen.finding.rule in looked, excused, len(looked))


def _judged(
    case: Case, claim: str, matters: Callable[[Seen], bool], excused: Sequence[Choice], rules: int
) -> Iterator[Evidence]:
    for checked in case.notebooks:
        found = [each for each in checked.findings if matters(each)]
        open_ = [each for each in found if not _is_excused(case, each, excused)]
        name = checked.thing.name
        if open_ and not (excused and not case.are_decisions_read):
            worst = max(open_, key=lambda each: each.finding.severity)
            said = f"{len(open_)} open in {name}, the worst: {worst.finding.rule} ({worst.where})"
            target = Target(name, worst.finding.place)
            text = f"`{case.mouth} check {quote(name)}`, then mend {worst.finding.rule}: {worst.where}"
            step = Step(text, Cost.WORK, target)
            if excused:
                choice = "not-applicable" if excused == _FALSE_ALARM else "accept"
                text = f'{case.mouth} decide {worst.fingerprint} {choice} --by NAME --until DATE "REASON"'
                text = f"mend {worst.finding.rule} in {name}, {worst.where}; or `{text}`"
                step = Step(text, Cost.DECISION, target)
            gap = f"{worst.finding.rule} in {name}, {worst.where}" + (f" and {len(open_) - 1} more" * (len(open_) > 1))
            yield case.evidence(claim, checked.thing, Outcome.FAIL, said, gap=gap, step=step)
        elif open_:
            gap = "decisions could not be read"
            step = Step("mend .aisec/decisions.toml", Cost.ANSWER)
            yield case.evidence(claim, checked.thing, Outcome.UNKNOWN, gap, gap=gap, step=step)
        elif checked.missed:
            gap = f"{name} was not analysed as a whole: {checked.missed[0]}"
            step = to_be_read(case.mouth, name)
            yield case.evidence(claim, checked.thing, Outcome.UNKNOWN, gap, gap=gap, step=step)
        else:
            yield _passed(case, claim, checked, found, rules, on_a_word=bool(found) and excused == _FALSE_ALARM)


def _passed(
    case: Case, claim: str, checked: Checked, found: Sequence[Seen], rules: int, *, on_a_word: bool
) -> Evidence:
    """Nothing open is there. Where that rests on a person's word that a finding is none, it is the person's."""
    name = checked.thing.name
    said = f"no known pattern found in {name} by {rules} rules" + (f", {len(found)} decided" if found else "")
    step = Step(f"save {name}, or run it again, so that the file is what made the model", Cost.WORK)
    evidence = case.evidence(claim, checked.thing, Outcome.PASS, said, gap=checked.thing.changed, step=step)
    decided = (case.decided(Subject.FINDING, each.fingerprint) for each in found)
    decisions = [each for each in decided if each is not None]
    if not on_a_word or not decisions:
        return evidence
    people = ", ".join(sorted({each.by for each in decisions}))
    until = min(each.until for each in decisions)
    return replace(evidence, is_person=True, by=people, until=until, ground="")


def _is_excused(case: Case, seen: Seen, excused: Sequence[Choice]) -> bool:
    decision = case.decided(Subject.FINDING, seen.fingerprint) if excused else None
    return decision is not None and decision.choice in excused


def _installs(checked: Checked) -> bool:
    return any(each.kind is CellKind.CODE and _INSTALL.search(each.source) for each in checked.cells)
