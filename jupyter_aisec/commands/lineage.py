"""Show which data became which model: all that the project knows, or one asset with what went in and came out."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from jupyter_aisec.lineage import as_data, downstream, upstream
from jupyter_aisec.model import AisecError, Graph
from jupyter_aisec.project import Project
from jupyter_aisec.report.lineage import lineage_text
from jupyter_aisec.report.page import lineage_page
from jupyter_aisec.report.svg import lineage_svg
from jupyter_aisec.subject import subject


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
        "name",
        nargs="?",
        metavar="NAME",
        help="a name, a file, a SHA-256 or its beginning, models:/NAME/1, models:/NAME@ALIAS, models:/m-…, a run's id",
    )
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--up", action="store_true", help="only what went into it")
    way.add_argument("--down", action="store_true", help="only what came of it")
    parser.add_argument("--format", choices=("text", "json", "html"), default="text", help="default: text")


def run(project: Project, options: argparse.Namespace) -> Lineage:
    """Everything, or with NAME the assets of that name with all that went into them and all that came of them."""
    if options.name is None:
        if options.up or options.down:
            raise AisecError("--up and --down go from an asset: name one, such as `lineage --down data.csv`")
        return Lineage(project.graph(), "Lineage", options.format)
    found = subject(project, options.name)
    parts = [] if options.down else [upstream(found.graph, found.ids)]
    parts += [] if options.up else [downstream(found.graph, found.ids)]
    nodes = {node.id for part in parts for node in part.nodes}
    edges = {edge for part in parts for edge in part.edges}
    part = Graph(
        tuple(node for node in found.graph.nodes if node.id in nodes),
        tuple(edge for edge in found.graph.edges if edge in edges),
    )
    way = "What went into" if options.up else "What came of" if options.down else "Lineage of"
    return Lineage(part, f"{way} {options.name}{', as MLflow has it' if found.elsewhere else ''}", options.format)
