"""The last expression of a cell: the notebook shows what it is, and saves that with the file."""

from __future__ import annotations

import ast

import msgspec

from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.scope import Scope
from jupyter_aisec.model import Severity
from jupyter_aisec.notebook.syntax import Parsed, Span


class Result(msgspec.Struct, frozen=True, eq=False):
    """An expression whose value becomes an output."""

    node: ast.expr
    parsed: Parsed
    scope: Scope

    @property
    def span(self) -> Span:
        """Where it stands."""
        return self.parsed.span(self.node)

    def found(self, message: str, *, severity: Severity | None = None) -> Hit:
        """Say something about it."""
        return Hit(self.span, message, severity)


def result_of(parsed: Parsed, scope: Scope) -> Result | None:
    """The last expression, where nothing hides its value: a semicolon does."""
    last = parsed.tree.body[-1] if parsed.tree.body else None
    if not isinstance(last, ast.Expr) or any(text.line > last.lineno for text in parsed.shell):
        return None
    end = last.end_lineno or last.lineno
    if parsed.lines[end - 1].encode("utf-8", "surrogatepass")[last.end_col_offset :].lstrip().startswith(b";"):
        return None
    return Result(last.value, parsed, scope)
