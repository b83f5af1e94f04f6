"""Show which data became which model: all that the project knows, or one asset with what went in and came out."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from jupyter_aisec.lineage import as_data, downstream, find, upstream
from jupyter_aisec.model import Graph
from jupyter_aisec.project import Project
from jupyter_aisec.report.lineage import lineage_text
from jupyter_aisec.report.page import lineage_page
from jupyter_aisec.report.svg import lineage_svg


@dataclass(frozen=True, slots=True)
class Lineage:
    """The graph, shown as the host likes it; ``form`` is what the person asked for by ``--format``."""

    graph: Graph
    title: str
    form: str
    exit_code: int = 0

    def text(self) -> str:
        """A tree of results and their sources, or the whole page as HTML source where that was asked for."""
        return lineage_page(self.graph, self.title) if self.form == "html" else lineage_text(self.graph, self.title)

    def html(self) -> str | None:
        """The picture, in the notebook's own colours."""
        return lineage_svg(self.graph, self.title) if self.graph.nodes else None

    def data(self) -> object:
        """``nodes`` and ``edges``."""
        return as_data(self.graph)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "name", nargs="?", metavar="NAME", help="a name, a file, the beginning of a SHA-256, or models:/m-…"
    )
    parser.add_argument("--format", choices=("text", "json", "html"), default="text", help="default: text")


def run(project: Project, options: argparse.Namespace) -> Lineage:
    """Everything, or with NAME the assets of that name with all that went into them and all that came of them."""
    graph = project.graph()
    if options.name is None:
        return Lineage(graph, "Lineage", options.format)
    ids = [node.id for node in find(graph, options.name)]
    before, after = upstream(graph, ids), downstream(graph, ids)
    nodes = {node.id for node in (*before.nodes, *after.nodes)}
    edges = {*before.edges, *after.edges}
    part = Graph(
        tuple(node for node in graph.nodes if node.id in nodes), tuple(edge for edge in graph.edges if edge in edges)
    )
    return Lineage(part, f"Lineage of {options.name}", options.format)
