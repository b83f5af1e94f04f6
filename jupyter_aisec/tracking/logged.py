"""What a card says of a model that only MLflow knows: parameters, metrics, packages, registered versions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from jupyter_aisec.model import AisecError, Logged, LoggedMetric
from jupyter_aisec.tracking.models import known_digest
from jupyter_aisec.tracking.packages import PACKAGES, of_tag, recorded

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import LoggedModel, Metric, Run


def logged(client: MlflowClient, tracking_uri: str, model_id: str | None, run_id: str | None) -> Logged:
    """What was logged for the model itself and, of what was not, what its run has.

    Raises:
        AisecError: neither is in MLflow any more.
    """
    from mlflow.exceptions import MlflowException

    try:
        model = client.get_logged_model(model_id) if model_id else None
        run = client.get_run(run_id) if run_id else None
        if model is not None and model.source_run_id:
            run = client.get_run(model.source_run_id)
    except MlflowException as error:
        if error.error_code == "RESOURCE_DOES_NOT_EXIST":
            raise AisecError(f"{model_id or run_id} is not in MLflow any more") from None
        raise
    own = _last(model.metrics or ()) if model else ()
    of_run = _of_run(run) if run else ()
    parameters = dict(model.params or {}) if model else {}
    return Logged(
        run.info.run_id if run else None,
        parameters or (dict(run.data.params) if run else {}),
        own or of_run,
        _packages(client, tracking_uri, model) if model else None,
        _versions(client, str(model.model_id)) if model else (),
        is_of_run=not own and not parameters,
        content=known_digest(client, tracking_uri, model, str(model.model_id)) if model else None,
    )


def _of_run(run: Run) -> tuple[LoggedMetric, ...]:
    return tuple(LoggedMetric(name, repr(value)) for name, value in sorted(run.data.metrics.items()))


def _last(metrics: Iterable[Metric]) -> tuple[LoggedMetric, ...]:
    """The last value of each metric, for each data set that it was logged for."""
    found: dict[tuple[str, str], Metric] = {}
    for each in metrics:
        key = (each.key, each.dataset_name or "")
        if key not in found or (each.step, each.timestamp) >= (found[key].step, found[key].timestamp):
            found[key] = each
    return tuple(LoggedMetric(name, repr(found[name, data].value), data or None) for name, data in sorted(found))


def _packages(client: MlflowClient, tracking_uri: str, model: LoggedModel) -> dict[str, str] | None:
    tag = model.tags.get(PACKAGES)
    return (of_tag(tag) if tag is not None else recorded(client, tracking_uri, model)) or None


def _versions(client: MlflowClient, model_id: str) -> tuple[str, ...]:
    found = client.search_model_versions(f"source_path = 'models:/{model_id}'")
    return tuple(sorted(f"{each.name}, version {each.version}" for each in found))
