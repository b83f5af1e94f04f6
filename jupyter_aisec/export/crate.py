"""RO-Crate 1.2 (https://www.researchobject.org/ro-crate/): data, notebooks and models, described to be archived.

A file that the crate holds is known by its path in it; one that stays where it is, by a local identifier and its
``localPath``. The executions of cells are actions, with what went in and what came out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from jupyter_aisec.export.identifiers import Held, escaped, identifiers, is_web
from jupyter_aisec.export.media import media_type
from jupyter_aisec.export.record import Execution, Record, Step
from jupyter_aisec.model import AssetKind, Certainty, Node, Session

METADATA = "ro-crate-metadata.json"
SPEC = "https://w3id.org/ro/crate/1.2"

_NO_LICENCE = "#licence-not-stated"


def crate(record: Record, held: Held | None = None) -> dict[str, Any]:
    """The metadata document of a crate that holds these files, or none."""
    held = held or Held()
    made = _Making(record, held)
    for node in record.graph.nodes:
        made.asset(node)
    for execution in record.executions:
        made.action(execution)
    for name, path in held.papers.items():
        made.paper(name, path)
    return {"@context": f"{SPEC}/context", "@graph": made.graph()}


class _Making:
    def __init__(self, record: Record, held: Held) -> None:
        self._record = record
        self._nodes = record.nodes
        self._held = held
        self._ids = identifiers(record, held.assets)
        self._kept = {node_id for node_id, each in self._ids.items() if not each.startswith("#")}
        self._found: dict[str, dict[str, Any]] = {}
        self._parts: list[str] = []
        self._mentions: list[str] = []
        self._based: dict[str, dict[str, None]] = {}

    def graph(self) -> list[dict[str, Any]]:
        for target, sources in self._based.items():
            self._found[target]["isBasedOn"] = _references(sources)
        without = "Nobody said under which licence this may be used as a whole; what was said of the data is beside it."
        self._add(_NO_LICENCE, "CreativeWork", name="No licence stated", description=without)
        subject = [self._ids[each] for each in self._record.subject if each in self._ids]
        root = {
            "@id": "./",
            "@type": "Dataset",
            "name": self._record.title,
            "description": f"What came of what, by which cells of which notebooks, as jupyter-aisec"
            f" {self._record.version} recorded it in the project {self._record.project}. What is not said to be"
            " inferred was observed.",
            "datePublished": self._record.at,
            "license": {"@id": _NO_LICENCE},
            "hasPart": _references(self._parts),
            "mentions": _references(self._mentions),
            "mainEntity": _references(subject[:1]),
        }
        descriptor = {
            "@id": METADATA,
            "@type": "CreativeWork",
            "conformsTo": {"@id": SPEC},
            "about": {"@id": "./"},
            "description": "The metadata of this RO-Crate.",
        }
        return [descriptor, _present(root), *self._found.values()]

    def asset(self, node: Node) -> None:
        """A file where there is one, or could be; otherwise a work that is spoken of."""
        identifier = self._ids[node.id]
        is_file = node.id in self._kept or (node.location is not None and "://" not in node.location)
        is_notebook = node.kind is AssetKind.NOTEBOOK
        types = [*(["File"] if is_file else []), *(["SoftwareSourceCode"] if is_notebook else [])]
        answers = self._record.answers(node)
        values = {"kind": node.kind.value, "documentation": node.documentation.value if node.documentation else None,
                  "no digest": node.problem, **dict(node.facts)}  # fmt: skip
        values |= {key: value for key, value in answers.items() if key not in {"source", "licence"}}
        self._add(
            identifier,
            types[0] if len(types) == 1 else types or "CreativeWork",
            name=node.name,
            description=answers.get("source") or f"A {node.kind.value} of the project {self._record.project}.",
            sha256=node.sha256,
            contentSize=_bytes(node.size if node.size is not None else self._held.size_of(node.id)),
            encodingFormat=media_type(node.location or node.name) if is_file else None,
            **self._elsewhere(node),
            license=self._licence(answers.get("licence"), node),
            additionalProperty=self._values(node, values),
            **(self._source_code(node) if is_notebook else {}),
        )
        (self._parts if is_file else self._mentions).append(identifier)

    def action(self, execution: Execution) -> None:
        """What a cell did. One that made nothing is an action all the same."""
        session = execution.session
        identifier = f"#cell-{escaped(session.id)}-{execution.number}"
        used = dict.fromkeys(edge.source for step, edge in execution.steps if step is not Step.CAME)
        made = dict.fromkeys(edge.target for step, edge in execution.steps if step is Step.MADE)
        for step, edge in execution.steps:
            if step is not Step.USED and edge.source != edge.target:
                self._based.setdefault(self._ids[edge.target], {})[self._ids[edge.source]] = None
        inferred = {edge.source for _, edge in execution.steps if edge.certainty is Certainty.INFERRED}
        values = [
            self._value(f"{identifier}-inferred-{escaped(each)}", "inferred", self._nodes[each].name, each)
            for each in used
            if each in inferred
        ]
        calls = dict.fromkeys(f"{edge.verb.value} by {edge.call}" for _, edge in execution.steps if edge.call)
        self._add(
            identifier,
            "CreateAction" if made else "Action",
            name=execution.name,
            description="; ".join(calls) or None,
            startTime=execution.started,
            endTime=execution.ended,
            instrument={"@id": self._ids[execution.notebook]},
            object=_references(self._ids[each] for each in used if each not in made),
            result=_references(self._ids[each] for each in made),
            additionalProperty=_references(values),
        )
        self._mentions.append(identifier)

    def paper(self, name: str, path: str) -> None:
        """A document that the crate holds."""
        about = [self._ids[node.id] for node in self._record.graph.nodes if node.name == name]
        identifier = escaped(path)
        self._add(
            identifier,
            "File",
            name=f"What people said about {name}",
            description="Questions that no program can answer, and the answers.",
            contentSize=_bytes(self._held.sizes.get(path)),
            encodingFormat=media_type(path),
            about=_references(about),
        )
        self._parts.append(identifier)

    def _elsewhere(self, node: Node) -> dict[str, str]:
        """Where a file lies that neither the crate holds nor the web."""
        if node.location is None or node.id in self._kept:
            return {}
        return {"url" if "://" in node.location else "localPath": node.location}

    def _source_code(self, notebook: Node) -> dict[str, Any]:
        here = [each for each in self._record.executions if each.notebook == notebook.id]
        commit = next((each.commit for each in here if each.commit), None)
        languages = dict.fromkeys(self._language(each.session) for each in here)
        return {
            "version": commit,
            "codeRepository": self._record.repository if commit else None,
            "programmingLanguage": _references(languages),
        }

    def _language(self, session: Session) -> str:
        identifier = f"#python-{escaped(session.python)}"
        self._add(identifier, "ComputerLanguage", name="Python", version=session.python, url="https://www.python.org/")
        return identifier

    def _licence(self, text: str | None, node: Node) -> dict[str, str] | None:
        if text is None:
            return None
        identifier = text if is_web(text) else f"#licence-{escaped(text)}"
        said = f"The licence, or agreement, that people stated for {node.name}."
        self._add(identifier, "CreativeWork", name=text, description=said)
        return {"@id": identifier}

    def _values(self, node: Node, values: Mapping[str, object]) -> object:
        return _references(
            self._value(f"#about-{node.id}-{escaped(key)}", key, value)
            for key, value in values.items()
            if value is not None
        )

    def _value(self, identifier: str, name: str, value: object, about: str | None = None) -> str:
        plain = value if isinstance(value, (str, int, float)) else str(value)
        reference = {"@id": self._ids[about]} if about else None
        self._add(identifier, "PropertyValue", name=name, value=plain, valueReference=reference)
        return identifier

    def _add(self, identifier: str, types: object, **members: object) -> None:
        self._found.setdefault(identifier, _present({"@id": identifier, "@type": types, **members}))


def _bytes(size: int | None) -> str | None:
    return str(size) if size is not None else None


def _references(identifiers: Iterable[str]) -> object:
    """None of nothing, and one without a list round it, as the specification wants it."""
    found = [{"@id": each} for each in dict.fromkeys(identifiers)]
    return found if len(found) > 1 else found[0] if found else None


def _present(members: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in members.items() if value is not None}
