"""What an expression is made of: its names, its path, what it gives."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from jupyter_aisec.capture.choices import Origins

Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


@lru_cache(maxsize=1024)
def free(function: ast.AST) -> frozenset[str]:
    """The names that a function uses and does not bind."""
    nodes = list(ast.walk(function))
    bound = {each.id for each in nodes if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
    bound |= {each.arg for each in nodes if isinstance(each, ast.arg)}
    return frozenset(each.id for each in nodes if isinstance(each, ast.Name)) - bound


def steps(node: ast.expr) -> list[ast.Attribute | ast.Subscript]:
    """The attributes and indices of a path, from its name outwards."""
    found: list[ast.Attribute | ast.Subscript] = []
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        found.append(node)
        node = node.value
    return found[::-1]


def elements(node: Comprehension) -> Iterator[ast.expr]:
    """What a comprehension gives in each turn."""
    if isinstance(node, ast.DictComp):
        yield node.key
        yield node.value
    else:
        yield node.elt


def stored(node: ast.AST) -> Origins:
    """The names that are bound within a node."""
    return frozenset(
        each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
    )
