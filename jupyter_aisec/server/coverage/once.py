"""A project that is looked at once: its journals are read once, however many ask for them."""

from __future__ import annotations

from functools import cached_property

from jupyter_aisec.journal import Log
from jupyter_aisec.project import Project
from jupyter_aisec.subject import nothing_collected


class Once(Project):
    """For a process that answers one question and ends."""

    def logs(self) -> list[Log]:
        """Every journal, oldest first."""
        return self._logs

    @cached_property
    def _logs(self) -> list[Log]:
        with nothing_collected():
            return super().logs()
