"""Data sets as inputs of a run: written once, with the full digest of their bytes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from jupyter_aisec.tracking.publication import DatasetPublication

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import DatasetInput, Run

DIGEST_DIGITS = 29
"""Hexadecimal digits of the SHA-256 that fit into MLflow's 36 characters beside ``sha256:``."""

LONGEST_NAME = 500
LONGEST_TAG = 500
BATCH = 200


def add_datasets(client: MlflowClient, run: Run, wanted: tuple[DatasetPublication, ...]) -> None:
    """Log those inputs that the run does not have yet; the store ignores one that it has."""
    known = {(each.dataset.name, each.dataset.digest) for each in run.inputs.dataset_inputs} if run.inputs else set()
    new = [each for each in wanted if (_name(each), digest(each)) not in known]
    for start in range(0, len(new), BATCH):
        client.log_inputs(run.info.run_id, [_input(each) for each in new[start : start + BATCH]])


def digest(dataset: DatasetPublication) -> str:
    """What MLflow calls the digest: the beginning of the real one, or a word that there is none."""
    return f"sha256:{dataset.sha256[:DIGEST_DIGITS]}" if dataset.sha256 else f"not-hashed:{dataset.node[:16]}"


def source(location: str | None, sha256: str | None) -> tuple[str, str]:
    """MLflow's type of source, and its JSON. Of another type than MLflow's own, the UI would hide the place."""
    uri = location or ""
    parts = urlsplit(uri)
    content: dict[str, str | None] = {"uri": uri, "sha256": sha256}
    if parts.hostname == "huggingface.co" or parts.scheme == "hf":
        path = uri.removeprefix("hf://").removeprefix("https://huggingface.co/").removeprefix("datasets/")
        return "hugging_face", json.dumps(content | {"path": path})
    if parts.scheme in ("http", "https"):
        return "http", json.dumps(content | {"url": uri})
    return ("s3" if parts.scheme in ("s3", "s3a", "s3n") else "local"), json.dumps(content)


def _name(dataset: DatasetPublication) -> str:
    name = dataset.name or "unnamed"
    return name if len(name) <= LONGEST_NAME else f"{name[:300]}…{name[-199:]}"


def _input(dataset: DatasetPublication) -> DatasetInput:
    from mlflow.entities import Dataset, DatasetInput, InputTag

    source_type, content = source(dataset.location, dataset.sha256)
    entity = Dataset(_name(dataset), digest(dataset), source_type, content, None, json.dumps(dict(dataset.profile)))
    tags = [InputTag("mlflow.data.context", dataset.context[:LONGEST_TAG])]
    if dataset.sha256:
        tags.append(InputTag("aisec.sha256", dataset.sha256))
    return DatasetInput(entity, tags)
