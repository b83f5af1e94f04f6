"""The closure round one library function: the user's call, and a word to the observer before and after it."""

from __future__ import annotations

import contextlib
import functools
import inspect
import operator
import os
import sys
import threading
import weakref
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from types import CodeType, FrameType, FunctionType
from typing import Any, Protocol

from jupyter_aisec.knowledge import Act, Api

Function = Callable[..., Any]

_WALK_UP = frozenset({"pandas", "polars", "xarray", "geopandas", "dask"})
"""Libraries that find the user's line for a warning by walking up to the first file that is not their own."""

_KIND = inspect.CO_COROUTINE | inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR
"""What `inspect.iscoroutinefunction` and its like ask the code of a function for."""

_UNCOUNTED = "<jupyter_aisec, beside importlib._bootstrap>"
"""The others count the frames between. Python passes over those whose file has two words of this in its name:
https://github.com/python/cpython/blob/3.14/Python/_warnings.c (``is_internal_filename``)."""

inside: ContextVar[Act | None] = ContextVar("aisec_inside", default=None)
"""What kind of watched call is running in this context; calls that it makes are its own business."""

_RECORDED_INSIDE = {Act.FITS: Act.LOGS}
"""An exception: autologging logs the model from inside ``fit``."""


def is_inside() -> bool:
    """Whether a watched call is running in this context."""
    return inside.get() is not None


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
        if self.args and self.parameters[:1] == (name,):
            return self.args[0]
        if name in self.kwargs:
            return self.kwargs[name]
        index = self.position(name)
        return self.args[index] if index is not None and index < len(self.args) else None

    def position(self, name: str) -> int | None:
        """Where the parameter stands among the positional ones."""
        return self.parameters.index(name) if name in self.parameters else None


class Repeat(Protocol):
    """A call that came before at the same place, and of which nothing new can be said while it is the same.

    Where it turns out to be another, it is handed to the observer as what was noted before the call.
    """

    code: CodeType

    def comes(self, row: Api, args: tuple[Any, ...]) -> bool:
        """Whether the same call seems to be about to be made."""

    def came(self, args: tuple[Any, ...], kwargs: Mapping[str, Any], result: object) -> bool:
        """Whether it was the same; what is to be known of its result is known then."""


class Observer(Protocol):
    """Told of each outermost watched call, but for those that repeat. ``frame`` is the one that made it."""

    again: dict[int, Repeat]
    """What may come again, by the instruction in its code; the same dictionary always."""

    def before(self, call: Call, frame: FrameType) -> object:
        """The call is about to be made; what is returned is handed to the other two. Never raises."""

    def failed(self, noted: object) -> None:
        """The call raised."""

    def after(self, call: Call, result: object, noted: object, frame: FrameType) -> None:
        """The call came back. Never raises."""


class State:
    """What all closures of one watch share: the names of the cells, whether it is active, what the main thread does."""

    def __init__(self, observer: Observer, namespace: Mapping[str, object]) -> None:
        self.observer = observer
        self.namespace = namespace
        self.active = True
        self.main = threading.main_thread().ident
        self.main_is_busy = 0
        # To be told of a fork costs the calls nothing; to ask for the process's number would be a system call each.
        if sys.platform != "win32":
            os.register_at_fork(after_in_child=functools.partial(_forked, weakref.ref(self)))


def _forked(state: weakref.ref[State]) -> None:
    """A forked child has our memory, but not our threads nor our journal: what it does is its own."""
    found = state()
    if found is not None:
        found.active = False


