"""A string that stands in the code, and the edit that puts an expression in its place."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from jupyter_aisec.analysis.hit import Change, Repair
from jupyter_aisec.analysis.scope import Scope
from jupyter_aisec.analysis.values import Ref
from jupyter_aisec.notebook.syntax import Parsed, Span


@dataclass(frozen=True, slots=True)
class Literal:
    """One literal; ``scope`` is of the place where it stands."""

    node: ast.Constant
    parsed: Parsed = field(repr=False)
    scope: Scope = field(repr=False)

    @property
    def text(self) -> str:
        """What it says; bytes as far as they are text."""
        value = self.node.value
        return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)

    @property
    def span(self) -> Span:
        """Where it stands."""
        return self.parsed.span(self.node)

    def instead(self, expression: str, module: str, description: str) -> Repair:
        """Repair: write ``expression`` there, and import the ``module`` that it needs. The literal may be a secret."""
        source = f"{expression}.encode()" if isinstance(self.node.value, bytes) else expression
        changes = [Change(self.span, source)]
        if not self._is_imported(module):
            changes.insert(0, self._import(module))
        return Repair(description, safe=False, changes=tuple(changes))

    def _is_imported(self, module: str) -> bool:
        """Whether it is bound before: in a cell above, or higher up in this one."""
        here = [
            statement.lineno
            for statement in self.parsed.tree.body
            if isinstance(statement, ast.Import)
            and any(alias.name == module and not alias.asname for alias in statement.names)
        ]
        return min(here) < self.node.lineno if here else self.scope.lookup(module) == Ref(module)

    def _import(self, module: str) -> Change:
        """In front of the first statement, behind what must come first."""
        body = self.parsed.tree.body
        first = next((each for each in body if not _comes_first(each)), body[0])
        line = min((first.lineno, *(each.lineno for each in getattr(first, "decorator_list", ()))))
        column = self.parsed.column(line, 0)
        indent = "" if first.col_offset == 0 else " " * (self.parsed.span(first).column - 1)
        return Change(Span(line, column, line, column), f"import {module}\n{indent}")


def _comes_first(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.ImportFrom) and statement.module == "__future__"


def literal_at(parsed: Parsed, scope: Scope, span: Span, text: str) -> Literal | None:
    """The literal that says exactly ``text`` around ``span``; none in an f-string, whose parts have no place."""
    inside = {id(part) for node in ast.walk(parsed.tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    for node in ast.walk(parsed.tree):
        if isinstance(node, ast.Constant) and node.value == text and id(node) not in inside:
            around = parsed.span(node)
            if around.line == span.line == around.end_line and around.column <= span.column < around.end_column:
                return Literal(node, parsed, scope)
    return None
