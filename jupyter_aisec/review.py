"""Composes what a run shows in MLflow from the lineage: data sets, tags, note and pictures, as plain data."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from jupyter_aisec.journal import Log
from jupyter_aisec.lineage import as_data, of_nodes, upstream
from jupyter_aisec.lineage.identity import LOGGED_MODEL, location_of
from jupyter_aisec.model import AssetKind, Certainty, Document, DocumentState, Graph, Node, RunRef, Use, Verb
from jupyter_aisec.report.drawing import counted
from jupyter_aisec.report.page import lineage_page
from jupyter_aisec.report.svg import lineage_svg
from jupyter_aisec.report.words import SHORT_DIGEST, digest_words, edge_words, markdown, shortened, state_words
from jupyter_aisec.tracking.affected import DIGESTS, ORIGINS, TAG_DIGITS
from jupyter_aisec.tracking.publication import DatasetPublication, ModelPublication, Publication, SessionRun

MOST_ROWS = 40
"""Rows of a note's table; the page among the artifacts has all."""

NOT_HASHED_IN_TIME = "the session ended before it was hashed"


@dataclass(frozen=True, slots=True)
class Touched:
    """A use that belongs to the run, and the id of the node that it is about; ``own`` if this session did it."""

    use: Use
    node: str
    own: bool = True


def review(
    run: RunRef | SessionRun,
    touched: Sequence[Touched],
    log: Log,
    graph: Graph,
    documents: Mapping[str, Document],
    *,
    live: bool,
) -> Publication:
    """All that the run is to show: what its uses touched, and everything that went into that, however early."""
    lineage = of_nodes(graph, log.session, {each.node for each in touched})
    name = log.session.notebook or "unnamed notebook"
    return Publication(
        run=run,
        note=_note(lineage, documents),
        tags=_tags(lineage, log),
        datasets=tuple(_datasets(lineage, live=live)),
        models=tuple(_models(touched, graph, log, documents, lineage)),
        consumed=tuple(dict.fromkeys(_model_ids(touched, Verb.LOADED))),
        artifacts={
            "lineage.svg": lineage_svg(lineage, name, filling=True).encode(),
            "lineage.html": lineage_page(lineage, f"Lineage of {name}").encode(),
            "lineage.json": json.dumps(as_data(lineage), indent=1, sort_keys=True).encode(),
        },
    )


def _datasets(lineage: Graph, *, live: bool) -> list[DatasetPublication]:
    """Those whose digest, or the reason that there is none, is known: MLflow would keep anything earlier for ever."""
    fitted = {edge.target for edge in lineage.edges if edge.verb is Verb.FITTED}
    trained = {node.id for node in upstream(lineage, fitted).nodes}
    written = {edge.target for edge in lineage.edges if edge.verb is Verb.WROTE}
    found: list[DatasetPublication] = []
    for node in lineage.nodes:
        if node.kind is not AssetKind.DATASET or (live and not node.sha256 and not node.problem):
            continue
        context = "training" if node.id in trained else "written" if node.id in written else "read"
        found.append(
            DatasetPublication(node.id, node.name, node.location, node.sha256, context, _profile(node, lineage))
        )
    return found


def _profile(node: Node, lineage: Graph) -> dict[str, str | int | float]:
    """What will not change. The digest is in groups of eight, because the drawer only breaks lines at blanks."""
    profile: dict[str, str | int | float] = dict(node.facts)
    if node.size is not None:
        profile["bytes"] = node.size
    if node.sha256:
        profile["sha256"] = " ".join(node.sha256[start : start + 8] for start in range(0, len(node.sha256), 8))
    else:
        profile["sha256"] = f"not known: {node.problem or NOT_HASHED_IN_TIME}"
    if node.location:
        profile["location"] = node.location
    nodes = {each.id: each for each in lineage.nodes}
    seen = [edge for edge in lineage.edges if node.id in (edge.source, edge.target)]
    # How it came: read by a cell, or written by one. What was made of it says nothing of it.
    came = (edge for edge in seen if (edge.verb, node.id) in ((Verb.READ, edge.source), (Verb.WROTE, edge.target)))
    first = next(came, None)
    if first is not None:
        profile["first_seen"] = f"{edge_words(first)}{f', {first.call}' if first.call else ''}"
    for number, edge in enumerate((edge for edge in seen if edge.target == node.id), start=1):
        source = nodes[edge.source]
        profile[f"derived_from_{number}"] = _signed(source)
    return profile


def _models(
    touched: Sequence[Touched], graph: Graph, log: Log, documents: Mapping[str, Document], whole: Graph
) -> list[ModelPublication]:
    """The models that this run logged, each with its own part of the lineage, drawn where that is not the ``whole``."""
    drawn = {node.id for node in whole.nodes if node.kind is not AssetKind.NOTEBOOK}
    found: dict[str, ModelPublication] = {}
    for each in touched:
        # Another session's model is published, and its digest journaled, by that session.
        for model_id in _model_ids([each] if each.own else [], Verb.LOGGED):
            lineage = upstream(graph, [each.node])
            note, tags = _note(lineage, documents), _tags(lineage, log)
            is_whole = drawn == {node.id for node in lineage.nodes if node.kind is not AssetKind.NOTEBOOK}
            drawing = b"" if is_whole else lineage_svg(lineage, each.use.name, filling=True).encode()
            found[model_id] = ModelPublication(each.use.key, model_id, note, tags, drawing)
    return list(found.values())


