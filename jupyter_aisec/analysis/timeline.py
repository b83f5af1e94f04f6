"""What is carried, with its history: which cell made what of a name, and which cells looked."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any, Generic, Protocol, TypeVar

from jupyter_aisec.analysis.carried import Carried, Space
from jupyter_aisec.analysis.scope import Missing, Names
from jupyter_aisec.analysis.values import same

Key = tuple[Space, str]
"""A name in one of the sets of names."""
Held = Any
"""What a name is bound to, `Missing` when to nothing."""

_position = attrgetter("position")


class View:
    """What one cell sees of all that is carried to it: notes what it looks at, and keeps what it makes for itself."""

    def __init__(self, before: Callable[[Key], Held]) -> None:
        self._before = before
        self._spaces: dict[Space, _Space] = {}

    @property
    def carried(self) -> Carried:
        """The same as the walk of a cell knows it."""
        return Carried(self._space)

    def _space(self, space: Space) -> Names[Any]:
        return self._spaces.setdefault(space, _Space(space, self._before))

    @property
    def read(self) -> dict[Key, Held]:
        """What was looked at before the cell itself made something of it, and what it was."""
        return {(name, key): held for name, space in self._spaces.items() for key, held in space.read.items()}

    @property
    def made(self) -> dict[Key, Held]:
        """What the cell made of names; not what it put back as it was."""
        return {(name, key): held for name, space in self._spaces.items() for key, held in space.made()}


class _Space(dict[str, Held]):
    """One set of names: what was looked up or bound so far, `Missing` what is bound to nothing."""

    __slots__ = ("_before", "_space", "read")

    def __init__(self, space: Space, before: Callable[[Key], Held]) -> None:
        self._space = space
        self._before = before
        self.read: dict[str, Held] = {}

    def __missing__(self, name: str) -> Held:
        held = self[name] = self.read[name] = self._before((self._space, name))
        return held

    def get(self, name: str, default: Any = None, /) -> Any:  # noqa: ANN401 - as a dict has it
        held = self[name]
        return default if held is Missing.MISSING else held

    def pop(self, name: str, default: object = None, /) -> None:
        del default
        self[name] = Missing.MISSING

    def made(self) -> Iterator[tuple[str, Held]]:
        read = self.read
        for name, held in self.items():
            if name in read:
                before = read[name]
                if held is before or same(held, before):
                    continue
            yield name, held


class Placed(Protocol):
    """Something that stands at a position among others."""

    @property
    def position(self) -> int:
        """Its number from the top."""


_Cell = TypeVar("_Cell", bound=Placed)


class Ordered(Generic[_Cell]):
    """Some cells in document order. They stay so while no cell moves past another."""

    __slots__ = ("_cells",)

    def __init__(self) -> None:
        self._cells: list[_Cell] = []

    def __bool__(self) -> bool:
        return bool(self._cells)

    @property
    def first(self) -> _Cell | None:
        """The topmost."""
        return self._cells[0] if self._cells else None

    def add(self, cell: _Cell) -> None:
        """Put a cell in its place."""
        insort(self._cells, cell, key=_position)

    def remove(self, cell: _Cell) -> None:
        """Take out a cell that is there."""
        del self._cells[bisect_left(self._cells, cell.position, key=_position)]

    def above(self, position: int) -> _Cell | None:
        """The nearest one above."""
        index = bisect_left(self._cells, position, key=_position)
        return self._cells[index - 1] if index else None

    def below(self, position: int) -> _Cell | None:
        """The nearest one below."""
        index = bisect_right(self._cells, position, key=_position)
        return self._cells[index] if index < len(self._cells) else None

    def between(self, position: int, last: int | None) -> list[_Cell]:
        """Those below a position, down to and with another."""
        start = bisect_right(self._cells, position, key=_position)
        end = len(self._cells) if last is None else bisect_right(self._cells, last, key=_position)
        return self._cells[start:end]


class Timeline(Generic[_Cell]):
    """Who made and who read each name, in document order: what stands above a cell is found without going there."""

    def __init__(self, made: Callable[[_Cell], dict[Key, Held]]) -> None:
        self._made = made
        self._makers: dict[Key, Ordered[_Cell]] = {}
        self._readers: dict[Key, Ordered[_Cell]] = {}

    def before(self, key: Key, position: int) -> Held:
        """What a name is for a cell at a position."""
        makers = self._makers.get(key)
        maker = makers.above(position) if makers else None
        return Missing.MISSING if maker is None else self._made(maker)[key]

    def concerned(self, key: Key, position: int) -> list[_Cell]:
        """The cells that look at what a name is there: those below, down to the next that makes something of it."""
        readers = self._readers.get(key)
        if not readers:
            return []
        makers = self._makers.get(key)
        next_maker = makers.below(position) if makers else None
        return readers.between(position, None if next_maker is None else next_maker.position)

    def enter(self, cell: _Cell, read: set[Key], made: set[Key]) -> None:
        """A cell reads and makes these too."""
        for keys, index in ((read, self._readers), (made, self._makers)):
            for key in keys:
                index.setdefault(key, Ordered()).add(cell)

    def leave(self, cell: _Cell, read: set[Key], made: set[Key]) -> None:
        """A cell reads and makes these no more."""
        for keys, index in ((read, self._readers), (made, self._makers)):
            for key in keys:
                index[key].remove(cell)
                if not index[key]:
                    del index[key]