def closure(original: Function, row: Api, state: State) -> Function:
    """A function that does what the original does, and is taken for it: by name, signature and place in the file."""
    act = row.act
    assert act is not None
    known: list[tuple[str, ...]] = []
    # Of a row that names a class, the object that is made is what the call gives.
    makes = getattr(original, "__name__", "") == "__init__"
    before, after, failed = state.observer.before, state.observer.after, state.observer.failed
    again, names = state.observer.again, state.namespace
    main, thread, frame_above = state.main, threading.get_ident, sys._getframe  # noqa: SLF001 - the documented way

    def called(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Call:
        return Call(row, known[0] if known else _parameters(original, known), args, kwargs)

    # A loop may come past here a million times: what would read better as a function of its own stands here instead.
    def watched(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the signature is the original's
        __tracebackhide__ = True
        running = inside.get()
        if running is not None:
            if _RECORDED_INSIDE.get(running) is not act or not state.active:
                return original(*args, **kwargs)
        # A worker thread starts with an empty context. What it does while the main thread is inside a watched call, a
        # library does for that call; otherwise the thread is the user's own.
        elif not state.active or (state.main_is_busy and thread() != main):
            return original(*args, **kwargs)
        frame = frame_above(1)
        call, repeat = None, again.get(frame.f_lasti)
        if repeat is None or not (repeat.code is frame.f_code and frame.f_globals is names and repeat.comes(row, args)):
            call, repeat = called(args, kwargs), None
        noted = repeat if call is None else before(call, frame)
        on_main = thread() == main
        token = inside.set(act)
        done = False
        state.main_is_busy += on_main
        try:
            result = original(*args, **kwargs)
            done = True
        finally:
            state.main_is_busy -= on_main
            inside.reset(token)
            if not done:
                failed(noted)
        made = args[0] if makes else result
        if repeat is None or not _came(repeat, args, kwargs, made):
            after(call or called(args, kwargs), made, noted, frame)
        return result

    if row.reads_names and not isinstance(original, FunctionType):
        return original
    return disguised(_of_module(watched, original) if row.reads_names else watched, original)


def _came(repeat: Repeat, args: tuple[Any, ...], kwargs: Mapping[str, Any], result: object) -> bool:
    try:
        return repeat.came(args, kwargs, result)
    except Exception:  # the second law; the observer meets it again, and logs it
        return False


def _of_module(made: Function, original: Function) -> Function:
    """The closure, as a function of the original's module: the library looks for its caller's variables above that."""
    assert isinstance(made, FunctionType)
    assert isinstance(original, FunctionType)
    names = {**made.__globals__, "__name__": original.__globals__.get("__name__")}
    return FunctionType(made.__code__, names, made.__name__, made.__defaults__, made.__closure__)


def disguised(made: Function, original: Function) -> Function:
    """The closure, as it is put in the original's place."""
    if isinstance(original, FunctionType) and isinstance(made, FunctionType) and _has_its_name(original):
        code = original.__code__
        library = original.__module__.partition(".")[0]
        file = code.co_filename if library in _WALK_UP else _UNCOUNTED
        # It stays a plain function, that knows its caller before anything is awaited: only the flag is the original's.
        own = made.__code__.replace(
            co_filename=file,
            co_firstlineno=code.co_firstlineno,
            co_name=code.co_name,
            co_qualname=code.co_qualname,
            co_flags=made.__code__.co_flags | (code.co_flags & _KIND),
        )
        again = FunctionType(own, made.__globals__, own.co_name, made.__defaults__, made.__closure__)
        return functools.wraps(original)(again)
    # The attributes of the original are not taken over: it may be a closure of an earlier watch, which has the same.
    of_c = type(_OfC.__name__, (_OfC,), {"__call__": staticmethod(made), "__module__": __name__})
    return functools.update_wrapper(of_c(original), original, updated=())


def _has_its_name(function: FunctionType) -> bool:
    """Whether a pickle finds the function by its name; one that it doesn't, it takes along with all that it uses."""
    name = function.__qualname__
    return "." in name or getattr(sys.modules.get(function.__module__), name, None) is function


class _OfC:
    """A closure round a function that is not written in Python: as such a function, it never becomes a method.

    Round one that is, too, if nobody finds it by its name. Each has a class of its own, whose call is the closure.
    """

    def __init__(self, original: Function) -> None:
        self._original = original

    def __reduce__(self) -> tuple[object, ...]:
        # Another process gets the plain function, and needs nothing of ours to read it.
        return operator.getitem, ((self._original,), 0)


def _parameters(function: Function, known: list[tuple[str, ...]]) -> tuple[str, ...]:
    """The names of the parameters, asked for at the first call only."""
    found: tuple[str, ...] = ()
    with contextlib.suppress(TypeError, ValueError):
        found = tuple(inspect.signature(function).parameters)
    known.append(found)
    return found
