"""The closure round a library call that makes data of data: the origins of what went in are those of what came out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from jupyter_aisec.capture.closure import Function, disguised, inside
from jupyter_aisec.capture.origins import LiveOrigins, identity
from jupyter_aisec.knowledge import Act, Carries

_log = logging.getLogger(__name__)

_Carry = Callable[[LiveOrigins, tuple[Any, ...], Mapping[str, Any], object], None]

_READS, _LOADS = Act.READS, Act.LOADS

_INPUTS = frozenset({"input_objs", "objs", "left", "right"})
"""Where pandas keeps the frames that it put together: `objs`, `left` and `right` before 3.0."""


def derivation(original: Function, carries: Carries, origins: LiveOrigins) -> Function:
    """A function that does what the original does. Nothing is done as long as no data is known at all."""
    carry = _CARRY[carries]
    known = origins.table

    def carried(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the signature is the original's
        __tracebackhide__ = True
        result = original(*args, **kwargs)
        # What a reader makes of its file on the way comes from that file, and from nothing that is known before.
        if known and (running := inside.get()) is not _READS and running is not _LOADS:
            try:
                carry(origins, args, kwargs, result)
            except Exception:  # the second law
                _log.exception("could not follow %s", getattr(original, "__qualname__", original))
        return result

    return disguised(carried, original)


def _finalized(origins: LiveOrigins, args: tuple[Any, ...], kwargs: Mapping[str, Any], result: object) -> None:
    other = args[1] if len(args) > 1 else kwargs.get("other")
    entry = origins.table.get(identity(other))
    if entry is not None:  # a frame is made of another: the most frequent of all
        origins.add(result, entry.keys)
        return
    held: Mapping[str, Any] = getattr(other, "__dict__", {})
    if not _INPUTS.isdisjoint(held) and type(other).__module__.partition(".")[0] in ("types", "pandas"):
        keys = origins.of_all([held[name] for name in _INPUTS if name in held])
        if keys:
            origins.add(result, keys)


def _into_self(origins: LiveOrigins, args: tuple[Any, ...], kwargs: Mapping[str, Any], result: object) -> None:
    del result
    if keys := origins.of_all((*args[1:], *kwargs.values())):
        origins.add(args[0], keys)


def _memory(origins: LiveOrigins, args: tuple[Any, ...], kwargs: Mapping[str, Any], result: object) -> None:
    del kwargs
    if keys := origins.known(args[0]):
        origins.add(result, keys, memory=True)


def _result(origins: LiveOrigins, args: tuple[Any, ...], kwargs: Mapping[str, Any], result: object) -> None:
    given = (*args, *kwargs.values())
    keys = origins.of_all(given)
    # What came through untouched is what it was.
    if keys and all(result is not each for each in given):
        origins.add(result, keys)


def _in_turn(origins: LiveOrigins, args: tuple[Any, ...], kwargs: Mapping[str, Any], result: object) -> None:
    """Of ``n`` inputs and ``k·n`` outputs, the first ``k`` belong to the first input."""
    del kwargs
    outputs = result if isinstance(result, list) else [result]
    for index, each in enumerate(outputs):
        if keys := origins.of(args[index * len(args) // len(outputs)]):
            origins.add(each, keys)


_CARRY: Mapping[Carries, _Carry] = {
    Carries.FINALIZED: _finalized,
    Carries.INTO_SELF: _into_self,
    Carries.MEMORY: _memory,
    Carries.RESULT: _result,
    Carries.IN_TURN: _in_turn,
}
