"""OpenLineage: each execution of a cell is a run of a job, below the run of its notebook's session.

Events after version 2-0-2 of https://openlineage.io/spec, with the standard facets where there is one. What has none
is in facets that begin with ``aisec_``.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlsplit

from jupyter_aisec.export.record import Execution, Record, Step
from jupyter_aisec.model import AssetKind, Certainty, Edge, Node, Session

SPEC = "https://openlineage.io/spec/2-0-2/OpenLineage.json"
FACETS = "https://openlineage.io/spec/facets"

_OURS = uuid.uuid5(uuid.NAMESPACE_URL, "https://pypi.org/project/jupyter-aisec/")


def openlineage(record: Record) -> list[dict[str, Any]]:
    """The events in the order of time: a START and a COMPLETE of each session, and of each cell in it."""
    said = _Events(record)
    sessions = [said.of_session(session) for session in record.sessions]
    cells = [event for execution in record.executions for event in said.of_cell(execution)]
    events = [*(start for start, _ in sessions), *cells, *(complete for _, complete in sessions)]
    return sorted(events, key=lambda event: str(event["eventTime"]))


class _Events:
    def __init__(self, record: Record) -> None:
        self._record = record
        self._nodes = record.nodes

    def of_session(self, session: Session) -> tuple[dict[str, Any], dict[str, Any]]:
        run = {
            "runId": _run_id(session),
            "facets": {
                "processing_engine": self._facet(
                    "1-1-1/ProcessingEngineRunFacet", name="Python", version=session.python
                )
            },
        }
        notebooks = {each.session.id: each.notebook for each in self._record.executions}
        job = self._job(self._notebook(session), notebooks[session.id], "NOTEBOOK", commit=None)
        ended = max(each.ended for each in self._record.executions if each.session.id == session.id)
        started = min(session.started, ended)
        return self._event("START", started, run, job), self._event("COMPLETE", ended, run, job)

    def of_cell(self, execution: Execution) -> Iterable[dict[str, Any]]:
        session = execution.session
        parent = {
            "run": {"runId": _run_id(session)},
            "job": {"namespace": self._record.project, "name": self._notebook(session)},
        }
        facets = {"parent": self._facet("1-2-0/ParentRunFacet", **parent)}
        tags = [("cell", str(execution.number)), *(("mlflow.run_id", each) for each in execution.runs)]
        facets["tags"] = self._tags("1-0-0/TagsRunFacet", tags)
        run = {"runId": _run_id(session, execution.number), "facets": facets}
        cell = execution.cell_id or f"execution-{execution.number}"
        job = self._job(f"{self._notebook(session)}#{cell}", execution.notebook, "CELL", execution.commit)
        edges = [edge for _, edge in execution.steps]
        made = dict.fromkeys(edge.target for step, edge in execution.steps if step is not Step.USED)
        inputs = [self._input(each, edges) for each in dict.fromkeys(edge.source for edge in edges)]
        yield self._event("START", execution.started, run, job, inputs)
        yield self._event("COMPLETE", execution.ended, run, job, inputs, [self._output(each) for each in made])

    def _event(
        self,
        kind: str,
        at: str,
        run: object,
        job: object,
        inputs: Sequence[object] = (),
        outputs: Sequence[object] = (),
    ) -> dict[str, Any]:
        return {
            "eventType": kind,
            "eventTime": at,
            "run": run,
            "job": job,
            "inputs": list(inputs),
            "outputs": list(outputs),
            "producer": self._record.producer,
            "schemaURL": f"{SPEC}#/$defs/RunEvent",
        }

    def _job(self, name: str, notebook: str, kind: str, commit: str | None) -> dict[str, Any]:
        type_ = self._facet("2-0-4/JobTypeJobFacet", processingType="BATCH", integration="JUPYTER", jobType=kind)
        facets = {"jobType": type_}
        path = self._nodes[notebook].location
        if path is not None:
            place: dict[str, str] = {"type": "git" if commit else "file", "url": f"file:{quote(path)}", "path": path}
            if commit:
                place["version"] = commit
            if commit and self._record.repository:
                place["repoUrl"] = self._record.repository
            facets["sourceCodeLocation"] = self._facet("1-1-0/SourceCodeLocationJobFacet", **place)
        return {"namespace": self._record.project, "name": name, "facets": facets}

    def _notebook(self, session: Session) -> str:
        return session.notebook or f"unnamed-notebook/{session.id}"

    def _input(self, node_id: str, edges: Iterable[Edge]) -> dict[str, Any]:
        """With how its way into each output is known."""
        node = self._nodes[node_id]
        into = [
            {
                "verb": edge.verb.value,
                "call": edge.call,
                "certainty": edge.certainty.value,
                "output": None if self._is_notebook(edge.target) else self._named(self._nodes[edge.target]),
            }
            for edge in edges
            if edge.source == node_id
        ]
        certainty = Certainty.INFERRED if any(each["certainty"] == "inferred" for each in into) else Certainty.OBSERVED
        facets = {"aisec_lineage": self._custom("InputDatasetFacet", certainty=certainty.value, steps=into)}
        statistics = _statistics(node)
        if statistics:
            facets["inputStatistics"] = self._facet("1-0-0/InputStatisticsInputDatasetFacet", **statistics)
        return self._dataset(node) | {"inputFacets": facets}

    def _output(self, node_id: str) -> dict[str, Any]:
        node = self._nodes[node_id]
        statistics = _statistics(node)
        found = self._dataset(node)
        if statistics:
            facet = self._facet("1-0-2/OutputStatisticsOutputDatasetFacet", **statistics)
            found["outputFacets"] = {"outputStatistics": facet}
        return found

    def _is_notebook(self, node_id: str) -> bool:
        return self._nodes[node_id].kind is AssetKind.NOTEBOOK

    def _named(self, node: Node) -> dict[str, str]:
        """An address by its host and path; all else by the project and where it is in that."""
        location = node.location
        if location is not None and "://" in location:
            parts = urlsplit(location)
            query = f"?{parts.query}" if parts.query else ""
            return {"namespace": f"{parts.scheme}://{parts.netloc}", "name": f"{parts.path}{query}" or "/"}
        if location is None:
            # In memory, or not seen: of its session only.
            location = f"{node.kind.value}/{node.id}/{node.name}"
        return {"namespace": self._record.project, "name": location}

    def _dataset(self, node: Node) -> dict[str, Any]:
        location = node.location
        source = {"name": self._named(node)["namespace"]}
        if location is not None and "://" in location:
            source["uri"] = quote(location, safe="%/:=&?~#+!$,;'@()*[]")
        facets = {
            "datasetType": self._facet("1-0-1/DatasetTypeDatasetFacet", datasetType=node.kind.value.upper()),
            "dataSource": self._facet("1-0-1/DatasourceDatasetFacet", **source),
            "aisec_asset": self._custom(
                "DatasetFacet",
                id=node.id,
                name=node.name,
                sha256=node.sha256,
                size=node.size,
                problem=node.problem,
                facts=dict(node.facts),
            ),
        }
        if node.sha256:
            version = f"sha256:{node.sha256}"
            facets["version"] = self._facet("1-0-1/DatasetVersionDatasetFacet", datasetVersion=version)
        answers = self._record.answers(node)
        if answers:
            text = "\n".join(f"{key}: {value}" for key, value in answers.items())
            facets["documentation"] = self._facet(
                "1-1-0/DocumentationDatasetFacet", description=text, contentType="text/plain"
            )
        if node.documentation is not None:
            words = [("documentation", node.documentation.value)]
            words += [(key, answers[key]) for key in ("licence", "sensitivity") if key in answers]
            facets["tags"] = self._tags("1-0-0/TagsDatasetFacet", words)
        return {**self._named(node), "facets": facets}

    def _tags(self, schema: str, pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
        tags = [{"key": key, "value": value, "source": "jupyter-aisec"} for key, value in pairs]
        return self._facet(schema, tags=tags)

    def _facet(self, schema: str, **members: object) -> dict[str, Any]:
        """A standard facet, by the version and the name of its schema."""
        name = schema.partition("/")[2]
        url = f"{FACETS}/{schema}.json#/$defs/{name}"
        return {"_producer": self._record.producer, "_schemaURL": url, **members}

    def _custom(self, base: str, **members: object) -> dict[str, Any]:
        """A facet of our own, which may have any members."""
        return {"_producer": self._record.producer, "_schemaURL": f"{SPEC}#/$defs/{base}", **members}


def _run_id(session: Session, number: int | None = None) -> str:
    """The same for the same execution, whenever it is exported."""
    return str(uuid.uuid5(_OURS, session.id if number is None else f"{session.id}/{number}"))


def _statistics(node: Node) -> Mapping[str, int]:
    found = {"size": node.size, "rowCount": node.facts.get("rows")}
    return {key: value for key, value in found.items() if isinstance(value, int)}
