"""Places the nodes of a graph in layers from left to right: pure geometry, no drawing.

Layers by the longest path from a source, order within a layer by the mean place of the neighbours (the barycentre
heuristic of Sugiyama, Tagawa and Toda, 1981), heights by what each node needs. Work is bounded: a fixed number of
sweeps over nodes and bends.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

SWEEPS = 8
"""Passes of ordering and of straightening; more changed nothing to be seen on graphs of 300 nodes."""

MOST_BENDS = 4000
"""Above so many, long edges go straight: the picture is beyond reading by then, and must still be quick."""


@dataclass(frozen=True, slots=True)
class Spacing:
    """Lengths in pixels: ``gap`` between layers, ``row`` between nodes of a layer, ``lane`` kept for a passing edge."""

    node_width: int
    gap: int
    row: int
    lane: int


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the nodes are: left edge and middle of each, and the points that a long edge passes through."""

    left: dict[str, float]
    middle: dict[str, float]
    bends: dict[tuple[str, str], list[tuple[float, float]]]
    backward: set[tuple[str, str]]
    width: float
    height: float


@dataclass(slots=True)
class _Work:
    """Nodes and bends while they are being ordered; a bend's name is a tuple, a node's is its id."""

    layers: list[list[object]]
    before: defaultdict[object, list[object]] = field(default_factory=lambda: defaultdict(list))
    after: defaultdict[object, list[object]] = field(default_factory=lambda: defaultdict(list))


def layout(heights: Mapping[str, float], edges: Sequence[tuple[str, str]], spacing: Spacing) -> Placed:
    """Place nodes (``heights``: by id, in pixels) so that edges go to the right, save those that close a circle."""
    pairs = list(dict.fromkeys(pair for pair in edges if pair[0] != pair[1]))
    backward = _backward(list(heights), pairs)
    forward = [pair for pair in pairs if pair not in backward]
    depth = _depths(list(heights), forward)
    work, chains = _with_bends(heights, forward, depth)
    _order(work)
    middle, height = _straighten(work, heights, spacing)
    step = spacing.node_width + spacing.gap
    left = {node: float(depth[node] * step) for node in heights}
    bends = {
        pair: [(layer * step + spacing.node_width / 2, middle[bend]) for layer, bend in chain]
        for pair, chain in chains.items()
    }
    width = max((value for value in left.values()), default=0) + spacing.node_width
    return Placed(left, {node: middle[node] for node in heights}, bends, backward, width, height)


def _backward(nodes: list[str], pairs: list[tuple[str, str]]) -> set[tuple[str, str]]:
    """The edges that close a circle in a depth-first walk, without which there is none."""
    after: defaultdict[str, list[str]] = defaultdict(list)
    for source, target in pairs:
        after[source].append(target)
    found: set[tuple[str, str]] = set()
    done: set[str] = set()
    for start in nodes:
        path = {start: None} if start not in done else {}
        stack = [(start, iter(after[start]))] if path else []
        while stack:
            node, rest = stack[-1]
            for target in rest:
                if target in path:
                    found.add((node, target))
                elif target not in done:
                    path[target] = None
                    stack.append((target, iter(after[target])))
                    break
            else:
                stack.pop()
                path.pop(node)
                done.add(node)
    return found


def _depths(nodes: list[str], pairs: list[tuple[str, str]]) -> dict[str, int]:
    """The layer of each node: the longest path to it, and for a source one before the first that it goes into."""
    after: defaultdict[str, list[str]] = defaultdict(list)
    waiting = dict.fromkeys(nodes, 0)
    for source, target in pairs:
        after[source].append(target)
        waiting[target] += 1
    sources = [node for node in nodes if not waiting[node]]
    depth = dict.fromkeys(nodes, 0)
    ready = list(sources)
    while ready:
        node = ready.pop()
        for target in after[node]:
            depth[target] = max(depth[target], depth[node] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    for node in sources:
        depth[node] = min((depth[target] for target in after[node]), default=1) - 1
    return depth


def _with_bends(
    heights: Mapping[str, float], pairs: list[tuple[str, str]], depth: dict[str, int]
) -> tuple[_Work, dict[tuple[str, str], list[tuple[int, object]]]]:
    """The layers, with a bend wherever an edge passes through one."""
    work = _Work([[] for _ in range(max(depth.values(), default=-1) + 1)])
    for node in heights:
        work.layers[depth[node]].append(node)
    straight = sum(depth[target] - depth[source] - 1 for source, target in pairs) > MOST_BENDS
    chains: dict[tuple[str, str], list[tuple[int, object]]] = {}
    for source, target in pairs:
        between = [] if straight else range(depth[source] + 1, depth[target])
        chain: list[tuple[int, object]] = [(layer, (source, target, layer)) for layer in between]
        chains[source, target] = chain
        for layer, bend in chain:
            work.layers[layer].append(bend)
        line: list[object] = [source, *(bend for _, bend in chain), target]
        for one, other in pairwise(line):
            work.after[one].append(other)
            work.before[other].append(one)
    return work, chains


def _order(work: _Work) -> None:
    """Sort each layer by the mean rank of its neighbours, forwards and backwards in turn."""
    rank = {each: index for layer in work.layers for index, each in enumerate(layer)}
    for sweep in range(SWEEPS):
        neighbours = work.after if sweep % 2 else work.before
        for layer in reversed(work.layers) if sweep % 2 else work.layers:
            means = {each: _mean([rank[other] for other in neighbours[each]], rank[each]) for each in layer}
            layer.sort(key=means.__getitem__)
            rank.update({each: index for index, each in enumerate(layer)})


def _straighten(work: _Work, heights: Mapping[str, float], spacing: Spacing) -> tuple[dict[object, float], float]:
    """The middle of each node and bend, as near to its neighbours' as the order allows, and the height of it all."""
    size = {
        each: heights[each] + spacing.row if isinstance(each, str) else float(spacing.lane)
        for layer in work.layers
        for each in layer
    }
    middle: dict[object, float] = {}
    for layer in work.layers:
        top = -sum(size[each] for each in layer) / 2
        for each in layer:
            middle[each] = top + size[each] / 2
            top += size[each]
    for sweep in range(SWEEPS):
        neighbours = work.after if sweep % 2 else work.before
        for layer in reversed(work.layers) if sweep % 2 else work.layers:
            wanted = [_mean([middle[other] for other in neighbours[each]], middle[each]) for each in layer]
            middle.update(zip(layer, _apart(wanted, [size[each] for each in layer]), strict=True))
    top = min((middle[each] - size[each] / 2 for each in middle), default=0.0)
    bottom = max((middle[each] + size[each] / 2 for each in middle), default=0.0)
    return {each: value - top for each, value in middle.items()}, bottom - top


def _apart(wanted: list[float], sizes: list[float]) -> list[float]:
    """Places in this order, none nearer to the next than their sizes need, least squares from the wanted ones.

    Pool-adjacent-violators: with the room before each taken off, what is wanted only has to be made non-decreasing.
    """
    offsets: list[float] = []
    room = 0.0
    for index, size in enumerate(sizes):
        room += (sizes[index - 1] + size) / 2 if index else 0.0
        offsets.append(room)
    pools: list[tuple[float, int]] = []
    for want, offset in zip(wanted, offsets, strict=True):
        total, count = want - offset, 1
        while pools and pools[-1][0] / pools[-1][1] > total / count:
            more_total, more = pools.pop()
            total, count = total + more_total, count + more
        pools.append((total, count))
    level = [total / count for total, count in pools for _ in range(count)]
    return [place + offset for place, offset in zip(level, offsets, strict=True)]


def _mean(values: list[float] | list[int], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
