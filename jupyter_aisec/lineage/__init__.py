"""Lineage: which asset became which, folded from what the journals of all sessions say."""

from __future__ import annotations

from jupyter_aisec.lineage.assets import assets
from jupyter_aisec.lineage.data import as_data
from jupyter_aisec.lineage.fold import build
from jupyter_aisec.lineage.session import of_nodes, of_session
from jupyter_aisec.lineage.walk import downstream, find, upstream

__all__ = ["as_data", "assets", "build", "downstream", "find", "of_nodes", "of_session", "upstream"]
