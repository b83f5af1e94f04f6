"""Finds the user's run, or finds or makes the one run of a session."""

from __future__ import annotations

import contextlib
import getpass
import os
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from jupyter_aisec.model import AisecError, RunRef
from jupyter_aisec.tracking.publication import SessionRun

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

DEFAULT_EXPERIMENT = "0"
SILENCE = "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT"


class GoneError(Exception):
    """The run was deleted: a person's decision, which is not undone and not tried again."""


def run_of(client: MlflowClient, wanted: RunRef | SessionRun) -> Run:
    """The run as MLflow has it now.

    Raises:
        GoneError: it was deleted, or the store never had it.
    """
    run = _existing(client, wanted) if isinstance(wanted, RunRef) else _session_run(client, wanted)
    if run.info.lifecycle_stage != "active":
        raise GoneError(f"run {run.info.run_id} was deleted in MLflow: its lineage is only in the journal")
    return run


def end(client: MlflowClient, run: Run, spec: SessionRun) -> None:
    """Mark a session's run as finished once the session is over."""
    if spec.ended is not None and run.info.status != "FINISHED":
        with _quiet():
            client.set_terminated(run.info.run_id, "FINISHED", _milliseconds(spec.ended))


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Without MLflow's print of the run's address, which would be ours to explain."""
    if SILENCE in os.environ:
        yield
        return
    os.environ[SILENCE] = "true"
    try:
        yield
    finally:
        del os.environ[SILENCE]


def _existing(client: MlflowClient, wanted: RunRef) -> Run:
    from mlflow.exceptions import MlflowException

    try:
        return client.get_run(wanted.run_id)
    except MlflowException as error:
        if error.error_code == "RESOURCE_DOES_NOT_EXIST":
            raise GoneError(
                f"run {wanted.run_id} is not in MLflow any more: its lineage is only in the journal"
            ) from None
        raise


def _session_run(client: MlflowClient, spec: SessionRun) -> Run:
    """Search before making: a crash after making left a run with the same tags."""
    from mlflow.entities import ViewType

    experiment = _experiment(client, spec.experiment)
    session = "".join(each for each in spec.session if each.isalnum() or each in "-_.:")
    found = client.search_runs(
        [experiment],
        f"tags.`aisec.session` = '{session}' and tags.`aisec.session_run` = 'true'",
        ViewType.ALL,
        max_results=2,
        order_by=["attributes.start_time ASC"],
    )
    if found:
        return client.get_run(found[0].info.run_id)
    tags = {
        "aisec.session": session,
        "aisec.session_run": "true",
        "mlflow.source.type": "NOTEBOOK",
        "mlflow.source.name": spec.notebook or spec.name,
        "mlflow.user": _user(),
    }
    return client.create_run(experiment, _milliseconds(spec.started), tags, spec.name)


def _experiment(client: MlflowClient, named: str | None) -> str:
    """The id of an experiment given by id or name; one that is named and absent is made, as MLflow itself does."""
    if named is None:
        return DEFAULT_EXPERIMENT
    found = client.get_experiment_by_name(named)
    if found is None and named.isdecimal():
        return named
    if found is None:
        return str(client.create_experiment(named))
    if found.lifecycle_stage != "active":
        raise AisecError(f"the MLflow experiment {named!r} is deleted: restore it, or set another and run sync")
    return str(found.experiment_id)


def _milliseconds(iso: str) -> int | None:
    try:
        return int(datetime.fromisoformat(iso).timestamp() * 1000)
    except ValueError:
        return None


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
