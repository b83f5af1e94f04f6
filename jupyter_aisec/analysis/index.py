"""Which rules want to see what: looked up by path, by last name or by library, so that a call costs three lookups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.rule import Rule


class Index:
    """The rules of one analyser."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        self.names = frozenset(rule.name for rule in self.rules)
        self._by_path: dict[str, list[Rule]] = defaultdict(list)
        self._by_name: dict[str, list[Rule]] = defaultdict(list)
        self._by_library: dict[str, list[Rule]] = defaultdict(list)
        self._by_type: dict[type, list[Rule]] = defaultdict(list)
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

    def calls(self, path: str, name: str) -> list[Rule]:
        """The rules about one call; ``path`` is empty when it could not be resolved."""
        found = [*self._by_path.get(path, ()), *self._by_name.get(name, ())] if name or path else []
        if path:
            found.extend(self._by_library.get(path.partition(".")[0], ()))
        return found

    def about(self, subscription: type) -> list[Rule]:
        """The rules about everything else of one kind."""
        return self._by_type.get(subscription, [])
