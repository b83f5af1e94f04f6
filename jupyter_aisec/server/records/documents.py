"""The routes about people's words: what data, a model or a prompt is, read and written."""

from __future__ import annotations

from pathlib import Path

from jupyter_server.auth.decorator import authorized
from jupyter_server.services.contents.manager import ContentsManager
from tornado.web import authenticated

from jupyter_aisec.commands.document import opened
from jupyter_aisec.model import AisecError
from jupyter_aisec.project import Project
from jupyter_aisec.report.words import state_words
from jupyter_aisec.server import wire
from jupyter_aisec.server.handler import Handler
from jupyter_aisec.server.place import file_at, seen_from
from jupyter_aisec.server.query import words
from jupyter_aisec.server.records.desk import Desk

_LIMIT = 256 * 1024
"""Bytes of a request; answers are a line each."""


class DocumentHandler(Handler):
    """The document of an asset of the project that a file belongs to."""

    def initialize(self, desk: Desk) -> None:
        """``desk`` is the server's."""
        self.desk = desk

    @authenticated
    @authorized
    async def get(self) -> None:
        """A `DocumentReply`."""
        asked = words(self.request, "path", "name")
        file = _on_disk(self.contents_manager, asked["path"])
        self.answer(await self.desk.do(self._read, file, asked["name"]))

    @authenticated
    @authorized
    async def put(self) -> None:
        """Takes a `DocumentRequest`; a `DocumentReply`, as things are then."""
        asked = self.asked(wire.DocumentRequest, _LIMIT)
        file = _on_disk(self.contents_manager, asked.path)
        self.answer(await self.desk.do(self._write, file, asked))

    def _read(self, file: Path, name: str) -> wire.DocumentReply:
        return _reply(self.desk.recorded.project(file), name)

    def _write(self, file: Path, asked: wire.DocumentRequest) -> wire.DocumentReply:
        project = self.desk.recorded.project(file)
        form = opened(project, asked.name)
        if form.name != asked.name:
            raise AisecError(f"nothing is called `{asked.name}`: did you mean `{form.name}`?")
        try:
            if asked.postpone:
                form.postpone()
            else:
                form.save(asked.answers, asked.sha256)
        except AisecError as error:
            raise AisecError(seen_from(project.root, str(error))) from None
        return _reply(project, asked.name)


def _on_disk(manager: ContentsManager, path: str) -> Path:
    file = file_at(manager, path)
    if file is None:
        raise AisecError("documents are kept beside notebooks on the server's disk, and these notebooks are not there")
    return file


def _reply(project: Project, name: str) -> wire.DocumentReply:
    form = opened(project, name)
    document = form.document
    return wire.DocumentReply(
        name=form.name,
        kind=form.kind.value,
        state=document.state.value,
        said=state_words[document.state],
        sha256=form.sha256,
        problem=seen_from(project.root, document.problem) if document.problem else None,
        # What an editor put there beside the answers may be of any type.
        answers={key: value for key, value in form.answers.items() if isinstance(value, str)},
        schema=form.schema,
        derived=form.derived,
        file=form.file.as_posix(),
    )
