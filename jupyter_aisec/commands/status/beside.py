"""Other models of the project that say something about one: trained on the same data, before it, or a copy of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jupyter_aisec.lineage.sources import made_here
from jupyter_aisec.model import AssetKind, Edge, Graph, Node, Verb

MOST = 200
"""Models of the same data that are looked at, the newest ones."""


@dataclass(frozen=True, slots=True)
class Beside:
    """``rivals`` were fitted on data with the same digests, ``copies`` have the same bytes elsewhere.

    ``fitted`` are the models that cells fitted on the way to this one; ``before`` lay at the same place.
    """

    fitted: tuple[Node, ...] = ()
    rivals: tuple[Node, ...] = ()
    copies: tuple[Node, ...] = ()
    before: Node | None = None

    @property
    def ids(self) -> frozenset[str]:
        """Of all of them but what was fitted on the way."""
        return frozenset(each.id for each in (*self.rivals, *self.copies, *([self.before] if self.before else ())))


def beside(graph: Graph, model: Node, closure: Graph) -> Beside:
    """What the whole lineage has beside a model and all that went into it."""
    inside = {node.id for node in closure.nodes}
    fits = {edge.target for edge in graph.edges if edge.verb is Verb.FITTED}
    models = [node for node in graph.nodes if node.kind is AssetKind.MODEL and node.id != model.id]
    order = {node.id: number for number, node in enumerate(graph.nodes)}
    same_place = [
        each
        for each in models
        if model.location and each.location == model.location and each.sha256 and order[each.id] < order[model.id]
    ]
    return Beside(
        fitted=tuple(node for node in closure.nodes if node.id in fits),
        rivals=_rivals(graph, closure, fits - inside),
        copies=tuple(
            each for each in models if model.sha256 and each.sha256 == model.sha256 and each.location != model.location
        ),
        before=same_place[-1] if same_place else None,
    )


def _rivals(graph: Graph, closure: Graph, fits: set[str]) -> tuple[Node, ...]:
    """The models that were fitted on the same source data, by their digests; none where a digest is not known."""
    nodes = {node.id: node for node in graph.nodes}
    own = _digests(closure.nodes, made_here({node.id: node for node in closure.nodes}, closure.edges))
    if own is None or not own:
        return ()
    into, onward = _both_ways(graph.edges)
    shared = {node.id for node in closure.nodes if node.kind is AssetKind.DATASET}
    reached = [each for each in _reached(shared, onward) if each in fits]
    made = made_here(nodes, graph.edges)
    found = []
    for each in reversed(reached[-MOST:]):
        before = [nodes[other] for other in _reached({each}, into)]
        if _digests(before, made) == own:
            found.append(nodes[each])
    return tuple(found)


def _digests(nodes: Iterable[Node], made: frozenset[str]) -> frozenset[str] | None:
    """Of the data that came from outside; None where something went in that is not known."""
    found: set[str] = set()
    for node in nodes:
        if node.kind is AssetKind.UNKNOWN:
            return None
        if node.kind is AssetKind.DATASET and node.id not in made:
            if node.sha256 is None:
                return None
            found.add(node.sha256)
    return frozenset(found)


def _both_ways(edges: Iterable[Edge]) -> tuple[Mapping[str, list[str]], Mapping[str, list[str]]]:
    into: defaultdict[str, list[str]] = defaultdict(list)
    onward: defaultdict[str, list[str]] = defaultdict(list)
    for edge in edges:
        into[edge.target].append(edge.source)
        onward[edge.source].append(edge.target)
    return into, onward


def _reached(start: Iterable[str], steps: Mapping[str, list[str]]) -> list[str]:
    """In the order in which they were reached, the first ones included."""
    found = dict.fromkeys(start)
    waiting = list(found)
    while waiting:
        for each in steps.get(waiting.pop(), ()):
            if each not in found:
                found[each] = None
                waiting.append(each)
    return list(found)
