"""What the editor has open: texts, and which of them are the cells of which notebook. Nothing is read from a disk.

pygls would keep this too, but ends lines also at form feeds and separators of paragraphs, where no editor does, and
loses a cell that is closed and opened again in one change.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

from lsprotocol import types
from pygls.uris import to_fs_path

from jupyter_aisec.lsp.text import Text

PYTHON = "python"
_JSON = ".ipynb"


@dataclass(slots=True)
class TextDocument:
    """A file, or a cell."""

    uri: str
    language: str
    version: int
    text: Text

    @property
    def is_python(self) -> bool:
        """Whether it is code for us. A notebook may also be open as the text that it is stored as."""
        stored = self.uri.endswith(_JSON) and self.text.source.lstrip().startswith("{")
        return self.language == PYTHON and not stored


@dataclass(slots=True)
class Script:
    """A Python file."""

    document: TextDocument
    kind: Literal["notebook", "file"] = "file"

    @property
    def uri(self) -> str:
        """Its name."""
        return self.document.uri

    def code(self) -> dict[str, TextDocument]:
        """The texts to look at, by their names."""
        return {self.uri: self.document} if self.document.is_python else {}


@dataclass
class Notebook:
    """A notebook, with its cells from top to bottom."""

    uri: str
    cells: list[types.NotebookCell]
    documents: dict[str, TextDocument] = field(default_factory=dict)
    kind: Literal["notebook", "file"] = "notebook"

    def code(self) -> dict[str, TextDocument]:
        """The cells to look at, by their names, from top to bottom."""
        return self._code

    @cached_property
    def _code(self) -> dict[str, TextDocument]:
        code = [cell.document for cell in self.cells if cell.kind == types.NotebookCellKind.Code]
        known = {uri: self.documents[uri] for uri in code if uri in self.documents}
        return {uri: document for uri, document in known.items() if document.language == PYTHON}

    def change(self, change: types.NotebookDocumentCellChanges, units: types.PositionEncodingKind) -> None:
        """Cells that come, go and move, and the texts of those that stay."""
        if change.structure is not None:
            array = change.structure.array
            self.cells[array.start : array.start + array.delete_count] = array.cells or []
            # In this order: one that was moved may be in both lists.
            for closed in change.structure.did_close or []:
                self.documents.pop(closed.uri, None)
            self.open(change.structure.did_open or [], units)
        if change.data:
            data = {cell.document: cell for cell in change.data}
            self.cells = [data.get(cell.document, cell) for cell in self.cells]
        if change.structure is not None or change.data:
            self.__dict__.pop("_code", None)
        for content in change.text_content or []:
            document = self.documents.get(content.document.uri)
            if document is not None:
                edit(document, content.document.version, content.changes)

    def open(self, opened: Iterable[types.TextDocumentItem], units: types.PositionEncodingKind) -> None:
        """The texts of cells."""
        self.documents |= {each.uri: of_item(each, units) for each in opened}
        self.__dict__.pop("_code", None)


Open = Script | Notebook


def of_item(item: types.TextDocumentItem, units: types.PositionEncodingKind) -> TextDocument:
    """A text as the editor opens it."""
    return TextDocument(item.uri, item.language_id, item.version, Text(item.text, units))


def edit(document: TextDocument, version: int, changes: Sequence[types.TextDocumentContentChangeEvent]) -> None:
    """Take edits in, one after the other."""
    for change in changes:
        document.text = document.text.changed(change)
    document.version = version


def file_of(uri: str) -> Path | None:
    """Where a document is kept; None for one that was never saved."""
    path = to_fs_path(uri)
    return Path(path) if path else None
