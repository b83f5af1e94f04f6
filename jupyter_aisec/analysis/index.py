"""Which rules want to see what: looked up by path, by last name or by library, so that a call costs three lookups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.named import Named
from jupyter_aisec.analysis.paths import homes
from jupyter_aisec.analysis.rule import Rule

_KNOWN = 8192
"""Calls of which it is remembered who asks for them."""


class Index:
    """The rules of one analyser."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        self.names = frozenset(rule.name for rule in self.rules)
        self.sorted = tuple(sorted(self.names))
        self._by_path: dict[str, list[Rule]] = defaultdict(list)
        self._by_name: dict[str, list[Rule]] = defaultdict(list)
        self._by_library: dict[str, list[Rule]] = defaultdict(list)
        self._by_type: dict[type, list[Rule]] = defaultdict(list)
        self.last = frozenset(
            [path.rpartition(".")[2] for rule in self.rules for path in rule.calls]
            + [name for rule in self.rules for name in rule.named]
        )
        """The last names of calls that somebody asks for."""
        self.shortest = min((rule.shortest for rule in self.rules if Named in rule.subscriptions), default=0)
        """Characters of the shortest literal under a name that a rule may have to say something about."""
        # Calls of the same name come by the thousand.
        self.calls = lru_cache(_KNOWN)(self._calls)
        self.wants = lru_cache(_KNOWN)(self._wants)
        for rule in self.rules:
            for subscription in rule.subscriptions:
                if subscription is not Call:
                    self._by_type[subscription].append(rule)
            for path in rule.calls:
                self._by_path[path].append(rule)
            for name in rule.named:
                self._by_name[name].append(rule)
            for library in rule.libraries:
                self._by_library[library].append(rule)

    @staticmethod
    @lru_cache(8)
    def of(rules: tuple[Rule, ...]) -> Index:
        """The index of these rules; made once, for each notebook asks for it."""
        return Index(rules)

    def _calls(self, path: str, name: str) -> tuple[Rule, ...]:
        """The rules about one call; ``path`` is empty when it could not be resolved."""
        found = [*self._by_path.get(path, ()), *self._by_name.get(name, ())] if name or path else []
        if path:
            found += self._within(path.partition(".")[0], name)
        return tuple(found)

    def _wants(self, library: str, name: str) -> bool:
        """Whether a rule asks for calls of this last name on what begins in a library."""
        return any(self._within(home, name) for home in homes(library))

    def _within(self, library: str, name: str) -> list[Rule]:
        rules = self._by_library.get(library, ())
        return [rule for rule in rules if rule.within is None or rule.within(library, name)]

    def reading(self, *subscriptions: type) -> tuple[Rule, ...]:
        """The rules about any of these, in their order."""
        return tuple(rule for rule in self.rules if not set(subscriptions).isdisjoint(rule.subscriptions))

    def about(self, subscription: type) -> list[Rule]:
        """The rules about everything else of one kind."""
        return self._by_type.get(subscription, [])
