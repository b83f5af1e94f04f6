"""Say what no program can know about a data source: where it comes from, its licence, how sensitive it is.

With a name alone, a notebook shows a form and a shell shows what is asked. `%%aisec document NAME` takes the answers
as TOML from the cell, and `--set licence=CC-BY-4.0` one at a time. They are kept in .aisec/assets/, for git.
"""

from __future__ import annotations

import argparse
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_aisec import knowledge, lineage
from jupyter_aisec.documents import missing
from jupyter_aisec.lineage.sources import data_sources
from jupyter_aisec.model import AisecError, AssetKind, Document, DocumentState, Graph, Node
from jupyter_aisec.project import Project
from jupyter_aisec.report.sources import command
from jupyter_aisec.report.words import shortened, state_words


@dataclass(frozen=True, slots=True)
class Form:
    """What a form needs: the asset, the questions as JSON Schema, the answers so far, and where to put them.

    ``sha256`` is of the newest bytes of that name.
    """

    project: Project
    name: str
    sha256: str | None
    schema: dict[str, Any]
    document: Document
    derived: dict[str, str]

    @property
    def answers(self) -> dict[str, str]:
        """The answers so far."""
        return dict(self.document.answers)

    @property
    def file(self) -> Path:
        """Where the answers are kept, as seen from the project's root: what is shared names no machine."""
        path = self.project.documents.path(self.name)
        return path.relative_to(self.project.root) if path.is_relative_to(self.project.root) else Path(path.name)

    def save(self, answers: dict[str, str], sha256: str | None = None) -> Document:
        """Write the answers that were given, about the newest bytes or those of ``sha256``.

        Raises:
            AisecError: an answer is not what is asked, or no bytes of that digest and name were seen.
        """
        about = sha256 or self.sha256
        if about != self.sha256 and about not in _digests(self.project.graph(), self.name):
            raise AisecError(f"no cell has read {self.name} with the SHA-256 {about}: look at it anew, then answer")
        self.project.documents.write(self.name, answers, about, AssetKind.DATASET)
        self.project.tell()
        return self.project.documents.read(self.name, self.sha256)


@dataclass(frozen=True, slots=True)
class Documented:
    """A document as it is now; ``asks`` is set when nothing was answered and a host can ask."""

    document: Document
    path: Path
    questions: dict[str, Any]
    asks: Form | None = None
    exit_code: int = 0

    def text(self) -> str:
        """The state, and what is asked, with an example each."""
        document = self.document
        lines = [f"{document.name}: {state_words[document.state]} ({self.path})"]
        if document.problem:
            lines.append(f"  {document.problem}")
        required = self.questions["required"]
        for key, question in self.questions["properties"].items():
            answer = document.answers.get(key)
            mark = "x" if answer else " "
            example = ", ".join(each["const"] for each in question.get("oneOf", ())) or question["examples"][0]
            need = "" if key in required else " (optional)"
            lines.append(f"  [{mark}] {key}: {answer}" if answer else f"  [{mark}] {key}{need}: {question['title']}")
            if not answer:
                lines.append(f"        for example: {example}")
        if missing(self.questions, document.answers.keys() | document.inapplicable.keys()):
            lines.append(f"Answer with: jupyter aisec document {document.name} --set KEY=VALUE, or in a notebook cell:")
            lines.append(f'  %%aisec document {document.name}\n  {required[0]} = "…"')
        return "\n".join(lines)

    def html(self) -> str | None:
        """The text says it best."""
        return None

    def data(self) -> object:
        """The document as an object."""
        document = self.document
        return {
            "name": document.name,
            "state": document.state.value,
            "sha256": document.sha256,
            "answers": dict(document.answers),
            "problem": document.problem,
            "path": str(self.path),
        }


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "name", nargs="?", help="the data source, as `sources` lists it; by default the first that is not documented"
    )
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="answer one question; may be repeated"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to say it")


def words(project: Project) -> list[str]:
    """The names that can be documented."""
    return [node.name for node in project.graph().nodes if node.kind is AssetKind.DATASET]


def run(project: Project, options: argparse.Namespace) -> Documented:
    """Write the answers that are given, or show what is asked."""
    if project.kernel is not None:
        project.kernel.settle(10)  # a document is bound to a digest
    answers = _answers(options)
    if answers and options.name is None:
        raise AisecError("say which data source the answers are about: `sources` lists them")
    asked = form(project, options.name)
    if answers:
        document, asks = asked.save(answers), None
    else:
        document = asked.document
        asks = asked if project.kernel is not None and document.state is not DocumentState.UNKNOWN else None
    return Documented(document, asked.file, asked.schema, asks)


def form(project: Project, name: str | None) -> Form:
    """What is asked about a data source, by default about the first that is not documented."""
    node = _asset(project.graph(), name)
    document = project.documents.read(node.name, node.sha256)
    return Form(project, node.name, node.sha256, knowledge.form("dataset"), document, _derived(node))


def _asset(graph: Graph, name: str | None) -> Node:
    """The newest bytes of the asset that is meant."""
    if name is None:
        open_ = [each for each in data_sources(graph) if each.documentation is not DocumentState.DOCUMENTED]
        if not open_:
            raise AisecError("every data source is documented; name one to see or change its document")
        return open_[0]
    datasets = [node for node in graph.nodes if node.kind is AssetKind.DATASET]
    exact = [node for node in datasets if node.name == name]
    if exact:
        return exact[-1]
    found = lineage.find(Graph(tuple(datasets), ()), name)
    names = sorted({node.name for node in found})
    if len(names) > 1:
        raise AisecError(f"`{name}` may be {', '.join(names)}: name one of them, as in `{command(names[0])}`")
    return found[-1]


def _digests(graph: Graph, name: str) -> frozenset[str | None]:
    return frozenset(node.sha256 for node in graph.nodes if node.kind is AssetKind.DATASET and node.name == name)


def _answers(options: argparse.Namespace) -> dict[str, str]:
    answers: dict[str, str] = {}
    if options.cell is not None:
        try:
            answers |= tomllib.loads(options.cell)
        except tomllib.TOMLDecodeError as error:
            raise AisecError(f'the cell is not TOML: {error}. Write lines such as: licence = "CC-BY-4.0"') from None
        if not answers:
            raise AisecError('the cell has no answers. Write lines such as: licence = "CC-BY-4.0"')
    for pair in options.set:
        key, equals, value = pair.partition("=")
        if not equals:
            raise AisecError(f"`--set {pair}`: write it as KEY=VALUE")
        answers[key.strip()] = value.strip()
    return answers


def _derived(node: Node) -> dict[str, str]:
    """What is filled in and not asked."""
    found = {"location": node.location or "in memory", "sha256": node.sha256 or node.problem or "not known yet"}
    found |= {key: str(value) for key, value in node.facts.items()}
    return {key: shortened(value, 80) for key, value in found.items()}
