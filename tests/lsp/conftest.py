"""A real language server in a process of its own, and an editor that speaks with it over its pipes."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.lsp.client import LanguageClient

COMMAND = (sys.executable, "-P", "-m", "jupyter_aisec", "lsp")
SECONDS = 90.0
"""For anything that must come; nothing waits for so long but a test that fails."""

Text = types.TextDocumentContentChangePartial | types.TextDocumentContentChangeWholeDocument


class Editor(LanguageClient):
    """What it was told, by document; all waiting is for something that the server says."""

    def __init__(self) -> None:
        super().__init__("tests", "1")
        self.told: dict[str, types.PublishDiagnosticsParams] = {}
        self.history: dict[str, list[types.PublishDiagnosticsParams]] = {}
        self.registered: list[types.Registration] = []
        self.logged: list[str] = []
        self._news = asyncio.Event()

        @self.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def _(params: types.PublishDiagnosticsParams) -> None:
            self.told[params.uri] = params
            self.history.setdefault(params.uri, []).append(params)
            self._news.set()

        @self.feature(types.CLIENT_REGISTER_CAPABILITY)
        def _(params: types.RegistrationParams) -> None:
            self.registered += params.registrations
            self._news.set()

        @self.feature(types.WINDOW_LOG_MESSAGE)
        def _(params: types.LogMessageParams) -> None:
            self.logged.append(params.message)
            self._news.set()

    @property
    def process(self) -> asyncio.subprocess.Process:
        assert self._server is not None
        return self._server

    async def begin(self, capabilities: types.ClientCapabilities, command: Sequence[str] = COMMAND) -> Any:
        await self.start_io(*command)
        asked = types.InitializeParams(capabilities, process_id=None, root_uri=None)
        reply = await asyncio.wait_for(self.initialize_async(asked), SECONDS)
        self.initialized(types.InitializedParams())
        return reply

    async def end(self) -> int:
        """As an editor ends; gives the exit code."""
        await asyncio.wait_for(self.shutdown_async(None), SECONDS)
        self.exit(None)
        return await asyncio.wait_for(self.process.wait(), SECONDS)

    async def until(self, is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(SECONDS):
            while not is_so():
                self._news.clear()
                await self._news.wait()

    async def rules(self, uri: str, *wanted: str) -> list[types.Diagnostic]:
        """Wait until exactly these rules are said of a document."""
        try:
            await self.until(lambda: uri in self.told and self.names(uri) == sorted(wanted))
        except TimeoutError:
            pytest.fail(f"{uri}: {self.told.get(uri)}; logged: {self.logged}")
        return list(self.told[uri].diagnostics)

    def names(self, uri: str) -> list[str]:
        return sorted(str(each.code) for each in self.told[uri].diagnostics)

    def open(self, uri: str, source: str, language: str = "python") -> None:
        item = types.TextDocumentItem(uri, language, 1, source)
        self.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def edit(self, uri: str, version: int, *changes: Text) -> None:
        document = types.VersionedTextDocumentIdentifier(version, uri)
        self.text_document_did_change(types.DidChangeTextDocumentParams(document, changes))

    def open_notebook(self, uri: str, *sources: str) -> list[str]:
        """A notebook of code cells; gives their names."""
        items = [item(uri, number, source) for number, source in enumerate(sources)]
        notebook = types.NotebookDocument(uri, "jupyter-notebook", 1, [code(each.uri) for each in items])
        self.notebook_document_did_open(types.DidOpenNotebookDocumentParams(notebook, items))
        return [each.uri for each in items]

    def change_cells(self, uri: str, version: int, cells: types.NotebookDocumentCellChanges) -> None:
        document = types.VersionedNotebookDocumentIdentifier(version, uri)
        change = types.NotebookDocumentChangeEvent(cells=cells)
        self.notebook_document_did_change(types.DidChangeNotebookDocumentParams(document, change))

    def edit_cell(self, notebook: str, cell: str, version: int, *changes: Text) -> None:
        document = types.VersionedTextDocumentIdentifier(version, cell)
        content = types.NotebookDocumentCellContentChanges(document, changes)
        self.change_cells(notebook, version, types.NotebookDocumentCellChanges(text_content=[content]))

    async def actions(
        self, uri: str, where: types.Range, only: Iterable[types.CodeActionKind | str] | None = None
    ) -> list[types.CodeAction]:
        context = types.CodeActionContext([], None if only is None else list(only))
        asked = types.CodeActionParams(types.TextDocumentIdentifier(uri), where, context)
        reply = await asyncio.wait_for(self.text_document_code_action_async(asked), SECONDS)
        assert all(isinstance(each, types.CodeAction) for each in reply or [])
        return [each for each in reply or [] if isinstance(each, types.CodeAction)]

    async def hover(self, uri: str, line: int, column: int) -> types.Hover | None:
        asked = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(line, column))
        return await asyncio.wait_for(self.text_document_hover_async(asked), SECONDS)


def item(notebook: str, number: int, source: str) -> types.TextDocumentItem:
    uri = f"vscode-notebook-cell{notebook.removeprefix('file')}#c{number}"
    return types.TextDocumentItem(uri, "python", 1, source)


def code(uri: str) -> types.NotebookCell:
    return types.NotebookCell(types.NotebookCellKind.Code, uri)


def whole(text: str) -> types.TextDocumentContentChangeWholeDocument:
    return types.TextDocumentContentChangeWholeDocument(text)


def between(line: int, start: int, end: int, text: str) -> types.TextDocumentContentChangePartial:
    where = types.Range(types.Position(line, start), types.Position(line, end))
    return types.TextDocumentContentChangePartial(where, text)


def spoken(*encodings: types.PositionEncodingKind, **workspace: Any) -> types.ClientCapabilities:
    """What an editor can: how it counts, and how it takes edits."""
    general = types.GeneralClientCapabilities(position_encodings=list(encodings)) if encodings else None
    edit = types.WorkspaceEditClientCapabilities(**workspace) if workspace else None
    return types.ClientCapabilities(
        general=general,
        workspace=types.WorkspaceClientCapabilities(
            workspace_edit=edit,
            did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True),
        ),
        text_document=types.TextDocumentClientCapabilities(
            hover=types.HoverClientCapabilities(content_format=[types.MarkupKind.Markdown])
        ),
    )


Work = Callable[[Editor], Coroutine[Any, Any, None]]
Edit = Callable[..., None]


@pytest.fixture(scope="session")
def shared() -> Iterator[tuple[asyncio.Runner, Editor]]:
    """One server for all tests that leave it as it was; it must end as it should."""
    with asyncio.Runner() as runner:
        editor = Editor()
        runner.run(editor.begin(spoken()))
        try:
            yield runner, editor
            assert runner.run(editor.end()) == 0
        finally:
            runner.run(gone(editor))


@pytest.fixture
def edit(shared: tuple[asyncio.Runner, Editor]) -> Edit:
    """Work with an editor; one that can do other things than most gets a server of its own."""

    def run(work: Work, capabilities: types.ClientCapabilities | None = None) -> None:
        if capabilities is not None:
            asyncio.run(alone(work, capabilities))
            return
        runner, editor = shared
        runner.run(work(editor))
        assert editor.logged == []

    return run


async def alone(work: Work, capabilities: types.ClientCapabilities) -> None:
    """Work with a server from its beginning to its end."""
    editor = Editor()
    await editor.begin(capabilities)
    try:
        await work(editor)
        assert await editor.end() == 0
        assert editor.logged == []
    finally:
        await gone(editor)


async def gone(editor: Editor) -> None:
    """Leave nothing of the server behind, whatever happened."""
    if editor.process.returncode is None:
        editor.process.kill()
    await editor.stop()


@pytest.fixture
def uri(project: Path) -> Callable[[str], str]:
    """The name of a file in the project, which need not be there."""
    return lambda name: (project / name).as_uri()
