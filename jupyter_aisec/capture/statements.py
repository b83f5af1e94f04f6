"""What the statements of a cell do to the origins of its names, in the order in which they run."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import singledispatch

from jupyter_aisec.capture.blocks import DEFINITIONS, bodies, holds, own_expressions
from jupyter_aisec.capture.choices import NONE, Origins, either, one_of
from jupyter_aisec.capture.mutations import mutate
from jupyter_aisec.capture.names import Names
from jupyter_aisec.capture.spans import Span


def run(names: Names, statements: Iterable[ast.stmt], until: Span | None = None) -> ast.stmt | None:
    """Follow the statements; with ``until``, stop at the simple statement that this place is in, and give it back."""
    for each in statements:
        if until is not None and holds(each, until):
            return _stop_inside(each, names, until)
        if until is not None and each.lineno > until[0]:
            return None
        _follow(each, names)
        _mutations(each, names)
    return None


def _stop_inside(statement: ast.stmt, names: Names, until: Span) -> ast.stmt | None:
    inside = next((body for body in bodies(statement) if any(holds(each, until) for each in body)), None)
    if inside is None or isinstance(statement, DEFINITIONS):
        _walruses(statement, names)
        return statement
    _head(statement, names)
    if isinstance(statement, (ast.For, ast.AsyncFor, ast.While)) and not names.loops:
        # An earlier turn of the loop may have bound what stands further down.
        names.loops += 1
        run(names, inside)
        names.loops -= 1
        _head(statement, names)
    return run(names, inside, until)


@singledispatch
def _follow(statement: ast.stmt, names: Names) -> None:
    """A statement of any other kind: its head, then what is in it."""
    _head(statement, names)
    for body in bodies(statement):
        run(names, body)


@_follow.register(ast.FunctionDef)
@_follow.register(ast.AsyncFunctionDef)
@_follow.register(ast.ClassDef)
def _define(statement: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, names: Names) -> None:
    names.forget(statement.name)
    names.functions[statement.name] = statement


@_follow.register
def _assign(statement: ast.Assign, names: Names) -> None:
    for target in statement.targets:
        _put(target, statement.value, names)


@_follow.register
def _annotated(statement: ast.AnnAssign, names: Names) -> None:
    if statement.value is not None:
        _put(statement.target, statement.value, names)


@_follow.register
def _augmented(statement: ast.AugAssign, names: Names) -> None:
    names.add(statement.target, names.of(statement.value))


@_follow.register(ast.Import)
@_follow.register(ast.ImportFrom)
def _import(statement: ast.Import | ast.ImportFrom, names: Names) -> None:
    for alias in statement.names:
        bound = (alias.asname or alias.name).partition(".")[0]
        names.bind(bound, NONE)
        names.modules.add(bound)


@_follow.register
def _delete(statement: ast.Delete, names: Names) -> None:
    for target in statement.targets:
        if isinstance(target, ast.Name):
            names.forget(target.id)


@_follow.register
def _if(statement: ast.If, names: Names) -> None:
    # Each ``elif`` stands in the one before: hundreds of them would be too deep to follow from one into the next.
    branches: list[list[ast.stmt]] = []
    chain: list[ast.If] = []
    rest: list[ast.stmt] = [statement]
    went: int | None = None
    while went != 0 and len(rest) == 1 and isinstance(each := rest[0], ast.If):
        went = names.went(each.test)
        branches += [each.body] if went != 1 else []
        chain.append(each)
        rest = each.orelse
    branches += [rest] if went != 0 else []
    made = [branch for branch in branches if any(map(names.made, branch))]
    if made and names.is_cell and not names.loops:
        branches = made
    _either(names, branches, 0 if len(branches) == 1 else None)
    for each in chain[1:]:
        _mutations(each, names)


@_follow.register
def _match(statement: ast.Match, names: Names) -> None:
    _either(names, [*(each.body for each in statement.cases), []])


@_follow.register
def _try(statement: ast.Try, names: Names) -> None:
    run(names, statement.body)
    _either(names, [*(handler.body for handler in statement.handlers), statement.orelse])
    run(names, statement.finalbody)


@_follow.register(ast.For)
@_follow.register(ast.AsyncFor)
@_follow.register(ast.While)
def _loop(statement: ast.For | ast.AsyncFor | ast.While, names: Names) -> None:
    # The second turn sees what the first one bound; that of the outermost loop does so for all loops in it.
    for _ in range(1 if names.loops else 2):
        names.loops += 1
        _head(statement, names)
        run(names, statement.body)
        names.loops -= 1
    run(names, statement.orelse)


def _head(statement: ast.stmt, names: Names) -> None:
    match statement:
        case ast.For(target=target, iter=value) | ast.AsyncFor(target=target, iter=value):
            used = names.used(value)
            turn = names.made(value, latest=True) | frozenset(names.at(statement)[-1:])
            names.store(target, turn | (one_of(used) if names.takes_out(value) else used))
        case ast.With(items=items) | ast.AsyncWith(items=items):
            for item in items:
                if item.optional_vars is not None:
                    _put(item.optional_vars, item.context_expr, names)
        case _:
            pass


def _either(names: Names, branches: list[list[ast.stmt]], taken: int | None = None) -> None:
    """One of the branches ran: the one that is known to, or else the only one in which something was made."""
    if taken is None and not names.loops:
        made = [index for index, branch in enumerate(branches) if any(map(names.made, branch))]
        taken = made[0] if len(made) == 1 and names.is_cell else None
    if taken is not None:
        run(names, branches[taken])
        return
    ends = []
    for branch in branches:
        other = names.copy()
        run(other, branch)
        ends.append(other)
    for end in ends:
        names.functions |= end.functions
    bound = {name for end in ends for name in end.origins}
    join = NONE.union if names.loops else either  # of several turns, each may take another branch
    names.origins = {name: join(*(end.origins.get(name, NONE) for end in ends)) for name in bound}


def _put(target: ast.expr, value: ast.expr, names: Names) -> None:
    pairs = (ast.Tuple, ast.List)
    if isinstance(target, pairs):
        for each, origins in zip(target.elts, _parts(target, value, names), strict=True):
            names.store(each, origins)
        return
    names.store(target, names.of(value, latest=True))
    if isinstance(value, ast.Name) and isinstance(target, ast.Name) and value.id in names.functions:
        names.functions[target.id] = names.functions[value.id]


def _parts(target: ast.Tuple | ast.List, value: ast.expr, names: Names) -> list[Origins]:
    """The origins of each of the names that a value is taken apart into."""
    count = len(target.elts)
    if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == count:
        return [names.of(each, latest=True) for each in value.elts]
    if any(isinstance(each, ast.Starred) for each in target.elts):
        return [one_of(names.of(value))] * count
    asked = names.at(target)
    if asked and len(asked) % count == 0 and _in_turn(value):
        return [frozenset({key}) for key in asked[-count:]]
    if (found := names.parts(value, count)) is not None:
        return found
    made, used = names.made(value, latest=True) | frozenset(asked), names.used(value)
    return [one_of(made) | (one_of(used) if names.takes_out(value) else used)] * count


def _in_turn(value: ast.expr) -> bool:
    """Whether the value is made piece by piece as it is taken apart; threads are done in any order."""
    return isinstance(value, ast.GeneratorExp) or (
        isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "map"
    )


def _mutations(statement: ast.stmt, names: Names) -> None:
    if not isinstance(statement, DEFINITIONS):
        _walruses(statement, names)
        mutate(statement, names)


def _walruses(statement: ast.stmt, names: Names) -> None:
    for node in own_expressions(statement):
        for each in ast.walk(node):
            if isinstance(each, ast.NamedExpr):
                names.bind(each.target.id, names.of(each.value, latest=True))
