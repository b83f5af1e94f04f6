"""One node of the picture: each kind has a shape and a word of its own."""

from __future__ import annotations

from jupyter_aisec.model import AssetKind, DocumentState, Node
from jupyter_aisec.report.drawing import STANDS_FOR
from jupyter_aisec.report.words import digest_words, escaped, kind_words, shortened, size_words, state_words, visible
from jupyter_aisec.report.words import width as columns_of

NODE_WIDTH = 210
NODE_HEIGHT = 70
NAME_COLUMNS = 22
DETAIL_COLUMNS = 29


def node_svg(node: Node, left: float, middle: float, height: float) -> str:
    """A ``<g>`` with the shape, what it is, its name and its digest; its ``<title>`` says all of it in full."""
    top = middle - height / 2
    line = middle - NODE_HEIGHT / 2
    x = left + 16
    state = node.documentation
    stands_for_others = STANDS_FOR in node.facts
    digest = "" if stands_for_others else _beginning(digest_words(node), DETAIL_COLUMNS)
    name = node.name if stands_for_others else _name(node.name)
    words = f"<tspan>{kind_words[node.kind]}</tspan>"
    if state is not None:
        loud = "" if state is DocumentState.DOCUMENTED else ' class="aisec-open"'
        words += f"<tspan> · </tspan><tspan{loud}>{state_words[state]}</tspan>"
    return (
        f"<g><title>{escaped(_whole(node))}</title>{_outline(node.kind, left, top, height)}"
        f'<text class="aisec-soft" x="{x:.1f}" y="{line + 24:.1f}">{words}</text>'
        f'<text class="aisec-name" x="{x:.1f}" y="{line + 42:.1f}">{escaped(name)}</text>'
        f'<text class="aisec-soft aisec-mono" x="{x:.1f}" y="{line + 58:.1f}" font-size="10.5">'
        f"{escaped(digest)}</text></g>"
    )


def _name(name: str) -> str:
    """The name in the room there is: of a path, the file's own name first, and as many folders as still fit."""
    name = visible(name)
    if columns_of(name) <= NAME_COLUMNS:
        return name
    parts = name.split("/")
    kept = parts.pop()
    while parts and columns_of(f"…/{parts[-1]}/{kept}") <= NAME_COLUMNS:
        kept = f"{parts.pop()}/{kept}"
    return shortened(f"…/{kept}" if parts else kept, NAME_COLUMNS)


def _beginning(text: str, columns: int) -> str:
    """A sentence is best cut at its end."""
    text = visible(text)
    if columns_of(text) <= columns:
        return text
    room = next(end for end in range(len(text), -1, -1) if columns_of(text[:end]) < columns)
    return f"{text[:room].rstrip()}…"


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
