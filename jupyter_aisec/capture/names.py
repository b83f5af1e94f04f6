"""Which assets the value of an expression comes from, told from the code: definitions and uses, in execution order.

An *origin* is the key of an asset in the journal. The code alone says how values went from name to name; what the
calls in it really produced is told from outside (`Produced`), by the place of the call.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass

Origins = frozenset[str]
NONE: Origins = frozenset()

_WITHOUT_DATA = frozenset({"len", "type", "isinstance", "print", "id", "hasattr", "callable", "range"})
"""Functions whose value tells of their argument no more than a number or a type."""

_DESCRIBING = frozenset({"shape", "ndim", "size", "dtype", "dtypes", "columns"})
"""Attributes that describe data and carry none of it."""

_MUTATING = frozenset(
    {"fit", "partial_fit", "fit_transform", "fit_predict", "append", "extend", "update", "add", "insert", "setdefault"}
)
"""Methods that put their arguments into the object, although their value may be used for something else."""

_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


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
        column = (name.end_col_offset or 0) - len(name.attr.encode())
        return (name.end_lineno, column, *found[2:])
    return found


class Names:
    """The origins of the names of one scope, and how they change statement by statement."""

    def __init__(self, modules: set[str], outer: Names | None = None) -> None:
        self.origins: MutableMapping[str, Origins] = {}
        self.functions: dict[str, ast.AST] = {}
        self.modules = modules
        self._outer = outer
        self._produced: list[Produced] = []
        self._evaluating: set[str] = set()

    def copy(self) -> Names:
        """An independent copy, for the other branch of an ``if``."""
        made = Names(self.modules, self._outer)
        made.origins = dict(self.origins)
        made.functions = dict(self.functions)
        made._produced = self._produced  # noqa: SLF001 - our own class
        return made

    def begin(self, produced: list[Produced]) -> None:
        """From here on, calls produced this; the list may grow."""
        self._produced = produced

    # What an expression is made of

    def of(self, node: ast.AST, *, latest: bool = False) -> Origins:
        """The origins of all that an expression uses. ``latest``: of several runs of one call, only the last."""
        return self._made(node, latest=latest) | self._used(node)

    def _made(self, node: ast.AST, *, latest: bool) -> Origins:
        found = [each for each in self._produced if each.inside(node)]
        if not latest or any(isinstance(each, _COMPREHENSIONS) for each in ast.walk(node)):
            return frozenset(each.key for each in found)
        return frozenset({each.span: each.key for each in found}.values())

    def _used(self, node: ast.AST) -> Origins:
        result: set[str] = set()
        whole = {each.span for each in self._produced if each.whole}
        queue: list[ast.AST] = [node]
        while queue:
            each = queue.pop()
            match each:
                case ast.Name(id=name):
                    result |= self.name(name)
                case ast.Attribute(attr=attribute) if attribute in _DESCRIBING:
                    pass
                case ast.Call(func=ast.Name(id=name)) if name in _WITHOUT_DATA:
                    pass
                case ast.Call() as call if call_span(call) in whole:
                    pass  # its value is the asset that it made; what went in is that asset's own affair
                case _:
                    queue.extend(ast.iter_child_nodes(each))
        return frozenset(result)

    def name(self, name: str) -> Origins:
        """The origins of a name; those of a function are what its body takes from outside."""
        if name in self.origins:
            return self.origins[name]
        if name in self.functions:
            if name in self._evaluating:
                return NONE
            self._evaluating.add(name)
            try:
                return self._used_freely(self.functions[name])
            finally:
                self._evaluating.discard(name)
        return self._outer.name(name) if self._outer else NONE

    def _used_freely(self, node: ast.AST) -> Origins:
        own = {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
        own |= {each.arg for each in ast.walk(node) if isinstance(each, ast.arg)}
        used = {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)}
        return frozenset().union(*(self.name(each) for each in used - own))

    # What a statement does

    def run(self, statements: Iterable[ast.stmt], until: int | None = None) -> ast.stmt | None:
        """Follow the statements; with ``until``, stop at the simple statement on that line and give it back."""
        for each in statements:
            if until is not None and _first_line(each) <= until <= (each.end_lineno or each.lineno):
                return self._stop_inside(each, until)
            if until is not None and each.lineno > until:
                return None
            self._follow(each)
        return None

    def _stop_inside(self, statement: ast.stmt, until: int) -> ast.stmt | None:
        bodies = list(_bodies(statement))
        inside = next((body for body in bodies if body[0].lineno <= until <= (body[-1].end_lineno or 0)), None)
        if inside is None or isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            self._walruses(statement)
            return statement
        self._head(statement)
        if isinstance(statement, (ast.For, ast.AsyncFor, ast.While)):
            # An earlier turn of the loop may have bound what stands further down.
            self.run(inside)
            self._head(statement)
        return self.run(inside, until)

    def _follow(self, statement: ast.stmt) -> None:
        match statement:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                self.origins.pop(name, None)
                self.functions[name] = statement
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._assign(target, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._assign(target, value)
            case ast.AugAssign(target=target, value=value):
                self._add(target, self.of(value))
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                for alias in names:
                    bound = (alias.asname or alias.name).partition(".")[0]
                    self._bind(bound, NONE)
                    self.modules.add(bound)
            case ast.Delete(targets=targets):
                for target in targets:
                    if isinstance(target, ast.Name):
                        self.origins.pop(target.id, None)
                        self.functions.pop(target.id, None)
            case ast.If(body=body, orelse=orelse):
                self._head(statement)
                self._either(body, orelse)
            case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=final):
                self.run(body)
                self._either(*(handler.body for handler in handlers), orelse)
                self.run(final)
            case ast.For() | ast.AsyncFor() | ast.While():
                for _ in range(2):  # the second turn sees what the first one bound
                    self._head(statement)
                    self.run(statement.body)
                self.run(statement.orelse)
            case _:
                self._head(statement)
                for body in _bodies(statement):
                    self.run(body)
        self._mutations(statement)

    def _head(self, statement: ast.stmt) -> None:
        match statement:
            case ast.For(target=target, iter=value) | ast.AsyncFor(target=target, iter=value):
                self._assign(target, value)
            case ast.With(items=items) | ast.AsyncWith(items=items):
                for item in items:
                    if item.optional_vars is not None:
                        self._assign(item.optional_vars, item.context_expr)
            case _:
                pass

    def _either(self, *branches: list[ast.stmt]) -> None:
        ends = []
        for branch in branches:
            other = self.copy()
            other.run(branch)
            ends.append(other)
        for end in ends:
            self.functions |= end.functions
        names = {name for end in ends for name in end.origins}
        self.origins = {name: frozenset().union(*(end.origins.get(name, NONE) for end in ends)) for name in names}

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        pairs = (ast.Tuple, ast.List)
        if isinstance(target, pairs) and isinstance(value, pairs) and len(target.elts) == len(value.elts):
            found = [self.of(each, latest=True) for each in value.elts]
            for each, origins in zip(target.elts, found, strict=True):
                self._store(each, origins)
        else:
            self._store(target, self.of(value, latest=True))
            if isinstance(value, ast.Name) and isinstance(target, ast.Name) and value.id in self.functions:
                self.functions[target.id] = self.functions[value.id]

    def _store(self, target: ast.expr, origins: Origins) -> None:
        match target:
            case ast.Name(id=name):
                self._bind(name, origins)
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                for each in elements:
                    self._store(each, origins)
            case ast.Starred(value=inner):
                self._store(inner, origins)
            case _:
                self._add(target, origins)

    def _bind(self, name: str, origins: Origins) -> None:
        self.functions.pop(name, None)
        self.modules.discard(name)
        if origins or self._outer is not None:
            self.origins[name] = origins
        else:
            self.origins.pop(name, None)

    def _add(self, target: ast.AST, origins: Origins) -> None:
        """The object that the target belongs to now holds these too."""
        name = root(target)
        if name is not None and name not in self.modules and origins:
            self.origins[name] = self.name(name) | origins

    def _mutations(self, statement: ast.stmt) -> None:
        if isinstance(statement, (*_FUNCTIONS, ast.ClassDef)):
            return
        self._walruses(statement)
        for node in _own_expressions(statement):
            for each in ast.walk(node):
                match each:
                    case ast.Call(func=ast.Attribute(value=receiver, attr=method), args=args, keywords=keywords):
                        discarded = isinstance(statement, ast.Expr) and statement.value is each
                        if discarded or method in _MUTATING:
                            origins = self._made(each, latest=False)
                            if not origins:
                                origins = origins.union(*(self.of(argument) for argument in args))
                                origins = origins.union(*(self.of(keyword.value) for keyword in keywords))
                            self._add(receiver, origins)
                    case _:
                        pass

    def _walruses(self, statement: ast.stmt) -> None:
        for node in _own_expressions(statement):
            for each in ast.walk(node):
                if isinstance(each, ast.NamedExpr):
                    self._bind(each.target.id, self.of(each.value, latest=True))


def root(target: ast.AST) -> str | None:
    """The name at the left end of ``a.b[c].d``."""
    while isinstance(target, (ast.Attribute, ast.Subscript, ast.Starred)):
        target = target.value
    return target.id if isinstance(target, ast.Name) else None


def _first_line(statement: ast.stmt) -> int:
    decorators = getattr(statement, "decorator_list", ())
    return min((statement.lineno, *(each.lineno for each in decorators)))


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


def arguments(call: ast.Call) -> Mapping[str | int, ast.expr]:
    """The argument expressions of a call, by position and by name."""
    found: dict[str | int, ast.expr] = dict(enumerate(call.args))
    found.update({keyword.arg or "**": keyword.value for keyword in call.keywords})
    return found
