"""The list of technical debt, of a model or of all notebooks of a project."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from jupyter_aisec.claims import Debt, Decision
from jupyter_aisec.commands.status.checkout import Ages
from jupyter_aisec.evidence.case import Checked
from jupyter_aisec.evidence.debt import of_decisions, of_notebook, oldest_first
from jupyter_aisec.model import Document, DocumentState
from jupyter_aisec.project import Project


def debts(
    project: Project,
    notebooks: Sequence[Checked],
    documents: Iterable[tuple[Document, str | None]],
    decisions: Iterable[Decision],
    families: Mapping[str, str],
    today: dt.date,
) -> list[Debt]:
    """All of it, the oldest first; each document comes with the digest of what it is about now."""
    ages = Ages(project.root)
    found = [*of_decisions(decisions, today)]
    for each in notebooks:
        found += of_notebook(each, dict(families), ages)
    found += [
        Debt("stale document", each.problem or "it is about other bytes", each.name, _written(project, each.name))
        for each, sha256 in documents
        if each.state is DocumentState.STALE or (each.sha256 and sha256 and each.sha256 != sha256)
    ]
    return oldest_first(found)


def _written(project: Project, name: str) -> dt.date | None:
    try:
        at = project.documents.path(name).stat().st_mtime
    except (OSError, ValueError):
        return None
    return dt.datetime.fromtimestamp(at, dt.UTC).date()
