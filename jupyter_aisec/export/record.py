"""What is handed over: a part of the lineage, the cells that made it, and what people said about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from jupyter_aisec.model import Document, Edge, Graph, Node, Session


class Step(StrEnum):
    """What an edge says of the cell it stands in."""

    USED = "used"
    """The cell read or loaded the source; nothing came of it there."""
    MADE = "made"
    """The cell made the target, from the source."""
    CAME = "came"
    """The target came from the source, but not in this cell: it was there when the cell read it."""


@dataclass(frozen=True, slots=True)
class Execution:
    """One execution of one cell: what it did, in that order.

    ``notebook`` is the id of its node. ``commit`` is the one whose notebook holds this very cell; ``runs`` are ids of
    MLflow runs that the cell wrote to.
    """

    session: Session
    notebook: str
    number: int
    cell_id: str | None
    started: str
    ended: str
    steps: tuple[tuple[Step, Edge], ...]
    commit: str | None = None
    runs: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The notebook, and the number that stands beside the cell."""
        return f"{self.session.notebook or 'unnamed notebook'}, cell [{self.number}]"


@dataclass(frozen=True, slots=True)
class Record:
    """All that an export says. Whoever composes it has taken out what is secret and what is this machine's own.

    ``subject`` are the ids of the nodes that were asked for, none of them if everything was; ``executions`` are in
    the order of time, ``documents`` by the name of the asset. ``repository`` is the address of the project's code.
    """

    title: str
    project: str
    at: str
    version: str
    graph: Graph
    executions: tuple[Execution, ...]
    documents: Mapping[str, Document] = field(default_factory=dict)
    subject: tuple[str, ...] = ()
    repository: str | None = None

    @property
    def nodes(self) -> dict[str, Node]:
        """The assets by id."""
        return {node.id: node for node in self.graph.nodes}

    @property
    def sessions(self) -> tuple[Session, ...]:
        """The sessions of the executions, in the order of time."""
        return tuple({each.session.id: each.session for each in self.executions}.values())

    @property
    def producer(self) -> str:
        """The address of what made the export."""
        return f"https://pypi.org/project/jupyter-aisec/{self.version}/"

    def answers(self, node: Node) -> Mapping[str, str]:
        """What people said about an asset, whatever the state of it."""
        document = self.documents.get(node.name)
        return document.answers if document is not None and node.documentation is not None else {}
