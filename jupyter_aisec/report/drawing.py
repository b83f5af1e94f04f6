"""What of a graph is drawn: a picture leaves out what it would only say twice."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

from jupyter_aisec.model import AssetKind, DocumentState, Graph, Node, Verb

CROWD = 48
"""Above so many nodes, a picture draws those that are alike as one."""

SHOWN_OF_ALIKE = 3
"""How many of a group of nodes that are alike are still drawn each."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is to be drawn; ``left_out`` counts, by the id of a drawn node, the others that it stands for."""

    graph: Graph
    left_out: dict[str, int]


def without_idle_notebooks(graph: Graph) -> Graph:
    """Without the notebooks whose every asset also goes somewhere else, where the picture shows it."""
    kinds = {node.id: node.kind for node in graph.nodes}
    flowing = {edge.source for edge in graph.edges if kinds.get(edge.target) is not AssetKind.NOTEBOOK}
    flowing |= {edge.target for edge in graph.edges if edge.verb not in (Verb.READ, Verb.LOADED)}
    idle = {node.id for node in graph.nodes if node.kind is AssetKind.NOTEBOOK}
    idle -= {edge.target for edge in graph.edges if edge.source not in flowing}
    # A read that leads nowhere keeps its notebook; the reads beside it would be said twice.
    edges = tuple(
        edge
        for edge in graph.edges
        if edge.target not in idle and not (kinds.get(edge.target) is AssetKind.NOTEBOOK and edge.source in flowing)
    )
    return Graph(tuple(node for node in graph.nodes if node.id not in idle), edges)


def drawing(graph: Graph, crowd: int = CROWD) -> Drawing:
    """The picture's share of the graph. At most ``crowd`` nodes are drawn each; more are grouped where alike.

    Alike are nodes of one kind and documentation state whose edges lead to and from the same nodes in the same way.
    """
    graph = without_idle_notebooks(graph)
    if len(graph.nodes) <= crowd:
        return Drawing(graph, {})
    arriving: defaultdict[str, set[tuple[str, Verb]]] = defaultdict(set)
    leaving: defaultdict[str, set[tuple[str, Verb]]] = defaultdict(set)
    for edge in graph.edges:
        arriving[edge.target].add((edge.source, edge.verb))
        leaving[edge.source].add((edge.target, edge.verb))
    alike: defaultdict[tuple[object, ...], list[Node]] = defaultdict(list)
    for node in graph.nodes:
        key = (node.kind, node.documentation, frozenset(arriving[node.id]), frozenset(leaving[node.id]))
        alike[key].append(node)
    hidden: set[str] = set()
    left_out: dict[str, int] = {}
    stand_ins: dict[str, Node] = {}
    for group in alike.values():
        more = len(group) - SHOWN_OF_ALIKE
        if more > 1:
            last = group[SHOWN_OF_ALIKE]
            hidden |= {node.id for node in group[SHOWN_OF_ALIKE + 1 :]}
            left_out[last.id] = more
            stand_ins[last.id] = _stand_in(last, more)
    nodes = tuple(stand_ins.get(node.id, node) for node in graph.nodes if node.id not in hidden)
    edges = tuple(edge for edge in graph.edges if edge.source not in hidden and edge.target not in hidden)
    return Drawing(Graph(nodes, edges), left_out)


def counted(graph: Graph) -> str:
    """One line that says what the graph holds: ``2 datasets (1 without a complete document) · 1 model``."""
    words: list[str] = []
    for kind, one, many in (
        (AssetKind.DATASET, "dataset", "datasets"),
        (AssetKind.MODEL, "model", "models"),
        (AssetKind.PROMPT, "prompt", "prompts"),
        (AssetKind.SERVICE, "service", "services"),
        (AssetKind.UNKNOWN, "unknown source", "unknown sources"),
    ):
        nodes = [node for node in graph.nodes if node.kind is kind]
        if nodes:
            open_ones = sum(node.documentation not in (None, DocumentState.DOCUMENTED) for node in nodes)
            note = f" ({open_ones} without a complete document)" if open_ones else ""
            words.append(f"{len(nodes)} {one if len(nodes) == 1 else many}{note}")
    return " · ".join(words) or "nothing recorded"


def _stand_in(node: Node, more: int) -> Node:
    return replace(node, name=f"and {more} more like these", location=None, sha256=None, problem=None, facts={})
