"""The server extension: findings while typing, lineage and documents for the page.

Only here Jupyter Server is known.
"""

from __future__ import annotations


def _jupyter_server_extension_points() -> list[dict[str, object]]:
    """What Jupyter Server asks for; the worker and the generator of ``wire.ts`` need none of it."""
    from jupyter_aisec.server.app import AisecApp

    return [{"module": "jupyter_aisec.server", "app": AisecApp}]
