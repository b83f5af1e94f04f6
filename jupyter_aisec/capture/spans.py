"""Where expressions stand, as ``ast`` and the running interpreter count it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

Span = tuple[int, int, int, int]
"""First line, first column, last line, end column: lines from 1, columns in UTF-8 bytes from 0, as ``ast`` counts."""


@dataclass(frozen=True, slots=True)
class Produced:
    """The call that stands at ``span`` gave an asset; ``whole``: the value of that call is the asset, and no more."""

    span: Span
    key: str
    whole: bool = True

    def inside(self, node: ast.AST) -> bool:
        """Whether the call stands within the node."""
        outer = span(node)
        return outer is not None and outer[:2] <= self.span[:2] and self.span[2:] <= outer[2:]


def span(node: ast.AST) -> Span | None:
    """Where a node stands; None for nodes that have no place."""
    if not isinstance(node, (ast.expr, ast.stmt)) or node.end_lineno is None or node.end_col_offset is None:
        return None
    return (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)


def call_span(call: ast.Call) -> Span | None:
    """Where the interpreter says that a call stands.

    When a method's name is on a line below its object, CPython counts the call from the name on
    (``update_start_location_to_match_attr`` in Python/compile.c, seen on 3.11 to 3.13).
    """
    found = span(call)
    name = call.func
    if found and isinstance(name, ast.Attribute) and name.end_lineno and found[0] != name.end_lineno:
        column = int(name.end_col_offset or 0) - len(name.attr.encode())
        return (name.end_lineno, column, found[2], found[3])
    return found


def root(target: ast.AST) -> str | None:
    """The name at the left end of ``a.b[c].d``."""
    while isinstance(target, (ast.Attribute, ast.Subscript, ast.Starred)):
        target = target.value
    return target.id if isinstance(target, ast.Name) else None


def arguments(call: ast.Call) -> Mapping[str | int, ast.expr]:
    """The argument expressions of a call, by position and by name."""
    found: dict[str | int, ast.expr] = dict(enumerate(call.args))
    found.update({keyword.arg or "**": keyword.value for keyword in call.keywords})
    return found
