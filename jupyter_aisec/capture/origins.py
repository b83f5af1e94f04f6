"""Which assets a live object comes from: a side table of weak references, never an attribute of the user's object."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Mapping


class Origins:
    """``id(object) → origins``, forgotten with the object.

    Objects that take no weak reference (lists, dicts, tuples) are looked through instead, one level deep.
    """

    def __init__(self) -> None:
        self._table: dict[int, tuple[weakref.ref[object], frozenset[str]]] = {}

    def remember(self, value: object, keys: frozenset[str]) -> None:
        """The object, or each of its parts, comes from these; what was known of it before is replaced."""
        for each in (value, *_parts(value)):
            identity = id(each)

            def forget(_: object, identity: int = identity) -> None:
                self._table.pop(identity, None)

            try:
                self._table[identity] = (weakref.ref(each, forget), keys)
            except TypeError:
                continue

    def of(self, value: object) -> frozenset[str]:
        """What the object, or its parts, come from; empty when nothing is known."""
        found: frozenset[str] = frozenset()
        for each in (value, *_parts(value)):
            entry = self._table.get(id(each))
            if entry is not None and entry[0]() is each:
                found |= entry[1]
        return found


_MANY = 1000


def _parts(value: object) -> Iterable[object]:
    # Only exact builtin containers and their plain subclasses are looked into: they run no code of the user's.
    if isinstance(value, Mapping) and isinstance(value, dict):
        return list(dict.values(value))[:_MANY]
    if isinstance(value, (list, tuple)):
        return value[:_MANY]
    return ()
