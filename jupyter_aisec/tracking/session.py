"""What MLflow knows of one session: the lineage that its runs were given, whatever machine recorded it."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from jupyter_aisec.model import AisecError, Graph, RunRef
from jupyter_aisec.tracking.artifacts import FOLDER
from jupyter_aisec.tracking.client import opened
from jupyter_aisec.tracking.filters import experiments
from jupyter_aisec.tracking.publish import LINEAGE

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

FILE = f"{FOLDER}/lineage.json"

MOST_RUNS = 20
"""Runs of a session whose lineage is put together, the newest ones."""

LARGEST = 16 * 1024 * 1024
"""Bytes of a lineage that are still fetched."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The lineage of all of a session's runs, and the run to look at: the user's newest, else the session's own."""

    graph: Graph
    run: RunRef


def seen(tracking_uri: str, session: str) -> Seen | None:
    """What the store has of the session; None when it has no lineage of it.

    Raises:
        AisecError: the store can't be reached or read, or holds another lineage than was recorded.
    """
    with opened(tracking_uri) as client:
        runs = [run for run in runs_of(client, session) if LINEAGE in run.data.tags]
        graphs = [graph_of(client, tracking_uri, run) for run in runs]
    if not runs:
        return None
    shown = next((run for run in runs if "aisec.session_run" not in run.data.tags), runs[0])
    run = RunRef(tracking_uri, str(shown.info.run_id), str(shown.info.experiment_id))
    return Seen(merged(graphs), run)


def merged(graphs: Sequence[Graph]) -> Graph:
    """One graph of those of several runs, the newest first: what it says of an asset stands."""
    nodes = {node.id: node for graph in reversed(graphs) for node in graph.nodes}
    edges = dict.fromkeys(edge for graph in reversed(graphs) for edge in graph.edges)
    return Graph(tuple(nodes.values()), tuple(edges))


def runs_of(client: MlflowClient, session: str) -> list[Run]:
    """The runs of a session, the newest first."""
    word = "".join(each for each in session if each.isalnum())
    found = client.search_runs(
        experiments(client),
        f"tags.`aisec.session` = '{word}'",
        max_results=MOST_RUNS,
        order_by=["attributes.start_time DESC"],
    )
    return list(found)


def graph_of(client: MlflowClient, tracking_uri: str, run: Run) -> Graph:
    """The lineage among a run's artifacts, if it is the one that was recorded."""
    import mlflow.artifacts

    run_id = run.info.run_id
    sizes = {each.path: each.file_size or 0 for each in client.list_artifacts(run_id, FOLDER)}
    if sizes.get(FILE, LARGEST) >= LARGEST:
        raise AisecError(f"run {run_id} has no {FILE}, or one that is too large: run `jupyter aisec sync` where it ran")
    with tempfile.TemporaryDirectory(prefix="aisec-") as folder:
        place = mlflow.artifacts.download_artifacts(
            run_id=run_id, artifact_path=FILE, dst_path=folder, tracking_uri=tracking_uri
        )
        content = Path(place).read_bytes()
    if hashlib.sha256(content).hexdigest() != run.data.tags[LINEAGE]:
        raise AisecError(f"{FILE} of run {run_id} is not what was recorded: its digest differs from the run's tag")
    try:
        return msgspec.json.decode(content, type=Graph)
    except msgspec.DecodeError as error:
        raise AisecError(f"{FILE} of run {run_id} can't be read: {error}") from None
