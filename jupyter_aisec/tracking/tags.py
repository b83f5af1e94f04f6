"""Tags: cut where MLflow would cut them, but so that it can be seen; written only when they changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlflow import MlflowClient

LONGEST = 8000
"""Characters of a run's or logged model's tag; MLflow 3.17 cuts the rest off without a word."""

BATCH = 100
"""Tags that one request may carry."""

CUT = " … (cut; aisec/lineage.json has all)"


def fitting(value: str, limit: int = LONGEST) -> str:
    """The value, or as much of it as may stay with a word on where the rest is."""
    return value if len(value) <= limit else value[: limit - len(CUT)] + CUT


def set_run_tags(client: MlflowClient, run_id: str, known: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    """Write those tags of a run that differ from what is ``known`` of it."""
    from mlflow.entities import RunTag

    changed = [RunTag(key, value) for key, value in fitted(wanted).items() if known.get(key) != value]
    for start in range(0, len(changed), BATCH):
        client.log_batch(run_id, tags=changed[start : start + BATCH])


def fitted(wanted: Mapping[str, str]) -> dict[str, str]:
    """All tags in their final length."""
    return {key: fitting(value) for key, value in wanted.items()}
