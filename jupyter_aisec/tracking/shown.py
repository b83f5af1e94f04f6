"""Puts the table of the guidelines on the run of a model, on the logged model, and on its registered versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from jupyter_aisec.model import AisecError
from jupyter_aisec.tracking.artifacts import NoRunError, put
from jupyter_aisec.tracking.tags import fitted, set_run_tags

if TYPE_CHECKING:
    from mlflow import MlflowClient

PREFIX = "aisec.coverage"
"""How the tags begin: the whole in few words, then ``.1.1`` to ``.4.4`` with the state of each row."""

STAMP = f"{PREFIX}_sha256"


def show(
    client: MlflowClient, run_id: str, model_id: str | None, tags: Mapping[str, str], files: Mapping[str, str]
) -> list[str]:
    """What it is on now. Nobody's own tags or files are touched.

    Raises:
        NoRunError: the run is not in MLflow any more.
        AisecError: it is deleted there.
    """
    from mlflow.exceptions import MlflowException

    try:
        run = client.get_run(run_id)
    except MlflowException as error:
        if error.error_code == "RESOURCE_DOES_NOT_EXIST":
            raise NoRunError(f"run {run_id} is not in MLflow any more: there is nothing to put the table on") from None
        raise
    if run.info.lifecycle_stage != "active":
        raise AisecError(f"run {run_id} is deleted in MLflow: restore it, then try again")
    known = run.data.tags
    if known.get(STAMP) != tags.get(STAMP):
        put(client, run_id, {name: text.encode() for name, text in files.items()})
    # The tags come last: that they are there says that the files are.
    set_run_tags(client, run_id, known, tags)
    return [f"run {run_id[:8]}", *(_on_model(client, model_id, fitted(tags)) if model_id else ())]


def _on_model(client: MlflowClient, model_id: str, tags: Mapping[str, str]) -> list[str]:
    from mlflow.exceptions import MlflowException

    try:
        model = client.get_logged_model(model_id)
    except MlflowException as error:
        if error.error_code == "RESOURCE_DOES_NOT_EXIST":
            return []
        raise
    changed = {key: value for key, value in tags.items() if model.tags.get(key) != value}
    if changed:
        client.set_logged_model_tags(model_id, changed)
    found = [f"logged model {model.name or model_id}"]
    for version in client.search_model_versions(f"source_path = 'models:/{model_id}'"):
        for key, value in tags.items():
            if version.tags.get(key) != value:
                client.set_model_version_tag(version.name, version.version, key, value)
        found.append(f"version {version.name}/{version.version}")
    return found
