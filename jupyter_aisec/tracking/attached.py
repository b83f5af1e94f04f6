"""Puts files about a model beside it: among the artifacts of its run, with a tag on the logged model that says where.

Not into the logged model itself: its digest is that of all its files.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from jupyter_aisec.model import AisecError
from jupyter_aisec.tracking.artifacts import FOLDER, NoRunError, put

if TYPE_CHECKING:
    from mlflow import MlflowClient


def attach(client: MlflowClient, model_id: str | None, run_id: str | None, files: Mapping[str, tuple[str, str]]) -> str:
    """The run that has the files now. ``files`` are name and text by the word for what each is.

    Raises:
        NoRunError: the model or its run is not in MLflow any more.
        AisecError: the run is deleted there, or the model was logged outside any run.
    """
    from mlflow.exceptions import MlflowException

    sought = f"logged model {model_id}"
    try:
        model = client.get_logged_model(model_id) if model_id else None
        run_id = (model.source_run_id if model else None) or run_id
        sought = f"run {run_id}"
        run = client.get_run(run_id) if run_id else None
    except MlflowException as error:
        if error.error_code == "RESOURCE_DOES_NOT_EXIST":
            raise NoRunError(f"{sought} is not in MLflow any more: there is nothing to put it on") from None
        raise
    if run is None or run.info.lifecycle_stage != "active":
        raise AisecError("the model has no run in MLflow to put it on: it was logged outside any, or that is deleted")
    found = str(run.info.run_id)
    put(client, found, {name: text.encode() for name, text in files.values()})
    if model is not None:
        places = {f"aisec.{what}": f"runs:/{found}/{FOLDER}/{name}" for what, (name, _) in files.items()}
        client.set_logged_model_tags(str(model.model_id), places)
    return found
