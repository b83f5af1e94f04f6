"""Keeps true what people had put into MLflow: the table of the guidelines, cards and bills.

Each delivery of the journals looks whether anything that they rest on is another, and writes what differs. What stood
on a run that is gone for good is given up, with a note.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import msgspec

from jupyter_aisec.commands.export.papers import kept_true
from jupyter_aisec.commands.status import shown
from jupyter_aisec.commands.status.show import show
from jupyter_aisec.model import AisecError
from jupyter_aisec.project import Project
from jupyter_aisec.tracking.artifacts import NoRunError


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
    gone: dict[str, str] = {}
    # The papers first, because the table speaks of them.
    for name, follows in (*_papers(project, known), *_tables(project, known)):
        if not is_same or name in known.waiting:
            try:
                follows()
            except NoRunError as error:
                gone[name] = str(error)
            except AisecError:
                waiting.append(name)
    left = shown.read(project).without(gone)
    shown.write(project, msgspec.structs.replace(left, rested_on=now, waiting=tuple(waiting)))


def _papers(project: Project, known: shown.Shown) -> Iterator[tuple[str, Callable[[], object]]]:
    for paper in known.papers:
        yield paper.name, partial(kept_true, project, paper)


def _tables(project: Project, known: shown.Shown) -> Iterator[tuple[str, Callable[[], object]]]:
    for name in known.models:
        yield name, partial(show, project, name)
