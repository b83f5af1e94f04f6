"""The extension as Jupyter Server sees it: its name, and which routes it serves."""

from __future__ import annotations

from jupyter_server.extension.application import ExtensionApp

from jupyter_aisec.checking.checker import Checker
from jupyter_aisec.server.checks import CheckHandler, CloseHandler, StatusHandler
from jupyter_aisec.server.coverage.handler import CoverageHandler
from jupyter_aisec.server.coverage.look import Looks
from jupyter_aisec.server.explain import RuleHandler
from jupyter_aisec.server.mlflow import proxy
from jupyter_aisec.server.mlflow.address import MlflowAddressHandler
from jupyter_aisec.server.records.desk import Desk
from jupyter_aisec.server.records.documents import DocumentHandler
from jupyter_aisec.server.records.lineage import LineageHandler


class AisecApp(ExtensionApp):
    """``jupyter_aisec.server``."""

    name = "jupyter_aisec.server"

    def initialize_handlers(self) -> None:
        """All routes; each asks for the user's token."""
        self.desk = Desk()
        self.checker = Checker()
        desk = {"desk": self.desk}
        checker = {"checker": self.checker}
        self.handlers.extend(
            [
                (r"/aisec/api/status", StatusHandler),
                (r"/aisec/api/check", CheckHandler, checker),
                (r"/aisec/api/close", CloseHandler, checker),
                (r"/aisec/api/lineage", LineageHandler, desk),
                (r"/aisec/api/document", DocumentHandler, desk),
                (r"/aisec/api/coverage", CoverageHandler, desk | {"looks": Looks()}),
                (r"/aisec/api/rules/([^/]+)", RuleHandler, desk),
                (r"/aisec/api/mlflow", MlflowAddressHandler, desk),
                (proxy.ROUTE, proxy.MlflowHandler, {"stores": self.desk.stores}),
            ]
        )

    async def stop_extension(self) -> None:
        """The server ends."""
        self.checker.stop()
        self.desk.close()
