"""Files about a model, bills of materials and cards: whether they are about these bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from shlex import quote

from jupyter_aisec.claims import Cost, Evidence, Outcome, Step
from jupyter_aisec.evidence.around import Paper
from jupyter_aisec.evidence.case import Case, Recorded
from jupyter_aisec.evidence.function import judges
from jupyter_aisec.knowledge.guidelines import About

_SHORT = 12
_VALIDATOR = Step(
    "`pip install 'cyclonedx-python-lib[json-validation]'`, which has the schema, then look again", Cost.WORK
)


@judges("2.1.c")
def the_bill_is_about_it(case: Case) -> Iterator[Evidence]:
    """The newest bill of materials that has the digest of the model: its form, and the digests of all data."""
    for each in case.of(About.MODEL):
        name = each.thing.name
        step = Step(f"{case.mouth} export bom {quote(name)} {_to(each, 'model.cdx.json')}", Cost.COMMAND)
        bill = _newest(case.around.bills, each)
        if bill is None:
            yield case.lacking("2.1.c", each.thing, f"no bill of materials here has {_digest(each)}", step)
            continue
        lacks = [
            data.thing.name
            for data in case.of(About.DATASET)
            if data.thing.sha256 is None or data.thing.sha256 not in bill.digests
        ]
        said = f"{bill.name} lists {name} by its digest"
        if bill.wrong:
            yield case.evidence("2.1.c", each.thing, Outcome.FAIL, said, gap=f"{bill.name}: {bill.wrong}", step=step)
        elif lacks or bill.wrong is None:
            gap = f"{bill.name} does not list {', '.join(lacks[:3])}" if lacks else f"the form of {bill.name}"
            step = step if lacks else _VALIDATOR
            yield case.evidence("2.1.c", each.thing, Outcome.UNKNOWN, said, gap=gap, step=step, at=bill.at)
        else:
            said += ", all data too, and has the form of CycloneDX"
            yield case.evidence("2.1.c", each.thing, Outcome.PASS, said, gap=each.thing.changed, step=step, at=bill.at)


@judges("2.3.d")
def the_card_is_about_it(case: Case) -> Iterator[Evidence]:
    """The newest card that prints the digest of the model: every other digest in it is of something that went in."""
    known = {each.thing.sha256 for each in case.assets} | {each.thing.sha256 for each in case.notebooks}
    for each in case.of(About.MODEL):
        name = each.thing.name
        step = Step(f"{case.mouth} export card {quote(name)} {_to(each, 'model.card.md')}", Cost.COMMAND)
        card = _newest(case.around.cards, each)
        if card is None:
            yield case.lacking("2.3.d", each.thing, f"no card here prints {_digest(each)}", step)
            continue
        wrong = sorted(digest for digest in card.digests if digest not in known)
        said = f"{card.name} prints the digest of {name}"
        if wrong:
            gap = f"{card.name} prints {wrong[0][:_SHORT]}…, which is of nothing that went into {name}"
            yield case.evidence("2.3.d", each.thing, Outcome.FAIL, said, gap=gap, step=step)
        else:
            said += f"; all {len(card.digests)} digests in it are of what is recorded"
            yield case.evidence("2.3.d", each.thing, Outcome.PASS, said, gap=each.thing.changed, step=step, at=card.at)


def _newest(papers: Sequence[Paper], model: Recorded) -> Paper | None:
    about = (each for each in papers if model.thing.sha256 and model.thing.sha256 in each.digests)
    return max(about, key=lambda each: each.at, default=None)


def _to(model: Recorded, file: str) -> str:
    """Where it is put: beside the model in MLflow, or into the project."""
    return "--mlflow" if model.run is not None else f"-o {file}"


def _digest(model: Recorded) -> str:
    sha256 = model.thing.sha256
    return f"SHA-256 {sha256[:_SHORT]}… of {model.thing.name}" if sha256 else f"a digest of {model.thing.name}"
