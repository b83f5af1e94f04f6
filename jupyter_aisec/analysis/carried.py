"""What is carried from cell to cell: names, those of files that cells write, and environment variables.

Whatever else a later cell may know of an earlier one gets a space here, so that an analysis in order and one that
follows edits carry the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jupyter_aisec.analysis.scope import Names, Scope

Space = str
"""One set of names that is carried."""

_MODULE: Space = "module"
_ENVIRONMENT: Space = "environment"
_FILE: Space = "file "


class Carried:
    """What the cells before left, and where a cell leaves what later ones know; ``space`` gives each set of names."""

    def __init__(self, space: Callable[[Space], Names[Any]]) -> None:
        self._space = space
        self.scope = Scope(names=space(_MODULE))
        self.environment: Names[str] = space(_ENVIRONMENT)

    def file(self, name: str) -> Scope:
        """The names in a Python file that is written piece by piece."""
        return Scope(names=self._space(_FILE + name))
