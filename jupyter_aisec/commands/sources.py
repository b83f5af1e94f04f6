"""List the data sources and the prompts, with their digests and the state of their documents."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from jupyter_aisec.lineage import as_data
from jupyter_aisec.lineage.sources import data_sources
from jupyter_aisec.model import AssetKind, DocumentState, Graph, Node
from jupyter_aisec.project import Project
from jupyter_aisec.report.sources import command
from jupyter_aisec.report.table import Table
from jupyter_aisec.report.words import digest_words, size_words, state_words

_SHAPES = {
    DocumentState.DOCUMENTED: "●",
    DocumentState.INCOMPLETE: "◐",
    DocumentState.STALE: "◑",
    DocumentState.MISSING: "○",
    DocumentState.UNKNOWN: "?",
}


@dataclass(frozen=True, slots=True)
class Sources:
    """The data sources of a project, oldest first, then its prompts."""

    nodes: tuple[Node, ...]
    mouth: str
    exit_code: int = 0

    def _table(self) -> Table:
        rows = []
        for node in self.nodes:
            state = node.documentation or DocumentState.MISSING
            rows.append(
                (node.name, f"{_SHAPES[state]} {state_words[state]}", digest_words(node), size_words(node.size))
            )
        open_ = [node for node in self.nodes if node.documentation is not DocumentState.DOCUMENTED]
        note = f"Next: {command(open_[0].name, self.mouth)}" if open_ else "All of it is documented."
        prompts = any(node.kind is AssetKind.PROMPT for node in self.nodes)
        head = "Data source or prompt" if prompts else "Data source"
        return Table(rows, (head, "Document", "Bytes", "Size"), note=note)

    def text(self) -> str:
        """A table."""
        return self._table().text() if self.nodes else "No data source has been read yet."

    def html(self) -> str | None:
        """A table."""
        return self._table().html() if self.nodes else None

    def data(self) -> object:
        """The nodes as `lineage` gives them."""
        return {"sources": as_data(Graph(self.nodes, ()))["nodes"]}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to say it")


def run(project: Project, options: argparse.Namespace) -> Sources:
    """List them."""
    del options
    if project.kernel is not None:
        project.kernel.settle(1)
    graph = project.graph()
    prompts = {node.name: node for node in graph.nodes if node.kind is AssetKind.PROMPT}
    return Sources((*data_sources(graph), *prompts.values()), project.mouth)
