"""All that MLflow has of one run and that can be compared with another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jupyter_aisec.model import AisecError
from jupyter_aisec.tracking.packages import PACKAGES, of_tag, recorded
from jupyter_aisec.tracking.publish import LINEAGE
from jupyter_aisec.tracking.recall import MODELS, RUN_ID, known, resolved

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

FINDINGS = "aisec.findings"
_CODE = ("aisec.notebook", "aisec.git", "mlflow.source.name", "mlflow.source.git.", "mlflow.source.type")
"""How tags begin that say which code ran."""


@dataclass(frozen=True, slots=True)
class Record:
    """A run; each part is None where it was not recorded, which is not the same as empty."""

    run_id: str
    name: str
    data: Mapping[str, str] | None
    """SHA-256 by the name of the data set, or MLflow's own digest of it, which is of a sample."""
    code: Mapping[str, str] | None
    parameters: Mapping[str, str]
    packages: Mapping[str, str] | None
    findings: Mapping[str, str] | None
    """How many by severity."""


def record(client: MlflowClient, tracking_uri: str, name: str) -> Record:
    """The run of this id, or the one that logged this model.

    Raises:
        AisecError: there is none.
    """
    with known(tracking_uri, name):
        run_id = _run_id(client, name)
        run = client.get_run(run_id)
    tags = run.data.tags
    return Record(
        run_id,
        run.info.run_name or run_id,
        _data(run),
        {key: value for key, value in tags.items() if key.startswith(_CODE)} or None,
        dict(run.data.params),
        _packages(client, tracking_uri, run),
        _findings(tags.get(FINDINGS)),
    )


def _run_id(client: MlflowClient, name: str) -> str:
    if RUN_ID.fullmatch(name):
        return name
    if not name.startswith(MODELS):
        raise AisecError(f"{name!r} is no run: give the 32 digits of its id, or models:/NAME/1")
    model_id, run_id = resolved(client, name)
    if model_id is not None:
        run_id = client.get_logged_model(model_id).source_run_id or run_id
    if not run_id:
        raise AisecError(f"{name} was logged outside any run: there is nothing to compare")
    return run_id


def _data(run: Run) -> dict[str, str] | None:
    found: dict[str, set[str]] = {}
    for each in run.inputs.dataset_inputs if run.inputs else ():
        tags = {tag.key: tag.value for tag in each.tags}
        found.setdefault(each.dataset.name, set()).add(tags.get("aisec.sha256") or each.dataset.digest)
    if not found and LINEAGE not in run.data.tags:
        return None
    return {name: ", ".join(sorted(digests)) for name, digests in found.items()}


def _packages(client: MlflowClient, tracking_uri: str, run: Run) -> dict[str, str] | None:
    """Those of all models that the run logged."""
    models = client.search_logged_models([run.info.experiment_id], f"source_run_id = '{run.info.run_id}'")
    found: dict[str, str] = {}
    for model in models:
        tag = model.tags.get(PACKAGES)
        found |= of_tag(tag) if tag is not None else recorded(client, tracking_uri, model)
    return found or None


def _findings(tag: str | None) -> dict[str, str] | None:
    """``high 2, low 1`` as a mapping; the sentence that nothing was found as an empty one."""
    if tag is None:
        return None
    pairs = (each.partition(" ") for each in tag.split(", "))
    return {severity: count for severity, _, count in pairs if count.isdecimal()}
