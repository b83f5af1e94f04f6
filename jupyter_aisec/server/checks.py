"""Routes about findings."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from jupyter_server.auth.decorator import authorized
from tornado.web import HTTPError, authenticated

from jupyter_aisec.checking.checker import Checker, rule_count
from jupyter_aisec.checking.messages import CheckRequest, Closed
from jupyter_aisec.model import AisecError
from jupyter_aisec.server import wire
from jupyter_aisec.server.handler import Handler
from jupyter_aisec.server.place import file_at


class StatusHandler(Handler):
    """That we are there; asks nobody."""

    @authenticated
    @authorized
    def get(self) -> None:
        """Version and number of rules."""
        self.answer(wire.Status(version("jupyter-aisec"), rule_count()))


class CheckHandler(Handler):
    """Findings while typing."""

    def initialize(self, checker: Checker) -> None:
        """Take what all requests share."""
        self._checker = checker

    @authenticated
    @authorized
    async def post(self) -> None:
        """What is known after a change."""
        asked = self.asked(CheckRequest)
        wrong = _contradiction(asked)
        if wrong is not None:
            raise HTTPError(400, "%s", wrong)
        self.answer(await self._checker.check(asked, self._file(asked.path)))

    def _file(self, path: str) -> Path | None:
        """Where the document is; None for one whose place says nothing of a project."""
        try:
            return file_at(self.contents_manager, path)
        except AisecError:
            return None


class CloseHandler(Handler):
    """The end of an open document."""

    def initialize(self, checker: Checker) -> None:
        """Take what all requests share."""
        self._checker = checker

    @authenticated
    @authorized
    async def post(self) -> None:
        """Forget it."""
        await self._checker.close(self.asked(Closed).document)
        self.set_status(204)
        self.finish()


def _contradiction(asked: CheckRequest) -> str | None:
    """What a request says that can't be."""
    keys = [cell.key for cell in asked.cells]
    if len(set(keys)) < len(keys) or (asked.order is not None and len(set(asked.order)) < len(asked.order)):
        return "a cell is named twice; each has a key of its own"
    if asked.base == 0 and (asked.order is None or set(asked.order) != set(keys)):
        return "a document that is sent whole has all its cells in `order`, and no others"
    if asked.kind == "file" and asked.order is not None and len(asked.order) != 1:
        return "a file is one cell"
    return None
