"""Text from elsewhere, made safe to show: nothing invisible, nothing that a page or a table would obey."""

from __future__ import annotations

import html
import unicodedata
from urllib.parse import urlsplit

from jupyter_aisec.model import AssetKind, DocumentState, Edge, Node, Verb

INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories without a picture of their own, direction marks among them."""

MARKDOWN = frozenset("\\`*_{}[]()<>#+-!|~&:@")
"""Characters that Markdown, or the autolinks of GitHub's flavour, may act on."""

SHORT_DIGEST = 12
"""Hexadecimal digits of a digest that people compare by eye."""

kind_words = {
    AssetKind.DATASET: "dataset",
    AssetKind.MODEL: "model",
    AssetKind.PROMPT: "prompt",
    AssetKind.NOTEBOOK: "notebook",
    AssetKind.SERVICE: "service",
    AssetKind.UNKNOWN: "not seen",
}

state_words = {
    DocumentState.DOCUMENTED: "documented",
    DocumentState.INCOMPLETE: "document incomplete",
    DocumentState.STALE: "document stale",
    DocumentState.MISSING: "document missing",
    DocumentState.UNKNOWN: "document unreadable",
}

verb_words = {
    Verb.READ: "read",
    Verb.WROTE: "wrote",
    Verb.LOADED: "loaded",
    Verb.FITTED: "fitted",
    Verb.SAVED: "saved",
    Verb.LOGGED: "logged",
}


def visible(text: str) -> str:
    """The text on one line, with control and direction characters spelled out as ``<U+202E>``."""
    if text.isprintable():
        return text
    return "".join(f"<U+{ord(each):04X}>" if unicodedata.category(each) in INVISIBLE else each for each in text)


def escaped(text: str) -> str:
    """The visible text, for HTML or XML, in an element or in a quoted attribute."""
    return html.escape(visible(text), quote=True)


def markdown(text: str) -> str:
    """The visible text, for a Markdown table or paragraph, where it stays text."""
    return "".join(f"&#{ord(each)};" if each in MARKDOWN else each for each in visible(text))


def width(text: str) -> int:
    """Columns in a fixed-width font: East Asian wide characters take two, combining ones none."""
    return len(text) if text.isascii() else sum(_columns(each) for each in text)


def shortened(text: str, columns: int) -> str:
    """The visible text, or its beginning and end round an ellipsis, in at most so many columns (2 or more)."""
    text = visible(text)
    if width(text) <= columns:
        return text
    room = columns - 1
    head = _taken(text, room - room // 2)
    tail = _taken(text[::-1], room // 2)[::-1]
    return f"{head}…{tail}"


def digest_words(node: Node, digits: int = SHORT_DIGEST) -> str:
    """What is known of the bytes, in a few words; empty where there are no bytes to know of."""
    if node.sha256:
        return f"sha256 {node.sha256[:digits]}"
    if node.problem:
        return f"no digest: {node.problem}"
    if node.kind in (AssetKind.NOTEBOOK, AssetKind.UNKNOWN):
        return ""
    return "digest not known yet" if node.location else "in memory only"


def edge_words(edge: Edge) -> str:
    """Verb and cell: ``fitted · cell 7``."""
    return verb_words[edge.verb] + (f" · cell {edge.cell}" if edge.cell is not None else "")


def size_words(size: int | None) -> str:
    """Bytes as people say them, decimal units: ``1.2 MB``; empty when not known."""
    if size is None:
        return ""
    amount = float(size)
    for unit in ("bytes", "kB", "MB", "GB"):
        if amount < 1000:  # noqa: PLR2004 -- the step between decimal units
            return f"{amount:.0f} {unit}" if unit == "bytes" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"


def plural(number: int, noun: str) -> str:
    """``1 session``, ``2 sessions``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def web_link(location: str | None) -> str | None:
    """The location if it may be a link: http or https, with a host, and nothing invisible in it."""
    if location is None or visible(location) != location:
        return None
    try:
        parts = urlsplit(location)
    except ValueError:
        return None
    return location if parts.scheme in ("http", "https") and parts.hostname else None


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def _taken(text: str, columns: int) -> str:
    """As much of the beginning as fits."""
    used = 0
    for index, character in enumerate(text):
        used += _columns(character)
        if used > columns:
            return text[:index]
    return text
