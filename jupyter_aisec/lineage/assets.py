"""The assets of one session: each key of its journal, as a node."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from jupyter_aisec.journal import Log
from jupyter_aisec.lineage.identity import location_of, node_id
from jupyter_aisec.model import AssetKind, DocumentState, Hashed, Node, Session, Use, Verb

Documents = Mapping[str, DocumentState] | Callable[[str, str | None], DocumentState]
"""The state of a document by the asset's name, or asked for with its name and digest."""

LINK = "link"
"""The fact that tells of what was only seen, and not linked to what came of it."""
NO_DOCUMENTS: Mapping[str, DocumentState] = MappingProxyType({})
NO_DIGEST = Hashed(key="", at="", sha256=None, size=None)


def assets(log: Log, documents: Documents = NO_DOCUMENTS) -> dict[str, Node]:
    """Each asset that the session's uses name, by its key in the journal."""
    hashes = _hashes(log.hashes)
    nodes: dict[str, Node] = {}
    for use in log.uses:
        node = _node(log.session, use, hashes.get(use.key, NO_DIGEST), documents)
        seen = nodes.get(use.key)
        nodes[use.key] = node if seen is None else merged(seen, node)
    return nodes


def merged(one: Node, other: Node) -> Node:
    """What both mentions of an asset say; where they disagree, the first stands."""
    sha256 = one.sha256 or other.sha256
    return replace(
        one,
        # The mention that has a place is the one whose id can be found again.
        id=one.id if one.location or not other.location else other.id,
        location=one.location or other.location,
        sha256=sha256,
        size=one.size if one.size is not None else other.size,
        documentation=one.documentation or other.documentation,
        problem=None if sha256 else one.problem or other.problem,
        facts={**other.facts, **one.facts},
    )


def _hashes(records: Iterable[Hashed]) -> dict[str, Hashed]:
    """The latest word on each key; a digest is not unsaid by a later problem."""
    latest: dict[str, Hashed] = {}
    for record in records:
        if record.sha256 or not latest.get(record.key, NO_DIGEST).sha256:
            latest[record.key] = record
    return latest


def _node(session: Session, use: Use, digest: Hashed, documents: Documents) -> Node:
    return Node(
        id=node_id(session, use, digest.sha256),
        kind=use.kind,
        name=use.name,
        location=location_of(use),
        sha256=digest.sha256,
        size=digest.size,
        documentation=_documentation(use, digest.sha256, documents),
        problem=None if digest.sha256 else digest.problem or use.problem,
        facts=dict(use.facts),
    )


def _documentation(use: Use, sha256: str | None, documents: Documents) -> DocumentState | None:
    """A prompt, and a data set that was read, without a document are missing one; of others nobody asked for one."""
    if isinstance(documents, Mapping):
        state = documents.get(use.name, DocumentState.MISSING)
    else:
        state = documents(use.name, sha256)
    read = use.kind is AssetKind.DATASET and use.verb is Verb.READ and LINK not in use.facts
    asked = use.kind is AssetKind.PROMPT or read
    return state if asked or state is not DocumentState.MISSING else None
