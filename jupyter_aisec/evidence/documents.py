"""What documents say for claims that only people can make: a document is their word about the bytes it names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from shlex import quote

from jupyter_aisec.claims import Cost, Evidence, Outcome, Step, Target
from jupyter_aisec.documents import is_day
from jupyter_aisec.evidence.case import Case, Recorded
from jupyter_aisec.evidence.function import judges
from jupyter_aisec.knowledge.guidelines import About
from jupyter_aisec.model import AssetKind, DocumentState

_ORIGIN = ("source", "licence", "collected", "retention")


@judges("1.2.c")
def sensitivity_is_known(case: Case) -> Iterator[Evidence]:
    """The answer about sensitivity; of data that cells made, their sources answer."""
    yield from _answers(case, "1.2.c", About.DATASET, ("sensitivity",))


@judges("2.3.a")
def origin_is_known(case: Case) -> Iterator[Evidence]:
    """Source, licence, time of collection and retention; the day of review is the claim's own."""
    yield from _answers(case, "2.3.a", About.DATASET, _ORIGIN)


@judges("2.3.b")
def limits_are_known(case: Case) -> Iterator[Evidence]:
    """Scope, limits and guardrails of the model."""
    yield from _answers(case, "2.3.b", About.MODEL, ("scope", "limits", "guardrails"))


@judges("1.3.e")
def uses_are_bounded(case: Case) -> Iterator[Evidence]:
    """Guardrails and prohibited uses of the model."""
    yield from _answers(case, "1.3.e", About.MODEL, ("guardrails", "prohibited"))


def _answers(case: Case, claim: str, about: About, keys: Sequence[str]) -> Iterator[Evidence]:
    for each in case.of(about):
        name, document = each.thing.name, each.document
        if about is About.DATASET and not each.is_source and document.state is DocumentState.MISSING:
            said = f"{name} was made here: its sources answer for it"
            yield _word(case, claim, each, Outcome.PASS, said, each.thing.changed)
        elif each.node.kind is AssetKind.UNKNOWN or document.state is DocumentState.MISSING:
            continue
        elif document.state is DocumentState.UNKNOWN:
            gap = f"the document of {name} can't be read: {document.problem or 'it is broken'}"
            step = Step("mend it by hand, then look again", Cost.ANSWER)
            yield _word(case, claim, each, Outcome.UNKNOWN, gap, gap, step)
        else:
            given = {key for key, answer in document.answers.items() if answer} | document.inapplicable.keys()
            yield _answered(case, claim, each, [key for key in keys if key not in given], keys[0])


def _answered(case: Case, claim: str, asset: Recorded, lacks: Sequence[str], first: str) -> Evidence:
    """What a document that can be read says: all of it, or not all, and about these bytes or others."""
    name, about = asset.thing.name, asset.document.sha256
    is_old = not lacks and about not in (None, asset.thing.sha256)
    words = "--confirm" if is_old else " ".join(f"--set {key}=…" for key in lacks or [first])
    step = Step(f"{case.mouth} document {quote(name)} {words}", Cost.COMMAND, Target(name))
    said = f"the document of {name}"
    if lacks:
        gap = f"{said} does not say {', '.join(lacks)}"
        return _word(case, claim, asset, Outcome.UNKNOWN, gap, gap, step)
    if about is None:
        gap = f"{said} does not say about which bytes it is"
        return _word(case, claim, asset, Outcome.UNKNOWN, gap, gap, step)
    gap = f"{said} is about other bytes" if about != asset.thing.sha256 else asset.thing.changed
    return _word(case, claim, asset, Outcome.PASS, said, gap, step)


def _word(
    case: Case, claim: str, asset: Recorded, outcome: Outcome, said: str, gap: str, step: Step | None = None
) -> Evidence:
    """People's, about the bytes that the document names; who said it is in the history of the file."""
    sha256 = asset.document.sha256 or asset.thing.sha256
    return Evidence(
        claim, asset.thing.name, sha256, outcome, asset.written or case.now, "its document", said,
        is_person=True, until=_review(asset), gap=gap, step=step,
    )  # fmt: skip


def _review(asset: Recorded) -> dt.date | None:
    """The day until which it holds, where its form asks for one."""
    day = str(asset.document.answers.get("review") or "")
    return dt.date.fromisoformat(day) if is_day(day) else None
