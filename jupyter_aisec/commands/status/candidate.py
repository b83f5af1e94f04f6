"""Which model is meant, all that went into it, and what the journals say of that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jupyter_aisec import outbox
from jupyter_aisec.commands.status.beside import Beside, beside
from jupyter_aisec.journal import Log
from jupyter_aisec.lineage import assets, build, find, upstream
from jupyter_aisec.lineage.fold import ARRIVING
from jupyter_aisec.model import AisecError, AssetKind, Graph, Node, RunRef, Stamp, Use
from jupyter_aisec.project import Project
from jupyter_aisec.subject import nothing_collected, subject


@dataclass(slots=True)
class Trace:
    """What journals say of one asset: its newest files, the run it was made in, when it was hashed and last used."""

    files: tuple[Stamp, ...] = ()
    run: RunRef | None = None
    hashed: dt.datetime | None = None
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model and its lineage. ``notebooks`` has, by path, the digests of the cells that made any of it."""

    node: Node
    graph: Graph
    traces: Mapping[str, Trace] = field(default_factory=dict)
    notebooks: Mapping[str | None, frozenset[str]] = field(default_factory=dict)
    beside: Beside = field(default_factory=Beside)


def candidate(project: Project, name: str | None) -> Candidate | None:
    """The model of that name, or the newest that was made here; None where none was.

    Raises:
        AisecError: nothing is called so, or it is no model.
    """
    with nothing_collected():
        return _candidate(project, name)


def _candidate(project: Project, name: str | None) -> Candidate | None:
    logs = project.logs()
    graph = build(logs)
    if name is None:
        node_id = _newest(logs)
        if node_id is None:
            return None
        ids: Sequence[str] = (node_id,)
    else:
        try:
            ids = tuple(node.id for node in find(graph, name))
        except AisecError:
            found = subject(project, name)
            graph, ids = found.graph, found.ids
    nodes = {node.id: node for node in graph.nodes}
    models = [nodes[each] for each in ids if each in nodes and nodes[each].kind is AssetKind.MODEL]
    if not models:
        raise AisecError(f"{name} is no model: name a model, or leave the name out for the newest")
    chosen = next((each for each in reversed(models) if each.sha256), models[-1])
    closure = upstream(graph, (chosen.id,))
    near = beside(graph, chosen, closure)
    traces, notebooks = _traced(logs, {node.id for node in closure.nodes}, chosen.id, near.ids)
    if not notebooks:
        inside = {node.id for node in closure.nodes}
        notebooks = {
            nodes[edge.target].location: frozenset()
            for edge in graph.edges
            if edge.source in inside and nodes[edge.target].kind is AssetKind.NOTEBOOK
        }
    return Candidate(chosen, closure, traces, notebooks, near)


def _newest(logs: Sequence[Log]) -> str | None:
    """The id of the model that was made last; one with a digest before one that only ever was in memory."""
    best: tuple[bool, str, Log, str] | None = None
    for log in logs:
        made = [use for use in log.uses if use.kind is AssetKind.MODEL and use.verb not in ARRIVING]
        if not made or (best is not None and best[0] and max(use.at for use in made) < best[1]):
            continue
        hashed = {each.key for each in log.hashes if each.sha256}
        last = max(made, key=lambda use: (use.key in hashed, use.at))
        rank = (last.key in hashed, last.at)
        if best is None or rank >= best[:2]:
            best = (*rank, log, last.key)
    return assets(best[2])[best[3]].id if best else None


def _traced(
    logs: Sequence[Log], inside: set[str], model: str, near: frozenset[str]
) -> tuple[dict[str, Trace], dict[str | None, frozenset[str]]]:
    """What the journals say of the assets, and of those near them, and in which notebooks the assets were made."""
    traces: dict[str, Trace] = {}
    makers: dict[str | None, frozenset[str]] = {}
    readers: dict[str | None, frozenset[str]] = {}
    for log in logs:
        named = assets(log)
        uses = [use for use in log.uses if named[use.key].id in inside]
        noted = [use for use in log.uses if named[use.key].id in near]
        if not uses and not noted:
            continue
        hashed = {each.key: each.at for each in log.hashes if each.sha256}
        own = next(iter(outbox.cursor(log).runs), None)
        for use in (*uses, *noted):
            trace = traces.setdefault(named[use.key].id, Trace())
            trace.files = use.files or trace.files
            trace.run = use.run or own or trace.run
            trace.hashed = _time(hashed[use.key]) if use.key in hashed else trace.hashed
            trace.at = _time(use.at) or trace.at
        if not uses:
            continue
        made = [use for use in uses if use.verb not in ARRIVING]
        sources = {cell.number: cell.source_sha256 for cell in log.cells}
        if made:
            makers[log.session.notebook] = _cells(sources, uses)
        elif any(named[use.key].id == model for use in uses):
            readers[log.session.notebook] = _cells(sources, uses)
    return traces, makers or readers


def _cells(sources: Mapping[int, str], uses: Sequence[Use]) -> frozenset[str]:
    return frozenset(sources[use.cell] for use in uses if use.cell in sources)


def _time(text: str) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)
