"""Where statements stand, and which statements and expressions are in them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from jupyter_aisec.capture.spans import Span, span

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def holds(statement: ast.stmt, place: Span) -> bool:
    """Whether the place is in the statement; one line may hold several."""
    if not _first_line(statement) <= place[0] <= _last_line(statement):
        return False
    own = span(statement)
    # The head of a definition begins above its span, with the decorators.
    return own is None or isinstance(statement, DEFINITIONS) or (own[:2] <= place[:2] and place[:2] < own[2:])


def _first_line(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min((statement.lineno, *(each.lineno for each in decorators)))


def _last_line(statement: ast.stmt) -> int:
    return int(statement.end_lineno or statement.lineno)


def bodies(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The blocks of a statement, in the order in which they stand."""
    for field in ("body", "orelse", "finalbody"):
        body = getattr(statement, field, None)
        if isinstance(body, list) and body and isinstance(body[0], ast.stmt):
            yield body
    for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        yield part.body


def own_expressions(statement: ast.stmt) -> Iterator[ast.AST]:
    """The expressions of a statement itself, without those of the statements inside it."""
    for _, value in ast.iter_fields(statement):
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, (ast.expr, ast.withitem, ast.keyword)):
                yield each
