"""Whether a model came from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from shlex import quote

from jupyter_aisec.claims import Cost, Evidence, Outcome, Step
from jupyter_aisec.evidence.case import Case
from jupyter_aisec.evidence.function import judges
from jupyter_aisec.knowledge.guidelines import About
from jupyter_aisec.model import AssetKind

_LOADS = frozenset({"unsafe deserialization", "remote code"})


@judges("1.3.b", partly=True)
def files_of_others_are_examined(case: Case) -> Iterator[Evidence]:
    """A model that cells here made is nobody else's file, if they load none. No examination is recorded of others."""
    kinds = {node.id: node.kind for node in case.graph.nodes}
    loads = _unsafe_loads(case)
    for each in case.of(About.MODEL):
        name = each.thing.name
        made_of = [edge.source for edge in case.graph.edges if edge.target == each.node.id]
        is_made_here = bool(made_of) and all(kinds[source] is not AssetKind.UNKNOWN for source in made_of)
        if is_made_here and not loads:
            said = f"cells here made {name} of what is recorded: it is no file of others"
            step = Step(f"save {name} to a file, so that it has a digest", Cost.WORK)
            yield case.evidence("1.3.b", each.thing, Outcome.PASS, said, gap=each.thing.changed, step=step)
            continue
        came = f"what {name} was made of was not seen" if made_of else f"{name} came from elsewhere"
        came = f"a file that may be of others is loaded: {loads[0]}" if is_made_here else came
        gap = f"{came}, and nothing here examines model files"
        words = f'{case.mouth} state 1.3.b --about {quote(name)} --by NAME "examined with …"'
        step = Step(f"load it from safetensors, or examine it by other means: `{words}`", Cost.STATEMENT)
        yield case.evidence("1.3.b", each.thing, Outcome.UNKNOWN, came, gap=gap, step=step)


def _unsafe_loads(case: Case) -> list[str]:
    """Where notebooks load what runs code; that it is no such case, a person can state of the claim."""
    return [
        f"{checked.thing.name}, {seen.where}"
        for checked in case.notebooks
        for seen in checked.findings
        if case.families.get(seen.finding.rule) in _LOADS
    ]
