"""A lineage graph as it goes over the wire."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from pathlib import Path
from urllib.parse import quote

from jupyter_aisec.documents import Shelf
from jupyter_aisec.lineage.described import expected
from jupyter_aisec.lineage.sources import data_sources
from jupyter_aisec.model import DocumentState, Graph, RunRef
from jupyter_aisec.server import wire
from jupyter_aisec.server.place import seen_from


def lineage_nodes(
    part: Graph,
    whole: Graph,
    unhashed: Collection[str] = (),
    root: Path | None = None,
    documents: Shelf | None = None,
) -> list[wire.LineageNode]:
    """The nodes of a part of the whole graph; those of ``unhashed`` that have no digest yet are about to get one."""
    asked = {node.id for node in data_sources(whole)}
    describable = {node.id for node in expected(part)}
    today = dt.datetime.now(dt.UTC).date()
    open_ = [
        node
        for node in part.nodes
        if (node.id in asked or node.id in describable) and node.documentation is not DocumentState.DOCUMENTED
    ]
    later = {node.id: documents.read(node.name).later for node in open_} if documents else {}
    days = {node_id: day for node_id, day in later.items() if day is not None}
    return [
        wire.LineageNode(
            id=node.id,
            kind=node.kind.value,
            name=node.name,
            location=node.location,
            sha256=node.sha256,
            size=node.size,
            documentation=node.documentation.value if node.documentation else None,
            problem=seen_from(root, node.problem) if node.problem and root else node.problem,
            facts=dict(node.facts),
            asked=node.id in asked,
            describable=node.id in describable,
            pending=node.id in unhashed and not node.sha256 and not node.problem,
            later=days[node.id].isoformat() if node.id in days else None,
            quiet=node.id in days and days[node.id] > today,
        )
        for node in part.nodes
    ]


def lineage_edges(part: Graph) -> list[wire.LineageEdge]:
    """The edges."""
    return [
        wire.LineageEdge(
            edge.source, edge.target, edge.verb.value, edge.certainty.value, edge.cell_id, edge.cell, edge.call
        )
        for edge in part.edges
    ]


def fragment(run: RunRef) -> str:
    """The page of a run, behind the address of the MLflow UI."""
    return f"#/experiments/{quote(run.experiment_id, safe='')}/runs/{quote(run.run_id, safe='')}"
