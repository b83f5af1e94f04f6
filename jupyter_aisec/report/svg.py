"""The lineage as one SVG: legible as an image on any background, and inline where a page's colours apply."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from jupyter_aisec.model import Certainty, Edge, Graph
from jupyter_aisec.report.drawing import counted, drawing
from jupyter_aisec.report.layout import Placed, Spacing, layout
from jupyter_aisec.report.shapes import NODE_HEIGHT, NODE_WIDTH, node_svg
from jupyter_aisec.report.words import edge_words, escaped, visible, width

MARGIN = 22
HEADER = 44
FOOTER = 46
PORT = 20
"""Height of one label beside a node."""
COLUMN = 6.1
"""Mean width of a character of the labels' 11 pixels, measured in the fonts of Linux, macOS and Windows."""
NARROWEST = 420
"""Width that the header and the legend need."""
CLEAR_COLUMN = 40
"""Room between two layers that no label takes, where edges spread."""

STYLE = """
.aisec-lineage{font-family:var(--jp-ui-font-family,system-ui,-apple-system,'Segoe UI',Roboto,sans-serif);font-size:11px}
.aisec-lineage text{fill:var(--jp-ui-font-color1,#1f2328)}
.aisec-lineage .aisec-card{fill:var(--jp-layout-color1,#fff);stroke:var(--jp-border-color1,#b8bec6)}
.aisec-lineage .aisec-head{font-size:13px;font-weight:600}
.aisec-lineage .aisec-soft{fill:var(--jp-ui-font-color2,#57606a)}
.aisec-lineage .aisec-label{paint-order:stroke;stroke:var(--jp-layout-color1,#fff);stroke-width:4px}
.aisec-lineage .aisec-name{font-size:13px;font-weight:600}
.aisec-lineage .aisec-mono{font-family:var(--jp-code-font-family,ui-monospace,Menlo,'DejaVu Sans Mono',monospace)}
.aisec-lineage .aisec-box{fill:var(--jp-layout-color2,#f3f5f8);stroke:var(--jp-ui-font-color2,#57606a);stroke-width:1.2}
.aisec-lineage .aisec-model{fill:var(--jp-info-color3,#e3edfd);stroke:var(--jp-info-color1,#2458a8);stroke-width:1.6}
.aisec-lineage .aisec-unseen{stroke-dasharray:5 3}
.aisec-lineage .aisec-open{font-weight:600;fill:var(--jp-error-color0,#a3261b)}
.aisec-lineage .aisec-edge{fill:none;stroke:var(--jp-ui-font-color2,#57606a);stroke-width:1.3}
.aisec-lineage .aisec-inferred{stroke-dasharray:6 4}
.aisec-lineage .aisec-tip{fill:var(--jp-ui-font-color2,#57606a)}
"""


@dataclass(frozen=True, slots=True)
class _Port:
    """Where edges that say the same enter a node: one label, one arrow."""

    words: str
    edges: tuple[Edge, ...]
    y: float

    @property
    def dashed(self) -> str:
        return "" if self.edges[0].certainty is Certainty.OBSERVED else " aisec-inferred"


def lineage_svg(graph: Graph, title: str = "Lineage") -> str:
    """The graph as an ``<svg>`` element of its own size in pixels, that shrinks to the width it is given.

    Above 48 nodes, those that are alike are drawn as one. All text is escaped; there is no script, link or resource.
    """
    drawn = drawing(graph).graph
    groups = _groups(drawn)
    labels = [words for ports in groups.values() for words in ports]
    label_room = max((width(words) * COLUMN for words in labels), default=0.0)
    spacing = Spacing(NODE_WIDTH, int(label_room) + 16 + CLEAR_COLUMN, 22, 26)
    heights = {node.id: float(max(NODE_HEIGHT, PORT * len(groups.get(node.id, ())) + 4)) for node in drawn.nodes}
    placed = layout(heights, [(edge.source, edge.target) for edge in drawn.edges], spacing)
    full_width = max(placed.width, NARROWEST) + 2 * MARGIN
    full_height = placed.height + HEADER + FOOTER + (40 if placed.backward else 0)
    heading = f"{visible(title)}: {counted(graph)}"
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="aisec-lineage" role="img" width="{full_width:.0f}" '
        f'height="{full_height:.0f}" viewBox="0 0 {full_width:.0f} {full_height:.0f}" '
        f'style="max-width:100%;height:auto"><title>{escaped(heading)}</title><style>{STYLE}</style>'
    )
    parts = [
        opening,
        f'<rect class="aisec-card" x=".5" y=".5" width="{full_width - 1:.0f}" height="{full_height - 1:.0f}" rx="8"/>',
        *_header(title, graph, full_width),
        f'<g transform="translate({MARGIN} {HEADER})">',
        *_edges(groups, placed, label_room),
        *(node_svg(node, placed.left[node.id], placed.middle[node.id], heights[node.id]) for node in drawn.nodes),
        "</g>",
        *_legend(drawn, full_height),
        "</svg>",
    ]
    return "".join(parts)


def _groups(graph: Graph) -> dict[str, dict[str, list[Edge]]]:
    """The edges into each node, by what their label says; an edge from a node to itself isn't drawn."""
    groups: dict[str, dict[str, list[Edge]]] = {}
    for edge in graph.edges:
        if edge.source != edge.target:
            groups.setdefault(edge.target, {}).setdefault(edge_words(edge), []).append(edge)
    return groups


def _header(title: str, graph: Graph, full_width: float) -> Iterator[str]:
    room = int((full_width - 2 * MARGIN) / 7.5)
    first = f"{visible(title)}: "
    words = counted(graph)
    if len(first) + len(words) > room:
        words = words[: max(room - len(first) - 1, 8)] + "…"
    yield f'<text class="aisec-head" x="{MARGIN}" y="26">{escaped(first + words)}</text>'


def _edges(groups: dict[str, dict[str, list[Edge]]], placed: Placed, label_room: float) -> Iterator[str]:
    for target, labelled in groups.items():
        # From top to bottom in the order in which the edges come in, so that they don't cross at the last moment.
        order = sorted(labelled.items(), key=lambda item: _arrival(item[1], placed))
        top = placed.middle[target] - PORT * (len(order) - 1) / 2
        for index, (words, edges) in enumerate(order):
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
        title = f"<title>{escaped(port.words + ': ' + ', '.join(calls))}</title>" if calls else ""
        x = right - 10
        yield _label(x, y - 4, "end", title + escaped(port.words))


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
    yield _label((x + to_x) / 2, low - 4, "middle", escaped(edge_words(edge)))


def _label(x: float, y: float, anchor: str, content: str) -> str:
    return f'<text class="aisec-soft aisec-label" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{content}</text>'


def _legend(graph: Graph, full_height: float) -> Iterator[str]:
    y = full_height - 18
    x = float(MARGIN)
    certainties = {edge.certainty for edge in graph.edges}
    for certainty, words, dashed in (
        (Certainty.OBSERVED, "observed while it ran", ""),
        (Certainty.INFERRED, "inferred, not observed", " aisec-inferred"),
    ):
        if certainty in certainties:
            yield f'<path class="aisec-edge{dashed}" d="M{x:.0f} {y - 4:.0f}h34"/>'
            yield f'<text class="aisec-soft" x="{x + 40:.0f}" y="{y:.0f}">{words}</text>'
            x += 40 + width(words) * COLUMN + 18
    if any(edge.cell is not None for edge in graph.edges) and x < NARROWEST:
        yield f'<text class="aisec-soft" x="{x:.0f}" y="{y:.0f}">cell N: the Nth executed</text>'
