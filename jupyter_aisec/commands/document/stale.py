"""Stale documents, all at once: what changed, and how a person says that the words still hold."""

from __future__ import annotations

from dataclasses import dataclass

from jupyter_aisec.commands.document.changed import since
from jupyter_aisec.commands.document.form import Form, opened
from jupyter_aisec.lineage.described import describable, expected
from jupyter_aisec.model import AisecError, Document, DocumentState
from jupyter_aisec.project import Project
from jupyter_aisec.report.sources import call
from jupyter_aisec.report.table import Table
from jupyter_aisec.report.words import kind_words, plural, state_words, visible

_REVIEW = "the day of its review is over: look at it again, then set another with --set review=…"


@dataclass(frozen=True, slots=True)
class Stale:
    """What people said about other bytes than those of now, each with its name, its kind, and what changed.

    ``confirmed`` when somebody has just said that it holds: then each has its state after that in the last place.
    """

    entries: tuple[tuple[str, str, str], ...]
    mouth: str
    confirmed: bool = False
    exit_code: int = 0

    def _table(self) -> Table:
        title = f"{plural(len(self.entries), 'document')} {'is' if len(self.entries) == 1 else 'are'} stale"
        names = [name for name, _, what in self.entries if what != _REVIEW]
        note = f"If all of it still holds: {call(self.mouth, names, '--confirm')}" if names else ""
        return Table(self.entries, ("Name", "Kind", "Since it was described"), title, note)

    def text(self) -> str:
        """A table, or a line for each."""
        if self.confirmed:
            return "\n".join(f"{visible(name)}: {visible(state)}" for name, _, state in self.entries)
        return self._table().text() if self.entries else "No document is stale: there is nothing to confirm."

    def html(self) -> str | None:
        """A table."""
        return self._table().html() if self.entries and not self.confirmed else None

    def data(self) -> object:
        """The entries as objects."""
        keys = ("name", "kind", "state" if self.confirmed else "changed")
        entries = [dict(zip(keys, each, strict=True)) for each in self.entries]
        return {"confirmed" if self.confirmed else "stale": entries}


def stale(project: Project) -> Stale:
    """All that is stale, of the newest bytes of each name; changes nothing."""
    logs = project.logs()
    graph = project.graph(logs)
    # Nobody is asked about data that was made here, but who described it wants to know.
    newest = {(each.kind, each.name): each for each in describable(graph)}
    known = {(each.kind, each.name): each for each in expected(graph)}
    nodes = [each for each in (newest | known).values() if each.documentation is DocumentState.STALE]
    read = [(each, project.documents.read(each.name, each.sha256)) for each in nodes]
    entries = [
        (each.name, kind_words[each.kind], next(iter(since(each, graph, document).values()), _REVIEW))
        for each, document in read
    ]
    return Stale(tuple(entries), project.mouth)


def confirmed(project: Project, names: list[str]) -> Stale:
    """Bind what was said about each to its newest bytes. `AisecError` for what can't be, and then nothing is."""
    forms = [opened(project, name) for name in names]
    for form in forms:
        _check(form)
    saved = [(form.name, kind_words[form.kind], _state(form.save({}))) for form in forms]
    return Stale(tuple(saved), project.mouth, confirmed=True)


def _state(document: Document) -> str:
    return ": ".join(filter(None, (state_words[document.state], document.problem)))


def _check(form: Form) -> None:
    if form.document.state is DocumentState.UNKNOWN:
        raise AisecError(form.document.problem or f"the document of {form.name} can't be read")
    if form.document.state is DocumentState.MISSING:
        raise AisecError(f"{form.name}: no question is answered yet")
