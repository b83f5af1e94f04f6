"""What an editor says, and what it is told: the protocol, over standard input and output.

Diagnostics are pushed and can't be pulled: an editor that does both would show them twice, and only we know that an
edit in one cell changes what is to be said of another.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine
from importlib.metadata import version
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from jupyter_aisec.checking.checker import Checker
from jupyter_aisec.lsp import documents
from jupyter_aisec.lsp.actions import KINDS, Abilities, actions
from jupyter_aisec.lsp.diagnostics import diagnostics, hover
from jupyter_aisec.lsp.documents import Notebook, Open, Script, TextDocument
from jupyter_aisec.lsp.watch import Found, Watch

PATIENCE = 2.0
"""Seconds in which what was just typed is checked before a question about it is answered."""

_NOTEBOOKS = types.NotebookDocumentSyncOptions(
    notebook_selector=[
        types.NotebookDocumentFilterWithCells(cells=[types.NotebookCellLanguage(documents.PYTHON)]),
    ],
    save=True,
)
_SETTINGS = "**/pyproject.toml"


class Session:
    """One editor: what it has open, and the checks of that."""

    def __init__(self, server: LanguageServer, checker: Checker) -> None:
        self._server = server
        self._checker = checker
        self._watches: dict[str, Watch] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.is_ending = False
        """Whether the editor said that it will end us: then that we end is as it should be."""

    @property
    def units(self) -> types.PositionEncodingKind:
        """What columns are counted in."""
        return types.PositionEncodingKind(self._server.workspace.position_encoding)

    def opened(self, document: Open) -> None:
        """Something is open now."""
        self._watches[document.uri] = Watch(document, self._checker, self._tell)
        self._watches[document.uri].changed()

    def changed(self, uri: str) -> None:
        """Something else stands there now, or holds for it."""
        if uri in self._watches:
            self._watches[uri].changed()

    def closed(self, uri: str) -> None:
        """Nobody looks at it any more."""
        watch = self._watches.pop(uri, None)
        if watch is not None:
            for cell in watch.document.code():
                self.forgotten(cell)
            watch.close()
            self._do(self._checker.close(uri))

    def forgotten(self, uri: str) -> None:
        """There is no such text any more, nor anything to be said of it."""
        self._server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    def script(self, uri: str) -> Script | None:
        """A file that is open."""
        watch = self._watches.get(uri)
        return watch.document if watch is not None and isinstance(watch.document, Script) else None

    def notebook(self, uri: str) -> Notebook | None:
        """A notebook that is open."""
        watch = self._watches.get(uri)
        return watch.document if watch is not None and isinstance(watch.document, Notebook) else None

    async def found(self, uri: str) -> tuple[TextDocument, Found] | None:
        """What is known of a file or cell as it stands; None where nothing is, or not soon enough."""
        for watch in self._watches.values():
            if uri in watch.document.code():
                await watch.settled(PATIENCE)
                document = watch.document.code().get(uri)
                found = None if document is None else watch.found(document)
                return None if document is None or found is None else (document, found)
        return None

    def settings_changed(self) -> None:
        """Which rules run may be another question now."""
        self._do(self._reread())

    def end(self) -> None:
        """The editor has gone."""
        self._checker.stop()

    async def _reread(self) -> None:
        await self._checker.reread()
        for watch in self._watches.values():
            watch.changed()

    def _tell(self, document: TextDocument, found: Found) -> None:
        said = diagnostics(document.text, found)
        self._server.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(document.uri, said, document.version)
        )

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class _Server(LanguageServer):
    def report_server_error(self, error: Exception, source: object) -> None:
        """Into the editor's log: a box for each key pressed would help nobody."""
        del source
        self.window_log_message(types.LogMessageParams(types.MessageType.Error, f"aisec: {error}"))


def serve() -> int:
    """Serve the editor on standard input and output; gives the exit code that the protocol asks for."""
    # What anything else prints goes where errors go.
    source, target = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    server = _Server("jupyter-aisec", version("jupyter-aisec"), notebook_document_sync=_NOTEBOOKS)
    session = Session(server, Checker())
    _follow_texts(server, session)
    _follow_notebooks(server, session)
    _answer(server, session)
    _begin_and_end(server, session)
    try:
        server.start_io(source, target)
    finally:
        session.end()
    return 0 if session.is_ending else 1


