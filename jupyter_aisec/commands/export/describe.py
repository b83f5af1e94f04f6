"""Gathers all that is known of one asset: its part of the lineage, people's words, and what MLflow logged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from jupyter_aisec.asking import ask
from jupyter_aisec.commands.export.clean import cleaned, plain
from jupyter_aisec.commands.export.compose import compose
from jupyter_aisec.commands.export.seen import seen
from jupyter_aisec.commands.status.candidate import candidate
from jupyter_aisec.export import Record
from jupyter_aisec.export.described import Described
from jupyter_aisec.journal import Log, now
from jupyter_aisec.lineage import assets, upstream
from jupyter_aisec.lineage.identity import LOGGED_MODEL
from jupyter_aisec.model import AisecError, AssetKind, Graph, Logged, LoggedMetric, Node, RunRef, Stamp
from jupyter_aisec.project import Project
from jupyter_aisec.report.words import visible
from jupyter_aisec.subject import Subject, nothing_collected, subject
from jupyter_aisec.tracking.questions import LoggedAs
from jupyter_aisec.tracking.recall import RUN_ID


def described(project: Project, name: str | None, kinds: Sequence[AssetKind]) -> Described:
    """The asset of that name, the newest bytes of it; without a name the newest model.

    Raises:
        AisecError: nothing is called so, or it is of no such kind.
    """
    with nothing_collected():
        found, node = _chosen(project, name, kinds)
        record = _record(project, found, node)
        logs = [] if found.elsewhere else project.logs()
    ids = {each.id for each in record.graph.nodes}
    files, _ = _traced(logs, ids)
    manifests = frozenset(each.id for each in record.graph.nodes if _is_manifest(each, files.get(each.id, ())))
    described = Described(record, node.id, manifests=manifests)
    if node.kind is AssetKind.MODEL:
        return _with_logged(project, described, _logged(project, described, logs))
    return seen(project, described, found.graph, files.get(node.id, ()))


def _chosen(project: Project, name: str | None, kinds: Sequence[AssetKind]) -> tuple[Subject, Node]:
    if name is None:
        newest = candidate(project, None) if AssetKind.MODEL in kinds else None
        if newest is None:
            raise AisecError("say of what, as in `export card data.csv`: `sources` and `lineage` list what there is")
        name = newest.node.id
    found = subject(project, name)
    nodes = {node.id: node for node in found.graph.nodes}
    fitting = [nodes[each] for each in found.ids if nodes[each].kind in kinds]
    if not fitting:
        wanted = " or ".join("data set" if each is AssetKind.DATASET else each.value for each in kinds)
        raise AisecError(f"{name} is no {wanted}: name one, `lineage` shows them")
    names = list(dict.fromkeys(node.name for node in fitting))
    if len(names) > 1 and not RUN_ID.fullmatch(name.strip()):
        raise AisecError(f"{name} may be {visible(', '.join(names[:5]))}: name one of them")
    # Of a run, what it made comes after what it read.
    models = [node for node in fitting if node.kind is AssetKind.MODEL]
    newest_first = tuple(reversed(models or fitting))
    return found, next((node for node in newest_first if node.sha256), newest_first[0])


def _record(project: Project, found: Subject, node: Node) -> Record:
    """The asset and all that went into it, with what people said of that."""
    if not found.elsewhere:
        whole = compose(project, node.id)
        part = upstream(whole.graph, (node.id,))
        present = {each.id for each in part.nodes}
        notebooks = tuple(
            each for each in whole.graph.nodes if each.kind is AssetKind.NOTEBOOK and each.id not in present
        )
        return replace(whole, graph=Graph(part.nodes + notebooks, part.edges), subject=(node.id,))
    part = upstream(found.graph, (node.id,))
    shelf = project.documents
    read = {each.name: shelf.read(each.name, each.sha256) for each in part.nodes}
    nodes = tuple(replace(each, documentation=read[each.name].state) for each in part.nodes)
    return Record(
        title=f"Lineage of {node.name}",
        project=project.root.name or "project",
        at=now(),
        version=version("jupyter-aisec"),
        graph=cleaned(Graph(nodes, part.edges), project.root),
        executions=(),
        documents=read,
        subject=(node.id,),
    )


def _traced(logs: Sequence[Log], ids: set[str]) -> tuple[dict[str, tuple[Stamp, ...]], dict[str, RunRef]]:
    """The newest files of each asset, and the run it was made in."""
    files: dict[str, tuple[Stamp, ...]] = {}
    runs: dict[str, RunRef] = {}
    for log in logs:
        named = assets(log)
        for use in log.uses:
            node_id = named[use.key].id
            if node_id in ids:
                files[node_id] = use.files or files.get(node_id, ())
                if use.run is not None:
                    runs[node_id] = use.run
    return files, runs


def in_mlflow(project: Project, described: Described, logs: Sequence[Log]) -> LoggedAs | None:
    """Where MLflow has a model: by itself if it was logged, else by the run that was active when it was made."""
    _, runs = _traced(logs, {node.id for node in described.forms})
    run = next((runs[node.id] for node in described.forms if node.id in runs), None)
    location = described.node.location or ""
    model_id = location.removeprefix("models:/") if location.startswith(LOGGED_MODEL) else None
    if model_id is None and run is None:
        return None
    return LoggedAs(run.tracking_uri if run else project.tracking_uri, model_id, run.run_id if run else None)


def _logged(project: Project, described: Described, logs: Sequence[Log]) -> Logged | None:
    """What MLflow has; None where it doesn't know the model, or can't be asked."""
    question = in_mlflow(project, described, logs)
    if question is None:
        return None
    try:
        found = ask(project, question, Logged)
    except AisecError:
        return None  # a card can be written without it, and says so
    return replace(
        found,
        parameters={plain(name, project.root): plain(value, project.root) for name, value in found.parameters.items()},
        metrics=tuple(_plain(each, project.root) for each in found.metrics),
    )


def _with_logged(project: Project, described: Described, logged: Logged | None) -> Described:
    """With the digest of a logged model, which the journal has only once it was mirrored."""
    node, content = described.node, logged.content if logged else None
    if node.sha256 is not None or content is None:
        return replace(described, logged=logged)
    problem = plain(content.problem, project.root) if content.problem else None
    known = replace(node, sha256=content.sha256, size=content.size, problem=problem)
    graph = described.record.graph
    nodes = tuple(known if each.id == node.id else each for each in graph.nodes)
    return replace(described, logged=logged, record=replace(described.record, graph=replace(graph, nodes=nodes)))


def _plain(metric: LoggedMetric, root: Path) -> LoggedMetric:
    dataset = None if metric.dataset is None else plain(metric.dataset, root)
    return replace(metric, name=plain(metric.name, root), dataset=dataset)


def _is_manifest(node: Node, files: Sequence[Stamp]) -> bool:
    """Whether the digest is that of a list of files: of a folder, of several, or of a logged model."""
    is_logged = (node.location or "").startswith(LOGGED_MODEL)
    return is_logged or (bool(files) and (len(files) > 1 or files[0].size < 0))
