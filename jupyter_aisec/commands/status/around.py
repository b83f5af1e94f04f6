"""Gathers what lies round a candidate: MLflow's record, other models, files about it, git, and the machine."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from jupyter_aisec.asking import ask
from jupyter_aisec.claims import Training
from jupyter_aisec.commands.status.audit import audit
from jupyter_aisec.commands.status.candidate import Candidate, Trace
from jupyter_aisec.commands.status.checkout import checkout
from jupyter_aisec.commands.status.machine import sights
from jupyter_aisec.commands.status.papers import papers
from jupyter_aisec.commands.status.present import changed
from jupyter_aisec.evidence.around import Around, Other
from jupyter_aisec.kept import Kept
from jupyter_aisec.model import AisecError, AssetKind, Graph, Node
from jupyter_aisec.project import Project
from jupyter_aisec.tracking import kept as tables
from jupyter_aisec.tracking.active import SQLITE
from jupyter_aisec.tracking.questions import Keeps

_LOGGED = "models:/"


def around(
    project: Project, found: Candidate, trainings: Sequence[Training] | None, *, asks_mlflow: bool = False
) -> Around:
    """All of it. Without ``asks_mlflow``, only a store that answers at once is asked."""
    own = found.traces.get(found.node.id, Trace())
    near = found.beside
    rivals = [_other(project, node, found.traces) for node in near.rivals]
    before = _other(project, near.before, found.traces) if near.before else None
    inside = [node for node in found.graph.nodes if node.kind is AssetKind.MODEL]
    first = (own, *([before] if before else ()), *(found.traces.get(node.id, Trace()) for node in inside), *rivals)
    store = own.run.tracking_uri if own.run else project.tracking_uri
    kept = _kept(
        project,
        store,
        tuple(dict.fromkeys(each.run.run_id for each in first if each.run and each.run.tracking_uri == store)),
        tuple(place.removeprefix(_LOGGED) for node in inside if (place := node.location or "").startswith(_LOGGED)),
        asks=asks_mlflow,
    )
    place = kept.runs[own.run.run_id].place if own.run and own.run.run_id in kept.runs else ""
    bills, cards = papers(project.root, [place] if place else [])
    return Around(
        kept=kept,
        rivals=rivals,
        copies=[_other(project, node, found.traces) for node in near.copies],
        before=before,
        estimator=_estimator(near.fitted, found.graph, found.node),
        audit=audit(project.root, project.settings.advisories),
        sights=tuple(sights(project, [Path(each.path) for each in own.files], os.environ)),
        bills=bills,
        cards=cards,
        trainings=trainings,
        checkout=checkout(project.root, [name for name in found.notebooks if name]),
    )


def _kept(project: Project, store: str, runs: tuple[str, ...], models: tuple[str, ...], *, asks: bool) -> Kept:
    """What MLflow has of these, and of the runs of other versions of the models."""
    if not runs and not models:
        return Kept()
    try:
        kept = _asked(project, store, runs, models, asks=asks)
        more = {each.run_id for model in kept.models.values() for each in model.others if each.run_id} - set(runs)
        if more:
            kept = _asked(project, store, (*runs[:1], *sorted(more), *runs[1:]), models, asks=asks)
    except AisecError as error:
        return Kept(problem=str(error))
    return kept


def _asked(project: Project, store: str, runs: tuple[str, ...], models: tuple[str, ...], *, asks: bool) -> Kept:
    found = tables.here(store, runs, models)
    if found is not None:
        return found
    if not asks and store.startswith(SQLITE):
        return Kept(problem="MLflow has no store here yet, or not one that can be read")
    if not asks:
        return Kept(problem="MLflow was not asked, which takes seconds")
    return ask(project, Keeps(store, runs, models), Kept)


def _other(project: Project, node: Node, traces: Mapping[str, Trace]) -> Other:
    trace = traces.get(node.id, Trace())
    gone = changed(project.root, node, trace.files)
    return Other(node.name, node.location, _class(node), trace.run, trace.hashed or trace.at, gone)


def _estimator(fitted: Sequence[Node], graph: Graph, model: Node) -> str | None:
    """The class of what was fitted into the model; None where several were, or none was seen."""
    into = {edge.source for edge in graph.edges if edge.target == model.id} | {model.id}
    classes = {_class(node) for node in fitted if node.id in into}
    return classes.pop() if len(classes) == 1 else None


def _class(node: Node) -> str | None:
    found = node.facts.get("class")
    return str(found) if found else None
