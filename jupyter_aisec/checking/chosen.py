"""Which rules the project of a document has chosen, remembered for a moment: a keystroke reads no settings."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from jupyter_aisec.project import Project

SECONDS = 3.0
"""For so long settings that were changed may still hold."""
_REMEMBERED = 200


@dataclass(frozen=True, slots=True)
class _Remembered:
    at: float
    rules: tuple[str, ...] | None


class Chosen:
    """For one thread."""

    def __init__(self) -> None:
        self._known: dict[Path, _Remembered] = {}

    def rules(self, file: Path | None) -> tuple[str, ...] | None:
        """The names of the rules that run on a file; None: the default ones.

        Raises `AisecError` when the settings of its project can't be understood.
        """
        if file is None:
            return None
        known = self._known.get(file)
        if known is None or time.monotonic() - known.at > SECONDS:
            known = _Remembered(time.monotonic(), _read(file))
            self._known.pop(file, None)
            self._known[file] = known
            if len(self._known) > _REMEMBERED:
                del self._known[next(iter(self._known))]
        return known.rules

    def forget(self) -> None:
        """Read again what is asked for next."""
        self._known.clear()


def _read(file: Path) -> tuple[str, ...] | None:
    project = Project.open(file.parent)
    if not project.settings.chooses_rules:
        return None
    return tuple(rule.name for rule in project.selection.chosen(project.name_of(file)))
