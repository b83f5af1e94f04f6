"""What differs since a person described an asset: what to look at before confirming that the words still hold."""

from __future__ import annotations

from collections.abc import Iterator

from jupyter_aisec.lineage import upstream
from jupyter_aisec.lineage.sources import data_sources
from jupyter_aisec.model import AssetKind, Document, DocumentState, Graph, Node
from jupyter_aisec.report.words import size_words

_COUNTED = ("rows", "columns")
_KEY = "since it was described"


def since(node: Node, graph: Graph, document: Document) -> dict[str, str]:
    """In a few words, by what it is called in a form; nothing where the document is not about other bytes."""
    if document.state is not DocumentState.STALE or node.sha256 in (None, document.sha256):
        return {}
    if document.sha256 is None:
        return {_KEY: "it does not say about which bytes that was"}
    before = next((each for each in reversed(graph.nodes) if _is_of(each, node, document.sha256)), None)
    if before is None:
        return {_KEY: "what it was then is not recorded here"}
    differs = _data(before, node) if node.kind is AssetKind.DATASET else _went_in(before, node, graph)
    return {_KEY: ", ".join(differs) or "other bytes; nothing else that was recorded differs"}


def _is_of(each: Node, node: Node, sha256: str | None) -> bool:
    return each.kind is node.kind and each.name == node.name and each.sha256 == sha256


def _data(before: Node, now: Node) -> Iterator[str]:
    for fact in _COUNTED:
        if before.facts.get(fact) != now.facts.get(fact):
            yield f"{fact} {before.facts.get(fact, 'not known')} → {now.facts.get(fact, 'not known')}"
    if before.size != now.size:
        yield f"size {size_words(before.size) or 'not known'} → {size_words(now.size) or 'not known'}"
    if before.facts.get("schema") != now.facts.get("schema"):
        yield "other columns or types"


def _went_in(before: Node, now: Node, graph: Graph) -> Iterator[str]:
    """Of a model: whether it was made of the same data, by their bytes."""
    parts = [upstream(graph, (node.id,)) for node in (before, now)]
    old, new = (_sources(part, graph) for part in parts)
    is_unseen = any(node.kind is AssetKind.UNKNOWN for part in parts for node in part.nodes)
    other = [name for name in new if new[name] != old.get(name)]
    gone = [name for name in old if name not in new]
    yield from (f"{name} is {'new' if name not in old else 'another'}" for name in other)
    yield from (f"{name} did not go in" for name in gone)
    if is_unseen:
        yield "something went in unseen"
    elif other or gone or not new:
        return
    elif any(None in digests for digests in new.values()):
        yield "made of data of the same names, not all of which have a digest"
    else:
        yield "made of the same data, byte for byte"


def _sources(part: Graph, graph: Graph) -> dict[str, set[str | None]]:
    """By name, for one name may have gone in with several digests."""
    inside = {each.id for each in part.nodes}
    found: dict[str, set[str | None]] = {}
    for each in data_sources(graph):
        if each.id in inside:
            found.setdefault(each.name, set()).add(each.sha256)
    return found
