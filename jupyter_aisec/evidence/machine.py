"""The environment that is asked: its packages, and what can be seen of how it is set up."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from shlex import quote

from jupyter_aisec.claims import Choice, Cost, Decision, Evidence, Outcome, Step, Subject
from jupyter_aisec.evidence.case import Case
from jupyter_aisec.evidence.function import judges
from jupyter_aisec.knowledge.guidelines import About

_SHOWN = 3
_REPORT = Step(
    '`pip-audit -f json -o audit.json`, and advisories = "audit.json" below [tool.aisec] in pyproject.toml', Cost.WORK
)


@judges("2.1.a")
def packages_have_no_open_advisory(case: Case) -> Iterator[Evidence]:
    """The report that `advisories` names against what is installed; its age is that of the file."""
    audit = case.around.audit
    for thing in case.things:
        if thing.about is not About.ENVIRONMENT:
            continue
        decisions = {cve: case.decided(Subject.CVE, cve) for _, cve in audit.vulnerable}
        decided = {cve: each for cve, each in decisions.items() if each and each.choice is not Choice.FIX}
        open_ = [(package, cve) for package, cve in audit.vulnerable if cve not in decided]
        said = f"{audit.installed} packages are installed, held against {audit.file}"
        if not audit.file:
            yield case.lacking("2.1.a", thing, "the project names no report of vulnerabilities", _REPORT)
        elif audit.problem:
            step = Step(f"mend {audit.file}, or make it anew with `pip-audit -f json`", Cost.WORK)
            yield case.evidence("2.1.a", thing, Outcome.UNKNOWN, said, gap=audit.problem, step=step)
        elif open_:
            package, cve = open_[0]
            gap = f"{cve} in {package}" + (f" and {len(open_) - 1} more" if len(open_) > 1 else "")
            text = f'{case.mouth} decide {quote(cve)} not-applicable --by NAME --until DATE "REASON"'
            step = Step(f"install a later version of {package}; or `{text}`", Cost.DECISION)
            yield case.evidence("2.1.a", thing, Outcome.FAIL, said, gap=gap, step=step, at=audit.at)
        elif audit.left_out is None:
            gap = f"{audit.file} is a list of advisories: it does not say which packages were looked up"
            yield case.evidence("2.1.a", thing, Outcome.UNKNOWN, said, gap=gap, step=_REPORT, at=audit.at)
        elif audit.left_out:
            number, names = len(audit.left_out), ", ".join(audit.left_out[:_SHOWN])
            gap = f"{number} installed packages are not in {audit.file} as they are here, such as {names}"
            yield case.evidence("2.1.a", thing, Outcome.UNKNOWN, said, gap=gap, step=_REPORT, at=audit.at)
        else:
            words = _in_words(decided.values())
            yield case.evidence("2.1.a", thing, Outcome.PASS, f"{said}: {words}", step=_REPORT, at=audit.at)


def _in_words(decided: Collection[Decision]) -> str:
    """None is open; what is not mended but decided is named."""
    named = [f"{each.what} {each.choice} by {each.by} until {each.until}" for each in decided]
    more = f"; and {len(named) - _SHOWN} more" if len(named) > _SHOWN else ""
    return f"none open but decided: {'; '.join(named[:_SHOWN])}{more}" if named else "none open"


@judges("3.1.a", partly=True)
def set_up_is_looked_at(case: Case) -> Iterator[Evidence]:
    """MLflow's address, running Jupyter servers, rights on files. Whether a server asks for a log-in, nobody tells."""
    sights = case.around.sights
    wrong = [each for each in sights if each.is_safe is False]
    dark = [each.said for each in sights if each.is_safe is None]
    seen = "; ".join(each.said for each in sights if each.is_safe) or "nothing could be seen"
    for thing in case.things:
        if thing.about is not About.ENVIRONMENT:
            continue
        if wrong:
            step = Step(wrong[0].mend, Cost.WORK)
            gap = "; ".join(each.said for each in wrong)
            yield case.evidence("3.1.a", thing, Outcome.FAIL, gap, gap=gap, step=step)
        elif dark or not sights:
            mend = next((each.mend for each in sights if each.is_safe is None and each.mend), "")
            words = f'{case.mouth} state 3.1.a --by NAME "WORDS"'
            step = Step(f"{mend}; or, of what can't be seen: `{words}`" if mend else words, Cost.STATEMENT)
            gap = "; ".join(dark) or "nothing could be seen"
            yield case.evidence("3.1.a", thing, Outcome.UNKNOWN, seen, gap=gap, step=step)
        else:
            yield case.evidence("3.1.a", thing, Outcome.PASS, seen)
