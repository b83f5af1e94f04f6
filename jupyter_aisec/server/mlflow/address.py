"""The route that says where the MLflow of a notebook can be looked at, and starts it when need be."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from jupyter_server.utils import url_path_join
from tornado.web import authenticated

from jupyter_aisec.model import AisecError
from jupyter_aisec.server import wire
from jupyter_aisec.server.handler import Handler
from jupyter_aisec.server.mlflow.stores import address
from jupyter_aisec.server.place import file_at, seen_from
from jupyter_aisec.server.records.desk import Desk
from jupyter_aisec.tracking.active import user_tracking_uri

_LIMIT = 64 * 1024


class MlflowAddressHandler(Handler):
    """The MLflow that a notebook was recorded in last, else the project's."""

    def initialize(self, desk: Desk) -> None:
        """``desk`` is the server's."""
        self.desk = desk

    @authenticated
    @authorized
    async def post(self) -> None:
        """Takes a `MlflowRequest`; a `MlflowReply`."""
        file = file_at(self.contents_manager, self.asked(wire.MlflowRequest, _LIMIT).path)
        recorded = self.desk.recorded
        root = (await self.desk.do(recorded.project, file)).root if file else None
        uri = await self.desk.do(recorded.tracking_uri, file) if file else user_tracking_uri()
        if uri is None:
            raise AisecError("no MLflow is configured: set MLFLOW_TRACKING_URI where the Jupyter server is started")
        url = address(uri)
        if url is None:
            try:
                key = await self.desk.stores.open(uri)
            except AisecError as error:
                raise AisecError(seen_from(root, str(error)) if root else str(error)) from None
            url = url_path_join(self.base_url, "aisec/mlflow", key) + "/"
        self.answer(wire.MlflowReply(url))
