"""What rules may ask about beyond the cell: versions of what is installed, environment variables."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from jupyter_aisec.advisories import Advisories
from jupyter_aisec.analysis.scope import Names

Documented = Callable[[str], bool]
"""Whether people said anything about the data at a path or address, as it stands in the notebook."""

_NUMBERS = re.compile(r"\d+")
_NONE = Advisories()


@dataclass(slots=True)
class Context:
    """The surroundings of one cell."""

    versions: Mapping[str, str] = field(default_factory=dict)
    environment: Names[str] = field(default_factory=dict)
    documented: Documented | None = None
    """None where nobody can say: in an editor, and in a project that keeps no documents."""
    advisories: Advisories = _NONE
    is_file: bool = False
    """Whether it is the text of a Python file that the cell writes, to be run elsewhere perhaps."""

    def older(self, package: str, *limit: int) -> bool | None:
        """Whether the installed ``package`` is older than ``limit``; None when its version is unknown."""
        version = self.versions.get(package)
        if version is None:
            return None
        numbers = tuple(int(number) for number in _NUMBERS.findall(version)[: len(limit)])
        return numbers < limit
