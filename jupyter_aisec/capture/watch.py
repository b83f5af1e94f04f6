"""Puts a closure round the library functions that have a row, and takes it away again."""

from __future__ import annotations

import contextlib
import functools
import inspect
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextvars import ContextVar
from types import ModuleType
from typing import Any, Protocol

from jupyter_aisec.knowledge import Act, Api, apis

_Callable = Callable[..., Any]

_inside: ContextVar[Act | None] = ContextVar("aisec_inside", default=None)
"""What kind of watched call is running in this context; calls that it makes are its own business."""

_RECORDED_INSIDE = {Act.FITS: Act.LOGS}
"""An exception: autologging logs the model from inside ``fit``."""


class Observer(Protocol):
    """Told of each outermost watched call."""

    def before(self, row: Api, arguments: tuple[Any, ...]) -> object:
        """The call is about to be made; what is returned is handed to `after`."""

    def after(self, call: Call, result: object, noted: object) -> None:
        """The call came back."""


class Call:
    """One watched call: the row, and the arguments bound to the parameters of the function's signature."""

    __slots__ = ("args", "kwargs", "parameters", "row")

    def __init__(self, row: Api, parameters: tuple[str, ...], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.row = row
        self.parameters = parameters
        self.args = args
        self.kwargs = kwargs

    def argument(self, name: str | None) -> object:
        """The value of a parameter; None when it was not given."""
        if name is None:
            return None
        if name in self.kwargs:
            return self.kwargs[name]
        index = self.position(name)
        return self.args[index] if index is not None and index < len(self.args) else None

    def position(self, name: str) -> int | None:
        """Where the parameter stands among the positional ones."""
        return self.parameters.index(name) if name in self.parameters else None


class Watch:
    """All closures of one capture. ``namespace`` is the user's: names imported there earlier are exchanged too."""

    def __init__(self, observer: Observer, namespace: MutableMapping[str, Any]) -> None:
        self._observer = observer
        self._namespace = namespace
        self._active = True
        self._main_is_busy = 0
        self._undo: list[Callable[[], None]] = []
        self._closures: set[int] = set()

    def library(self, module_name: str) -> None:
        """A module was imported: put closures round what its rows name and is there by now."""
        exchanged: dict[int, _Callable] = {}
        for row in apis(module_name.partition(".")[0]).values():
            if row.act not in (None, Act.OPENS) and row.call.startswith(module_name + "."):
                exchanged |= self._row(row)
        if exchanged:
            self._everywhere(module_name.partition(".")[0], exchanged)

    def stop(self) -> None:
        """Leave everything as it was found; closures that others still hold only pass through from now on."""
        self._active = False
        for undo in reversed(self._undo):
            undo()
        self._undo.clear()
        self._closures.clear()

    def _row(self, row: Api) -> dict[int, _Callable]:
        owner, name = _owner(row.call)
        if owner is None:
            return {}
        if row.subclasses and isinstance(owner, type):
            self._family(owner, name, row)
            return {}
        original = _defined(owner, name)
        if original is None or id(original) in self._closures:
            return {}
        closure = self._closure(original, row)
        holder = next(each for each in owner.__mro__ if name in vars(each)) if isinstance(owner, type) else owner
        self._set(holder, name, original, closure)
        return {id(original): closure}

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
        # A class of the notebook travels to worker processes by value, with all that its methods hold: leave it alone.
        ours = id(method) in self._closures
        if inspect.isfunction(method) and cls.__module__ != "__main__" and self._active and not ours:
            self._set(cls, name, method, self._closure(method, row))

    def _set(self, holder: type | ModuleType, name: str, original: _Callable, closure: _Callable) -> None:
        try:
            setattr(holder, name, closure)
        except (AttributeError, TypeError):
            return  # a type in C that can't be changed

        def undo() -> None:
            # Somebody may have put a closure of theirs round ours meanwhile: then ours stays, and passes through.
            if vars(holder).get(name) is closure:
                setattr(holder, name, original)

        self._undo.append(undo)

    def _everywhere(self, library: str, exchanged: Mapping[int, _Callable]) -> None:
        """Other names of the same functions, in the library's modules and in the user's namespace."""
        for module_name, module in list(sys.modules.items()):
            if (module_name == library or module_name.startswith(library + ".")) and isinstance(module, ModuleType):
                self._exchange(vars(module), exchanged)
        self._exchange(self._namespace, exchanged)

    def _exchange(self, names: MutableMapping[str, Any], exchanged: Mapping[int, _Callable]) -> None:
        for name, value in list(names.items()):
            closure = exchanged.get(id(value))
            if closure is not None and value is not closure:
                names[name] = closure
                self._undo.append(functools.partial(_restore, names, name, closure, value))

    def _closure(self, original: _Callable, row: Api) -> _Callable:
        act = row.act
        assert act is not None
        parameters: list[tuple[str, ...]] = []

        @functools.wraps(original)
        def watched(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the signature is the original's
            __tracebackhide__ = True
            if not self._enters(act):
                return original(*args, **kwargs)
            if not parameters:
                parameters.append(_parameters(original))
            noted = self._observer.before(row, args)
            token = _inside.set(act)
            main = threading.current_thread() is threading.main_thread()
            self._main_is_busy += main
            try:
                result = original(*args, **kwargs)
            finally:
                self._main_is_busy -= main
                _inside.reset(token)
            self._observer.after(Call(row, parameters[0], args, kwargs), result, noted)
            return result

        self._closures.add(id(watched))
        return watched

    def _enters(self, act: Act) -> bool:
        if not self._active:
            return False
        running = _inside.get()
        if running is not None:
            return _RECORDED_INSIDE.get(running) is act
        # A worker thread starts with an empty context. What it does while the main thread is inside a watched call, a
        # library does for that call; otherwise the thread is the user's own.
        return not self._main_is_busy or threading.current_thread() is threading.main_thread()


def _restore(names: MutableMapping[str, Any], name: str, closure: _Callable, original: _Callable) -> None:
    if names.get(name) is closure:
        names[name] = original


def _parameters(function: _Callable) -> tuple[str, ...]:
    with contextlib.suppress(TypeError, ValueError):
        return tuple(inspect.signature(function).parameters)
    return ()


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


def _defined(owner: type | ModuleType, name: str) -> _Callable | None:
    classes: Iterator[type | ModuleType] = iter(owner.__mro__) if isinstance(owner, type) else iter((owner,))
    for each in classes:
        found = vars(each).get(name)
        if found is not None:
            return found if callable(found) and not isinstance(found, (type, staticmethod, classmethod)) else None
    return None
