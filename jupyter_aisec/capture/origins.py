"""Which assets a live object comes from: a side table of weak references, never an attribute of the user's object."""

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable, Iterable
from typing import Any

from jupyter_aisec.capture import look
from jupyter_aisec.capture.choices import NONE, Origins
from jupyter_aisec.model import AssetKind

_MANY = 1000
_CONTAINERS = (list, dict, tuple)
_PLAIN = frozenset({str, int, float, bool, bytes, slice, type(None)})
"""What most arguments are, and no data."""

identity: Callable[[object], int] = object.__hash__
"""A number that is a living object's own, as its `id` is. Of each `id` the interpreter tells all that audit it, so also
us, which takes three times as long."""


class _Entry(weakref.ref[object]):
    """A weak reference that knows what its object comes from, and where it stands in the table."""

    __slots__ = ("keys", "number")

    number: int
    keys: Origins


class LiveOrigins:
    """``identity(object) → origins``, forgotten with the object.

    Only data and models are remembered: a function or a class that happens to stand in a file is everybody's. Objects
    that take no weak reference (lists, dicts, tuples) are looked through instead, one level deep.
    """

    def __init__(self) -> None:
        self.table: dict[int, _Entry] = {}
        """Empty as long as nothing is known; the same dictionary always, because much asks it.

        What is in it is alive: an entry goes before the object's place in memory can be another's.
        """
        self.handles: set[type] = set()
        """Classes whose objects are no data, but give some when they are asked."""
        self._array: type | tuple[()] = ()
        table = self.table

        def forget(entry: Any) -> None:  # noqa: ANN401 - the type checker knows no callback of a subclass
            # That of an object that was remembered anew is gone, and calls nobody.
            table.pop(entry.number, None)

        self._forget = forget

    def remember(self, value: object, keys: Origins) -> None:
        """The object, or each of its parts, comes from these; what was known of it before is replaced."""
        self._array = getattr(sys.modules.get("numpy"), "ndarray", ())
        for each in (value, *_parts(value)):
            if type(each) in self.handles or look.is_data(each) or look.kind(each) is AssetKind.MODEL:
                self.put(each, keys)

    def put(self, value: object, keys: Origins) -> None:
        """As `remember`, of an object of a class that is known to be data."""
        self._enter(value, identity(value), keys)
        self._memory(value, keys)

    def add(self, value: object, keys: Origins, *, memory: bool = False) -> None:
        """The object comes from these too. ``memory``: and so does all else that shares its memory."""
        number = identity(value)
        known = self.table.get(number)
        if known is None:
            self._enter(value, number, keys)
        elif known.keys is not keys and not known.keys >= keys:
            known.keys |= keys
        if memory:
            self._memory(value, keys)

    def known(self, value: object) -> Origins:
        """What the object itself, or the array that it is a view of, comes from; its parts are not looked at."""
        entry = self.table.get(identity(value))
        if entry is not None:
            return entry.keys
        if issubclass(type(value), self._array):
            entry = self.table.get(identity(value.base))  # type: ignore[attr-defined]
        return NONE if entry is None else entry.keys

    def of(self, value: object) -> Origins:
        """What the object, or its parts, come from; empty when nothing is known."""
        if not isinstance(value, _CONTAINERS):
            return self.known(value)
        found = self.known(value)
        for each in _parts(value):
            found |= self.known(each)
        return found

    def of_all(self, values: Iterable[object]) -> Origins:
        """What any of the objects, or of their parts, come from."""
        found = NONE
        for keys in self.of_each(values):
            if keys and keys is not found:
                found = found | keys if found else keys
        return found

    def of_each(self, values: Iterable[object]) -> list[Origins]:
        """What each of the objects, or its parts, come from; of what can be no data nothing is said."""
        found: list[Origins] = []
        get, array = self.table.get, self._array
        for each in values:
            kind = type(each)
            if kind in _PLAIN:
                continue
            if issubclass(kind, _CONTAINERS):
                found.append(self.of(each))
                continue
            # As `known`: a loop asks it of all that goes into each of its calls.
            entry = get(identity(each))
            if entry is None and issubclass(kind, array):
                entry = get(identity(each.base))  # type: ignore[attr-defined]
            found.append(NONE if entry is None else entry.keys)
        return found

    def _enter(self, value: object, number: int, keys: Origins) -> None:
        try:
            entry = _Entry(value, self._forget)
        except TypeError:
            return  # takes no weak reference
        entry.number = number
        entry.keys = keys
        self.table[number] = entry

    def _memory(self, value: object, keys: Origins) -> None:
        # numpy gives a view of a view the array at the very end as its base: the one in between would not be found.
        if issubclass(type(value), self._array):
            base = value.base  # type: ignore[attr-defined]
            if base is not None and issubclass(type(base), self._array):
                self.add(base, keys)


def _parts(value: object) -> Iterable[object]:
    # The methods of the builtin classes, and not those of a subclass: no code of the user's runs.
    if not isinstance(value, _CONTAINERS):
        return ()
    if isinstance(value, dict):
        return list(dict.values(value))[:_MANY]
    if isinstance(value, list):
        return list.__getitem__(value, slice(_MANY))
    return tuple.__getitem__(value, slice(_MANY))
