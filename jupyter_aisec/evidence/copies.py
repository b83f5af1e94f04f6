"""Whether the bytes of a model are kept at a second place."""

from __future__ import annotations

from collections.abc import Iterator

from jupyter_aisec.claims import Cost, Evidence, Outcome, Step
from jupyter_aisec.evidence.case import Case
from jupyter_aisec.evidence.function import judges
from jupyter_aisec.knowledge.guidelines import About


@judges("3.3.c")
def a_copy_exists(case: Case) -> Iterator[Evidence]:
    """A file elsewhere that was saved or loaded with the same digest, and that still is as it was then."""
    for each in case.of(About.MODEL):
        name = each.thing.name
        step = Step(f"save {name} to another disk as well, or load the copy once, so that it is hashed", Cost.WORK)
        copies = case.around.copies if each is case.candidate else ()
        there = next((other for other in copies if not other.gone), None)
        if there is not None:
            said = f"the same bytes as {name} lie at {there.location}"
            yield case.evidence("3.3.c", each.thing, Outcome.PASS, said, gap=each.thing.changed, step=step)
        elif copies:
            said = f"of {name} there was a copy at {copies[0].location}"
            yield case.evidence("3.3.c", each.thing, Outcome.UNKNOWN, said, gap=copies[0].gone, step=step)
        else:
            yield case.lacking("3.3.c", each.thing, f"no file elsewhere is known to have the bytes of {name}", step)
