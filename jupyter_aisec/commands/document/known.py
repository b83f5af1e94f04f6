"""What is known of an asset without asking, and what it makes one ask."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from jupyter_aisec import knowledge
from jupyter_aisec.journal import Log
from jupyter_aisec.lineage import upstream
from jupyter_aisec.lineage.sources import data_sources
from jupyter_aisec.model import AssetKind, Graph, Node, Verb
from jupyter_aisec.report.columns import column_words
from jupyter_aisec.report.words import shortened, size_words

_LONG, _LONGEST = 80, 400
_LISTS = ("schema", "parameters", "metrics", "packages")


def derived(node: Node, graph: Graph, logs: Sequence[Log]) -> dict[str, str]:
    """What is filled in and not asked, by its name."""
    found = {"location": node.location or "in memory", "sha256": node.sha256 or node.problem or "not known yet"}
    if node.size is not None:
        found["size"] = size_words(node.size)
    found |= {key: str(value) for key, value in node.facts.items()}
    if node.kind is not AssetKind.DATASET:
        found |= _made_of(node, graph) | _tracked(node, logs)
    return {key: shortened(value, _LONGEST if key in _LISTS else _LONG) for key, value in found.items()}


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


def _tracked(node: Node, logs: Sequence[Log]) -> dict[str, str]:
    """The run that a model was made in, with its numbers as far as they can be read at once."""
    from jupyter_aisec import outbox
    from jupyter_aisec.tracking.numbers import of_model

    for log in reversed(logs):
        own = outbox.cursor(log).runs
        for use in reversed(log.uses):
            run = use.run or (own[-1] if own else None)
            if use.kind is node.kind and use.name == node.name and run is not None:
                model_id = node.facts.get("model_id")
                numbers = of_model(run.tracking_uri, run.run_id, model_id if isinstance(model_id, str) else None)
                return {"run": run.run_id} | numbers
    return {}
