"""The models that a project made, of which one is looked at."""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_aisec.journal import Log
from jupyter_aisec.lineage import assets
from jupyter_aisec.lineage.fold import ARRIVING
from jupyter_aisec.model import AssetKind
from jupyter_aisec.server import wire

MOST = 100
"""Models that a person can choose from."""


def made(logs: Sequence[Log]) -> list[wire.Candidate]:
    """The newest of them first; those that only ever were in memory only where there are no others."""
    kept: dict[str, wire.Candidate] = {}
    passing: dict[str, wire.Candidate] = {}
    for log in reversed(logs):
        if len(kept) >= MOST:
            break
        uses = [use for use in log.uses if use.kind is AssetKind.MODEL and use.verb not in ARRIVING]
        named = assets(log) if uses else {}
        for use in reversed(uses):
            node = named[use.key]
            here = kept if node.sha256 or node.location else passing
            here.setdefault(node.id, wire.Candidate(node.id, node.name, node.sha256, use.at))
    return sorted((kept or passing).values(), key=lambda each: each.at, reverse=True)


def newest(models: Sequence[wire.Candidate]) -> str | None:
    """The id of the one that was made last, of those that have a digest if there are such."""
    return next((each.id for each in models if each.sha256), models[0].id if models else None)
