"""Puts a closure round the library functions that have a row, and takes it away again."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from jupyter_aisec import knowledge
from jupyter_aisec.capture.closure import Function, Observer, State, closure
from jupyter_aisec.capture.derivation import derivation
from jupyter_aisec.capture.origins import LiveOrigins
from jupyter_aisec.knowledge import Carries

_Wrap = Callable[[Function], Function]


@dataclass(frozen=True, slots=True)
class _Place:
    """A call by its dotted name, or with ``family`` the method of that name in every subclass; and what goes there."""

    call: str
    wrap: _Wrap
    family: bool
    gives: bool = False
    """Objects of the class are no data, but give some when they are asked."""


_BOUND = (staticmethod, classmethod)


class Watch:
    """All closures of one capture. ``namespace`` is the user's: names imported there earlier are exchanged too."""

    def __init__(self, observer: Observer, namespace: MutableMapping[str, Any], origins: LiveOrigins) -> None:
        self._state = State(observer, namespace)
        self._namespace = namespace
        self._origins = origins
        self._undo: list[Callable[[], None]] = []
        self._closures: set[int] = set()
        self._families: set[tuple[type, frozenset[str]]] = set()

    def library(self, module_name: str) -> None:
        """A module was imported: put closures round what its rows name and is there by now."""
        exchanged: dict[int, Function] = {}
        families: dict[type, dict[str, _Wrap]] = {}
        for place in self._places(module_name.partition(".")[0]):
            if not place.call.startswith(module_name + "."):
                continue
            owner, name = _owner(place.call)
            if place.family and isinstance(owner, type):
                families.setdefault(owner, {})[name] = place.wrap
            elif owner is not None:
                exchanged |= self._one(owner, name, place.wrap)
                if place.gives and isinstance(owner, type):
                    self._origins.handles.add(owner)
        for base, methods in families.items():
            self._family(base, methods)
        if exchanged:
            self._everywhere(module_name.partition(".")[0], exchanged)

    def stop(self) -> None:
        """Leave everything as it was found; closures that others still hold only pass through from now on."""
        self._state.active = False
        for undo in reversed(self._undo):
            undo()
        self._undo.clear()
        self._closures.clear()
        self._families.clear()

    def _places(self, library: str) -> Iterator[_Place]:
        for row in knowledge.apis(library).values():
            if row.act is not None:
                wrap = functools.partial(closure, row=row, state=self._state)
                yield _Place(row.defined or row.call, wrap, row.subclasses)
        for each in knowledge.derivations():
            carry = functools.partial(derivation, carries=each.carries, origins=self._origins)
            for call in each.calls:
                if call.startswith(library + "."):
                    yield _Place(call, carry, each.subclasses, each.carries is Carries.RESULT)

    def _one(self, owner: type | ModuleType, name: str, wrap: _Wrap) -> dict[int, Function]:
        holder, found = _defined(owner, name)
        if isinstance(found, property):
            getter = found.fget
            if getter is not None and id(getter) not in self._closures:
                made = self._made(getter, wrap)
                self._set(holder, name, found, property(made, found.fset, found.fdel, found.__doc__))
            return {}
        if isinstance(found, type):
            init = vars(found).get("__init__")
            if inspect.isfunction(init) and id(init) not in self._closures:
                self._set(found, "__init__", init, self._made(init, wrap))
            return {}
        original = found.__func__ if isinstance(found, _BOUND) else found
        if not callable(original) or id(original) in self._closures:
            return {}
        if isinstance(holder, type) and not inspect.isfunction(original):
            return {}  # a method of C: what stands in its place would not be bound to the object
        made = self._made(original, wrap)
        self._set(holder, name, found, type(found)(made) if isinstance(found, _BOUND) else made)
        return {id(original): made}

    def _family(self, base: type, methods: Mapping[str, _Wrap]) -> None:
        """Methods in every subclass, those that exist and those that will."""
        known = (base, frozenset(methods))
        if known in self._families:
            return
        self._families.add(known)
        queue = [base]
        seen: set[type] = set()
        while queue:
            each = queue.pop()
            if each not in seen:
                seen.add(each)
                queue.extend(each.__subclasses__())
                self._methods(each, base, methods)
        marker = "__init_subclass__"
        previous = vars(base).get(marker)
        parent: Any = base  # the type checker knows no `super` of a class that is a value

        def init_subclass(cls: type[Any], /, **options: Any) -> None:  # noqa: ANN401 - as the class statement says
            if previous is None:
                super(parent, cls).__init_subclass__(**options)
            else:
                previous.__get__(None, cls)(**options)
            self._methods(cls, base, methods)

        replacement: Any = classmethod(init_subclass)
        setattr(base, marker, replacement)

        def undo() -> None:
            if vars(base).get(marker) is replacement:
                if previous is None:
                    delattr(base, marker)
                else:
                    setattr(base, marker, previous)

        self._undo.append(undo)

    def _methods(self, cls: type, base: type, methods: Mapping[str, _Wrap]) -> None:
        library = base.__module__.partition(".")[0]
        for holder in cls.__mro__:
            # A library's own estimators have methods from classes of its beside the base, too.
            if not self._state.active or not (holder is cls or holder.__module__.startswith(library + ".")):
                continue
            # A class that can't be imported travels to worker processes by value, with all that its methods hold:
            # leave those of the notebook, and those made inside a function, alone.
            if holder.__module__ == "__main__" or "<locals>" in holder.__qualname__:
                continue
            for name in methods.keys() & vars(holder).keys():
                method = vars(holder)[name]
                if inspect.isfunction(method) and id(method) not in self._closures:
                    self._set(holder, name, method, self._made(method, methods[name]))

    def _set(self, holder: type | ModuleType, name: str, original: object, made: object) -> None:
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

    def _made(self, original: Function, wrap: _Wrap) -> Function:
        made = wrap(original)
        self._closures.add(id(made))
        return made


@functools.cache
def modules(library: str) -> frozenset[str]:
    """The modules of a library that hold something to watch. The rows of one that is absent are never read."""
    calls = [row.defined or row.call for row in knowledge.apis(library).values() if row.act is not None]
    calls += [call for each in knowledge.derivations() for call in each.calls if call.startswith(library + ".")]
    split = [call.split(".") for call in calls]
    return frozenset(".".join(parts[:count]) for parts in split for count in range(1, len(parts)))


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


def _defined(owner: type | ModuleType, name: str) -> tuple[type | ModuleType, object]:
    """What stands under the name, and which class or module holds it; None when it is not there yet."""
    classes: Iterator[type | ModuleType] = iter(owner.__mro__) if isinstance(owner, type) else iter((owner,))
    return next(((each, vars(each)[name]) for each in classes if name in vars(each)), (owner, None))
