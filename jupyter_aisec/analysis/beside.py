"""What stands beside the sources of a notebook, as rules see it: outputs, metadata, attachments, all of it together."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from jupyter_aisec.analysis.hit import Hit, Repair
from jupyter_aisec.model import Cell, CellKind, Confidence, Notebook, Part, Severity
from jupyter_aisec.notebook.stored import StoredCell, StoredNotebook, Text, is_there, outputs, strings
from jupyter_aisec.notebook.syntax import Span

WHOLE_CELL = Span(1, 1, 1, 1)


class Output(msgspec.Struct, frozen=True, eq=False):
    """One output of a cell: its texts, pictures left out. ``index`` is its place in the cell's list, from 0."""

    index: int
    texts: tuple[Text, ...]

    def found(
        self,
        message: str,
        *,
        severity: Severity | None = None,
        confidence: Confidence = Confidence.HIGH,
        repair: Repair | None = None,
    ) -> Hit:
        """Say something about it."""
        return Hit(WHOLE_CELL, message, severity, confidence, repair, part=Part.OUTPUT, output=self.index)

    def cleared(self) -> Repair:
        """Repair: take it out of the file. No program reads it."""
        return Repair("clear this output", safe=True, clears=(self.index,))


class Metadata(msgspec.Struct, frozen=True, eq=False):
    """All keys and strings of a cell's metadata, of its attachments, or of the notebook's metadata, a line each."""

    part: Part
    text: str

    def found(self, message: str, *, severity: Severity | None = None) -> Hit:
        """Say something about it."""
        return Hit(WHOLE_CELL, message, severity, part=self.part)


class Whole(msgspec.Struct, frozen=True, eq=False):
    """A notebook as a whole."""

    notebook: Notebook

    @property
    def code(self) -> list[Cell]:
        """The code cells that have any code, in document order."""
        return [cell for cell in self.notebook.cells if cell.kind is CellKind.CODE and cell.source.strip()]

    def has_outputs(self, cell: Cell) -> bool:
        """Whether there are outputs of the cell in the file."""
        return isinstance(cell, StoredCell) and is_there(cell.outputs)

    def found(self, cell: Cell, message: str, *, span: Span = WHOLE_CELL, severity: Severity | None = None) -> Hit:
        """Say something that is shown at a cell."""
        return Hit(span, message, severity, cell=cell.index)


def outputs_of(cell: Cell) -> Iterator[Output]:
    """The outputs of a cell that have text."""
    for output in outputs(cell):
        yield Output(output.index, output.texts)


def metadata_of(cell: Cell) -> Iterator[Metadata]:
    """The metadata and the attachments of a cell, where there are any."""
    if isinstance(cell, StoredCell):
        for part, stored in ((Part.METADATA, cell.metadata), (Part.ATTACHMENT, cell.attachments)):
            text = strings(stored)
            if text:
                yield Metadata(part, text)


def metadata_of_notebook(notebook: Notebook) -> Iterator[Metadata]:
    """The metadata of the notebook, with the state of its widgets."""
    text = strings(notebook.metadata) if isinstance(notebook, StoredNotebook) else ""
    if text:
        yield Metadata(Part.NOTEBOOK, text)
