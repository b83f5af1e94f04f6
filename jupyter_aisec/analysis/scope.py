"""Names and what they are bound to, at this point of the walk."""

from __future__ import annotations

from jupyter_aisec.analysis.values import Ref, Value

_BUILTINS = frozenset(
    {
        *("__import__", "bool", "bytes", "compile", "eval", "exec", "get_ipython", "getattr", "input", "int", "len"),
        *("list", "open", "print", "set", "str"),
    }
)


class Scope:
    """One namespace inside another.

    A name that is bound here to nothing known (None) hides the one outside; a name that is not bound is looked
    up outside, and at last among the builtins.
    """

    __slots__ = ("_outer", "is_class", "names")

    def __init__(self, outer: Scope | None = None, *, is_class: bool = False) -> None:
        self.names: dict[str, Value | None] = {}
        self._outer = outer
        self.is_class = is_class

    def lookup(self, name: str) -> Value | None:
        """What ``name`` is; None when it is unknown."""
        scope: Scope | None = self
        first = True
        while scope is not None:
            if name in scope.names and (first or not scope.is_class):
                return scope.names[name]
            scope, first = scope._outer, False  # noqa: SLF001 - the same class
        return Ref(f"builtins.{name}") if name in _BUILTINS else None

    def bind(self, name: str, value: Value | None) -> None:
        """Bind a name, to nothing known with None."""
        self.names[name] = value

    def forget(self, name: str) -> None:
        """``del name``."""
        self.names.pop(name, None)

    def inner(self, *, is_class: bool = False) -> Scope:
        """A scope inside this one."""
        return Scope(self, is_class=is_class)

    def module(self) -> Scope:
        """The outermost scope, for ``global``."""
        scope = self
        while scope._outer is not None:
            scope = scope._outer
        return scope
