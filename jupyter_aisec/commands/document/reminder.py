"""Notices what a running notebook reads and makes that nobody has described: said once, and after the cell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from jupyter_aisec.model import AssetKind, DocumentState, Use, Verb
from jupyter_aisec.project import Project
from jupyter_aisec.report.columns import column_words

_MADE = (Verb.SAVED, Verb.LOGGED)


@dataclass(frozen=True, slots=True)
class Undocumented:
    """What was read, or saved as a model, and nobody described; a ``remark`` on the data."""

    sources: tuple[str, ...]
    models: tuple[str, ...]
    remark: str


class Reminder:
    """One per session."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._used: list[Use] = []
        self._made: set[str] = set()
        self._announced: set[str] = set()

    def notice(self, use: Use) -> None:
        """A cell used something."""
        linked = "link" not in use.facts
        if (use.kind is AssetKind.DATASET and use.verb is Verb.READ and linked) or (
            use.kind is AssetKind.MODEL and use.verb in _MADE
        ):
            self._used.append(use)
        known = use.sources and all(each.key != "unknown" for each in use.sources)
        if use.verb is Verb.WROTE and use.location and known:
            # Data that was made here of data that is known needs no answers of its own.
            self._made.add(use.location)

    def due(self) -> Undocumented | None:
        """What people are to be asked about now, if there is anything."""
        used, self._used = self._used, []
        read = {each.name: each for each in used if each.verb is Verb.READ and each.location not in {None, *self._made}}
        sources = self._new(read)
        models = self._new({each.name: each for each in used if each.verb in _MADE})
        return Undocumented(sources, models, _remark(sources, read)) if sources or models else None

    def _new(self, named: Mapping[str, Use]) -> tuple[str, ...]:
        """Those that were not spoken of in this session, and that nobody described or put off."""
        new = [name for name in named if name not in self._announced]
        self._announced.update(new)
        documents = [self._project.documents.read(name) for name in new]
        today = dt.datetime.now(dt.UTC).date()
        asked = (DocumentState.MISSING, DocumentState.INCOMPLETE)
        return tuple(
            each.name for each in documents if each.state in asked and (each.later is None or each.later <= today)
        )


def _remark(names: tuple[str, ...], read: Mapping[str, Use]) -> str:
    """What columns of one of them look like, if like people."""
    for name in names:
        said = column_words(read[name].facts)
        if said:
            return said if len(names) == 1 else f"In {name}: {said}"
    return ""
