"""Files below ``aisec/`` of a run."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_aisec.model import AisecError

if TYPE_CHECKING:
    from mlflow import MlflowClient

FOLDER = "aisec"


class NoRunError(AisecError):
    """The run is not in MLflow any more, not even as a deleted one: trying again would change nothing."""


def put(client: MlflowClient, run_id: str, files: Mapping[str, bytes]) -> None:
    """Upload the files, over those of the same names."""
    with tempfile.TemporaryDirectory(prefix="aisec-") as folder:
        for name, content in files.items():
            path = Path(folder, name)
            path.write_bytes(content)
            client.log_artifact(run_id, str(path), FOLDER)


def fingerprint(files: Mapping[str, bytes]) -> str:
    """SHA-256 of the lineage's JSON, or of all files where there is none: what ``aisec.lineage_sha256`` says."""
    one = files.get("lineage.json")
    return hashlib.sha256(one if one is not None else b"\0".join(files.values())).hexdigest()
