"""The extension as Jupyter Server sees it: its name, and which routes it serves."""

from __future__ import annotations

from jupyter_server.extension.application import ExtensionApp

from jupyter_aisec.server.checks import CheckHandler, StatusHandler


class AisecApp(ExtensionApp):  # type: ignore[misc] # Jupyter Server is not strict
    """``jupyter_aisec.server``."""

    name = "jupyter_aisec.server"

    def initialize_handlers(self) -> None:
        """All routes; each asks for the user's token."""
        self.handlers.extend(
            [
                (r"/aisec/api/status", StatusHandler),
                (r"/aisec/api/check", CheckHandler),
            ]
        )
