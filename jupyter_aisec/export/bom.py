"""CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/): a model with the data, models and packages that are in it.

Every asset of the lineage is a component, an unknown source too, and what went into it is what it depends on.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from jupyter_aisec.export.described import Described
from jupyter_aisec.export.identifiers import is_web
from jupyter_aisec.export.modelcard import model_card
from jupyter_aisec.knowledge.licences import licence
from jupyter_aisec.model import AssetKind, Certainty, Node

SCHEMA = "http://cyclonedx.org/schema/bom-1.6.schema.json"

_OURS = uuid.uuid5(uuid.NAMESPACE_URL, "https://pypi.org/project/jupyter-aisec/")
_TYPES = {AssetKind.MODEL: "machine-learning-model", AssetKind.NOTEBOOK: "file"}
_PERSONAL = frozenset({"personal", "special"})


def bom(described: Described) -> dict[str, Any]:
    """The bill of materials of a model. But for its time, it is the same for the same lineage."""
    record = described.record
    nodes = [node for node in record.graph.nodes if node.id != described.subject]
    packages = _packages(described)
    tool = {"type": "application", "name": "jupyter-aisec", "version": record.version}
    body: dict[str, Any] = {
        "$schema": SCHEMA,
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"tools": {"components": [tool]}, "component": _component(described, described.node)},
        "components": [*(_component(described, node) for node in nodes), *packages.values()],
        "dependencies": _dependencies(described, packages),
        "compositions": _compositions(described, packages),
    }
    serial = uuid.uuid5(_OURS, json.dumps(body, sort_keys=True))
    body["serialNumber"] = f"urn:uuid:{serial}"
    body["metadata"] = {"timestamp": record.at, **body["metadata"]}
    return body


def _component(described: Described, node: Node) -> dict[str, Any]:
    document = described.document_of(node)
    said = described.said(node)
    is_manifest = node.id in described.manifests
    is_data = node.kind in (AssetKind.DATASET, AssetKind.UNKNOWN)
    return _present(
        {
            "type": _TYPES.get(node.kind, "data"),
            "bom-ref": node.id,
            "name": node.name,
            "version": _commit(described, node),
            "description": "Something went in here that could not be seen." if node.kind is AssetKind.UNKNOWN else None,
            "hashes": [{"alg": "SHA-256", "content": node.sha256}] if node.sha256 and not is_manifest else [],
            "licenses": _licences(document.answers.get("licence") if document else None),
            "externalReferences": list(_addresses(node)),
            "modelCard": model_card(described) if node.id == described.subject else None,
            "data": [_data(node, said)] if is_data else [],
            "properties": list(_properties(described, node, said)),
        }
    )


def _data(node: Node, said: Mapping[str, str]) -> dict[str, Any]:
    sensitivity = said.get("sensitivity")
    owner = said.get("owner")
    return _present(
        {
            "type": "dataset" if node.kind is AssetKind.DATASET else "other",
            "name": node.name,
            "contents": {"url": node.location} if node.location and is_web(node.location) else None,
            "classification": sensitivity,
            "sensitiveData": [sensitivity] if sensitivity in _PERSONAL else [],
            "description": said.get("source"),
            "governance": {"owners": [{"contact": {"name": owner}}]} if owner else None,
        }
    )


def _properties(described: Described, node: Node, said: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """What CycloneDX has no word for."""
    pairs: dict[str, object] = {"kind": node.kind.value, "place": node.location, "size": node.size}
    if node.id in described.manifests:
        pairs["sha256-of-the-list-of-files"] = node.sha256
    elif node.sha256 is None and node.kind is not AssetKind.NOTEBOOK:
        pairs["no-digest"] = node.problem or ("nobody has hashed it" if node.location else "only in memory")
    pairs["documentation"] = node.documentation.value if node.documentation else None
    pairs |= {f"fact:{key}": value for key, value in sorted(node.facts.items())}
    pairs |= {f"said:{key}": value for key, value in said.items()}
    for key, value in pairs.items():
        if value is not None:
            yield {"name": f"aisec:{key}", "value": str(value)}
    edges = described.record.graph.edges
    for edge in edges:
        if edge.target == node.id and edge.certainty is Certainty.INFERRED:
            yield {"name": "aisec:inferred-source", "value": edge.source}


def _packages(described: Described) -> dict[str, dict[str, Any]]:
    """By their references: what MLflow wrote down beside the model, and the Python that ran it."""
    found: dict[str, dict[str, Any]] = {}
    packages = described.logged.packages if described.logged else None
    for name, version in sorted((packages or {}).items()):
        if name == "python":
            found["python"] = {"type": "platform", "bom-ref": "python", "name": "Python", "version": version}
            continue
        purl = f"pkg:pypi/{quote(name, safe='')}" + (f"@{quote(version, safe='')}" if version else "")
        pinned = {"version": version} if version else {}
        found[purl] = {"type": "library", "bom-ref": purl, "name": name, **pinned, "purl": purl}
    return found


def _dependencies(described: Described, packages: Iterable[str]) -> list[dict[str, Any]]:
    """Of each asset, what went into it; of the model, the packages too."""
    graph = described.record.graph
    into: dict[str, dict[str, None]] = {node.id: {} for node in graph.nodes}
    for edge in graph.edges:
        if edge.source != edge.target and edge.source in into and edge.target in into:
            into[edge.target][edge.source] = None
    into[described.subject] |= dict.fromkeys(packages)
    found = [_present({"ref": each, "dependsOn": list(sources)}) for each, sources in into.items()]
    return found + [{"ref": each} for each in packages]


def _compositions(described: Described, packages: Mapping[str, object]) -> list[dict[str, Any]]:
    """How complete it is: never known to be, for what a package needs itself is seldom written down."""
    seen = packages or any(node.kind is AssetKind.DATASET for node in described.went_in)
    return [{"aggregate": "incomplete" if seen else "unknown", "dependencies": [described.subject]}]


def _addresses(node: Node) -> Iterator[dict[str, str]]:
    if node.location and is_web(node.location):
        yield {"type": "distribution", "url": node.location}


def _licences(text: str | None) -> list[dict[str, Any]]:
    if text is None:
        return []
    known = licence(text)
    return [{"license": {"id": known.spdx} if known else {"name": text}}]


def _commit(described: Described, node: Node) -> str | None:
    """Of a notebook, the commit that holds the cells."""
    if node.kind is not AssetKind.NOTEBOOK:
        return None
    return next((each.commit for each in described.record.executions if each.notebook == node.id and each.commit), None)


def _present(members: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in members.items() if value not in (None, [])}