def _model_ids(touched: Sequence[Touched], verb: Verb) -> list[str]:
    places = [location_of(each.use) or "" for each in touched if each.use.verb is verb]
    return [place.removeprefix("models:/").partition("/")[0] for place in places if place.startswith(LOGGED_MODEL)]


def _tags(lineage: Graph, log: Log) -> dict[str, str]:
    """Short words that can be searched and shown as columns."""
    sources = _sources(lineage)
    made = _made(lineage)
    tags = {
        "aisec.session": log.session.id,
        "aisec.notebook": log.session.notebook or "unknown",
        "aisec.docs": _documentation(sources),
        "aisec.sources": ";".join(_signed(node) for node in sources if node.id not in made) or "none seen",
        "aisec.status": _status(lineage),
        # What `affected` searches: all that went in, data that was made on the way included.
        DIGESTS: _searchable(node.sha256[:TAG_DIGITS] for node in lineage.nodes if node.sha256),
        ORIGINS: _searchable(node.location for node in lineage.nodes if node.location and "://" in node.location),
    }
    # A cell that ran again counts as it was last.
    last = {cell.cell_id or str(cell.number): cell.findings for cell in log.cells}
    if last:
        totals: dict[str, int] = {}
        for findings in last.values():
            for severity, count in findings.items():
                totals[severity] = totals.get(severity, 0) + count
        order = ("critical", "high", "medium", "low", "info")
        words = ", ".join(f"{severity} {totals[severity]}" for severity in order if totals.get(severity))
        tags["aisec.findings"] = words or f"no known pattern found in {len(last)} cells"
    return tags


def _made(lineage: Graph) -> set[str]:
    """Models that cells made: none of them is a source of itself."""
    return {edge.target for edge in lineage.edges if edge.verb in (Verb.FITTED, Verb.SAVED, Verb.LOGGED)}


def _searchable(words: Iterable[str]) -> str:
    """The words, each between two semicolons; where there is none, a word that says so."""
    found = "".join(f"{word};" for word in dict.fromkeys(words))
    return f";{found}" if found else "none"


def _sources(lineage: Graph) -> list[Node]:
    """What a person is asked about: the assets that have, or should have, a document."""
    return [node for node in lineage.nodes if node.documentation is not None]


def _documentation(sources: Sequence[Node]) -> str:
    """``documented``, or what is not: ``missing: a.csv, b.csv; stale: c.csv``."""
    words: list[str] = []
    for state in (DocumentState.MISSING, DocumentState.INCOMPLETE, DocumentState.STALE, DocumentState.UNKNOWN):
        names = list(dict.fromkeys(node.name for node in sources if node.documentation is state))
        if names:
            words.append(f"{state.value}: {', '.join(names)}")
    return "; ".join(words) or ("documented" if sources else "no source seen")


def _status(lineage: Graph) -> str:
    unseen = sum(node.kind is AssetKind.UNKNOWN for node in lineage.nodes)
    parts = [f"{unseen} unknown source{'s' if unseen > 1 else ''}"] if unseen else []
    return ", ".join(parts + _weak_spots(lineage)) or "every source seen and hashed"


def _weak_spots(lineage: Graph) -> list[str]:
    """Where less is known than could be, in few words."""
    unseen = {node.id for node in lineage.nodes if node.kind is AssetKind.UNKNOWN}
    bare = sum(node.kind is AssetKind.DATASET and not node.sha256 for node in lineage.nodes)
    inferred = sum(edge.certainty is Certainty.INFERRED and edge.source not in unseen for edge in lineage.edges)
    parts = (f"{bare} without digest" if bare else "", f"{inferred} inferred" if inferred else "")
    return [part for part in parts if part]


def _note(lineage: Graph, documents: Mapping[str, Document]) -> str:
    """A line and a table in Markdown; every word that comes from elsewhere is escaped."""
    lines = [f"**Lineage**: {' · '.join([counted(lineage), *_weak_spots(lineage)])}", ""]
    made = _made(lineage)
    described = [node for node in lineage.nodes if node.kind is AssetKind.DATASET or node.documentation is not None]
    models = [f"{markdown(shortened(node.name, 60))} ({_state(node)})" for node in described if node.id in made]
    if models:
        lines += [f"**Made of it**: {', '.join(dict.fromkeys(models))}", ""]
    sources = [node for node in described if node.id not in made]
    if sources:
        lines += ["| Source | SHA-256 | Documentation | Licence |", "| --- | --- | --- | --- |"]
        lines += [_row(node, documents.get(node.name)) for node in sources[:MOST_ROWS]]
        if len(sources) > MOST_ROWS:
            lines.append(f"| and {len(sources) - MOST_ROWS} more | | | |")
        lines.append("")
    lines.append("All hashes, places and cells: `aisec/lineage.html` among the run's artifacts.")
    return "\n".join(lines)


def _row(node: Node, document: Document | None) -> str:
    digest = f"`{node.sha256[:SHORT_DIGEST]}`" if node.sha256 else markdown(shortened(digest_words(node), 60))
    licence = document.answers.get("licence", "") if document else ""
    # MLflow draws tables without any room between columns.
    cells = (markdown(shortened(node.name, 60)), digest, _state(node), markdown(shortened(licence, 40)))
    return f"| {'&nbsp; | '.join(cells)} |"


def _state(node: Node) -> str:
    return state_words[node.documentation] if node.documentation else "made here"


def _signed(node: Node) -> str:
    """``name@sha12``, the form in which the tag can be searched."""
    return f"{node.name}@{node.sha256[:SHORT_DIGEST] if node.sha256 else 'unknown'}"
