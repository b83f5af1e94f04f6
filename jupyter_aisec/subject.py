"""What a question is about: assets of the lineage, by whatever name a person has for them."""

from __future__ import annotations

import contextlib
import gc
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from jupyter_aisec import outbox
from jupyter_aisec.asking import ask_any
from jupyter_aisec.journal import Log
from jupyter_aisec.lineage import assets, find
from jupyter_aisec.lineage.fold import came_unseen
from jupyter_aisec.model import AisecError, AssetKind, Graph
from jupyter_aisec.project import Project
from jupyter_aisec.tracking.questions import Recall
from jupyter_aisec.tracking.recall import MODELS, RUN_ID, Recalled

_DIGEST = re.compile(r"(sha256:)?[0-9a-fA-F]{6,64}")


@dataclass(frozen=True, slots=True)
class Subject:
    """The lineage that knows of the assets, and the ids of those that are meant.

    ``elsewhere`` when the journals here don't know them: the lineage is what MLflow has.
    """

    graph: Graph
    ids: tuple[str, ...]
    elsewhere: bool = False


def subject(project: Project, text: str, logs: Sequence[Log] | None = None) -> Subject:
    """The assets that ``text`` means: name, file, digest or id, ``models:/name/1``, ``models:/m-…``, or a run's id.

    The journals of the project are asked first (``logs``, where they have been read already); MLflow, where they don't
    know it, or where only it can.

    Raises:
        AisecError: nothing is called so.
    """
    text = text.strip()
    with nothing_collected():
        logs = project.logs() if logs is None else logs
        graph = project.graph(logs)
    try:
        return Subject(graph, tuple(node.id for node in find(graph, text)))
    except AisecError as error:
        if RUN_ID.fullmatch(text):
            known = _of_run(logs, text)
            if known:
                return Subject(graph, known)
        elif not text.startswith(MODELS):
            if not _DIGEST.fullmatch(text) and graph.nodes:
                raise
            return _searched(project, text, error)
    found = ask_any(project, Recall(project.tracking_uri, text), Recalled)
    known = _of_run(logs, found.run_id) if found.run_id else _of_model(graph, found.model_id)
    if known:
        return Subject(graph, known)
    # A run's lineage is all that it touched, with what went into that.
    ids = tuple(node.id for node in found.graph.nodes) if found.run_id else _of_model(found.graph, found.model_id)
    if not ids and found.model_id:
        return _unseen(found.model_id, found.name or found.model_id)
    if not ids:
        raise AisecError(f"MLflow has no lineage of {text}: it was logged without %load_ext jupyter_aisec")
    return Subject(found.graph, ids, elsewhere=True)


@contextlib.contextmanager
def nothing_collected() -> Iterator[None]:
    """Without the collector of circles: there is none in records, and of many it takes half of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _searched(project: Project, text: str, error: AisecError) -> Subject:
    """In MLflow, by a data set's digest or name; where that is of no help, what the journals said stands."""
    try:
        graph = ask_any(project, Recall(project.tracking_uri, text), Recalled).graph
        return Subject(graph, tuple(node.id for node in find(graph, text)), elsewhere=True)
    except AisecError:
        raise error from None


def _of_run(logs: Iterable[Log], run_id: str) -> tuple[str, ...]:
    """What was used while the run was open; of a session's own run, what was used while none was."""
    found: list[str] = []
    for log in logs:
        uses = [use for use in log.uses if use.run and use.run.run_id == run_id]
        if not uses and any(each.run_id == run_id for each in outbox.cursor(log).runs):
            uses = [use for use in log.uses if use.run is None]
        if uses:
            named = assets(log)
            found += [named[use.key].id for use in uses]
    return tuple(dict.fromkeys(found))


def _unseen(model_id: str, name: str) -> Subject:
    """A model that was logged without us: it came of something that nobody saw."""
    graph = came_unseen(AssetKind.MODEL, name, f"{MODELS}{model_id}")
    return Subject(graph, (graph.nodes[0].id,), elsewhere=True)


def _of_model(graph: Graph, model_id: str | None) -> tuple[str, ...]:
    return tuple(node.id for node in graph.nodes if model_id and node.location == f"{MODELS}{model_id}")
