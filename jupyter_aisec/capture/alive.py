"""What the user's names hold right now, as far as the code of the cell leaves no doubt that it was the same before.

The flow of a cell is followed after its statements have run: a name that is stored anew further down, or an object
that is changed there, is no longer what it was. No code of the user's is run to look.
"""

from __future__ import annotations

import ast
import operator
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from types import SimpleNamespace
from typing import Any

from jupyter_aisec.capture import look
from jupyter_aisec.capture.choices import NONE, Origins, one_of, opened
from jupyter_aisec.capture.origins import LiveOrigins
from jupyter_aisec.capture.spans import root
from jupyter_aisec.model import AssetKind

MISSING = object()

_SIMPLE = frozenset({bool, int, float, str, type(None)})
_CONTAINERS = (dict, list, tuple, SimpleNamespace)
_WHOLE = frozenset({"items", "values", "copy"})
"""Methods of a container that give all that is in it."""
_OF_MODELS = ("fit", "transform", "predict")
_CHANGING = frozenset(
    {
        "append",
        "extend",
        "insert",
        "pop",
        "popitem",
        "remove",
        "clear",
        "sort",
        "reverse",
        "update",
        "setdefault",
        "add",
    }
)
_DEEPEST = 3
_MOST = 1000
"""So many of the objects at each depth are asked."""
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_COMPARES: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}


@dataclass
class Alive:
    """The names of the user's namespace, and the lines of the running cell at which each is stored or changed."""

    namespace: Mapping[str, Any]
    live: LiveOrigins
    _touched: dict[str, list[int]] = field(default_factory=dict)

    def begin(self, body: Iterable[ast.stmt]) -> None:
        """Another cell starts to run."""
        self._touched = _touches(body)

    def value(self, name: str, line: int) -> object:
        """What the name held at the line, if that is what it holds now."""
        lines = self._touched.get(name, ())
        if len(lines) > 1 or any(each >= line for each in lines):
            return MISSING
        return self.namespace.get(name, MISSING)

    def bears_out(self, name: str) -> Origins:
        """What the value that the cell stores under a name, at one place, is seen to come from."""
        return self.live.of(self.namespace.get(name)) if len(self._touched.get(name, ())) == 1 else NONE

    def borne_out(self) -> list[Origins]:
        """What each of the names that the cell stores at one place is seen to come from, as things stand."""
        return [self.bears_out(name) for name, lines in self._touched.items() if len(lines) == 1]

    def holds_others(self, name: str) -> bool:
        """Whether the name stands for an object that holds others, each with origins of its own."""
        return is_container(self.namespace.get(name))

    def is_data(self, name: str) -> bool:
        """Whether the name stands for a table or an array: what changes it is seen on the object itself."""
        value = self.namespace.get(name)
        return not isinstance(value, (dict, list, tuple)) and look.is_data(value)

    def within(self, name: str, steps: Iterable[ast.expr], origins: Origins, line: int) -> Origins:
        """The origins of what a path leads to: ``steps`` are its attributes and indices, from the name outwards."""
        value = self.value(name, line)
        for step in steps:
            if not is_container(value):
                break
            if isinstance(step, ast.Attribute) and _gives_all(value, step.attr):
                return origins
            value = _element(value, step)
        return self._of(value) or opened(origins)

    def parts(self, name: str, count: int, origins: Origins, line: int) -> list[Origins] | None:
        """The origins of each part of a list or tuple, when it is taken apart into so many."""
        value = self.value(name, line)
        held = list(islice(_items(value), count + 1)) if isinstance(value, (list, tuple)) else []
        if len(held) != count:
            return None
        return [self._of(each) or one_of(origins) for each in held]

    def truth(self, test: ast.expr) -> bool | None:
        """Which way a test went, if it is about plain values only."""
        match test:
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                found = self.truth(inner)
                return None if found is None else not found
            case ast.BoolOp(op=op, values=values):
                each = [self.truth(value) for value in values]
                decisive = isinstance(op, ast.Or)
                return decisive if decisive in each else None if None in each else not decisive
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARES:
                one, other = self._plain(left), self._plain(right)
                return None if MISSING in (one, other) else bool(_COMPARES[type(op)](one, other))
            case _:
                value = self._plain(test)
                return None if value is MISSING else bool(value)

    def _plain(self, node: ast.expr) -> object:
        value: object = MISSING
        match node:
            case ast.Constant(value=constant):
                value = constant
            case ast.Name(id=name):
                value = self.value(name, node.lineno)
            case _:
                pass
        return value if type(value) in _SIMPLE else MISSING

    def _of(self, value: object) -> Origins:
        """What the object is seen to come from; of one that holds others, what they do."""
        found = NONE
        level = [value]
        for depth in range(_DEEPEST + 1):
            known = [(each, self.live.of(each)) for each in level]
            found = found.union(*(origins for _, origins in known))
            open_yet = [each for each, origins in known if not origins and is_container(each)]
            if not open_yet or depth == _DEEPEST:
                break
            level = list(islice(chain.from_iterable(map(_items, open_yet)), _MOST))
        return found


