"""The notebook's own functions, followed where they are called: what comes back, and what its body does with a value.

A body is followed with the arguments of one call, a few calls deep and a bounded number of statements for each cell.
"""

from __future__ import annotations

import ast

from jupyter_aisec.analysis.binding import parameters
from jupyter_aisec.analysis.evaluate import either, evaluate
from jupyter_aisec.analysis.onlooker import Onlooker
from jupyter_aisec.analysis.scope import Scope
from jupyter_aisec.analysis.values import Items, Routine, Value
from jupyter_aisec.analysis.walk import Walker

_LONGEST = 150
"""Statements of the longest function that is followed."""


def entered(routine: Routine, call: ast.Call | None, scope: Scope) -> Scope | None:
    """The scope of its body, with the arguments of a call; all unknown without one. None where nobody follows."""
    inner = scope.called(_size(routine))
    if inner is None:
        return None
    parameters(routine.node.args, inner)
    if call is not None:
        _bind(routine.node.args, call, scope, inner)
    return inner


def returned(routine: Routine, call: ast.Call, scope: Scope) -> Value | None:
    """What the call gives."""
    inner = entered(routine, call, scope)
    if inner is None:
        return None
    if isinstance(routine.node, ast.Lambda):
        return evaluate(routine.node.body, inner)
    tracer = _Tracer()
    tracer.body(routine.node.body, inner)
    return either(*tracer.found) if tracer.found else None


def _bind(arguments: ast.arguments, call: ast.Call, scope: Scope, inner: Scope) -> None:
    named = [*arguments.posonlyargs, *arguments.args]
    # The last parameters are those with defaults.
    for argument, default in zip(reversed(named), reversed(arguments.defaults), strict=False):
        inner.bind(argument.arg, evaluate(default, inner.module()))
    for argument, default_or_none in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        inner.bind(argument.arg, evaluate(default_or_none, inner.module()))
    if any(isinstance(part, ast.Starred) for part in call.args):
        return
    given = [evaluate(part, scope) for part in call.args]
    for argument, value in zip(named, given, strict=False):
        inner.bind(argument.arg, value)
    if arguments.vararg is not None:
        inner.bind(arguments.vararg.arg, Items(tuple(given[len(named) :])))
    known = {argument.arg for argument in (*arguments.args, *arguments.kwonlyargs)}
    for keyword in call.keywords:
        if keyword.arg in known:
            inner.bind(keyword.arg, evaluate(keyword.value, scope))


def _size(routine: Routine) -> int:
    """Statements in its body, or more than anybody follows."""
    if isinstance(routine.node, ast.Lambda):
        return 1
    count, stack = 0, list(routine.node.body)
    while stack and count <= _LONGEST:
        statement = stack.pop()
        count += 1
        for name in ("body", "orelse", "finalbody"):
            stack.extend(getattr(statement, name, ()))
    return count if count <= _LONGEST else 1 << 30


class _Tracer(Walker):
    """Follows names through a body, looks at no call, and keeps what is given back."""

    def __init__(self) -> None:
        super().__init__(Onlooker())
        self.found: list[Value | None] = []

    def body(self, body: list[ast.stmt], scope: Scope) -> None:
        """Follow these statements."""
        self._block(body, scope)

    def _expression(self, node: ast.AST | None, scope: Scope) -> None:
        if isinstance(node, (ast.Return, ast.Expr)):
            value = node.value
            if isinstance(node, ast.Return) or isinstance(value, (ast.Yield, ast.YieldFrom)):
                inside = value.value if isinstance(value, (ast.Yield, ast.YieldFrom)) else value
                self.found.append(evaluate(inside, scope))
