"""Which assets a live object comes from: a side table of weak references, never an attribute of the user's object."""

from __future__ import annotations

import weakref
from collections.abc import Iterable

from jupyter_aisec.capture import look
from jupyter_aisec.model import AssetKind

_MANY = 1000
_NONE: frozenset[str] = frozenset()


class _Entry(weakref.ref[object]):
    """A weak reference that knows what its object comes from, and where it stands in the table."""

    __slots__ = ("identity", "keys")

    identity: int
    keys: frozenset[str]


class Origins:
    """``id(object) → origins``, forgotten with the object.

    Only data and models are remembered: a function or a class that happens to stand in a file is everybody's. Objects
    that take no weak reference (lists, dicts, tuples) are looked through instead, one level deep.
    """

    def __init__(self) -> None:
        self._table: dict[int, _Entry] = {}
        self.handles: set[type] = set()
        """Classes whose objects are no data, but give some when they are asked."""

    def __bool__(self) -> bool:
        """Whether anything is known at all."""
        return bool(self._table)

    def clear(self) -> None:
        """Forget everything."""
        self._table.clear()

    def remember(self, value: object, keys: frozenset[str]) -> None:
        """The object, or each of its parts, comes from these; what was known of it before is replaced."""
        for each in (value, *_parts(value)):
            if type(each) in self.handles or look.is_data(each) or look.kind(each) is AssetKind.MODEL:
                self._put(each, keys)
                self._memory(each, keys)

    def add(self, value: object, keys: frozenset[str], *, memory: bool = False) -> None:
        """The object comes from these too. ``memory``: and so does all else that shares its memory."""
        known = self._entry(value)
        if known is None:
            self._put(value, keys)
        else:
            known.keys |= keys
        if memory:
            self._memory(value, keys)

    def known(self, value: object) -> frozenset[str]:
        """What the object itself, or the array that it is a view of, comes from; its parts are not looked at."""
        entry = self._entry(value)
        if entry is None:
            base = _base(value)
            entry = self._entry(base) if base is not None else None
        return _NONE if entry is None else entry.keys

    def of(self, value: object) -> frozenset[str]:
        """What the object, or its parts, come from; empty when nothing is known."""
        found = self.known(value)
        for each in _parts(value):
            found |= self.known(each)
        return found

    def _entry(self, value: object) -> _Entry | None:
        entry = self._table.get(id(value))
        return entry if entry is not None and entry() is value else None

    def _put(self, value: object, keys: frozenset[str]) -> None:
        try:
            entry = _Entry(value, self._forget)
        except TypeError:
            return  # takes no weak reference
        entry.identity = id(value)
        entry.keys = keys
        self._table[entry.identity] = entry

    def _memory(self, value: object, keys: frozenset[str]) -> None:
        # numpy gives a view of a view the array at the very end as its base: the one in between would not be found.
        base = _base(value)
        if base is not None:
            self.add(base, keys)

    def _forget(self, entry: weakref.ref[object]) -> None:
        assert isinstance(entry, _Entry)
        if self._table.get(entry.identity) is entry:
            del self._table[entry.identity]


def _base(value: object) -> object:
    """The array that owns the memory of a numpy array; None for anything else."""
    kind = type(value).__mro__[-2:][0]
    if kind.__name__ != "ndarray" or kind.__module__ != "numpy":
        return None
    base: object = value.base  # type: ignore[attr-defined]
    return base if type(base).__mro__[-2:][0] is kind else None


def _parts(value: object) -> Iterable[object]:
    # The methods of the builtin classes, and not those of a subclass: no code of the user's runs.
    if isinstance(value, dict):
        return list(dict.values(value))[:_MANY]
    if isinstance(value, list):
        return list.__getitem__(value, slice(_MANY))
    if isinstance(value, tuple):
        return tuple.__getitem__(value, slice(_MANY))
    return ()
