"""From what a rule said about a place in the text to a finding: every place lies inside its cell."""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.rule import Rule
from jupyter_aisec.model import Cell, Edit, Finding, Fix, Part, Place
from jupyter_aisec.notebook.syntax import Span


def finding(rule: Rule, hit: Hit, cell: Cell, lines: Sequence[str]) -> Finding:
    """What a rule said, as a finding; ``lines`` are those of the cell."""
    fix = None
    if hit.repair is not None:
        edits = [Edit(_place(change.span, cell, lines), change.text) for change in hit.repair.changes]
        edits += [Edit(_beside(cell, Part.OUTPUT, output), "") for output in hit.repair.clears]
        fix = Fix(hit.repair.description, hit.repair.safe, tuple(edits))
    severity = hit.severity or rule.severity
    is_source = hit.part is Part.SOURCE
    place = _place(hit.span, cell, lines) if is_source else _beside(cell, hit.part, hit.output)
    return Finding(rule.name, severity, hit.confidence, hit.message, place, fix)


def _beside(cell: Cell, part: Part, output: int | None) -> Place:
    """A place outside the source."""
    return Place(cell.index, cell.id, 1, 1, 1, 1, part, output)


def _place(span: Span, cell: Cell, lines: Sequence[str]) -> Place:
    """The span in the cell; clamped, so that no place ever lies outside it."""
    line = min(max(span.line, 1), len(lines))
    column = min(max(span.column, 1), len(lines[line - 1]) + 1)
    end_line = min(max(span.end_line, line), len(lines))
    end_column = min(max(span.end_column, column if end_line == line else 1), len(lines[end_line - 1]) + 1)
    return Place(cell.index, cell.id, line, column, end_line, end_column)
