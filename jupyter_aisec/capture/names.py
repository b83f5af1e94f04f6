"""The origins of the names of a scope: which assets the value of an expression comes from, told from the code.

An *origin* is the key of an asset in the journal. The code alone says how values went from name to name; what the
calls in it really made is told from outside (`Products`), by the place of the call.
"""

from __future__ import annotations

import ast
from collections.abc import MutableMapping
from functools import lru_cache

from jupyter_aisec.capture.spans import Products, call_span, root

Origins = frozenset[str]
NONE: Origins = frozenset()

_WITHOUT_DATA = frozenset({"len", "type", "isinstance", "print", "id", "hasattr", "callable", "range"})
"""Functions whose value tells of their argument no more than a number or a type."""

_DESCRIBING = frozenset({"shape", "ndim", "size", "dtype", "dtypes", "columns"})
"""Attributes that describe data and carry none of it."""

_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Names:
    """The origins of the names of one scope, and how they change statement by statement."""

    def __init__(self, modules: set[str], outer: Names | None = None) -> None:
        self.origins: MutableMapping[str, Origins] = {}
        self.functions: dict[str, ast.AST] = {}
        self.modules = modules
        self._outer = outer
        self._products = Products()
        self.loops = 0
        self.gathered: dict[str, set[str]] = outer.gathered if outer is not None else {}
        """By the key of an open file, what was put into it."""

    def copy(self) -> Names:
        """An independent copy, for the other branch of an ``if``."""
        made = Names(self.modules, self._outer)
        made.origins = dict(self.origins)
        made.functions = dict(self.functions)
        made._products = self._products
        made.gathered = self.gathered
        made.loops = self.loops
        return made

    def begin(self, products: Products) -> None:
        """From here on, calls make these; they may become more."""
        self._products = products

    # What an expression is made of

    def of(self, node: ast.AST, *, latest: bool = False) -> Origins:
        """The origins of all that an expression uses. ``latest``: of several runs of one call, only the last."""
        return self.made(node, latest=latest) | self._used(node)

    def made(self, node: ast.AST, *, latest: bool = False) -> Origins:
        """What calls within the expression have made."""
        if latest:
            # A comprehension runs its calls over and over for one value.
            latest = not any(isinstance(each, _COMPREHENSIONS) for each in ast.walk(node))
        return self._products.inside(node, latest=latest)

    def _used(self, node: ast.AST) -> Origins:
        result: set[str] = set()
        whole = self._products.whole
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
        """The origins of a name; those of a function are what it and the functions that it calls take from outside."""
        if name in self.origins:
            return self.origins[name]
        found: set[str] = set()
        seen: set[str] = set()
        queue = [name]
        while queue:
            each = queue.pop()
            if each in seen:
                continue
            seen.add(each)
            if each in self.origins:
                found |= self.origins[each]
            elif each in self.functions:
                queue.extend(_free(self.functions[each]))
            elif self._outer is not None:
                found |= self._outer.name(each)
        return frozenset(found)

    # What a statement does to the names

    def store(self, target: ast.expr, origins: Origins) -> None:
        """A value with these origins is put where the target says."""
        match target:
            case ast.Name(id=name):
                self.bind(name, origins)
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                for each in elements:
                    self.store(each, origins)
            case ast.Starred(value=inner):
                self.store(inner, origins)
            case _:
                self.add(target, origins)

    def bind(self, name: str, origins: Origins) -> None:
        """The name means something else from here on."""
        self.functions.pop(name, None)
        self.modules.discard(name)
        if origins or self._outer is not None:
            self.origins[name] = origins
        else:
            self.origins.pop(name, None)

    def made_whole(self, call: ast.Call) -> bool:
        """Whether the call itself is known to have made an asset."""
        return call_span(call) in self._products.whole

    def add(self, target: ast.AST, origins: Origins) -> None:
        """The object that the target belongs to now holds these too."""
        name = root(target)
        if name is not None and name not in self.modules and origins:
            held = self.name(name)
            self._gather(held, origins)
            self.origins[name] = held | origins

    def gather(self, call: ast.Call) -> None:
        """A call of a method of an open file, or one that is given it, puts in what else it is given."""
        parts = (*call.args, *(keyword.value for keyword in call.keywords), call.func)
        origins = NONE.union(*map(self.of, parts))
        self._gather(origins, origins)

    def _gather(self, held: Origins, origins: Origins) -> None:
        for key in held & self.gathered.keys():
            self.gathered[key] |= origins

    def forget(self, name: str) -> None:
        """The name is gone."""
        self.origins.pop(name, None)
        self.functions.pop(name, None)


@lru_cache(maxsize=1024)
def _free(function: ast.AST) -> frozenset[str]:
    """The names that a function uses and does not bind."""
    nodes = list(ast.walk(function))
    bound = {each.id for each in nodes if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
    bound |= {each.arg for each in nodes if isinstance(each, ast.arg)}
    return frozenset(each.id for each in nodes if isinstance(each, ast.Name)) - bound
