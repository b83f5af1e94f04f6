"""Gathers what evidence functions look at, and has it weighed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from importlib.metadata import version

from jupyter_aisec.claims import Coverage, Thing
from jupyter_aisec.commands.document.required import refusal
from jupyter_aisec.commands.status.around import around
from jupyter_aisec.commands.status.candidate import Candidate, Trace, candidate
from jupyter_aisec.commands.status.debts import debts
from jupyter_aisec.commands.status.notebooks import Desk
from jupyter_aisec.commands.status.present import changed
from jupyter_aisec.evidence.around import Checkout
from jupyter_aisec.evidence.case import Case, Recorded
from jupyter_aisec.evidence.coverage import coverage, nothing
from jupyter_aisec.knowledge.guidelines import About
from jupyter_aisec.lineage.sources import made_here
from jupyter_aisec.model import AssetKind, Node, RunRef
from jupyter_aisec.project import FOLDER, Project
from jupyter_aisec.statements import Record

_LOGGED = "models:/"
_ABOUT = {
    AssetKind.DATASET: About.DATASET,
    AssetKind.UNKNOWN: About.DATASET,
    AssetKind.MODEL: About.MODEL,
    AssetKind.PROMPT: About.PROMPT,
}


@dataclass(frozen=True, slots=True)
class Gathered:
    """The table, and where in MLflow the model is that it is about; None where it went into no run."""

    coverage: Coverage
    run: RunRef | None = None
    model_id: str | None = None
    checkout: Checkout = field(default_factory=Checkout)
    refused: str = ""
    """Why the project does not want it released yet."""


def gathered(project: Project, name: str | None, now: dt.datetime | None = None) -> Coverage:
    """The coverage of a model, or of the newest. Raises `AisecError` for what is no model."""
    return gathered_with_run(project, name, now).coverage


def gathered_with_run(
    project: Project, name: str | None, now: dt.datetime | None = None, *, asks_mlflow: bool = False
) -> Gathered:
    """The same, with its run. With ``asks_mlflow``, a store that takes seconds to answer is asked too."""
    now = now or dt.datetime.now(dt.UTC)
    said = Record(project.root / FOLDER, project.root).read()
    found = candidate(project, name)
    if found is None:
        return Gathered(nothing(now, said.problems))
    desk = Desk(project)
    assets = _assets(project, found)
    notebooks = [desk.checked(path, cells) for path, cells in found.notebooks.items()]
    decisions = list(said.decisions)
    own = next(each for each in assets if each.node.id == found.node.id)
    near = around(project, found, said.trainings, asks_mlflow=asks_mlflow)
    documents = [(each.document, each.thing.sha256) for each in assets]
    case = Case(
        model=own.thing,
        graph=found.graph,
        assets=assets,
        notebooks=notebooks,
        families=desk.families,
        counted=desk.counted,
        decisions=decisions,
        are_decisions_read=said.are_decisions_read,
        debts=debts(project, notebooks, documents, decisions, desk.families, now.date()),
        now=now,
        ground=f"{version('jupyter-aisec')}, {len(desk.rules)} rules",
        mouth=project.mouth,
        around=near,
    )
    place = found.node.location or ""
    return Gathered(
        coverage(case, said.statements, said.problems, is_read=said.are_statements_read),
        own.run,
        place.removeprefix(_LOGGED) if place.startswith(_LOGGED) else None,
        near.checkout,
        refusal(project, [each.document for each in assets if _is_described(each)]),
    )


def _assets(project: Project, found: Candidate) -> list[Recorded]:
    made = made_here({node.id: node for node in found.graph.nodes}, found.graph.edges)
    return [
        _recorded(project, node, found.traces.get(node.id, Trace()), is_source=node.id not in made)
        for node in found.graph.nodes
        if node.kind in _ABOUT and (node.id == found.node.id or not _is_passing(node))
    ]


def _is_described(asset: Recorded) -> bool:
    """Whether people are to describe it: what came unseen they can't, and of data the sources speak."""
    is_data = asset.thing.about is About.DATASET
    return asset.node.kind is not AssetKind.UNKNOWN and (asset.is_source or not is_data)


def _is_passing(node: Node) -> bool:
    """A model between fitting and saving: what it was saved as stands for it."""
    return node.kind is AssetKind.MODEL and node.location is None and node.sha256 is None


def _recorded(project: Project, node: Node, trace: Trace, *, is_source: bool) -> Recorded:
    shelf = project.documents
    document = shelf.read(node.name, node.sha256)
    try:
        written = dt.datetime.fromtimestamp(shelf.path(node.name).stat().st_mtime, dt.UTC)
    except (OSError, ValueError, OverflowError):
        written = None
    thing = Thing(_ABOUT[node.kind], node.name, node.sha256, changed(project.root, node, trace.files))
    return Recorded(thing, node, trace.hashed, document, written, is_source, trace.run)