def is_container(value: object) -> bool:
    """A builtin container, or an object or a class of the notebook's own."""
    if isinstance(value, _CONTAINERS):
        return True
    owner = value if isinstance(value, type) else type(value)
    return owner.__module__ == "__main__"


def _gives_all(value: object, method: str) -> bool:
    """Whether a method's value is made of all that the object holds: a model of the notebook's, or a dictionary."""
    if isinstance(value, dict):
        return method in _WHOLE
    return method.startswith(_OF_MODELS) and look.kind(value) is AssetKind.MODEL


def _items(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        return iter(dict.values(value))
    if isinstance(value, list):
        return list.__iter__(value)
    if isinstance(value, tuple):
        return tuple.__iter__(value)
    return iter(_attributes(value).values())


def _attributes(value: object) -> Mapping[str, object]:
    """What an object or a class holds; no ``__getattribute__`` of the user's is asked."""
    try:
        return dict(vars(value)) if isinstance(value, type) else object.__getattribute__(value, "__dict__")
    except AttributeError:
        return {}


def _element(value: Any, step: ast.expr) -> object:  # noqa: ANN401 - a container of the user's
    match step:
        case ast.Attribute(attr=name):
            if isinstance(value, tuple):
                names = getattr(type(value), "_fields", ())
                return tuple.__getitem__(value, names.index(name)) if name in names else MISSING
            if isinstance(value, dict):
                return dict.get(value, name, MISSING)
            return _attributes(value).get(name, MISSING)
        case ast.Subscript(slice=ast.Constant(value=str() | int() as index)) if isinstance(value, dict):
            return dict.get(value, index, MISSING)
        case ast.Subscript(slice=ast.Constant(value=int(index))) if isinstance(value, (list, tuple)):
            of: Any = list if isinstance(value, list) else tuple
            return of.__getitem__(value, index) if index < of.__len__(value) else MISSING
        case _:
            return MISSING


def _touches(body: Iterable[ast.stmt]) -> dict[str, list[int]]:
    """Where names are stored, and where what they stand for is changed; in a loop, that happens more than once."""
    touched: defaultdict[str, list[int]] = defaultdict(list)
    queue: list[tuple[ast.AST, bool]] = [(each, False) for each in body]
    while queue:
        node, again = queue.pop()
        if (name := _touched(node)) is not None:
            touched[name] += [getattr(node, "lineno", 0)] * (1 + again)
        repeated = node.body if isinstance(node, _LOOPS) else ()
        queue += [(each, again or each in repeated) for each in ast.iter_child_nodes(node)]
    return touched


def _touched(node: ast.AST) -> str | None:
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
            return root(node)
        case ast.Call(func=ast.Attribute(value=inner, attr=method)) if method in _CHANGING:
            return root(inner)
        case _:
            return None
