"""What the user's own MLflow is doing in this process: from memory and environment, never by asking a server."""

from __future__ import annotations

import os
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from jupyter_aisec.model import RunRef

SQLITE = "sqlite:///"


def active_run() -> RunRef | None:
    """The run that is open in this thread, if the user imported MLflow and started one; takes microseconds."""
    # While the user's own import is under way, the module is there and its functions are not.
    ask = getattr(sys.modules.get("mlflow"), "active_run", None)
    run = ask() if ask is not None else None
    return None if run is None else _reference(run)


@lru_cache(16)
def _reference(run: Any) -> RunRef:  # noqa: ANN401 - a class of MLflow
    """A run stays in the store in which it was opened, wherever the next one will go.

    A loop of training asks at each of its steps: to find the same answer again is ten times faster than to make it.
    """
    info = run.info
    return RunRef(absolute(str(sys.modules["mlflow"].get_tracking_uri())), str(info.run_id), str(info.experiment_id))


def user_tracking_uri() -> str | None:
    """The tracking URI that the user set, by code or environment; None when MLflow's default holds."""
    mlflow = sys.modules.get("mlflow")
    is_set = getattr(mlflow, "is_tracking_uri_set", None)
    where = getattr(mlflow, "get_tracking_uri", None)
    if is_set is not None and where is not None:
        return absolute(str(where())) if is_set() else None
    named = os.environ.get("MLFLOW_TRACKING_URI")
    return absolute(named) if named else None


def experiment() -> str | None:
    """The id or the name of the experiment that the user set; None when MLflow's default holds.

    ``mlflow.set_experiment`` writes the id into the environment, for child processes; so that is where to look.
    """
    return os.environ.get("MLFLOW_EXPERIMENT_ID") or os.environ.get("MLFLOW_EXPERIMENT_NAME") or None


def default_uri(root: Path) -> str:
    """MLflow's own default, for a project: a SQLite file in its root."""
    return SQLITE + (root.resolve() / "mlflow.db").as_posix()


def absolute(uri: str) -> str:
    """The URI as another process, in another folder, would have to spell it."""
    if uri.startswith(SQLITE):
        path, mark, query = uri.removeprefix(SQLITE).partition("?")
        return SQLITE + Path(path).absolute().as_posix() + mark + query
    parts = urlsplit(uri)
    if parts.scheme in ("http", "https"):
        return urlunsplit(parts._replace(path=parts.path.rstrip("/"), query="", fragment=""))
    return uri if parts.scheme or uri.startswith("databricks") else Path(uri).absolute().as_uri()
