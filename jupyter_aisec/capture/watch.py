"""Puts a closure round the library functions that have a row, and takes it away again."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from types import ModuleType
from typing import Any

from jupyter_aisec.capture.closure import Function, Observer, State, closure
from jupyter_aisec.knowledge import Act, Api, apis


class Watch:
    """All closures of one capture. ``namespace`` is the user's: names imported there earlier are exchanged too."""

    def __init__(self, observer: Observer, namespace: MutableMapping[str, Any]) -> None:
        self._state = State(observer)
        self._namespace = namespace
        self._undo: list[Callable[[], None]] = []
        self._closures: set[int] = set()

    def library(self, module_name: str) -> None:
        """A module was imported: put closures round what its rows name and is there by now."""
        exchanged: dict[int, Function] = {}
        for row in apis(module_name.partition(".")[0]).values():
            if row.act not in (None, Act.OPENS) and row.call.startswith(module_name + "."):
                exchanged |= self._row(row)
        if exchanged:
            self._everywhere(module_name.partition(".")[0], exchanged)

    def stop(self) -> None:
        """Leave everything as it was found; closures that others still hold only pass through from now on."""
        self._state.active = False
        for undo in reversed(self._undo):
            undo()
        self._undo.clear()
        self._closures.clear()

    def _row(self, row: Api) -> dict[int, Function]:
        owner, name = _owner(row.call)
        if owner is None:
            return {}
        if row.subclasses and isinstance(owner, type):
            self._family(owner, name, row)
            return {}
        original = _defined(owner, name)
        if original is None or id(original) in self._closures:
            return {}
        made = self._closure(original, row)
        holder = next(each for each in owner.__mro__ if name in vars(each)) if isinstance(owner, type) else owner
        self._set(holder, name, original, made)
        return {id(original): made}

    def _family(self, base: type, name: str, row: Api) -> None:
        """A method in every subclass, those that exist and those that will."""
        queue = [base]
        seen: set[type] = set()
        while queue:
            each = queue.pop()
            if each not in seen:
                seen.add(each)
                queue.extend(each.__subclasses__())
                self._method(each, name, row)
        marker = "__init_subclass__"
        previous = vars(base).get(marker)
        parent: Any = base  # the type checker knows no `super` of a class that is a value

        def init_subclass(cls: type[Any], /, **options: Any) -> None:  # noqa: ANN401 - as the class statement says
            if previous is None:
                super(parent, cls).__init_subclass__(**options)
            else:
                previous.__get__(None, cls)(**options)
            self._method(cls, name, row)

        replacement: Any = classmethod(init_subclass)
        setattr(base, marker, replacement)

        def undo() -> None:
            if vars(base).get(marker) is replacement:
                if previous is None:
                    delattr(base, marker)
                else:
                    setattr(base, marker, previous)

        self._undo.append(undo)

    def _method(self, cls: type, name: str, row: Api) -> None:
        method = vars(cls).get(name)
        # A class that can't be imported travels to worker processes by value, with all that its methods hold: leave
        # those of the notebook, and those made inside a function, alone.
        by_value = cls.__module__ == "__main__" or "<locals>" in cls.__qualname__
        ours = id(method) in self._closures
        if inspect.isfunction(method) and not by_value and self._state.active and not ours:
            self._set(cls, name, method, self._closure(method, row))

    def _set(self, holder: type | ModuleType, name: str, original: Function, made: Function) -> None:
        try:
            setattr(holder, name, made)
        except (AttributeError, TypeError):
            return  # a type in C that can't be changed

        def undo() -> None:
            # Somebody may have put a closure of theirs round ours meanwhile: then ours stays, and passes through.
            if vars(holder).get(name) is made:
                setattr(holder, name, original)

        self._undo.append(undo)

    def _everywhere(self, library: str, exchanged: Mapping[int, Function]) -> None:
        """Other places of the same functions: in the library's modules, and under any name in the user's namespace."""
        short = {made.__name__: made for made in exchanged.values()}
        for module_name, module in sys.modules.copy().items():  # in one step: another thread may be importing
            if (module_name == library or module_name.startswith(library + ".")) and isinstance(module, ModuleType):
                # Modules hand functions on under their own names; to look at every name would take ten times as long.
                names = vars(module)
                self._exchange(names, {name: names[name] for name in short.keys() & names.keys()}, exchanged)
        self._exchange(self._namespace, dict(self._namespace), exchanged)

    def _exchange(
        self, names: MutableMapping[str, Any], looked_at: Mapping[str, Any], exchanged: Mapping[int, Function]
    ) -> None:
        for name, value in looked_at.items():
            made = exchanged.get(id(value))
            if made is not None and value is not made:
                names[name] = made
                self._undo.append(functools.partial(_restore, names, name, made, value))

    def _closure(self, original: Function, row: Api) -> Function:
        made = closure(original, row, self._state)
        self._closures.add(id(made))
        return made


def _restore(names: MutableMapping[str, Any], name: str, made: Function, original: Function) -> None:
    if names.get(name) is made:
        names[name] = original


def _owner(call: str) -> tuple[type | ModuleType | None, str]:
    """The loaded module or class that holds what a row names. Never imports, never wakes a lazy module."""
    parts = call.split(".")
    for count in range(len(parts) - 1, 0, -1):
        module = sys.modules.get(".".join(parts[:count]))
        if isinstance(module, ModuleType):
            owner: object = module
            for part in parts[count:-1]:
                owner = vars(owner).get(part) if isinstance(owner, (type, ModuleType)) else None
            return (owner, parts[-1]) if isinstance(owner, (type, ModuleType)) else (None, parts[-1])
    return None, parts[-1]


def _defined(owner: type | ModuleType, name: str) -> Function | None:
    classes: Iterator[type | ModuleType] = iter(owner.__mro__) if isinstance(owner, type) else iter((owner,))
    for each in classes:
        found = vars(each).get(name)
        if found is not None:
            return found if callable(found) and not isinstance(found, (type, staticmethod, classmethod)) else None
    return None
