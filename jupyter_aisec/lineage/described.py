"""What people can describe, and what of it a model rests on."""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_aisec.lineage.sources import data_sources
from jupyter_aisec.lineage.walk import upstream
from jupyter_aisec.model import AssetKind, Graph, Node

_KINDS = (AssetKind.DATASET, AssetKind.MODEL, AssetKind.PROMPT)


def describable(graph: Graph) -> tuple[Node, ...]:
    """All that there is a form for, in the order in which it came; of models, those that went somewhere."""
    return tuple(node for node in graph.nodes if node.kind in _KINDS and not _is_passing(node))


def expected(graph: Graph) -> tuple[Node, ...]:
    """What people are asked to describe: data from outside first, then models and prompts; each name once, the newest.

    Data that was made here of data that is known has its sources to speak for it.
    """
    others = [node for node in describable(graph) if node.kind is not AssetKind.DATASET]
    return tuple({(node.kind, node.name): node for node in (*data_sources(graph), *others)}.values())


def rests_on(graph: Graph, node_ids: Iterable[str]) -> tuple[Node, ...]:
    """What speaks for assets: data from outside, prompts and models that went into them, and models themselves."""
    part = upstream(graph, node_ids)
    sources = {node.id for node in data_sources(graph)}
    return tuple(node for node in describable(part) if node.kind is not AssetKind.DATASET or node.id in sources)


def _is_passing(node: Node) -> bool:
    """A model between fitting and saving: what it was saved as stands for it."""
    return node.kind is AssetKind.MODEL and node.location is None and node.sha256 is None
