"""The route about coverage."""

from __future__ import annotations

from pathlib import Path

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from jupyter_aisec.model import AisecError
from jupyter_aisec.server.coverage.look import Looks, Question
from jupyter_aisec.server.handler import Handler
from jupyter_aisec.server.place import file_at, seen_from
from jupyter_aisec.server.query import words
from jupyter_aisec.server.records.desk import Desk


class CoverageHandler(Handler):
    """``path`` is a file of the project; ``model`` is the id of one of its models, by default the newest."""

    def initialize(self, desk: Desk, looks: Looks) -> None:
        """Both are the server's."""
        self.desk = desk
        self.looks = looks

    @authenticated
    @authorized
    async def get(self) -> None:
        """A `CoverageReply`."""
        asked = words(self.request, "path", optional=("model",))
        file = file_at(self.contents_manager, asked["path"])
        served = file_at(self.contents_manager, "")
        if file is None or served is None:
            said = "coverage is of projects on the server's disk, and these notebooks are not there"
            raise AisecError(f"{said}: run `jupyter aisec status` where they are")
        root = await self.desk.do(self._root, file)
        try:
            self.answer(await self.looks.at(Question(str(root), str(served), asked.get("model"))))
        except AisecError as error:
            raise AisecError(seen_from(root, str(error))) from None

    def _root(self, file: Path) -> Path:
        """The project's. Raises `AisecError` for one that can't be looked at."""
        project = self.desk.recorded.project(file)
        if project.too_large:
            raise AisecError(project.too_large)
        return project.root
