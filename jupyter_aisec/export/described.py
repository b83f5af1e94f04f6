"""One asset with all that is known of it: what a card, a Croissant file or a bill of materials says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jupyter_aisec.export.columns import Column, columns
from jupyter_aisec.export.record import Execution, Record, Step
from jupyter_aisec.model import AssetKind, Document, DocumentState, Edge, Logged, Node, Verb

OTHER_FORMS = frozenset({Verb.SAVED, Verb.LOGGED})
"""Verbs by which a model is put down elsewhere, as it is."""


@dataclass(frozen=True, slots=True)
class Described:
    """An asset, by the id of its node, and the ``record`` of what went into it.

    ``manifests`` are the ids of those whose digest is that of a list of files and their digests. ``logged`` is None
    where MLflow was not asked or had no answer. ``holds_columns`` when the file itself was seen to have its columns
    under the names that they were read by; ``is_whole`` when it was seen to have no other rows than were read.
    """

    record: Record
    subject: str
    logged: Logged | None = None
    manifests: frozenset[str] = field(default_factory=frozenset)
    holds_columns: bool = False
    is_whole: bool = False

    @property
    def node(self) -> Node:
        """The asset itself."""
        return self.record.nodes[self.subject]

    @property
    def document(self) -> Document | None:
        """What people said about it; None where nobody said anything."""
        return self.document_of(self.node)

    def document_of(self, node: Node) -> Document | None:
        """What people said about an asset; None where nobody said anything."""
        document = self.record.documents.get(node.name)
        is_there = node.documentation not in (None, DocumentState.MISSING, DocumentState.UNKNOWN)
        return document if is_there and document is not None and document.kind is node.kind else None

    def said(self, node: Node) -> Mapping[str, str]:
        """The answers about an asset, and of questions that don't apply, why."""
        document = self.document_of(node)
        if document is None:
            return {}
        reasons = {key: f"Not applicable: {reason}" for key, reason in document.inapplicable.items()}
        return {**document.answers, **reasons}

    @property
    def path(self) -> str | None:
        """The file that the digest is of, as the project or the web names it; None where it is of no single file."""
        node = self.node
        is_librarys = any(edge.call == node.location for edge in self.record.graph.edges)
        return None if node.sha256 is None or node.id in self.manifests or is_librarys else node.location

    @property
    def forms(self) -> tuple[Node, ...]:
        """The asset, and what it was before it was saved or logged."""
        nodes = self.record.nodes
        found = {self.subject: self.node}
        waiting = [self.subject]
        while waiting:
            here = waiting.pop()
            for edge in self.record.graph.edges:
                source = nodes[edge.source]
                is_form = edge.target == here and edge.verb in OTHER_FORMS and source.kind is self.node.kind
                if is_form and source.id not in found:
                    found[source.id] = source
                    waiting.append(source.id)
        return tuple(found.values())

    @property
    def facts(self) -> Mapping[str, str | int | float]:
        """What was seen of the asset in any form of it."""
        return {key: value for node in reversed(self.forms) for key, value in node.facts.items()}

    @property
    def columns(self) -> tuple[Column, ...]:
        """Those of a table, as they were read; none where they are not known."""
        return columns(self.facts)

    @property
    def went_in(self) -> tuple[Node, ...]:
        """All data, and other models, that it was made of, however early."""
        own = {node.id for node in self.forms}
        return tuple(
            node for node in self.record.graph.nodes if node.id not in own and node.kind is not AssetKind.NOTEBOOK
        )

    @property
    def steps(self) -> tuple[tuple[Execution, Step, Edge], ...]:
        """What cells did, in the order of time."""
        return tuple((each, step, edge) for each in self.record.executions for step, edge in each.steps)
