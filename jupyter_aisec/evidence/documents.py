"""What documents say for claims that only people can make: a document is their word about the bytes it names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from shlex import quote

from jupyter_aisec.claims import Cost, Evidence, Outcome, Step
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
        state = each.document.state
        if about is About.DATASET and not each.is_source and state is DocumentState.MISSING:
            said = f"{each.thing.name} was made here: its sources answer for it"
            yield _word(case, claim, each, Outcome.PASS, said)
        elif each.node.kind is AssetKind.UNKNOWN or state is DocumentState.MISSING:
            continue
        elif state is DocumentState.UNKNOWN:
            gap = f"the document of {each.thing.name} can't be read: {each.document.problem or 'it is broken'}"
            step = Step("mend it by hand, then look again", Cost.ANSWER)
            yield _word(case, claim, each, Outcome.UNKNOWN, gap, gap=gap, step=step)
        else:
            lacks = [key for key in keys if not each.document.answers.get(key)]
            gap = f"{each.thing.name}: {', '.join(lacks)}"
            words = " ".join(f"--set {key}=…" for key in lacks or keys[:1])
            step = Step(f"{case.mouth} document {quote(each.thing.name)} {words}", Cost.COMMAND)
            outcome = Outcome.UNKNOWN if lacks else Outcome.PASS
            if not lacks and each.document.sha256 is None:
                outcome, lacks = Outcome.UNKNOWN, ["about which bytes it is"]
                gap = f"the document of {each.thing.name} names no digest"
            said = f"the document of {each.thing.name}" + (f" does not say {', '.join(lacks)}" if lacks else "")
            if state is DocumentState.STALE and not lacks:
                gap = f"the document of {each.thing.name} is about other bytes"
            yield _word(case, claim, each, outcome, said, gap=gap if lacks or state is DocumentState.STALE else "",
                        step=step)  # fmt: skip


def _word(
    case: Case, claim: str, asset: Recorded, outcome: Outcome, said: str, *, gap: str = "", step: Step | None = None
) -> Evidence:
    """People's; its author is in the history of the file. A document without a digest is about the bytes there are."""
    sha256 = asset.document.sha256 if asset.document.state is DocumentState.STALE else asset.thing.sha256
    return Evidence(
        claim, asset.thing.name, sha256, outcome, asset.written or case.now, "its document", said,
        is_person=True, gap=gap or asset.thing.changed, step=step,
    )  # fmt: skip
