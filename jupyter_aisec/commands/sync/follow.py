"""Keeps true what people had put into MLflow: the table of the guidelines, cards and bills.

Each delivery of the journals looks whether anything that they rest on is another, and writes what differs.
"""

from __future__ import annotations

import msgspec

from jupyter_aisec.commands.export.papers import kept_true
from jupyter_aisec.commands.status import shown
from jupyter_aisec.commands.status.show import show
from jupyter_aisec.model import AisecError
from jupyter_aisec.project import Project


def follow(project: Project) -> None:
    """Bring what stands in MLflow up to what is so now; where that can't be, it stays as it is until next time."""
    known = shown.read(project)
    if not known.models and not known.papers:
        return
    now = shown.rested_on(project)
    is_same = now == known.rested_on
    if is_same and not known.waiting:
        return
    waiting: list[str] = []
    # The papers first, because the table speaks of them.
    for paper in known.papers:
        name = f"{paper.standard} of {paper.model}"
        if not is_same or name in known.waiting:
            try:
                kept_true(project, paper)
            except AisecError:
                waiting.append(name)
    for name in known.models:
        if not is_same or name in known.waiting:
            try:
                show(project, name)
            except AisecError:
                waiting.append(name)
    shown.write(project, msgspec.structs.replace(shown.read(project), rested_on=now, waiting=tuple(waiting)))
