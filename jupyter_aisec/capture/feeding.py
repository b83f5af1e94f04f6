"""Which data sets of PyTorch are being read right now: those whose loader's iterator somebody goes through."""

from __future__ import annotations

import sys
import weakref
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class _Feed:
    """An iterator, the loader that gave it, and the identity of the data set that it goes through."""

    alive: weakref.ref[Any]
    loader: weakref.ref[Any]
    data: int
    is_of_this_cell: bool = True


class _Stand:
    """A loader that keeps its iterator; or an iterator, which nobody goes through."""

    _iterator: _Stand


class Feeding:
    """The iterators of one session, as long as they live."""

    def __init__(self, namespace: Mapping[str, Any]) -> None:
        self._namespace = namespace
        self._feeds: list[_Feed] = []
        loader = _Stand()
        loader._iterator = _Stand()  # noqa: SLF001 - as the library calls it
        self._idle = _references(weakref.ref(loader._iterator))  # noqa: SLF001 - likewise
        """So many references this interpreter counts of an iterator that only its loader holds."""

    def begins(self, loader: Any, iterator: Any) -> None:  # noqa: ANN401 - classes of the library
        """A loader begins to hand out its data, anew if it is one that keeps its workers and their iterator."""
        self._feeds = [each for each in self._feeds if each.alive() not in (None, iterator)]
        data = id(getattr(loader, "dataset", None))
        self._feeds.append(_Feed(weakref.ref(iterator), weakref.ref(loader), data))

    def being_read(self) -> Iterator[tuple[Any, int]]:
        """The iterators that somebody goes through, each with the identity of its data: a loop lets go of its own."""
        for feed in self._feeds:
            kept = getattr(feed.loader(), "_iterator", None) is feed.alive()
            if _references(feed.alive) > (self._idle if kept else 0):
                yield feed.alive(), feed.data

    def cell_ends(self, *, failed: bool) -> None:
        """A cell is over. One that failed leaves its frames behind, and what their local names hold."""
        if failed:
            named = {id(value) for value in list(self._namespace.values())}
            self._feeds = [each for each in self._feeds if not each.is_of_this_cell or id(each.alive()) in named]
        for each in self._feeds:
            each.is_of_this_cell = False

    def clear(self) -> None:
        """Nothing is watched any more."""
        self._feeds.clear()


def _references(alive: weakref.ref[Any]) -> int:
    """How many references an object has, with those of this function; 0 when it is gone."""
    value = alive()
    return sys.getrefcount(value) if value is not None else 0
