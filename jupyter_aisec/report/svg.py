"""The lineage as one SVG: legible as an image on any background, and inline where a page's colours apply."""

from __future__ import annotations

from collections.abc import Iterator

from jupyter_aisec.model import Certainty, Graph
from jupyter_aisec.report.arrows import PORT, arrows, grouped
from jupyter_aisec.report.drawing import counted, drawing
from jupyter_aisec.report.layout import Spacing, layout
from jupyter_aisec.report.shapes import NODE_HEIGHT, NODE_WIDTH, node_svg
from jupyter_aisec.report.words import escaped, visible, width

MARGIN = 22
HEADER = 44
FOOTER = 46
COLUMN = 6.1
"""Mean width of a character of the labels' 11 pixels, measured in the fonts of Linux, macOS and Windows."""
NARROWEST = 430
"""Width that the header and the legend need."""
SMALLEST = 0.75
"""A picture in a notebook shrinks to this part of its size, where its letters are still read; then it scrolls."""
NARROWEST_FILLING = 900
"""A picture that is stretched to a page's width keeps its letters near their size by not being narrower."""
CLEAR_COLUMN = 16
CLEAR_PER_EDGE = 2
WIDEST_CLEAR = 64
"""Room between two layers that no label takes, where edges spread: more where there are more of them."""

STYLE = """
.aisec-lineage{font-family:var(--jp-ui-font-family,system-ui,-apple-system,'Segoe UI',Roboto,sans-serif);font-size:11px}
.aisec-lineage text{fill:var(--jp-ui-font-color1,#1f2328)}
.aisec-lineage .aisec-card{fill:var(--jp-layout-color1,#fff);stroke:var(--jp-border-color1,#b8bec6)}
.aisec-lineage .aisec-head{font-size:13px;font-weight:600}
.aisec-lineage .aisec-soft{fill-opacity:.75}
.aisec-lineage .aisec-label{paint-order:stroke;stroke:var(--jp-layout-color1,#fff);stroke-width:4px}
.aisec-lineage .aisec-name{font-size:13px;font-weight:600}
.aisec-lineage .aisec-mono{font-family:var(--jp-code-font-family,ui-monospace,Menlo,'DejaVu Sans Mono',monospace)}
.aisec-lineage .aisec-box{fill:var(--jp-layout-color2,#f3f5f8);stroke:var(--jp-ui-font-color2,#57606a);stroke-width:1.2}
.aisec-lineage .aisec-model{fill:var(--jp-info-color1,#2458a8);fill-opacity:.14;
stroke:var(--jp-info-color1,#2458a8);stroke-width:1.6}
.aisec-lineage .aisec-unseen{stroke-dasharray:5 3}
.aisec-lineage .aisec-open{font-weight:600;fill-opacity:1;
fill:color-mix(in srgb,var(--jp-error-color1,#b3261e) 65%,var(--jp-ui-font-color1,#1f2328))}
.aisec-lineage .aisec-edge{fill:none;stroke:var(--jp-ui-font-color2,#57606a);stroke-width:1.3}
.aisec-lineage .aisec-inferred{stroke-dasharray:6 4}
.aisec-lineage .aisec-tip{fill:var(--jp-ui-font-color2,#57606a)}
"""


def lineage_svg(graph: Graph, title: str = "Lineage", *, filling: bool = False) -> str:
    """The graph as an ``<svg>`` of its own size in pixels, that shrinks to the width it is given while it can be read.

    ``filling`` leaves the size to the page, for one that shows images unshrunk, as MLflow does. Of more than 48 nodes,
    those that are alike are drawn as one. All text is escaped; there is no script, link or resource.
    """
    drawn = drawing(graph)
    groups = grouped(drawn)
    labels = [words for ports in groups.values() for words, _ in ports]
    label_room = max((width(words) * COLUMN for words in labels), default=0.0)
    clear = min(CLEAR_COLUMN + CLEAR_PER_EDGE * len(drawn.edges), WIDEST_CLEAR)
    spacing = Spacing(NODE_WIDTH, int(label_room) + 16 + clear, 22, 26)
    heights = {node.id: float(max(NODE_HEIGHT, PORT * len(groups.get(node.id, ())) + 4)) for node in drawn.nodes}
    placed = layout(heights, [(edge.source, edge.target) for edge in drawn.edges], spacing)
    full_width = max(placed.width, NARROWEST_FILLING if filling else NARROWEST) + 2 * MARGIN
    full_height = placed.height + HEADER + FOOTER + (40 if placed.backward else 0)
    heading = f"{visible(title)}: {counted(graph)}"
    look = f"min-width:{SMALLEST * full_width:.0f}px;max-width:100%;height:auto"
    size = "" if filling else f'width="{full_width:.0f}" height="{full_height:.0f}" style="{look}" '
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="aisec-lineage" role="img" {size}'
        f'viewBox="0 0 {full_width:.0f} {full_height:.0f}"><title>{escaped(heading)}</title><style>{STYLE}</style>'
    )
    parts = [
        opening,
        f'<rect class="aisec-card" x=".5" y=".5" width="{full_width - 1:.0f}" height="{full_height - 1:.0f}" rx="8"/>',
        *_header(title, graph, full_width),
        f'<g transform="translate({MARGIN} {HEADER})">',
        *arrows(groups, placed, label_room),
        *(node_svg(node, placed.left[node.id], placed.middle[node.id], heights[node.id]) for node in drawn.nodes),
        "</g>",
        *_legend(drawn, full_height),
        "</svg>",
    ]
    return "".join(parts)


def _header(title: str, graph: Graph, full_width: float) -> Iterator[str]:
    room = int((full_width - 2 * MARGIN) / 7.5)
    first = f"{visible(title)}: "
    words = counted(graph)
    if len(first) + len(words) > room:
        words = words[: max(room - len(first) - 1, 8)] + "…"
    yield f'<text class="aisec-head" x="{MARGIN}" y="26">{escaped(first + words)}</text>'


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
        yield f'<text class="aisec-soft" x="{x:.0f}" y="{y:.0f}">[N]: the Nth cell that ran</text>'
