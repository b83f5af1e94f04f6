"""What the statements of a cell do to the origins of its names, in the order in which they run."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import singledispatch

from jupyter_aisec.capture.names import NONE, Names
from jupyter_aisec.capture.spans import Span, span

_MUTATING = frozenset(
    {"fit", "partial_fit", "fit_transform", "fit_predict", "append", "extend", "update", "add", "insert", "setdefault"}
)
"""Methods that put their arguments into the object, although their value may be used for something else."""

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def run(names: Names, statements: Iterable[ast.stmt], until: Span | None = None) -> ast.stmt | None:
    """Follow the statements; with ``until``, stop at the simple statement that this place is in, and give it back."""
    for each in statements:
        if until is not None and _holds(each, until):
            return _stop_inside(each, names, until)
        if until is not None and each.lineno > until[0]:
            return None
        _follow(each, names)
        _mutations(each, names)
    return None


def _holds(statement: ast.stmt, place: Span) -> bool:
    """Whether the place is in the statement; one line may hold several."""
    if not _first_line(statement) <= place[0] <= _last_line(statement):
        return False
    own = span(statement)
    # The head of a definition begins above its span, with the decorators.
    return own is None or isinstance(statement, _DEFINITIONS) or (own[:2] <= place[:2] and place[:2] < own[2:])


def _stop_inside(statement: ast.stmt, names: Names, until: Span) -> ast.stmt | None:
    inside = next((body for body in _bodies(statement) if any(_holds(each, until) for each in body)), None)
    if inside is None or isinstance(statement, _DEFINITIONS):
        _walruses(statement, names)
        return statement
    _head(statement, names)
    if isinstance(statement, (ast.For, ast.AsyncFor, ast.While)) and not names.loops:
        # An earlier turn of the loop may have bound what stands further down.
        names.loops += 1
        run(names, inside)
        _head(statement, names)
        names.loops -= 1
    return run(names, inside, until)


@singledispatch
def _follow(statement: ast.stmt, names: Names) -> None:
    """A statement of any other kind: its head, then what is in it."""
    _head(statement, names)
    for body in _bodies(statement):
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
    _either(names, statement.body, statement.orelse)


@_follow.register
def _try(statement: ast.Try, names: Names) -> None:
    run(names, statement.body)
    _either(names, *(handler.body for handler in statement.handlers), statement.orelse)
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
            _put(target, value, names)
        case ast.With(items=items) | ast.AsyncWith(items=items):
            for item in items:
                if item.optional_vars is not None:
                    _put(item.optional_vars, item.context_expr, names)
        case _:
            pass


def _either(names: Names, *branches: list[ast.stmt]) -> None:
    ends = []
    for branch in branches:
        other = names.copy()
        run(other, branch)
        ends.append(other)
    for end in ends:
        names.functions |= end.functions
    bound = {name for end in ends for name in end.origins}
    names.origins = {name: NONE.union(*(end.origins.get(name, NONE) for end in ends)) for name in bound}


def _put(target: ast.expr, value: ast.expr, names: Names) -> None:
    pairs = (ast.Tuple, ast.List)
    if isinstance(target, pairs) and isinstance(value, pairs) and len(target.elts) == len(value.elts):
        found = [names.of(each, latest=True) for each in value.elts]
        for each, origins in zip(target.elts, found, strict=True):
            names.store(each, origins)
        return
    names.store(target, names.of(value, latest=True))
    if isinstance(value, ast.Name) and isinstance(target, ast.Name) and value.id in names.functions:
        names.functions[target.id] = names.functions[value.id]


def _mutations(statement: ast.stmt, names: Names) -> None:
    """Method calls whose arguments the object keeps: those whose value nobody takes, and those known to."""
    if isinstance(statement, _DEFINITIONS):
        return
    _walruses(statement, names)
    for node in _own_expressions(statement):
        for each in ast.walk(node):
            if isinstance(each, ast.Call) and names.gathered:
                names.gather(each)
            if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute):
                discarded = isinstance(statement, ast.Expr) and statement.value is each
                if discarded or each.func.attr in _MUTATING:
                    given = (*each.args, *(keyword.value for keyword in each.keywords))
                    # What went into an asset that the call made is that asset's own affair; of a model that is
                    # fitted in a loop, the last fit counts.
                    made = names.made(each, latest=names.made_whole(each))
                    names.add(each.func.value, made or NONE.union(*map(names.of, given)))


def _walruses(statement: ast.stmt, names: Names) -> None:
    for node in _own_expressions(statement):
        for each in ast.walk(node):
            if isinstance(each, ast.NamedExpr):
                names.bind(each.target.id, names.of(each.value, latest=True))


def _first_line(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min((statement.lineno, *(each.lineno for each in decorators)))


def _last_line(statement: ast.stmt) -> int:
    return int(statement.end_lineno or statement.lineno)


def _bodies(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    for field in ("body", "orelse", "finalbody"):
        body = getattr(statement, field, None)
        if isinstance(body, list) and body and isinstance(body[0], ast.stmt):
            yield body
    for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        yield part.body


def _own_expressions(statement: ast.stmt) -> Iterator[ast.AST]:
    """The expressions of a statement itself, without those of the statements inside it."""
    for _, value in ast.iter_fields(statement):
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, (ast.expr, ast.withitem, ast.keyword)):
                yield each
