"""A form about one asset, opened: what is asked, what is known, what was answered, and where that is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_aisec import lineage
from jupyter_aisec.commands.document.changed import since
from jupyter_aisec.commands.document.known import derived, questions
from jupyter_aisec.commands.document.twin import hint
from jupyter_aisec.documents import as_words
from jupyter_aisec.lineage.described import describable, expected
from jupyter_aisec.model import AisecError, AssetKind, Document, DocumentState, Graph, Node
from jupyter_aisec.project import Project
from jupyter_aisec.report.sources import command

A_WEEK = dt.timedelta(days=7)
"""How long somebody is left alone who says only: later."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a form needs: the asset, the questions as JSON Schema, the answers so far, and where to put them.

    ``sha256`` is of the newest bytes of that name.
    """

    project: Project
    name: str
    kind: AssetKind
    sha256: str | None
    schema: dict[str, Any]
    document: Document
    derived: dict[str, str]

    @property
    def answers(self) -> dict[str, str]:
        """The answers so far, as a person would type them; also why a question does not apply."""
        return dict(self.document.answers) | as_words(self.document.inapplicable)

    @property
    def file(self) -> Path:
        """Where the answers are kept, as seen from the project's root: what is shared names no machine."""
        path = self.project.documents.path(self.name)
        return path.relative_to(self.project.root) if path.is_relative_to(self.project.root) else Path(path.name)

    def save(self, answers: Mapping[str, object], sha256: str | None = None) -> Document:
        """Write the answers that were given, about the newest bytes or those of ``sha256``; with none, confirm.

        Raises:
            AisecError: an answer is not what is asked, nothing was answered that could be confirmed, or no bytes of
                that digest and name were seen.
        """
        if not answers and self.project.documents.state(self.name) is DocumentState.MISSING:
            raise AisecError("no question is answered yet")
        about = sha256 or self.sha256
        if about != self.sha256 and about not in _digests(self.project.graph(), self.kind, self.name):
            raise AisecError(f"no cell has used {self.name} with the SHA-256 {about}: look at it anew, then answer")
        self.project.documents.write(self.name, answers, about, self.kind)
        return self._told()

    def postpone(self, until: dt.date | None = None) -> Document:
        """Remind nobody before that day, by default for a week. Raises `AisecError`."""
        today = dt.datetime.now(dt.UTC).date()
        until = until or today + A_WEEK
        if until <= today:
            raise AisecError(f"{until} is not to come: name a later day, such as {today + A_WEEK}")
        self.project.documents.postpone(self.name, until, self.kind)
        return self._told()

    def _told(self) -> Document:
        self.project.tell()
        return self.project.documents.read(self.name, self.sha256)


def opened(project: Project, name: str | None) -> Form:
    """What is asked about an asset, by default about the first that is not documented."""
    logs = project.logs()
    graph = project.graph(logs)
    node = _asset(graph, name)
    document = project.documents.read(node.name, node.sha256)
    known = derived(node, graph, logs) | since(node, graph, document) | hint(project, node, document)
    return Form(project, node.name, node.kind, node.sha256, questions(node), document, known)


def _asset(graph: Graph, name: str | None) -> Node:
    """The newest bytes of the asset that is meant."""
    if name is None:
        asked = expected(graph)
        open_ = [each for each in asked if each.documentation is not DocumentState.DOCUMENTED]
        if not asked:
            raise AisecError("no data source was read yet: run a notebook with %load_ext jupyter_aisec first")
        if not open_:
            raise AisecError("every data source is documented; name one to see or change its document")
        return open_[0]
    known = describable(graph)
    exact = [node for node in known if node.name == name]
    if exact:
        return exact[-1]
    found = lineage.find(Graph(known, ()), name)
    names = sorted({node.name for node in found})
    if len(names) > 1:
        raise AisecError(f"`{name}` may be {', '.join(names)}: name one of them, as in `{command(names[0])}`")
    return found[-1]


def _digests(graph: Graph, kind: AssetKind, name: str) -> frozenset[str | None]:
    return frozenset(node.sha256 for node in graph.nodes if node.kind is kind and node.name == name)


def names(project: Project) -> list[str]:
    """The names of all that can be described."""
    return sorted({node.name for node in describable(project.graph())})
