"""Ways through the graph: what went into an asset, what came of it, and which asset is meant."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable
from pathlib import PurePosixPath

from jupyter_aisec.model import AisecError, Edge, Graph, Node

SHORTEST_DIGEST = 6
"""Fewer hexadecimal digits than this are a name, not the beginning of a digest."""


def upstream(graph: Graph, node_ids: Iterable[str]) -> Graph:
    """The nodes and all that went into them, however early, with the edges between."""
    return _closure(graph, node_ids, forward=False)


def downstream(graph: Graph, node_ids: Iterable[str]) -> Graph:
    """The nodes and all that came of them, with the edges between."""
    return _closure(graph, node_ids, forward=True)


def find(graph: Graph, text: str) -> tuple[Node, ...]:
    """The nodes that a person means by a name, a location, a file's base name, a digest's beginning or a node id.

    The first of these ways that matches anything decides.

    Raises:
        AisecError: nothing matches; names the nearest known name.
    """
    text = text.strip()
    digest = text.removeprefix("sha256:").lower()
    is_digest = len(digest) >= SHORTEST_DIGEST and not set(digest) - set("0123456789abcdef")
    ways = (
        [node for node in graph.nodes if text in (node.name, node.id)],
        [node for node in graph.nodes if node.location == text],
        [node for node in graph.nodes if node.location and PurePosixPath(node.location).name == text],
        [node for node in graph.nodes if is_digest and node.sha256 and node.sha256.startswith(digest)],
    )
    for matches in ways:
        if matches:
            return tuple(matches)
    names = sorted({node.name for node in graph.nodes})
    if not names:
        raise AisecError("no lineage is recorded here yet: run a notebook with %load_ext jupyter_aisec first")
    nearest = difflib.get_close_matches(text, names, n=1, cutoff=0.4)
    hint = f"did you mean {nearest[0]!r}?" if nearest else f"known names: {', '.join(names[:5])}"
    raise AisecError(f"nothing in the lineage is called {text!r}; {hint}")


def _closure(graph: Graph, node_ids: Iterable[str], *, forward: bool) -> Graph:
    steps: defaultdict[str, list[Edge]] = defaultdict(list)
    for edge in graph.edges:
        steps[edge.source if forward else edge.target].append(edge)
    present = {node.id for node in graph.nodes}
    waiting = [each for each in node_ids if each in present]
    reached = set(waiting)
    passed: set[Edge] = set()
    while waiting:
        for edge in steps[waiting.pop()]:
            passed.add(edge)
            onward = edge.target if forward else edge.source
            if onward not in reached:
                reached.add(onward)
                waiting.append(onward)
    return Graph(
        tuple(node for node in graph.nodes if node.id in reached),
        tuple(edge for edge in graph.edges if edge in passed),
    )
