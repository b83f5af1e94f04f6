"""What a question is about: assets of the lineage, by whatever name a person has for them."""

from __future__ import annotations

from dataclasses import dataclass

from jupyter_aisec.lineage import find
from jupyter_aisec.model import Graph
from jupyter_aisec.project import Project


@dataclass(frozen=True, slots=True)
class Subject:
    """The lineage that knows of the assets, and the ids of those that are meant."""

    graph: Graph
    ids: tuple[str, ...]


def subject(project: Project, text: str) -> Subject:
    """The assets that ``text`` means.

    Raises:
        AisecError: nothing is called so.
    """
    graph = project.graph()
    return Subject(graph, tuple(node.id for node in find(graph, text)))
