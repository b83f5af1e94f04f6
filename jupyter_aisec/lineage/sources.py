"""Which data came from outside: what people can be asked about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from jupyter_aisec.model import AssetKind, Edge, Graph, Node, Verb


def made_here(nodes: Mapping[str, Node], edges: Iterable[Edge]) -> frozenset[str]:
    """Ids of data that cells made, and of nothing but what is known: their sources answer for them."""
    made: set[str] = set()
    unknown: set[str] = set()
    for edge in edges:
        if nodes[edge.target].kind is AssetKind.DATASET:
            (unknown if nodes[edge.source].kind is AssetKind.UNKNOWN else made).add(edge.target)
    return frozenset(made - unknown)


def data_sources(graph: Graph) -> tuple[Node, ...]:
    """Data that was read and that no cell made of data that is known, in the order in which it came."""
    made = made_here({node.id: node for node in graph.nodes}, graph.edges)
    read = {edge.source for edge in graph.edges if edge.verb is Verb.READ}
    return tuple(
        node for node in graph.nodes if node.kind is AssetKind.DATASET and node.id in read and node.id not in made
    )
