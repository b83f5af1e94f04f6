"""The route about the lineage of a notebook."""

from __future__ import annotations

import re
from pathlib import Path

from jupyter_server.auth.decorator import authorized
from tornado.web import HTTPError, authenticated

from jupyter_aisec.model import AisecError
from jupyter_aisec.news import WATCHING
from jupyter_aisec.report.drawing import counted
from jupyter_aisec.server import wire
from jupyter_aisec.server.handler import Handler
from jupyter_aisec.server.place import file_at, seen_from
from jupyter_aisec.server.query import words
from jupyter_aisec.server.records.desk import Desk
from jupyter_aisec.server.records.graphs import fragment, lineage_edges, lineage_nodes
from jupyter_aisec.server.records.recorded import nothing
from jupyter_aisec.tracking.active import SQLITE, default_uri, user_tracking_uri
from jupyter_aisec.tracking.reach import database

_SESSION = re.compile(r"[0-9A-Za-z]{1,64}")
_ELSEWHERE = "The kernel keeps its records where this Jupyter server can't see them; this is what MLflow knows: "


class LineageHandler(Handler):
    """``path`` is the notebook's; ``session`` is the one that its kernel named, where it did, or `WATCHING`."""

    def initialize(self, desk: Desk) -> None:
        """``desk`` is the server's."""
        self.desk = desk

    @authenticated
    @authorized
    async def get(self) -> None:
        """A `LineageReply`."""
        asked = words(self.request, "path", optional=("session",))
        session = asked.get("session")
        if session is not None and not _SESSION.fullmatch(session):
            raise HTTPError(400, "`session` is not the id of one")
        file = file_at(self.contents_manager, asked["path"])
        reply = await self.desk.do(self.desk.recorded.lineage, file, session) if file else None
        self.answer(reply or await self._elsewhere(session, file))

    async def _elsewhere(self, session: str | None, file: Path | None) -> wire.LineageReply:
        if session is None or session == WATCHING:
            return nothing(session)
        try:
            root = (await self.desk.do(self.desk.recorded.project, file)).root if file else None
            answer = await self.desk.remote.ask(_store(root), session)
        except AisecError as error:
            return wire.LineageReply("elsewhere", f"{_ELSEWHERE}nothing.", str(error), [], [], [], None)
        problem = seen_from(root, answer.problem) if answer.problem and root else answer.problem
        graph = answer.graph
        said = f"{_ELSEWHERE}{counted(graph) if graph.nodes else 'nothing yet'}."
        run = wire.Run(answer.run.run_id, fragment(answer.run)) if answer.run else None
        return wire.LineageReply("elsewhere", said, problem, lineage_nodes(graph, graph), lineage_edges(graph), [], run)


def _store(root: Path | None) -> str:
    """Where MLflow is, as far as this server knows. Raises `AisecError` where it knows nothing."""
    uri = user_tracking_uri() or (default_uri(root) if root else None)
    if uri is None or (uri.startswith(SQLITE) and not database(uri).exists()):
        raise AisecError("this server doesn't know the kernel's MLflow: set MLFLOW_TRACKING_URI where it is started")
    return uri
