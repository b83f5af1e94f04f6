"""Which data came from outside: what people can be asked about."""

from __future__ import annotations

from jupyter_aisec.model import AssetKind, Graph, Node, Verb


def data_sources(graph: Graph) -> tuple[Node, ...]:
    """Data that was read and that no cell made of data that is known, in the order in which it came."""
    known = {node.id for node in graph.nodes if node.kind is not AssetKind.UNKNOWN}
    made = {edge.target for edge in graph.edges if edge.source in known}
    read = {edge.source for edge in graph.edges if edge.verb is Verb.READ}
    return tuple(
        node for node in graph.nodes if node.kind is AssetKind.DATASET and node.id in read and node.id not in made
    )
