"""The import that an edit needs: where it goes, unless the module is there."""

from __future__ import annotations

import ast

from jupyter_aisec.analysis.hit import Change
from jupyter_aisec.analysis.scope import Scope
from jupyter_aisec.analysis.values import Ref
from jupyter_aisec.notebook.syntax import Parsed, Span


def importing(module: str, node: ast.expr, scope: Scope, parsed: Parsed) -> tuple[Change, ...]:
    """What has to be inserted so that ``module`` is known at ``node``; nothing where it is."""
    here = [
        statement.lineno
        for statement in parsed.tree.body
        if isinstance(statement, ast.Import)
        and any(alias.name == module and not alias.asname for alias in statement.names)
    ]
    known = min(here) < node.lineno if here else scope.lookup(module) == Ref(module)
    return () if known else (_inserted(module, parsed),)


def _inserted(module: str, parsed: Parsed) -> Change:
    """In front of the first statement, behind what must come first."""
    body = parsed.tree.body
    first = next((each for each in body if not _comes_first(each)), body[0])
    line = min((first.lineno, *(each.lineno for each in getattr(first, "decorator_list", ()))))
    column = parsed.column(line, 0)
    indent = "" if first.col_offset == 0 else " " * (parsed.span(first).column - 1)
    return Change(Span(line, column, line, column), f"import {module}\n{indent}")


def _comes_first(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
