"""One node of the picture: each kind has a shape and a word of its own."""

from __future__ import annotations

from jupyter_aisec.model import AssetKind, DocumentState, Node
from jupyter_aisec.report.drawing import STANDS_FOR
from jupyter_aisec.report.words import digest_words, escaped, kind_words, shortened, size_words, state_words

NODE_WIDTH = 228
NODE_HEIGHT = 70
NAME_COLUMNS = 26
DETAIL_COLUMNS = 28


def node_svg(node: Node, left: float, middle: float, height: float) -> str:
    """A ``<g>`` with the shape, what it is, its name and its digest; its ``<title>`` says all of it in full."""
    top = middle - height / 2
    line = middle - NODE_HEIGHT / 2
    x = left + 16
    state = node.documentation
    digest = "" if STANDS_FOR in node.facts else shortened(digest_words(node), DETAIL_COLUMNS)
    words = f"<tspan>{kind_words[node.kind]}</tspan>"
    if state is not None:
        loud = "" if state is DocumentState.DOCUMENTED else ' class="aisec-open"'
        words += f"<tspan> · </tspan><tspan{loud}>{state_words[state]}</tspan>"
    return (
        f"<g><title>{escaped(_whole(node))}</title>{_outline(node.kind, left, top, height)}"
        f'<text class="aisec-soft" x="{x:.1f}" y="{line + 24:.1f}">{words}</text>'
        f'<text class="aisec-name" x="{x:.1f}" y="{line + 42:.1f}">{escaped(shortened(node.name, NAME_COLUMNS))}</text>'
        f'<text class="aisec-soft aisec-mono" x="{x:.1f}" y="{line + 58:.1f}" font-size="10.5">'
        f"{escaped(digest)}</text></g>"
    )


def _whole(node: Node) -> str:
    state = state_words[node.documentation] if node.documentation else ""
    digest = f"sha256 {node.sha256}" if node.sha256 else digest_words(node)
    parts = (f"{kind_words[node.kind]} {node.name}", node.location or "", digest, size_words(node.size), state)
    return " · ".join(part for part in parts if part)


def _outline(kind: AssetKind, x: float, y: float, height: float) -> str:
    w, h = float(NODE_WIDTH), height
    match kind:
        case AssetKind.DATASET:
            lid = f"a{w / 2} 5 0 0 1 {w} 0"
            return (
                f'<path class="aisec-box" d="M{x} {y + 5:.1f}{lid}v{h - 10:.1f}a{w / 2} 5 0 0 1 {-w} 0z"/>'
                f'<path class="aisec-edge" d="M{x} {y + 5:.1f}a{w / 2} 5 0 0 0 {w} 0"/>'
            )
        case AssetKind.MODEL:
            return (
                f'<path class="aisec-model" d="M{x} {y + h / 2:.1f}l12 {-h / 2:.1f}h{w - 24}l12 {h / 2:.1f}'
                f'l-12 {h / 2:.1f}h{24 - w}z"/>'
            )
        case AssetKind.NOTEBOOK:
            return (
                f'<path class="aisec-box" d="M{x} {y:.1f}h{w - 14}l14 14v{h - 14:.1f}h{-w}z"/>'
                f'<path class="aisec-edge" d="M{x + w - 14} {y:.1f}v14h14"/>'
            )
        case AssetKind.PROMPT:
            return f'<path class="aisec-box" d="M{x} {y:.1f}h{w}v{h - 8:.1f}h{30 - w}l-14 8v-8h-16z"/>'
        case AssetKind.SERVICE:
            return (
                f'<path class="aisec-box" d="M{x + 12} {y:.1f}h{w - 24}l12 12v{h - 24:.1f}l-12 12h{24 - w}'
                f'l-12 -12v{24 - h:.1f}z"/>'
            )
        case AssetKind.UNKNOWN:
            size = f'width="{w}" height="{h:.1f}" rx="{h / 2:.1f}"'
            return f'<rect class="aisec-box aisec-unseen" x="{x}" y="{y:.1f}" {size}/>'
