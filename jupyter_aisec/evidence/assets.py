"""What the lineage shows of datasets, models and prompts."""

from __future__ import annotations

from collections.abc import Iterator
from shlex import quote

from jupyter_aisec.claims import Cost, Evidence, Outcome, Step, Target
from jupyter_aisec.evidence.case import Case, Recorded
from jupyter_aisec.evidence.function import judges
from jupyter_aisec.knowledge.guidelines import About
from jupyter_aisec.model import AssetKind

_SHORT = 12


@judges("2.2.a")
def datasets_are_known(case: Case) -> Iterator[Evidence]:
    """Digest, place and owner of each dataset; of data that cells made, digest and place."""
    for each in case.of(About.DATASET):
        name, lacks = each.thing.name, []
        if each.node.kind is AssetKind.UNKNOWN:
            gap, step = "a source went in unseen", Step("read the data with a library that is watched", Cost.WORK)
            yield case.evidence("2.2.a", each.thing, Outcome.UNKNOWN, gap, gap=gap, step=step)
            continue
        if each.thing.sha256 is None:
            lacks.append(f"the SHA-256 of {name} ({each.node.problem or 'not known'})")
        if not each.node.location:
            lacks.append(f"the place of {name}")
        if each.is_source and not each.document.answers.get("owner"):
            lacks.append(f"the owner of {name}")
        said = f"{name}: SHA-256 {(each.thing.sha256 or 'not known')[:_SHORT]}, {each.node.location or 'no place'}"
        if lacks:
            yield case.evidence(
                "2.2.a", each.thing, Outcome.UNKNOWN, said,
                gap=", ".join(lacks), step=_to_know(case, each), at=each.hashed,
            )  # fmt: skip
        else:
            step = Step(f"`{case.mouth} verify {quote(name)}`, then run its notebook again", Cost.WORK)
            yield case.evidence(
                "2.2.a", each.thing, Outcome.PASS, said, gap=each.thing.changed, step=step, at=each.hashed
            )


def _to_know(case: Case, asset: Recorded) -> Step:
    if asset.thing.sha256 is None:
        return Step(f"read {asset.thing.name} from a file, so that it can be hashed", Cost.WORK)
    name = asset.thing.name
    return Step(f"{case.mouth} document {quote(name)} --set owner=…", Cost.COMMAND, Target(name))


@judges("2.3.c")
def prompts_are_registered(case: Case) -> Iterator[Evidence]:
    """Prompts of the lineage by their digests. One that stands in a notebook only is seen by a rule."""
    for each in case.of(About.PROMPT):
        name = each.thing.name
        if each.thing.sha256 and each.node.location:
            yield case.evidence("2.3.c", each.thing, Outcome.PASS, f"{name} is at {each.node.location}")
        else:
            gap = f"{name} has no digest, or no place"
            step = Step(f"register {name}: `mlflow.genai.register_prompt`", Cost.WORK)
            yield case.evidence("2.3.c", each.thing, Outcome.FAIL, gap, gap=gap, step=step)


@judges("3.2.a", partly=True)
def model_has_its_digest(case: Case) -> Iterator[Evidence]:
    """The digest that was made when training ended. There are no signatures yet, so it is never verified."""
    for each in case.of(About.MODEL):
        name = each.thing.name
        if each.thing.changed:
            step = Step(f"`{case.mouth} verify {quote(name)}`; train again, or put the file back", Cost.WORK)
            said = f"{name}: {each.thing.changed}"
            yield case.evidence("3.2.a", each.thing, Outcome.FAIL, said, gap=said, step=step)
        elif each.thing.sha256 is None:
            gap = f"{name} has no digest: {each.node.problem or 'it was only in memory'}"
            step = Step("save or log the model in the notebook that trains it", Cost.WORK)
            yield case.evidence("3.2.a", each.thing, Outcome.UNKNOWN, gap, gap=gap, step=step)
        else:
            said = f"{name}: SHA-256 {each.thing.sha256[:_SHORT]} recorded when it was made"
            yield case.evidence(
                "3.2.a", each.thing, Outcome.UNKNOWN, said, gap="no signature is known", at=each.hashed,
                step=Step(f"`{case.mouth} verify {quote(name)}`; then sign it, and state so", Cost.STATEMENT),
            )  # fmt: skip
