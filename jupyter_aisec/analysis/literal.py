"""A string that stands in the code, and the edit that puts an expression in its place."""

from __future__ import annotations

import ast

import msgspec

from jupyter_aisec.analysis.hit import Change, Repair
from jupyter_aisec.analysis.imports import importing
from jupyter_aisec.analysis.scope import Scope
from jupyter_aisec.notebook.syntax import Parsed, Span


class Literal(msgspec.Struct, frozen=True):
    """One literal; ``scope`` is of the place where it stands."""

    node: ast.Constant
    parsed: Parsed
    scope: Scope

    @property
    def text(self) -> str:
        """What it says; bytes as far as they are text."""
        value = self.node.value
        return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)

    @property
    def span(self) -> Span:
        """Where it stands."""
        return self.parsed.span(self.node)

    def is_written(self, part: str) -> bool:
        """Whether a part of the text stands in the source as it is, in one piece."""
        lines = self.parsed.lines[self.node.lineno - 1 : self.node.end_lineno]
        return part in "\n".join(lines)

    def instead(self, expression: str, module: str, description: str) -> Repair:
        """Repair: write ``expression`` there, and import the ``module`` that it needs. The literal may be a secret."""
        source = f"{expression}.encode()" if isinstance(self.node.value, bytes) else expression
        changes = (*importing(module, self.node, self.scope, self.parsed), Change(self.span, source))
        return Repair(description, safe=False, changes=changes)


def literal_at(parsed: Parsed, scope: Scope, span: Span, text: str) -> Literal | None:
    """The literal around ``span`` that begins with ``text`` and goes on without a space, if it does.

    None in an f-string, whose parts have no place.
    """
    inside = {id(part) for node in ast.walk(parsed.tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    for node in ast.walk(parsed.tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in inside:
            continue
        if node.value.startswith(text) and node.value.split() == [node.value]:
            around = parsed.span(node)
            if around.line == span.line == around.end_line and around.column <= span.column < around.end_column:
                return Literal(node, parsed, scope)
    return None
