"""The functions of the user's, as they are called: which code is theirs, and the origins of what they are given."""

from __future__ import annotations

import ast
from types import CodeType

from jupyter_aisec.capture.choices import NONE
from jupyter_aisec.capture.names import Names
from jupyter_aisec.capture.spans import Span, arguments, call_span


def called(
    function: ast.FunctionDef | ast.AsyncFunctionDef, names: Names, statement: ast.AST | None, place: Span
) -> Names:
    """The scope of a function as it is called at a place of a statement."""
    call = call_at(statement, place) if statement is not None else None
    given = arguments(call) if call is not None else {}
    everything = names.of(statement) if statement is not None and call is None else NONE
    inner = Names(names.modules, names)
    parameters = function.args
    for index, parameter in enumerate((*parameters.posonlyargs, *parameters.args, *parameters.kwonlyargs)):
        value = given.get(parameter.arg, given.get(index))
        inner.origins[parameter.arg] = names.of(value) if value is not None else everything
    rest = frozenset[str]().union(*(names.of(value) for value in given.values()))
    for parameter in filter(None, (parameters.vararg, parameters.kwarg)):
        inner.origins[parameter.arg] = rest | everything
    return inner


def is_code_of(function: ast.FunctionDef | ast.AsyncFunctionDef, code: CodeType) -> bool:
    """Whether a definition is what this code was made of."""
    first = min((function.lineno, *(each.lineno for each in function.decorator_list)))
    return code.co_firstlineno == first


def call_at(statement: ast.AST, place: Span) -> ast.Call | None:
    """The call at exactly this place."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Call) and call_span(node) == place:
            return node
    return None
