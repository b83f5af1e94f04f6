"""What makes two mentions of an asset the same node."""

from __future__ import annotations

import hashlib

from jupyter_aisec.model import AssetKind, Session, Use

LOGGED_MODEL = "models:/m-"
"""How MLflow 3 names a logged model. Such a model never changes, so its place alone identifies it."""


def short_hash(*parts: str) -> str:
    """Sixteen hexadecimal digits that depend on the parts and on where one ends and the next begins."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def location_of(use: Use) -> str | None:
    """Where the asset is; one spelling for a logged model, however the user's code asked for it."""
    model_id = use.facts.get("model_id")
    if isinstance(model_id, str) and model_id.startswith("m-"):
        return f"models:/{model_id}"
    return use.location


def node_id(session: Session, use: Use, sha256: str | None) -> str:
    """The id of the node that a use is about.

    The same bytes at the same place are one node in every session; something without a place belongs to its session.
    Where the digest isn't known, the place alone counts: the node then says that its bytes are unknown. A prompt has
    no place but its name in the notebook.
    """
    location = location_of(use)
    if location is None and use.kind is AssetKind.PROMPT and sha256:
        return short_hash("said", use.kind, use.name, sha256)
    if location is None:
        return short_hash("in-session", use.kind, session.id, use.key)
    if location.startswith(LOGGED_MODEL):
        return short_hash("logged-model", use.kind, location)
    return short_hash("at", use.kind, location, sha256 or "")


def notebook_id(session: Session) -> str:
    """The id of the notebook's node; a session whose notebook isn't known stands for itself."""
    if session.notebook is None:
        return short_hash("unnamed", AssetKind.NOTEBOOK, session.id)
    return short_hash("at", AssetKind.NOTEBOOK, session.notebook)


def unknown_id(target: str) -> str:
    """The id of the source of ``target`` that nobody saw."""
    return short_hash("unknown", target)
