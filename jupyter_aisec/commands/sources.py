"""List what people can describe: data sources, models and prompts, with digests and the state of their documents."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass

from jupyter_aisec.lineage import as_data
from jupyter_aisec.lineage.described import expected
from jupyter_aisec.model import AssetKind, DocumentState, Graph, Node
from jupyter_aisec.project import Project
from jupyter_aisec.report.sources import command
from jupyter_aisec.report.table import Table
from jupyter_aisec.report.words import digest_words, kind_words, size_words, state_words

_SHAPES = {
    DocumentState.DOCUMENTED: "●",
    DocumentState.INCOMPLETE: "◐",
    DocumentState.STALE: "◑",
    DocumentState.MISSING: "○",
    DocumentState.UNKNOWN: "?",
}


@dataclass(frozen=True, slots=True)
class Sources:
    """The data sources of a project, and its models and prompts, oldest first; each name once, by its newest bytes."""

    nodes: tuple[Node, ...]
    others: tuple[Node, ...]
    mouth: str
    exit_code: int = 0

    def _tables(self) -> Iterator[Table]:
        note = self._note()
        if self.nodes:
            header = ("Data source", "Document", "Bytes", "Size")
            yield Table([_row(node) for node in self.nodes], header, note="" if self.others else note)
        if self.others:
            rows = [(*_row(node)[:-1], kind_words[node.kind], size_words(node.size)) for node in self.others]
            yield Table(rows, ("Model or prompt", "Document", "Bytes", "Kind", "Size"), note=note)

    def _note(self) -> str:
        whole = (*self.nodes, *self.others)
        open_ = [node for node in whole if node.documentation is not DocumentState.DOCUMENTED]
        stale = [node for node in open_ if node.documentation is DocumentState.STALE]
        if len(stale) > 1:
            return f"Next: {self.mouth} document --confirm, which shows what is stale and why"
        if open_:
            return f"Next: {command(open_[0].name, self.mouth)}"
        return "Everything is documented." if self.others else "Every data source is documented."

    def text(self) -> str:
        """A table of data, and one of models and prompts."""
        return "\n\n".join(each.text() for each in self._tables()) or "No data source has been read yet."

    def html(self) -> str | None:
        """The same tables."""
        return "".join(each.html() for each in self._tables()) or None

    def data(self) -> object:
        """The nodes as `lineage` gives them: ``sources`` are data, ``others`` models and prompts."""
        return {
            "sources": as_data(Graph(self.nodes, ()))["nodes"],
            "others": as_data(Graph(self.others, ()))["nodes"],
        }


def _row(node: Node) -> tuple[str, str, str, str]:
    state = node.documentation or DocumentState.MISSING
    return (node.name, f"{_SHAPES[state]} {state_words[state]}", digest_words(node), size_words(node.size))


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to say it")


def run(project: Project, options: argparse.Namespace) -> Sources:
    """List them."""
    del options
    if project.kernel is not None:
        project.kernel.settle(1)
    whole = expected(project.graph())
    data = tuple(each for each in whole if each.kind is AssetKind.DATASET)
    return Sources(data, tuple(each for each in whole if each.kind is not AssetKind.DATASET), project.mouth)
