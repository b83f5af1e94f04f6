"""The graph as plain data: the shape of ``lineage --format json`` and of ``aisec/lineage.json``."""

from __future__ import annotations

from jupyter_aisec.model import DocumentState, Edge, Graph, Node


def as_data(graph: Graph) -> dict[str, list[dict[str, object]]]:
    """An object with ``nodes`` and ``edges``. Keys may be added in later versions; those here keep their meaning."""
    return {"nodes": [_node(node) for node in graph.nodes], "edges": [_edge(edge) for edge in graph.edges]}


def _node(node: Node) -> dict[str, object]:
    """``documented`` is null where nobody is asked for a document or where it can't be read."""
    known = node.documentation not in (None, DocumentState.UNKNOWN)
    return {
        "id": node.id,
        "kind": node.kind.value,
        "name": node.name,
        "location": node.location,
        "sha256": node.sha256,
        "documented": node.documentation is DocumentState.DOCUMENTED if known else None,
        "documentation": node.documentation.value if node.documentation else None,
        "size": node.size,
        "problem": node.problem,
        "facts": dict(node.facts),
    }


def _edge(edge: Edge) -> dict[str, object]:
    return {
        "source": edge.source,
        "target": edge.target,
        "verb": edge.verb.value,
        "cell_id": edge.cell_id,
        "certainty": edge.certainty.value,
        "cell": edge.cell,
        "call": edge.call,
    }
