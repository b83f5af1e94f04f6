"""The lineage that MLflow has of a model, a version, a run or a data set, whichever machine recorded it."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jupyter_aisec.model import AisecError, Graph
from jupyter_aisec.tracking.datasets import DIGEST_DIGITS
from jupyter_aisec.tracking.filters import experiments, quoted
from jupyter_aisec.tracking.publish import LINEAGE
from jupyter_aisec.tracking.session import MOST_RUNS, graph_of, merged, runs_of

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run
    from mlflow.entities.model_registry import ModelVersion

MODELS = "models:/"
RUN_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Recalled:
    """What was asked for: the logged model behind an address, with its ``name``, or a run; and its lineage, if any."""

    graph: Graph
    model_id: str | None = None
    run_id: str | None = None
    name: str | None = None


def recalled(client: MlflowClient, tracking_uri: str, text: str) -> Recalled:
    """What MLflow knows by a ``models:/`` address, a run's id, or a data set's name or digest.

    Raises:
        AisecError: it has no such model, version or run.
    """
    with known(tracking_uri, text):
        if text.startswith(MODELS):
            return _model(client, tracking_uri, text)
        if RUN_ID.fullmatch(text):
            run = client.get_run(text)
            return Recalled(_graph(client, tracking_uri, [run]), run_id=text)
    return Recalled(_graph(client, tracking_uri, _runs_with(client, text)))


@contextlib.contextmanager
def known(tracking_uri: str, text: str) -> Iterator[None]:
    """Say in one line that MLflow has nothing of this name."""
    from mlflow.exceptions import MlflowException

    try:
        yield
    except MlflowException as error:
        if error.error_code in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
            raise AisecError(f"MLflow at {tracking_uri.rpartition('@')[2]} has no {text}: check the name") from None
        raise


def _model(client: MlflowClient, tracking_uri: str, text: str) -> Recalled:
    model_id, run_id = resolved(client, text)
    runs: list[Run] = []
    name: str | None = None
    if model_id is not None:
        model = client.get_logged_model(model_id)
        name = model.name
        run_id = model.source_run_id or run_id
        session = model.tags.get("aisec.session")
        if run_id is None and session:
            # It was logged outside any run: the session's own has its lineage.
            runs = runs_of(client, session)
    if run_id is not None:
        runs = [client.get_run(run_id)]
    return Recalled(_graph(client, tracking_uri, runs), model_id, None if model_id else run_id, name)


def resolved(client: MlflowClient, text: str) -> tuple[str | None, str | None]:
    """The ids of the logged model and of the run behind a ``models:/`` address, by id, version or alias."""
    named = text.removeprefix(MODELS)
    if named.startswith("m-"):
        return named.partition("/")[0], None
    name, at, alias = named.rpartition("@")
    if at and "/" not in alias:
        found = client.get_model_version_by_alias(name, alias)
    else:
        name, _, version = named.rpartition("/")
        if not name or not version.isdecimal():
            raise AisecError(f"{text} names no version: write models:/NAME/1, models:/NAME@ALIAS or models:/m-…")
        found = client.get_model_version(name, version)
    return model_of(found), found.run_id or None


def model_of(version: ModelVersion) -> str | None:
    """The id of the logged model that a version was registered from."""
    source = (version.source or "").removeprefix(MODELS).partition("/")[0]
    return getattr(version, "model_id", None) or (source if source.startswith("m-") else None)


def _runs_with(client: MlflowClient, text: str) -> list[Run]:
    """The newest runs with a data set of this name, or whose digest begins so."""
    digest = text.removeprefix("sha256:").lower()
    is_digest = bool(re.fullmatch(r"[0-9a-f]{6,64}", digest))
    wanted = (
        f"dataset.digest LIKE 'sha256:{digest[:DIGEST_DIGITS]}%'" if is_digest else f"dataset.name = {quoted(text)}"
    )
    return list(
        client.search_runs(experiments(client), wanted, max_results=MOST_RUNS, order_by=["attributes.start_time DESC"])
    )


def _graph(client: MlflowClient, tracking_uri: str, runs: list[Run]) -> Graph:
    return merged([graph_of(client, tracking_uri, run) for run in runs if LINEAGE in run.data.tags])
