"""The digest of a logged model: of the files that MLflow keeps for it, read as data, never loaded."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_aisec.digest import manifest
from jupyter_aisec.journal import now
from jupyter_aisec.model import Hashed

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import LoggedModel

LARGEST = 1 << 30
"""Bytes of a model that are still fetched to be hashed."""

MOST_FILES = 10_000

WRITTEN_BY_READERS = "registered_model_meta"
"""MLflow puts this file into a local model's own folder when somebody loads it: no part of what was logged."""


def digest_of(client: MlflowClient, tracking_uri: str, model: LoggedModel, key: str, at: str) -> Hashed:
    """The digest of the manifest of the model's files, or the problem; a store that can't be read is a problem."""
    import mlflow.artifacts

    try:
        sizes = _sizes(client, str(model.model_id))
        size = sum(sizes.values())
        if not sizes or len(sizes) > MOST_FILES or size > LARGEST:
            problem = "no files" if not sizes else f"more than {MOST_FILES} files or {LARGEST >> 30} GiB"
            return Hashed(key, at, None, size if sizes else None, problem)
        # mkdtemp's folder is private to this user.
        with tempfile.TemporaryDirectory(prefix="aisec-") as folder:
            # By place: of a models:/ address, MLflow 3.17 asks its global store, whatever URI it is given.
            place = mlflow.artifacts.download_artifacts(
                artifact_uri=model.artifact_location, dst_path=folder, tracking_uri=tracking_uri
            )
            entries = [(name, _sha256(Path(place, name))) for name in sorted(sizes)]
    except Exception as error:  # noqa: BLE001 -- whatever store the user has: what cannot be read has no digest
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        return Hashed(key, at, None, None, f"its files can't be read: {reason}")
    return Hashed(key, at, manifest(entries), size)


def contents(client: MlflowClient, tracking_uri: str, model_ids: Iterable[str]) -> list[Hashed]:
    """The digests of these models, with their ids as keys; one that MLflow does not have any more is left out."""
    from mlflow.exceptions import MlflowException

    found: list[Hashed] = []
    for model_id in model_ids:
        try:
            model = client.get_logged_model(model_id)
        except MlflowException as error:
            if error.error_code != "RESOURCE_DOES_NOT_EXIST":
                raise
            continue
        found.append(digest_of(client, tracking_uri, model, model_id, now()))
    return found


def _sizes(client: MlflowClient, model_id: str) -> dict[str, int]:
    """Bytes of each file by its path within the model."""
    sizes: dict[str, int] = {}
    folders: list[str | None] = [None]
    while folders and len(sizes) <= MOST_FILES:
        for info in client.list_logged_model_artifacts(model_id, folders.pop()):
            if info.is_dir:
                folders.append(info.path)
            elif info.path != WRITTEN_BY_READERS:
                sizes[info.path] = info.file_size or 0
    return sizes


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
