"""The part of the lineage that one session shows: what it touched, and all that went into that, however early."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from jupyter_aisec.journal import Log
from jupyter_aisec.lineage.assets import assets
from jupyter_aisec.lineage.fold import build
from jupyter_aisec.lineage.identity import notebook_id
from jupyter_aisec.lineage.walk import upstream
from jupyter_aisec.model import Graph, Session


def of_session(graph: Graph, log: Log) -> Graph:
    """The lineage of all that the session touched.

    Of what it made itself, the other makers are left out: training is repeatable, so that the same file may have come
    of the same steps a hundred times before.
    """
    return of_nodes(as_made_by(graph, [log]), log.session, {node.id for node in assets(log).values()})


def as_made_by(graph: Graph, logs: Iterable[Log]) -> Graph:
    """The graph without the other makers of what these sessions made."""
    own = {(edge.source, edge.target) for edge in build(logs).edges}
    made = {target for _, target in own}
    edges = tuple(edge for edge in graph.edges if edge.target not in made or (edge.source, edge.target) in own)
    return Graph(graph.nodes, edges)


def of_nodes(graph: Graph, session: Session, node_ids: Collection[str]) -> Graph:
    """The lineage of these nodes, with the session's notebook for those that it only read."""
    lineage = upstream(graph, node_ids)
    notebook = notebook_id(session)
    edges = tuple(edge for edge in graph.edges if edge.target == notebook and edge.source in node_ids)
    nodes = tuple(node for node in graph.nodes if node.id == notebook and edges)
    return Graph(lineage.nodes + nodes, lineage.edges + edges)
