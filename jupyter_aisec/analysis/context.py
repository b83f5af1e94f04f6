"""What is known of the notebook beyond the cell: versions, environment variables, deeds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from jupyter_aisec.analysis.hit import ANYTHING, Fact

_NUMBERS = re.compile(r"\d+")


@dataclass(slots=True)
class Context:
    """Carried from cell to cell."""

    versions: Mapping[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    facts: dict[Fact, object] = field(default_factory=dict)
    """Facts, and the cell that each is from."""

    def older(self, package: str, *limit: int) -> bool | None:
        """Whether the installed ``package`` is older than ``limit``; None when its version is unknown."""
        version = self.versions.get(package)
        if version is None:
            return None
        numbers = tuple(int(number) for number in _NUMBERS.findall(version)[: len(limit)])
        return numbers < limit

    def holds(self, fact: Fact) -> bool:
        """Whether this was done, to this thing or to something that can't be named."""
        return fact in self.facts or Fact(fact.deed, ANYTHING) in self.facts
