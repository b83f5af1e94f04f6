"""Which assets a live object comes from: a side table of weak references, never an attribute of the user's object."""

from __future__ import annotations

import weakref
from collections.abc import Iterable

from jupyter_aisec.capture import look
from jupyter_aisec.model import AssetKind

_MANY = 1000


class Origins:
    """``id(object) → origins``, forgotten with the object.

    Only data and models are remembered: a function or a class that happens to stand in a file is everybody's. Objects
    that take no weak reference (lists, dicts, tuples) are looked through instead, one level deep.
    """

    def __init__(self) -> None:
        self._table: dict[int, tuple[weakref.ref[object], frozenset[str]]] = {}

    def remember(self, value: object, keys: frozenset[str]) -> None:
        """The object, or each of its parts, comes from these; what was known of it before is replaced."""
        for each in (value, *_parts(value)):
            if not (look.is_data(each) or look.kind(each) is AssetKind.MODEL):
                continue
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


def _parts(value: object) -> Iterable[object]:
    # The methods of the builtin classes, and not those of a subclass: no code of the user's runs.
    if isinstance(value, dict):
        return list(dict.values(value))[:_MANY]
    if isinstance(value, list):
        return list.__getitem__(value, slice(_MANY))
    if isinstance(value, tuple):
        return tuple.__getitem__(value, slice(_MANY))
    return ()
