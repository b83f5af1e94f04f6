"""Croissant 1.0 (https://docs.mlcommons.org/croissant/docs/croissant-spec.html): one data set, with its RAI vocabulary.

https://docs.mlcommons.org/croissant/docs/croissant-rai-spec.html. What Croissant demands and nobody has said, such as
a creator or a day of publication, is left out. A file is described only where its digest is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from jupyter_aisec import knowledge
from jupyter_aisec.export.columns import Column
from jupyter_aisec.export.described import Described
from jupyter_aisec.export.identifiers import is_web
from jupyter_aisec.export.media import media_type
from jupyter_aisec.export.record import Step
from jupyter_aisec.knowledge.licences import licence
from jupyter_aisec.model import Certainty, DocumentState, Node

CONFORMS_TO = ("http://mlcommons.org/croissant/1.0", "http://mlcommons.org/croissant/RAI/1.0")

_OURS = (
    "citeAs", "column", "equivalentProperty", "extract", "field", "fileProperty", "fileObject", "fileSet", "format",
    "includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex",
    "repeated", "replace", "samplingRate", "separator", "source", "subField", "transform",
)  # fmt: skip
"""Words of the context that stand for themselves in Croissant's namespace."""
_CONTEXT: Mapping[str, Any] = MappingProxyType(
    {
        "@language": "en",
        "@vocab": "https://schema.org/",
        "sc": "https://schema.org/",
        "cr": "http://mlcommons.org/croissant/",
        "rai": "http://mlcommons.org/croissant/RAI/",
        "dct": "http://purl.org/dc/terms/",
        "conformsTo": "dct:conformsTo",
        "data": {"@id": "cr:data", "@type": "@json"},
        "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
        "examples": {"@id": "cr:examples", "@type": "@json"},
        **{word: f"cr:{word}" for word in _OURS},
    }
)
_FILE = "file"
_RECORDS = "records"
_DAY = re.compile(r"[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?")
_BETWEEN = re.compile(r"\s+(?:to|until|-|\u2013)\s+|/")


def croissant(described: Described) -> dict[str, Any]:
    """The description of a data set as JSON-LD."""
    node = described.node
    said = described.said(node)
    document = described.document
    return _present(
        {
            "@context": dict(_CONTEXT),
            "@type": "sc:Dataset",
            "conformsTo": list(CONFORMS_TO),
            "name": node.name,
            "description": " ".join(_description(described)),
            "identifier": f"sha256:{node.sha256}" if node.sha256 else None,
            "license": _licence(document.answers.get("licence")) if document else None,
            "url": node.location if node.location and is_web(node.location) else None,
            "sdDatePublished": described.record.at,
            "isBasedOn": [_work(each) for each in described.went_in],
            "distribution": list(_distribution(described)),
            "recordSet": list(_record_sets(described)),
            "rai:dataCollection": _collection(said),
            "rai:dataCollectionTimeframe": _timeframe(said.get("collected", "")),
            "rai:dataPreprocessingProtocol": list(_made(described)),
            "rai:personalSensitiveInformation": _sensitivity(said),
            "rai:dataLimitations": said.get("limits"),
            "rai:dataUseCases": said.get("use"),
            "rai:dataReleaseMaintenancePlan": _maintenance(said),
        }
    )


def _description(described: Described) -> Iterator[str]:
    node = described.node
    rows, columns = (described.facts.get(each) for each in ("rows", "columns"))
    yield f"A data set of the project {described.record.project}, as jupyter-aisec {described.record.version} saw it."
    if rows is not None:
        yield f"{rows} rows{f' and {columns} columns' if columns is not None else ''} were read."
    if node.id in described.manifests and node.sha256:
        yield "The digest is that of the list of its files with a digest each."
    elif node.sha256 is None:
        yield f"Its bytes have no digest: {node.problem or 'nobody has hashed them'}."
    if described.path is None and node.location and not is_web(node.location):
        yield f"Its place: {node.location}."
    if node.documentation is DocumentState.STALE:
        yield "What people said of it was said of other bytes, and nobody has confirmed it since."


def _distribution(described: Described) -> Iterator[dict[str, Any]]:
    path, node = described.path, described.node
    if path is None:
        return
    yield _present(
        {
            "@type": "cr:FileObject",
            "@id": _FILE,
            "name": path.partition("?")[0].rpartition("/")[2] or node.name,
            "contentUrl": path if is_web(path) else quote(path),
            "contentSize": None if node.size is None else f"{node.size} B",
            "encodingFormat": media_type(path),
            "sha256": node.sha256,
        }
    )


def _record_sets(described: Described) -> Iterator[dict[str, Any]]:
    """The columns, where a reader of Croissant would find the very same ones in the file."""
    if described.path is None or not described.holds_columns:
        return
    is_text = media_type(described.path).startswith("text/")
    fields = [_field(each, "sc:Text" if is_text else None) for each in described.columns]
    known = [each for each in fields if each is not None]
    if known:
        yield {"@type": "cr:RecordSet", "@id": _RECORDS, "name": _RECORDS, "field": known}


def _field(column: Column, default: str | None) -> dict[str, Any] | None:
    """A column of a type that can be said; in a file of text, whatever it is, it is text."""
    kind = column.data_type or default
    if kind is None:
        return None
    return {
        "@type": "cr:Field",
        "@id": f"{_RECORDS}/{quote(column.name, safe='', errors='backslashreplace')}",
        "name": column.name,
        "dataType": kind,
        "source": {"fileObject": {"@id": _FILE}, "extract": {"column": column.name}},
    }


def _made(described: Described) -> Iterator[str]:
    """By which steps it came to be, where cells made it."""
    nodes = described.record.nodes
    for execution, step, edge in described.steps:
        if step is not Step.USED:
            inferred = ", which was inferred" if edge.certainty is Certainty.INFERRED else ""
            how = f"{edge.call or edge.verb.value}, in {execution.name}"
            yield f"{nodes[edge.source].name} went into {nodes[edge.target].name} by {how}{inferred}"


def _collection(said: Mapping[str, str]) -> str | None:
    collected = said.get("collected")
    parts = (said.get("source"), f"Collected: {collected}" if collected else None)
    return "\n".join(each for each in parts if each) or None


def _timeframe(collected: str) -> list[str]:
    """Days, months or years, where the answer is one of them or goes from one to another; else nothing."""
    parts = _BETWEEN.split(collected.strip())
    return parts if len(parts) <= 2 and all(_DAY.fullmatch(each) for each in parts) else []  # noqa: PLR2004 - from, to


def _sensitivity(said: Mapping[str, str]) -> str | None:
    """The whole sentence of the choice."""
    choices = knowledge.form("dataset")["properties"]["sensitivity"]["oneOf"]
    answer = said.get("sensitivity")
    return next((each["title"] for each in choices if each["const"] == answer), answer)


def _maintenance(said: Mapping[str, str]) -> str | None:
    parts = {"Answers for it": said.get("owner"), "May be kept": said.get("retention")}
    return "\n".join(f"{key}: {value}" for key, value in parts.items() if value) or None


def _licence(text: str | None) -> str | None:
    known = licence(text) if text else None
    return known.url if known else text


def _work(node: Node) -> dict[str, Any]:
    return _present(
        {
            "@type": "sc:CreativeWork",
            "name": node.name,
            "identifier": f"sha256:{node.sha256}" if node.sha256 else None,
            "url": node.location if node.location and is_web(node.location) else None,
        }
    )


def _present(members: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in members.items() if value not in (None, [])}
