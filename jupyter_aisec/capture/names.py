"""The origins of the names of a scope: which assets the value of an expression comes from, told from the code.

An *origin* is the key of an asset in the journal. The code alone says how values went from name to name; what the
calls in it really made is told from outside (`Products`), by the place of the call.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, MutableMapping

from jupyter_aisec.capture.alive import Alive
from jupyter_aisec.capture.choices import NONE, Origins, borne_out, either, one_of, opened, possible, settled
from jupyter_aisec.capture.expressions import Comprehension, elements, free, steps, stored
from jupyter_aisec.capture.spans import Products, call_span, root, span

_WITHOUT_DATA = frozenset({"len", "type", "isinstance", "print", "id", "hasattr", "callable", "range"})
"""Functions whose value tells of their argument no more than a number or a type."""

_DESCRIBING = frozenset({"shape", "ndim", "size", "dtype", "dtypes", "columns"})
"""Attributes that describe data and carry none of it."""

_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)

_OBJECTS = frozenset({"self", "cls"})


def _no_results(names: Names, call: ast.Call, count: int) -> None:
    del names, call, count


class Names:
    """The origins of the names of one scope, and how they change statement by statement."""

    def __init__(self, modules: set[str], outer: Names | None = None, alive: Alive | None = None) -> None:
        self.alive = alive
        """The values of the names; None within a function, whose names are gone by the time when it is followed."""
        self.results: Callable[[Names, ast.Call, int], list[Origins] | None] = _no_results
        """The origins of each part of what a function of the user's gives, when it is taken apart into so many."""
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
        made = Names(self.modules, self._outer, self.alive)
        made.results = self.results
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
        return self.made(node, latest=latest) | self.used(node)

    def made(self, node: ast.AST, *, latest: bool = False) -> Origins:
        """What calls within the expression have made."""
        if latest:
            # A comprehension runs its calls over and over for one value.
            latest = not any(isinstance(each, _COMPREHENSIONS) for each in ast.walk(node))
        return self._products.inside(node, latest=latest)

    def at(self, node: ast.AST) -> list[str]:
        """What was made at exactly the place of a node, in turn: a generator makes it there when it is asked."""
        return self._products.at(span(node))

    def used(self, node: ast.AST, hidden: Origins = NONE) -> Origins:
        """The origins of the names in an expression; ``hidden`` are those that mean something else within it."""
        result: set[str] = set()
        whole = self._products.whole
        queue: list[tuple[ast.AST, Origins]] = [(node, hidden)]
        while queue:
            each, hidden = queue.pop()
            match each:
                case ast.Name(id=name):
                    result |= NONE if name in hidden else self.name(name)
                case ast.Attribute(attr=attribute) if attribute in _DESCRIBING:
                    pass
                case ast.Call(func=ast.Name(id=name)) if name in _WITHOUT_DATA:
                    pass
                case ast.Call() as call if call_span(call) in whole:
                    pass  # its value is the asset that it made; what went in is that asset's own affair
                case ast.IfExp():
                    result |= self._chosen(each, hidden)
                case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                    result |= self._gathered(each, hidden)
                    inner = hidden | stored(each)
                    queue.extend((test, inner) for part in each.generators for test in part.ifs)
                    queue.extend((part, inner) for part in elements(each))
                case ast.Lambda(args=parameters, body=body):
                    queue.append(
                        (body, hidden | {part.arg for part in ast.walk(parameters) if isinstance(part, ast.arg)})
                    )
                case ast.Attribute() | ast.Subscript() if (base := root(each)) is not None and base not in hidden:
                    result |= self._within(base, each)
                    queue.extend((step.slice, hidden) for step in steps(each) if isinstance(step, ast.Subscript))
                case _:
                    queue.extend((part, hidden) for part in ast.iter_child_nodes(each))
        return frozenset(result)

    def _gathered(self, node: Comprehension, hidden: Origins) -> Origins:
        """The origins of what a comprehension goes through; with a condition, it may pass over some of it."""
        found = NONE
        for index, part in enumerate(node.generators):
            origins = self.used(part.iter, hidden | stored(node) if index else hidden)
            found |= one_of(origins) if part.ifs and self.takes_out(part.iter) else origins
        return found

    def _chosen(self, node: ast.IfExp, hidden: Origins) -> Origins:
        went = self.alive.truth(node.test) if self.alive is not None and not self.loops else None
        if went is not None:
            return self.used(node.body if went else node.orelse, hidden)
        ends = self.used(node.body, hidden), self.used(node.orelse, hidden)
        return NONE.union(*ends) if self.loops else either(*ends)

    def _within(self, name: str, node: ast.expr) -> Origins:
        """The origins of what a name, its attributes and indices lead to."""
        origins, path = self.name(name), steps(node)
        if any(isinstance(step, ast.Attribute) and step.attr in _DESCRIBING for step in path):
            return NONE
        if self.alive is None:
            return one_of(origins) if name in _OBJECTS else origins
        if not origins or not self.alive.holds_others(name):
            return origins
        return opened(origins) if self.loops else self.alive.within(name, path, origins, node.lineno)

    def takes_out(self, node: ast.AST) -> bool:
        """Whether a loop over this, or the names that it is taken apart into, have a part of it each."""
        if isinstance(node, _COMPREHENSIONS):
            return True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in self.functions:
            return True
        if self.alive is None:
            return isinstance(node, (ast.Tuple, ast.List))
        names = [each.id for each in ast.walk(node) if isinstance(each, ast.Name)]
        return isinstance(node, (ast.Tuple, ast.List)) or any(map(self.alive.holds_others, names))

    def parts(self, value: ast.expr, count: int) -> list[Origins] | None:
        """The origins of each part of a value that is taken apart into so many, where that can be told."""
        if self.alive is None or self.loops:
            return None
        if isinstance(value, ast.Name):
            return self.alive.parts(value.id, count, self.name(value.id), value.lineno)
        return self.results(self, value, count) if isinstance(value, ast.Call) else None

    @property
    def is_cell(self) -> bool:
        """Whether these are the names of the cell itself, and not those of a function."""
        return self._outer is None

    def went(self, test: ast.expr) -> int | None:
        """Which branch of an ``if`` was taken, 0 or 1, where the values in its test still tell."""
        if self.alive is None or self.loops:
            return None
        truth = self.alive.truth(test)
        return None if truth is None else int(not truth)

    def may_keep(self, receiver: ast.AST) -> bool:
        """Whether a method may put its arguments into the object unseen; a table that changes is seen."""
        name = root(receiver)
        return self.alive is None or name is None or not self.alive.is_data(name)

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
                queue.extend(free(self.functions[each]))
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
        if possible(origins) and self.alive is not None and not self.loops:
            seen = self.alive.bears_out(name)
            origins = borne_out(origins, seen) if seen else origins
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
            self._gather(held, settled(origins))
            self.origins[name] = held | origins

    def gather(self, call: ast.Call) -> None:
        """A call of a method of an open file, or one that is given it, puts in what else it is given."""
        parts = (*call.args, *(keyword.value for keyword in call.keywords), call.func)
        origins = NONE.union(*map(self.of, parts))
        self._gather(origins, settled(origins))

    def _gather(self, held: Origins, origins: Origins) -> None:
        for key in held & self.gathered.keys():
            self.gathered[key] |= origins

    def forget(self, name: str) -> None:
        """The name is gone."""
        self.origins.pop(name, None)
        self.functions.pop(name, None)
