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
    """The newest of them first; those that only ever were in memory are none that anybody could release."""
    found: dict[str, wire.Candidate] = {}
    for log in reversed(logs):
        if len(found) >= MOST:
            break
        uses = [use for use in log.uses if use.kind is AssetKind.MODEL and use.verb not in ARRIVING]
        named = assets(log) if uses else {}
        for use in reversed(uses):
            node = named[use.key]
            if node.sha256 or node.location:
                found.setdefault(node.id, wire.Candidate(node.id, node.name, node.sha256, use.at))
    return sorted(found.values(), key=lambda each: each.at, reverse=True)
