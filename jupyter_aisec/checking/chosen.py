"""What the project of a document has chosen, remembered for a moment: a keystroke reads no settings."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from jupyter_aisec.project import Project

SECONDS = 3.0
"""For so long settings that were changed may still hold."""
_REMEMBERED = 200


@dataclass(frozen=True, slots=True)
class Choice:
    """The names of the rules that run on a file, and the file of what is known of packages.

    ``rules`` is None for the default ones, which ask for no such file.
    """

    rules: tuple[str, ...] | None = None
    advisories: str | None = None


@dataclass(frozen=True, slots=True)
class _Remembered:
    at: float
    choice: Choice


class Chosen:
    """For one thread."""

    def __init__(self) -> None:
        self._known: dict[Path, _Remembered] = {}

    def of(self, file: Path | None) -> Choice:
        """What is chosen for a file. Raises `AisecError` when the settings of its project can't be understood."""
        if file is None:
            return Choice()
        known = self._known.get(file)
        if known is None or time.monotonic() - known.at > SECONDS:
            known = _Remembered(time.monotonic(), _read(file))
            self._known.pop(file, None)
            self._known[file] = known
            if len(self._known) > _REMEMBERED:
                del self._known[next(iter(self._known))]
        return known.choice

    def forget(self) -> None:
        """Read again what is asked for next."""
        self._known.clear()


def _read(file: Path) -> Choice:
    project = Project.open(file.parent)
    if not project.settings.chooses_rules:
        return Choice()
    rules = tuple(rule.name for rule in project.selection.chosen(project.name_of(file)))
    return Choice(rules, None if project.advisories is None else str(project.advisories))
