"""What is known of an asset without asking, and what it makes one ask."""

from __future__ import annotations

import copy
from typing import Any

from jupyter_aisec import knowledge
from jupyter_aisec.lineage import upstream
from jupyter_aisec.lineage.sources import data_sources
from jupyter_aisec.model import AssetKind, Graph, Node, Verb
from jupyter_aisec.report.columns import column_words
from jupyter_aisec.report.words import shortened, size_words

_LONG, _LONGEST = 80, 400


def derived(node: Node, graph: Graph) -> dict[str, str]:
    """What is filled in and not asked, by its name."""
    found = {"location": node.location or "in memory", "sha256": node.sha256 or node.problem or "not known yet"}
    if node.size is not None:
        found["size"] = size_words(node.size)
    found |= {key: str(value) for key, value in node.facts.items()}
    if node.kind is not AssetKind.DATASET:
        found |= _made_of(node, graph)
    return {key: shortened(value, _LONGEST if key == "schema" else _LONG) for key, value in found.items()}


def questions(node: Node) -> dict[str, Any]:
    """The form about an asset; a question says why it is asked here, where something is known that bears on it."""
    schema = knowledge.form(node.kind)
    said = column_words(node.facts)
    if said and "sensitivity" in schema["properties"]:
        schema = copy.deepcopy(schema)
        schema["properties"]["sensitivity"]["description"] = said
    return schema


def _made_of(node: Node, graph: Graph) -> dict[str, str]:
    """Of what, by what and in which notebook a model was made."""
    part = upstream(graph, (node.id,))
    inside = {each.id: each for each in part.nodes}
    sources = [each.name for each in data_sources(graph) if each.id in inside]
    fitted = [inside[edge.target] for edge in part.edges if edge.verb is Verb.FITTED]
    found = {"made from": ", ".join(dict.fromkeys(sources))}
    if fitted:
        found |= {key: str(value) for key, value in fitted[-1].facts.items()}
    return {key: value for key, value in found.items() if value}
