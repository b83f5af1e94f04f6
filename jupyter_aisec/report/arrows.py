"""The edges of the picture: those that say the same about a node come in together, under one label."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from jupyter_aisec.model import Certainty, Edge, Graph
from jupyter_aisec.report.layout import Placed
from jupyter_aisec.report.shapes import NODE_HEIGHT, NODE_WIDTH
from jupyter_aisec.report.words import edge_words, escaped, verb_words, visible

PORT = 20
"""Height of one label beside a node, in pixels."""

Groups = dict[str, dict[tuple[str, Certainty], list[Edge]]]
"""The edges into each node, by what their label says and how they are known."""


@dataclass(frozen=True, slots=True)
class _Port:
    """Where edges that say the same enter a node: one label, one arrow."""

    words: str
    edges: tuple[Edge, ...]
    y: float

    @property
    def dashed(self) -> str:
        return "" if self.edges[0].certainty is Certainty.OBSERVED else " aisec-inferred"


def grouped(graph: Graph) -> Groups:
    """The edges into each node, by what their label says; an edge from a node to itself isn't drawn."""
    groups: Groups = {}
    for edge in graph.edges:
        if edge.source != edge.target:
            groups.setdefault(edge.target, {}).setdefault((_words(edge), edge.certainty), []).append(edge)
    return groups


def _words(edge: Edge) -> str:
    """Verb and cell as short as Jupyter says it: ``fitted [7]``."""
    return verb_words[edge.verb] + (f" [{edge.cell}]" if edge.cell is not None else "")


def arrows(groups: Groups, placed: Placed, label_room: float) -> Iterator[str]:
    """SVG of all edges; ``label_room`` is the width of the widest label, in pixels."""
    for target, labelled in groups.items():
        # From top to bottom in the order in which the edges come in, so that they don't cross at the last moment.
        order = sorted(labelled.items(), key=lambda item: _arrival(item[1], placed))
        top = placed.middle[target] - PORT * (len(order) - 1) / 2
        for index, ((words, _), edges) in enumerate(order):
            port = _Port(words, tuple(edges), top + PORT * index)
            yield from _port(port, target, placed, label_room)


def _arrival(edges: list[Edge], placed: Placed) -> float:
    heights = []
    for edge in edges:
        bends = placed.bends.get((edge.source, edge.target))
        heights.append(bends[-1][1] if bends else placed.middle[edge.source])
    return sum(heights) / len(heights)


def _port(port: _Port, target: str, placed: Placed, label_room: float) -> Iterator[str]:
    right = placed.left[target]
    start = right - label_room - 12
    y = port.y
    forward = [edge for edge in port.edges if (edge.source, edge.target) not in placed.backward]
    for source in dict.fromkeys(edge.source for edge in forward):
        bends = placed.bends.get((source, target), [])
        yield f'<path class="aisec-edge{port.dashed}" d="{_curve(source, bends, (start, y), placed)}"/>'
    for edge in port.edges:
        if (edge.source, edge.target) in placed.backward:
            yield from _return(edge, placed, port.dashed)
    if forward:
        yield f'<path class="aisec-edge{port.dashed}" d="M{start:.1f} {y:.1f}H{right - 7:.1f}"/>'
        yield f'<path class="aisec-tip" d="M{right:.1f} {y:.1f}l-8 -4v8z"/>'
        calls = sorted({visible(edge.call) for edge in port.edges if edge.call})
        title = f"<title>{escaped(edge_words(port.edges[0]) + ': ' + ', '.join(calls))}</title>" if calls else ""
        x = right - 10
        yield _label(x, y - 5, "end", title + escaped(port.words))


def _curve(source: str, bends: list[tuple[float, float]], end: tuple[float, float], placed: Placed) -> str:
    """From the right side of the source, through the lanes of the layers between, to where the label begins."""
    x, y = placed.left[source] + NODE_WIDTH, placed.middle[source]
    path = [f"M{x:.1f} {y:.1f}"]
    for bend_x, bend_y in bends:
        enter = bend_x - NODE_WIDTH / 2
        path.append(_bezier(x, y, enter, bend_y) + f"H{enter + NODE_WIDTH:.1f}")
        x, y = enter + NODE_WIDTH, bend_y
    path.append(_bezier(x, y, *end))
    return "".join(path)


def _bezier(x: float, y: float, to_x: float, to_y: float) -> str:
    half = (x + to_x) / 2
    return f"C{half:.1f} {y:.1f} {half:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}"


def _return(edge: Edge, placed: Placed, dashed: str) -> Iterator[str]:
    """An edge that closes a circle runs back below the nodes."""
    x, to_x = placed.left[edge.source] + NODE_WIDTH / 2, placed.left[edge.target] + NODE_WIDTH / 2
    y, to_y = placed.middle[edge.source] + NODE_HEIGHT / 2, placed.middle[edge.target] + NODE_HEIGHT / 2
    low = max(y, to_y) + 36
    curve = f"M{x:.1f} {y:.1f}C{x:.1f} {low:.1f} {to_x:.1f} {low:.1f} {to_x:.1f} {to_y:.1f}"
    yield f'<path class="aisec-edge{dashed}" d="{curve}"/>'
    yield f'<path class="aisec-tip" d="M{to_x:.1f} {to_y:.1f}l-4 8h8z"/>'
    yield _label((x + to_x) / 2, low - 4, "middle", escaped(_words(edge)))


def _label(x: float, y: float, anchor: str, content: str) -> str:
    return f'<text class="aisec-soft aisec-label" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{content}</text>'
