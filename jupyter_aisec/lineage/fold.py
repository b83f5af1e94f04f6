"""Folds the journals of any number of sessions into one graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import PurePath

from jupyter_aisec.journal import Log
from jupyter_aisec.lineage.assets import NO_DOCUMENTS, Documents, assets, merged
from jupyter_aisec.lineage.identity import notebook_id, short_hash, unknown_id
from jupyter_aisec.lineage.sources import made_here
from jupyter_aisec.model import AssetKind, Certainty, DocumentState, Edge, Graph, Node, Session, Use, Verb

UNKNOWN_SOURCE = "unknown source"
"""The name of the node that stands for what was there and could not be seen."""

ARRIVING = frozenset({Verb.READ, Verb.LOADED})
"""Verbs by which an asset comes into the notebook; all others make one there."""


def build(logs: Iterable[Log], documents: Documents = NO_DOCUMENTS) -> Graph:
    """The lineage of all sessions, with the state of its document on each node.

    Data that was made here of data that is known needs no document of its own: the state of its missing one is None.

    Every use is at least one edge: what was read leads to its notebook, what was made comes from its sources, and
    where no source is known, from an unknown one. Edges that say the same are one, observed before inferred.
    """
    nodes: dict[str, Node] = {}
    edges: dict[tuple[str, str, Verb, str], Edge] = {}
    for log in logs:
        named = assets(log, documents)
        notebook = _notebook(log.session)
        for node in named.values():
            nodes[node.id] = merged(nodes[node.id], node) if node.id in nodes else node
        for use in log.uses:
            for source, edge in _edges(notebook, use, named):
                if source is not None:
                    nodes.setdefault(source.id, source)
                key = (edge.source, edge.target, edge.verb, edge.cell_id or str(edge.cell))
                known = edges.get(key)
                if known is None or (known.certainty is Certainty.INFERRED and edge.certainty is Certainty.OBSERVED):
                    edges[key] = edge
    for each in made_here(nodes, edges.values()):
        if nodes[each].documentation is DocumentState.MISSING:
            nodes[each] = replace(nodes[each], documentation=None)
    return Graph(tuple(nodes.values()), tuple(edges.values()))


def came_unseen(kind: AssetKind, name: str, location: str) -> Graph:
    """What is known to be there and was made where nobody watched: one node, and the unknown source of it."""
    node = Node(short_hash("logged-model", kind, location), kind, name, location, None)
    unknown = _unknown(node.id)
    return Graph((node, unknown), (Edge(unknown.id, node.id, Verb.LOGGED, None, Certainty.INFERRED),))


def _unknown(target: str) -> Node:
    return Node(unknown_id(target), AssetKind.UNKNOWN, UNKNOWN_SOURCE, None, None)


def _edges(notebook: Node, use: Use, named: Mapping[str, Node]) -> Iterator[tuple[Node | None, Edge]]:
    """The edges that one use adds, each with the node that it needs beside those of the assets."""
    target = named[use.key].id
    if use.verb in ARRIVING:
        yield notebook, _edge(target, notebook.id, use, Certainty.OBSERVED)
    known = [source for source in use.sources if source.key in named]
    if use.kind is AssetKind.PROMPT and use.verb not in ARRIVING and not use.sources:
        # Its text stands in the notebook.
        yield notebook, _edge(notebook.id, target, use, Certainty.OBSERVED)
        return
    for source in known:
        yield None, _edge(named[source.key].id, target, use, source.certainty)
    if len(known) < len(use.sources) or (not known and use.verb not in ARRIVING):
        unknown = _unknown(target)
        yield unknown, _edge(unknown.id, target, use, Certainty.INFERRED)


def _edge(source: str, target: str, use: Use, certainty: Certainty) -> Edge:
    return Edge(source, target, use.verb, use.cell_id, certainty, use.cell, use.call)


def _notebook(session: Session) -> Node:
    name = PurePath(session.notebook).name if session.notebook else f"unnamed notebook ({session.id[:8]})"
    return Node(notebook_id(session), AssetKind.NOTEBOOK, name, session.notebook, None)
