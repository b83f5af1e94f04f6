"""Names and what they are bound to, at this point of the walk."""

from __future__ import annotations

from enum import Enum
from typing import Protocol, TypeVar

from jupyter_aisec.analysis.values import Ref, Value

_Held = TypeVar("_Held")
_Else = TypeVar("_Else")

_BUILTINS = {
    name: Ref(f"builtins.{name}")
    for name in (
        *("__import__", "bool", "bytes", "compile", "eval", "exec", "get_ipython", "getattr", "input", "int", "len"),
        *("list", "open", "print", "set", "str"),
    )
}


class Missing(Enum):
    """No value at all, where None is an unknown one."""

    MISSING = "missing"


class Names(Protocol[_Held]):
    """What a scope needs of the dict that its names are in, and no more: another may stand for it."""

    def __setitem__(self, name: str, value: _Held, /) -> None: ...
    def get(self, name: str, default: _Else, /) -> _Held | _Else:
        """What is held under a name."""

    def pop(self, name: str, default: None, /) -> object:
        """Hold nothing under a name."""


_LEVELS = 3
"""Calls of the notebook's own functions inside each other that are followed."""
STEPS = 3000
"""Statements of them that are followed in one cell."""


class Scope:
    """One namespace inside another.

    A name that is bound here to nothing known (None) hides the one outside; a name that is not bound is looked
    up outside, and at last among the builtins.
    """

    __slots__ = ("_level", "_logs", "_outer", "is_class", "names", "steps")

    def __init__(
        self, outer: Scope | None = None, *, is_class: bool = False, names: Names[Value | None] | None = None
    ) -> None:
        own: dict[str, Value | None] = {}
        self.names: Names[Value | None] = own if names is None else names
        self._logs: list[dict[str, Value | Missing | None]] = []
        self._outer = outer
        self._level: int = 0 if outer is None else outer._level  # noqa: SLF001 - the same class
        self.is_class = is_class
        self.steps = STEPS
        """What is left of them, in the outermost scope; each cell begins with all."""

    def lookup(self, name: str) -> Value | None:
        """What ``name`` is; None when it is unknown."""
        scope: Scope | None = self
        first = True
        while scope is not None:
            if first or not scope.is_class:
                held = scope.names.get(name, Missing.MISSING)
                if held is not Missing.MISSING:
                    return held
            scope, first = scope._outer, False  # noqa: SLF001 - the same class
        return _BUILTINS.get(name)

    def bind(self, name: str, value: Value | None) -> None:
        """Bind a name, to nothing known with None."""
        if self._logs:
            self._logs[-1].setdefault(name, self.names.get(name, Missing.MISSING))
        self.names[name] = value

    def forget(self, name: str) -> None:
        """``del name``."""
        if self._logs:
            self._logs[-1].setdefault(name, self.names.get(name, Missing.MISSING))
        self.names.pop(name, None)

    def begin_branch(self) -> None:
        """What is bound from here on can be taken back by `end_branch`."""
        self._logs.append({})

    def end_branch(self) -> dict[str, Value | Missing | None]:
        """Take back what was bound since `begin_branch`, and give it: by name, what the branch made of it."""
        before = self._logs.pop()
        after = {name: self.names.get(name, Missing.MISSING) for name in before}
        for name, value in before.items():
            if isinstance(value, Missing):
                self.names.pop(name, None)
            else:
                self.names[name] = value
        return after

    def join(self, *branches: dict[str, Value | Missing | None]) -> None:
        """Go on behind branches of which one ran.

        What only some of them bind, and nothing before, is taken as bound; values that differ are unknown, unless
        both are paths of libraries: two ways to import the same.
        """
        for name in dict.fromkeys(name for branch in branches for name in branch):
            before = self.names.get(name, Missing.MISSING)
            values = [value for branch in branches if not isinstance(value := branch.get(name, before), Missing)]
            if not values:
                self.forget(name)
            elif all(value == values[0] for value in values) or all(isinstance(value, Ref) for value in values):
                self.bind(name, values[0])
            else:
                known = [value for value in values if value is not None]
                same = isinstance(before, Missing) and all(value == known[0] for value in known)
                self.bind(name, known[0] if known and same else None)

    def inner(self, *, is_class: bool = False) -> Scope:
        """A scope inside this one."""
        return Scope(self, is_class=is_class)

    def called(self, steps: int) -> Scope | None:
        """The scope of a function of the notebook that is called here; None where that is followed no further."""
        module = self.module()
        if self._level >= _LEVELS or module.steps < steps:
            return None
        module.steps -= steps
        inner = module.inner()
        inner._level = self._level + 1  # noqa: SLF001 - the same class
        return inner

    def module(self) -> Scope:
        """The outermost scope, for ``global``."""
        scope = self
        while scope._outer is not None:
            scope = scope._outer
        return scope
