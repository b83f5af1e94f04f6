"""Where expressions stand, as ``ast`` and the running interpreter count it."""

from __future__ import annotations

import ast
from collections.abc import Mapping

Span = tuple[int, int, int, int]
"""First line, first column, last line, end column: lines from 1, columns in UTF-8 bytes from 0, as ``ast`` counts."""


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


class Products:
    """What calls have made, by the place of the call; in a loop, one place makes one thing after another.

    ``whole`` are the places of calls whose value is the asset that they made, and no more. ``version`` counts changes.
    """

    def __init__(self) -> None:
        self.whole: set[Span] = set()
        self.version = 0
        self._keys: dict[Span, list[str]] = {}

    def add(self, place: Span, key: str, *, whole: bool) -> bool:
        """A call at the place made this; False when that was the last thing known of it already."""
        keys = self._keys.setdefault(place, [])
        if keys[-1:] == [key]:
            return False
        keys.append(key)
        if whole:
            self.whole.add(place)
        self.version += 1
        return True

    def inside(self, node: ast.AST, *, latest: bool) -> frozenset[str]:
        """What was made within the node. ``latest``: of several runs of one call, only by the last."""
        outer = span(node)
        if outer is None or not self._keys:
            return frozenset()
        found = [keys for place, keys in self._keys.items() if outer[:2] <= place[:2] and place[2:] <= outer[2:]]
        return frozenset(key for keys in found for key in (keys[-1:] if latest else keys))

    def at(self, place: Span | None) -> list[str]:
        """All that was made at exactly this place, in turn."""
        return list(self._keys.get(place, ())) if place is not None else []


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
