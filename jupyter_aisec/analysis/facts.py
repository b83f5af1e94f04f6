"""Who did what: the facts of all cells, by the cell that each is from."""

from __future__ import annotations

from collections.abc import Collection, Hashable

from jupyter_aisec.analysis.hit import ANYTHING, Fact


class Facts:
    """A fact holds as long as one cell has it."""

    def __init__(self) -> None:
        self._owners: dict[Fact, set[Hashable]] = {}
        self._of: dict[Hashable, frozenset[Fact]] = {}

    def replace(self, owner: Hashable, facts: Collection[Fact]) -> set[Fact]:
        """What a cell does now, in place of what it did; gives the facts that began or ceased to hold."""
        before, now = self._of.get(owner), frozenset(facts)
        changed: set[Fact] = set()
        if before == now or not (before or now):
            return changed
        before = before or frozenset()
        for fact in before - now:
            self._owners[fact].discard(owner)
            if not self._owners[fact]:
                del self._owners[fact]
                changed.add(fact)
        for fact in now - before:
            if fact not in self._owners:
                changed.add(fact)
            self._owners.setdefault(fact, set()).add(owner)
        if now:
            self._of[owner] = now
        else:
            del self._of[owner]
        return changed

    def hold(self, fact: Fact) -> bool:
        """Whether this was done, to this thing or to something that can't be named."""
        return fact in self._owners or Fact(fact.deed, ANYTHING) in self._owners
