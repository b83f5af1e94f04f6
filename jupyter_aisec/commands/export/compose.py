"""Composes what is handed over from the journals and documents of a project."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import PurePath

from jupyter_aisec import lineage, outbox
from jupyter_aisec.commands.export.clean import cleaned
from jupyter_aisec.commands.export.commit import Commit
from jupyter_aisec.export import Execution, Record, Step
from jupyter_aisec.export.described import OTHER_FORMS
from jupyter_aisec.journal import Log, now
from jupyter_aisec.lineage.fold import ARRIVING
from jupyter_aisec.lineage.identity import notebook_id
from jupyter_aisec.model import AisecError, AssetKind, Document, Edge, Graph, Node, Session, Use
from jupyter_aisec.project import Project
from jupyter_aisec.subject import subject
from jupyter_aisec.tracking.recall import RUN_ID

_Step = tuple[Step, Edge]


def compose(project: Project, name: str | None) -> Record:
    """Everything, or what went into an asset or into all that a run touched, however early.

    Raises:
        AisecError: nothing is called so.
    """
    logs = project.logs()
    graph, part, asked, own = _asked(project, logs, name) if name else _everything(project, logs)
    commit = Commit(project.root)
    executions = sorted(_executions(logs, part, own, commit, whole=name is None), key=lambda each: each.started)
    part = Graph(_nodes(graph, part, executions), part.edges)
    return Record(
        title=f"Lineage of {name}" if name else f"Lineage of {project.root.name}",
        project=project.root.name or "project",
        at=now(),
        version=version("jupyter-aisec"),
        graph=cleaned(part, project.root),
        executions=tuple(executions),
        documents=_documents(project, part),
        subject=asked,
        repository=commit.repository,
    )


_Asked = tuple[Graph, Graph, tuple[str, ...], tuple[Log, ...]]
"""All the lineage, the part that is meant, the nodes that were asked for, and the journals of the run, if it is one."""


def _everything(project: Project, logs: Sequence[Log]) -> _Asked:
    graph = project.graph(logs)
    return graph, graph, (), ()


def _asked(project: Project, logs: Sequence[Log], name: str) -> _Asked:
    found = subject(project, name, logs)
    if found.elsewhere:
        raise AisecError(
            f"{name} was made elsewhere, and MLflow doesn't know by which cells and when: export it in its own project"
        )
    graph, run_id = found.graph, name.strip()
    # A cursor is a file beside each journal: only where the name is that of a run, all of them are opened.
    own = tuple(log for log in logs if _is_of_run(log, run_id)) if RUN_ID.fullmatch(run_id) else ()
    if own:
        # Of what the run made itself, other makers are left out.
        parts = [lineage.of_session(graph, log) for log in own]
        kept = {edge for part in parts for edge in part.edges}
        graph = Graph(graph.nodes, tuple(edge for edge in graph.edges if edge in kept))
    part = lineage.upstream(graph, found.ids if own else _with_other_forms(graph, found.ids))
    return found.graph, part, found.ids, own


def _is_of_run(log: Log, run_id: str) -> bool:
    runs = [use.run for use in log.uses if use.run is not None]
    return run_id in {run.run_id for run in (*runs, *outbox.cursor(log).runs)}


def _with_other_forms(graph: Graph, node_ids: Sequence[str]) -> tuple[str, ...]:
    """The nodes, and the files and logged models that they were put down in."""
    forms = Graph(graph.nodes, tuple(edge for edge in graph.edges if edge.verb in OTHER_FORMS))
    return tuple(node.id for node in lineage.downstream(forms, node_ids).nodes)


def _executions(
    logs: Sequence[Log], part: Graph, own: tuple[Log, ...], commit: Commit, *, whole: bool
) -> Iterator[Execution]:
    """Those that made something of the part. Who only used it counts where nothing was made, or in the ``whole``."""
    nodes = {node.id for node in part.nodes}
    notebooks = {node.id for node in part.nodes if node.kind is AssetKind.NOTEBOOK}
    pairs = {(edge.source, edge.target) for edge in part.edges if edge.target not in notebooks}
    told: set[tuple[str, str]] = set()
    # What a run made is told by its own journals: the same steps may have been taken a hundred times before.
    for log in (*own, *(log for log in logs if log not in own)):
        within = {number: _within(steps, nodes, pairs - told) for number, steps in _steps(log).items()}
        made = {(edge.source, edge.target) for steps in within.values() for step, edge in steps if step != Step.USED}
        if made or (log in own if own else whole or not pairs):
            yield from (_execution(log, number, steps, commit) for number, steps in within.items() if steps)
        if log in own:
            told |= made


def _within(steps: Sequence[_Step], nodes: Collection[str], pairs: Collection[tuple[str, str]]) -> list[_Step]:
    return [
        (step, edge)
        for step, edge in steps
        if (edge.source in nodes if step is Step.USED else (edge.source, edge.target) in pairs)
    ]


def _steps(log: Log) -> dict[int, list[_Step]]:
    """What each execution of a cell did, by its number. A cell that ran again is another execution."""
    each = replace(log, uses=tuple(replace(use, cell_id=None) for use in log.uses))
    graph = lineage.build([each])
    notebook = notebook_id(log.session)
    found: defaultdict[int, list[_Step]] = defaultdict(list)
    for edge in graph.edges:
        came = Step.CAME if edge.verb in ARRIVING else Step.MADE
        found[edge.cell or 0].append((Step.USED if edge.target == notebook else came, edge))
    return found


def _execution(log: Log, number: int, steps: Sequence[_Step], commit: Commit) -> Execution:
    uses: list[Use] = [use for use in log.uses if use.cell == number]
    cell = next((cell for cell in log.cells if cell.number == number), None)
    times = [use.at for use in uses] or [log.session.started]
    started = min([cell.at, *times]) if cell else min(times)
    return Execution(
        session=log.session,
        notebook=notebook_id(log.session),
        number=number,
        cell_id=cell.cell_id if cell else next((use.cell_id for use in uses), None),
        started=started,
        ended=max(times),
        steps=tuple(steps),
        commit=commit.of(log.session.notebook, cell.source_sha256 if cell else None),
        runs=tuple(dict.fromkeys(use.run.run_id for use in uses if use.run)),
    )


def _nodes(graph: Graph, part: Graph, executions: Sequence[Execution]) -> tuple[Node, ...]:
    """Those of the part, with every notebook that a cell of it stands in."""
    known = {node.id: node for node in graph.nodes}
    found = {node.id: node for node in part.nodes}
    for each in executions:
        found.setdefault(each.notebook, known.get(each.notebook) or _notebook(each.notebook, each.session))
    return tuple(found.values())


def _notebook(node_id: str, session: Session) -> Node:
    name = PurePath(session.notebook).name if session.notebook else "unnamed notebook"
    return Node(node_id, AssetKind.NOTEBOOK, name, session.notebook, None)


def _documents(project: Project, part: Graph) -> Mapping[str, Document]:
    return {
        node.name: project.documents.read(node.name, node.sha256)
        for node in part.nodes
        if node.documentation is not None
    }
