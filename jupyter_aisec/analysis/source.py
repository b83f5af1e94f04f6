"""The text of a cell as it was typed, for rules that look for something wherever it stands: code, comment or prose."""

from __future__ import annotations

import ast
import re

import msgspec

from jupyter_aisec.analysis.context import Context
from jupyter_aisec.analysis.hit import Hit, Repair
from jupyter_aisec.analysis.literal import Literal, literal_at
from jupyter_aisec.analysis.scope import Scope
from jupyter_aisec.model import CellKind, Confidence, Severity
from jupyter_aisec.notebook import lines as physical
from jupyter_aisec.notebook.syntax import Parsed, Span

LONGEST = 2_000_000
"""Characters of one cell that are looked at."""
_LINE_END = re.compile(r"\r\n|\r|\n")


class Source(msgspec.Struct, frozen=True, eq=False):
    """One cell of any kind. Pictures that are embedded in it are blanked; all else stands where it stood.

    ``parsed`` is None for what is no Python, and for code that can't be read; ``scope`` has the names of the cells
    above.
    """

    text: str
    kind: CellKind
    context: Context
    parsed: Parsed | None = None
    scope: Scope | None = None

    def span(self, start: int, end: int) -> Span:
        """Where the characters from ``start`` up to ``end`` stand."""
        before = self.text[:start]
        inside = self.text[start:end]
        line = 1 + len(_LINE_END.findall(before))
        column = 1 + len(physical.split(before[-LONGEST:])[-1])
        last = physical.split(inside)
        end_column = column + len(inside) if len(last) == 1 else 1 + len(last[-1])
        return Span(line, column, line + len(last) - 1, end_column)

    def literal(self, start: int, end: int) -> Literal | None:
        """The string literal that these characters, and what goes on without a space, are the whole text of."""
        if self.parsed is None or self.scope is None:
            return None
        return literal_at(self.parsed, self.scope, self.span(start, end), self.text[start:end])

    def lines(self, span: Span) -> tuple[int, int]:
        """First and last line of the statement that a place is in: a comment on any of them is about it."""
        found = (span.line, span.end_line)
        if self.parsed is None:
            return found
        for statement in ast.walk(self.parsed.tree):
            if not isinstance(statement, ast.stmt) or hasattr(statement, "body"):
                continue
            if statement.lineno <= span.line and span.end_line <= (statement.end_lineno or 0):
                found = (statement.lineno, statement.end_lineno or statement.lineno)
        return found

    def found(
        self,
        start: int,
        end: int,
        message: str,
        *,
        severity: Severity | None = None,
        confidence: Confidence = Confidence.HIGH,
        repair: Repair | None = None,
        once: str | None = None,
    ) -> Hit:
        """Say something about these characters."""
        return Hit(self.span(start, end), message, severity, confidence, repair, once)


class Code(Source, frozen=True, eq=False):
    """The text of a code cell, for rules that read no other."""


class Prose(Source, frozen=True, eq=False):
    """The text of a cell that is no code, for rules that read no other."""
