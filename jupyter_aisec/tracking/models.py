"""Logged models: tags and description, their registered versions too, and the links of runs to what they loaded."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from jupyter_aisec.model import Hashed
from jupyter_aisec.tracking.artifacts import put
from jupyter_aisec.tracking.contents import digest_of
from jupyter_aisec.tracking.notes import NOTE, VERSION_LIMIT, picture, with_block
from jupyter_aisec.tracking.packages import PACKAGES, as_tag, recorded
from jupyter_aisec.tracking.publication import ModelPublication
from jupyter_aisec.tracking.tags import LONGEST, fitted

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import LoggedModel, Run

SHA256 = "aisec.sha256"
SIZE = "aisec.size"
DRAWING = "aisec.drawing_sha256"


def add_model(client: MlflowClient, tracking_uri: str, run: Run, wanted: ModelPublication) -> Hashed | str:
    """Bring a logged model up to date; its digest as a record for the journal, or a line on why there is no model."""
    from mlflow.exceptions import MlflowException

    try:
        model = client.get_logged_model(wanted.model_id)
    except MlflowException as error:
        if error.error_code == "RESOURCE_DOES_NOT_EXIST":
            return f"logged model {wanted.model_id} is not in MLflow any more"
        raise
    digest = known_digest(client, tracking_uri, model, wanted.key)
    tags = dict(wanted.tags)
    if digest.sha256:
        tags |= {SHA256: digest.sha256, SIZE: str(digest.size)}
    tags[PACKAGES] = model.tags.get(PACKAGES) or as_tag(recorded(client, tracking_uri, model))
    drawing = _drawn(client, run, model, wanted)
    if drawing is None:
        content = f"{picture(run.info.run_id)}\n\n{wanted.note}"
    else:
        name, tags[DRAWING] = drawing
        content = f"{picture(run.info.run_id, name)}\n\n{wanted.note}"
    changes = {NOTE: with_block(model.tags.get(NOTE, ""), content, LONGEST)}
    changes |= fitted(tags)
    changes = {key: value for key, value in changes.items() if model.tags.get(key) != value}
    if changes:
        client.set_logged_model_tags(wanted.model_id, changes)
    _add_output(client, run, model)
    _add_to_versions(client, model, tags, content)
    return digest


def add_consumed(client: MlflowClient, run: Run, model_ids: tuple[str, ...]) -> None:
    """Record on the run which logged models it loaded; MLflow's fluent functions have no way to say so."""
    from mlflow.entities import LoggedModelInput

    known = {each.model_id for each in run.inputs.model_inputs} if run.inputs else set()
    new = [each for each in dict.fromkeys(model_ids) if each not in known]
    if new:
        client.log_inputs(run.info.run_id, models=[LoggedModelInput(each) for each in new])


def known_digest(client: MlflowClient, tracking_uri: str, model: LoggedModel, key: str) -> Hashed:
    """As computed before, or now: a logged model never changes."""
    known = model.tags.get(SHA256)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    if known:
        size = model.tags.get(SIZE, "")
        return Hashed(key, now, known, int(size) if size.isdecimal() else None)
    return digest_of(client, tracking_uri, model, key, now)


def _drawn(client: MlflowClient, run: Run, model: LoggedModel, wanted: ModelPublication) -> tuple[str, str] | None:
    """The drawing of a model that shares its run with others, put beside the run's: its file and its digest."""
    if not wanted.drawing:
        return None
    name, digest = f"{wanted.model_id}.svg", hashlib.sha256(wanted.drawing).hexdigest()
    if model.tags.get(DRAWING) != digest or f"run_uuid={run.info.run_id}" not in model.tags.get(NOTE, ""):
        put(client, run.info.run_id, {name: wanted.drawing})
    return name, digest


def _add_output(client: MlflowClient, run: Run, model: LoggedModel) -> None:
    """Link a model that was logged outside any run to the session's run."""
    from mlflow.entities import LoggedModelOutput

    known = {each.model_id for each in run.outputs.model_outputs} if run.outputs else set()
    if not model.source_run_id and model.model_id not in known:
        client.log_outputs(run.info.run_id, [LoggedModelOutput(model.model_id, 0)])


def _add_to_versions(client: MlflowClient, model: LoggedModel, tags: dict[str, str], content: str) -> None:
    """The versions that were registered from this model show the same."""
    for version in client.search_model_versions(f"source_path = 'models:/{model.model_id}'"):
        description = with_block(version.description or "", content, VERSION_LIMIT)
        if description != (version.description or ""):
            client.update_model_version(version.name, version.version, description)
        for key, value in fitted(tags).items():
            if version.tags.get(key) != value:
                client.set_model_version_tag(version.name, version.version, key, value)
