"""What of a graph is drawn: a picture leaves out what it would only say twice."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from jupyter_aisec.model import AssetKind, Certainty, DocumentState, Edge, Graph, Node, Verb

CROWD = 48
"""Above so many nodes, a picture draws those that are alike as one."""

SHOWN_OF_ALIKE = 3
"""How many of a group of nodes that are alike are still drawn each."""

STANDS_FOR = "stands for"
"""The fact that says how many nodes a drawn one stands for."""


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


def drawing(graph: Graph, crowd: int = CROWD) -> Graph:
    """The picture's share of the graph. Up to ``crowd`` nodes are drawn each; of more, those that are alike as one.

    Alike are, at first, nodes of one kind and documentation state whose edges lead to and from the same nodes in the
    same way; where that is still a crowd, nodes of one kind and state that are all sources, all results or neither.
    """
    graph = without_idle_notebooks(graph)
    if len(graph.nodes) > crowd:
        graph = _grouped(graph, _by_neighbours(graph))
    if len(graph.nodes) > crowd:
        graph = _grouped(graph, _by_part(graph))
    return graph


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


def _by_neighbours(graph: Graph) -> dict[str, object]:
    arriving: defaultdict[str, set[tuple[str, Verb]]] = defaultdict(set)
    leaving: defaultdict[str, set[tuple[str, Verb]]] = defaultdict(set)
    for edge in graph.edges:
        arriving[edge.target].add((edge.source, edge.verb))
        leaving[edge.source].add((edge.target, edge.verb))
    return {
        node.id: (node.kind, node.documentation, frozenset(arriving[node.id]), frozenset(leaving[node.id]))
        for node in graph.nodes
    }


def _by_part(graph: Graph) -> dict[str, object]:
    targets = {edge.target for edge in graph.edges}
    sources = {edge.source for edge in graph.edges}
    return {node.id: (node.kind, node.documentation, node.id in targets, node.id in sources) for node in graph.nodes}


def _grouped(graph: Graph, alike: dict[str, object]) -> Graph:
    """The graph with all but the first few of each group drawn as one node, that has the edges of all."""
    groups: defaultdict[object, list[Node]] = defaultdict(list)
    for node in graph.nodes:
        groups[alike[node.id]].append(node)
    nodes: list[Node] = []
    drawn_as: dict[str, str] = {}
    logged = {edge.target for edge in graph.edges if edge.verb is Verb.LOGGED}
    for group in groups.values():
        # What was logged is what the picture is about.
        group.sort(key=lambda node: node.id not in logged)
        shown = max(SHOWN_OF_ALIKE, sum(node.id in logged for node in group))
        rest = group[shown:]
        if len(rest) < 2:  # noqa: PLR2004 -- one more takes the room of a node that says so
            nodes += group
            continue
        nodes += [*group[:shown], _stand_in(rest)]
        drawn_as |= {node.id: rest[0].id for node in rest}
    edges: dict[tuple[str, str, Verb, Certainty], Edge] = {}
    for edge in graph.edges:
        moved = replace(
            edge, source=drawn_as.get(edge.source, edge.source), target=drawn_as.get(edge.target, edge.target)
        )
        key = (moved.source, moved.target, moved.verb, moved.certainty)
        same = edges.get(key)
        if same is not None and same.cell != moved.cell:
            moved = replace(moved, cell=None)
        edges[key] = moved
    return Graph(tuple(nodes), tuple(edges.values()))


def _stand_in(rest: list[Node]) -> Node:
    """One node for several; a stand-in of an earlier round counts as those that it stands for."""
    count = sum(int(node.facts.get(STANDS_FOR, 1)) for node in rest)
    return replace(
        rest[0],
        name=f"and {count} more like these",
        location=None,
        sha256=None,
        problem=None,
        facts={STANDS_FOR: count},
    )
