"""The closure round one library function: the user's call, and a word to the observer before and after it."""

from __future__ import annotations

import contextlib
import functools
import inspect
import logging
import operator
import os
import sys
import threading
from collections.abc import Callable
from contextvars import ContextVar
from types import FrameType, FunctionType
from typing import Any, Protocol

from jupyter_aisec.knowledge import Act, Api

_log = logging.getLogger(__name__)

Function = Callable[..., Any]

_inside: ContextVar[Act | None] = ContextVar("aisec_inside", default=None)
"""What kind of watched call is running in this context; calls that it makes are its own business."""

_RECORDED_INSIDE = {Act.FITS: Act.LOGS}
"""An exception: autologging logs the model from inside ``fit``."""


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


class Observer(Protocol):
    """Told of each outermost watched call."""

    def before(self, call: Call) -> object:
        """The call is about to be made; what is returned is handed to the other two."""

    def failed(self, noted: object) -> None:
        """The call raised."""

    def after(self, call: Call, result: object, noted: object) -> None:
        """The call came back. Never raises."""


class State:
    """What all closures of one watch share: whether they are active, and what the main thread is doing."""

    def __init__(self, observer: Observer) -> None:
        self.observer = observer
        self.active = True
        self.process = os.getpid()
        self.main_is_busy = 0

    def enters(self, act: Act) -> bool:
        """Whether a call that starts now is one to record."""
        # A forked child has our memory, but not our threads nor our journal: what it does is its own.
        if not self.active or os.getpid() != self.process:
            return False
        running = _inside.get()
        if running is not None:
            return _RECORDED_INSIDE.get(running) is act
        # A worker thread starts with an empty context. What it does while the main thread is inside a watched call, a
        # library does for that call; otherwise the thread is the user's own.
        return not self.main_is_busy or threading.current_thread() is threading.main_thread()

    def before(self, call: Call) -> object:
        """Tell the observer; what fails there must not reach the user's call."""
        try:
            return self.observer.before(call)
        except Exception:
            _log.exception("could not note %s", call.row.call)
            return None


def closure(original: Function, row: Api, state: State) -> Function:
    """A function that does what the original does, and is taken for it: by name, signature and place in the file."""
    act = row.act
    assert act is not None
    known: list[tuple[str, ...]] = []
    # Of a row that names a class, the object that is made is what the call gives.
    makes = getattr(original, "__name__", "") == "__init__"

    def watched(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the signature is the original's
        __tracebackhide__ = True
        if not state.enters(act):
            return original(*args, **kwargs)
        call = Call(row, known[0] if known else _parameters(original, known), args, kwargs)
        noted = state.before(call)
        main = threading.current_thread() is threading.main_thread()
        token = _inside.set(act)
        done = False
        state.main_is_busy += main
        try:
            result = original(*args, **kwargs)
            done = True
        finally:
            state.main_is_busy -= main
            _inside.reset(token)
            if not done:
                state.observer.failed(noted)
        state.observer.after(call, args[0] if makes else result, noted)
        return result

    if row.reads_names:
        if not isinstance(original, FunctionType):
            return original
        watched = _of_module(watched, original)
    return disguised(watched, original)


def _of_module(made: Function, original: FunctionType) -> Function:
    """The closure, as a function of the original's module: the library looks for its caller's variables above that."""
    assert isinstance(made, FunctionType)
    names = {**made.__globals__, "__name__": original.__globals__.get("__name__")}
    return FunctionType(made.__code__, names, made.__name__, made.__defaults__, made.__closure__)


def disguised(made: Function, original: Function) -> Function:
    """The closure, as it is put in the original's place."""
    if isinstance(original, FunctionType) and isinstance(made, FunctionType) and _has_its_name(original):
        # Libraries find the user's line for a warning by walking up to the first file that is not their own.
        code = original.__code__
        names = {"co_filename": code.co_filename, "co_firstlineno": code.co_firstlineno, "co_name": code.co_name}
        made.__code__ = made.__code__.replace(**names)  # type: ignore[arg-type]
        return functools.wraps(original)(made)
    # The attributes of the original are not taken over: it may be a closure of an earlier watch, which has the same.
    return functools.update_wrapper(_OfC(made, original), original, updated=())


def _has_its_name(function: FunctionType) -> bool:
    """Whether a pickle finds the function by its name; one that it doesn't, it takes along with all that it uses."""
    name = function.__qualname__
    return "." in name or getattr(sys.modules.get(function.__module__), name, None) is function


class _OfC:
    """A closure round a function that is not written in Python: as such a function, it never becomes a method.

    Round one that is, too, if nobody finds it by its name.
    """

    def __init__(self, watched: Function, original: Function) -> None:
        self._watched = watched
        self._original = original

    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the signature is the original's
        __tracebackhide__ = True
        return self._watched(*args, **kwargs)

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


def caller(frames: int) -> FrameType:
    """The frame so many above the one that asks; what stands between for a function of C is not counted."""
    frame = sys._getframe(frames + 1)  # noqa: SLF001 - the documented way to the caller
    if frame.f_code is _OfC.__call__.__code__ and frame.f_back is not None:
        return frame.f_back
    return frame