def _follow_texts(server: LanguageServer, session: Session) -> None:
    """Files that are open, and what stands there."""
    for method in (types.TEXT_DOCUMENT_DID_OPEN, types.TEXT_DOCUMENT_DID_CHANGE, types.TEXT_DOCUMENT_DID_CLOSE):
        # We keep the documents: see there.
        del server.protocol.fm.builtin_features[method]

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def _(params: types.DidOpenTextDocumentParams) -> None:
        session.opened(Script(documents.of_item(params.text_document, session.units)))

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def _(params: types.DidChangeTextDocumentParams) -> None:
        script = session.script(params.text_document.uri)
        if script is not None:
            documents.edit(script.document, params.text_document.version, params.content_changes)
            session.changed(script.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def _(params: types.DidSaveTextDocumentParams) -> None:
        if params.text_document.uri.endswith("/pyproject.toml"):
            session.settings_changed()

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def _(params: types.DidCloseTextDocumentParams) -> None:
        session.closed(params.text_document.uri)


def _follow_notebooks(server: LanguageServer, session: Session) -> None:
    """Notebooks that are open, and what stands in their cells."""
    for method in (
        types.NOTEBOOK_DOCUMENT_DID_OPEN,
        types.NOTEBOOK_DOCUMENT_DID_CHANGE,
        types.NOTEBOOK_DOCUMENT_DID_CLOSE,
    ):
        del server.protocol.fm.builtin_features[method]

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_OPEN)
    def _(params: types.DidOpenNotebookDocumentParams) -> None:
        opened = Notebook(params.notebook_document.uri, list(params.notebook_document.cells))
        opened.open(params.cell_text_documents, session.units)
        session.opened(opened)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CHANGE)
    def _(params: types.DidChangeNotebookDocumentParams) -> None:
        notebook = session.notebook(params.notebook_document.uri)
        if notebook is None or params.change.cells is None:
            return
        before = notebook.code()
        notebook.change(params.change.cells, session.units)
        for uri in before.keys() - notebook.code().keys():
            session.forgotten(uri)
        session.changed(notebook.uri)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_SAVE)
    def _(params: types.DidSaveNotebookDocumentParams) -> None:
        session.changed(params.notebook_document.uri)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def _(params: types.DidCloseNotebookDocumentParams) -> None:
        session.closed(params.notebook_document.uri)


def _answer(server: LanguageServer, session: Session) -> None:
    """Questions about a place."""

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(KINDS))
    async def _(params: types.CodeActionParams) -> list[types.CodeAction]:
        found = await session.found(params.text_document.uri)
        if found is None:
            return []
        return actions(found[0], found[1].findings, params, Abilities.of(server.client_capabilities))

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def _(params: types.HoverParams) -> types.Hover | None:
        found = await session.found(params.text_document.uri)
        if found is None:
            return None
        text, asked = server.client_capabilities.text_document, types.MarkupKind.Markdown
        formats = text.hover.content_format if text is not None and text.hover is not None else None
        return hover(found[0].text, found[1], params.position, as_markdown=asked in (formats or []))


def _begin_and_end(server: LanguageServer, session: Session) -> None:
    """The settings are watched from the beginning on, by the editor; it also says when it ends."""

    @server.feature(types.INITIALIZED)
    async def _(_: types.InitializedParams) -> None:
        workspace = server.client_capabilities.workspace
        watched = workspace.did_change_watched_files if workspace is not None else None
        if watched is not None and watched.dynamic_registration:
            method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
            options = types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher(_SETTINGS)])
            asked = types.RegistrationParams([types.Registration("settings", method, options)])
            await server.client_register_capability_async(asked)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def _(_: types.DidChangeWatchedFilesParams) -> None:
        session.settings_changed()

    @server.feature(types.SHUTDOWN)
    def _(_: None) -> None:
        session.is_ending = True
