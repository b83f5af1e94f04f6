"""Calls that put what they are given into an object, of which the code keeps the name."""

from __future__ import annotations

import ast

from jupyter_aisec.capture.blocks import own_expressions
from jupyter_aisec.capture.choices import NONE, opened
from jupyter_aisec.capture.names import Names
from jupyter_aisec.capture.spans import arguments, root

_MUTATING = frozenset(
    {"fit", "partial_fit", "fit_transform", "fit_predict", "append", "extend", "update", "add", "insert", "setdefault"}
)
"""Methods that put their arguments into the object, although their value may be used for something else."""

_INTO = {"to_sql": (1, "con")}
"""Methods that put their object into one of their arguments, by its position and its name."""

_FILLING = frozenset({"copyto", "put", "putmask", "place", "put_along_axis", "fill_diagonal"})
"""Functions of NumPy that put their other arguments into the first one."""

_KEEPING_NOTHING = (
    "predict",
    "decision_function",
    "score",
    "transform",
    "inverse_transform",
    "evaluate",
    "equals",
    "to_",
)
"""How the names of methods begin that only ask the object, whoever takes their value."""


def mutate(statement: ast.stmt, names: Names) -> None:
    """Method calls whose arguments the object keeps: those whose value nobody takes, and those known to."""
    for node in own_expressions(statement):
        for each in ast.walk(node):
            if isinstance(each, ast.Call):
                if names.gathered:
                    names.gather(each)
                _fill(each, names)
                if isinstance(each.func, ast.Attribute):
                    discarded = isinstance(statement, ast.Expr) and statement.value is each
                    _keep(each, each.func, names, discarded=discarded)
                    _put_into(each, each.func, names)


def _keep(call: ast.Call, method: ast.Attribute, names: Names, *, discarded: bool) -> None:
    kept = method.attr in _MUTATING or _in_place(call)
    if kept or (discarded and names.may_keep(method.value) and not method.attr.startswith(_KEEPING_NOTHING)):
        # What went into an asset that the call made is that asset's own affair; of a model that is fitted in a loop,
        # the last fit counts.
        made = names.made(call, latest=names.made_whole(call))
        put_in = NONE.union(*map(names.of, (*call.args, *(keyword.value for keyword in call.keywords))))
        names.add(method.value, made or (put_in if kept else opened(put_in)))


def _in_place(call: ast.Call) -> bool:
    return any(
        each.arg == "inplace" and isinstance(each.value, ast.Constant) and each.value.value is True
        for each in call.keywords
    )


def _put_into(call: ast.Call, method: ast.Attribute, names: Names) -> None:
    """What is written into a database in memory lives on in its connection; a file has a use of its own."""
    given = arguments(call)
    into = next((given[each] for each in _INTO.get(method.attr, ()) if each in given), None)
    if into is not None and not names.of(into) & names.gathered.keys():
        names.add(into, names.of(method.value))


def _fill(call: ast.Call, names: Names) -> None:
    """Arrays that a call puts what it is given into: its first argument, or that of ``out``."""
    function = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", None)
    of_module = isinstance(call.func, ast.Name) or root(call.func) in names.modules
    if function in _FILLING and of_module and len(call.args) > 1:
        names.add(call.args[0], NONE.union(*map(names.of, call.args[1:])))
    for keyword in call.keywords:
        if keyword.arg == "out":
            names.add(keyword.value, NONE.union(*map(names.of, call.args)))
