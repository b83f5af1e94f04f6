"""Makes a SQLite store without getting into the way of somebody else who makes the same one.

MLflow creates and migrates a new database in seventy steps that other processes can see. Two processes that do so at
once break each other, and one of them may be the user's own cell. So a store that is missing is made beside its place
and put there whole, and one that is being made is waited for.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
import time
from pathlib import Path

PATIENCE = 20.0
"""Seconds to wait for a store that another process makes: MLflow 3.17 takes 3 to 7 on a slow machine."""

_PAUSE = 0.2


def prepare(path: Path) -> None:
    """Return when the database at the path is ready for use, or has kept still for too long to wait further."""
    if not path.exists() and _made(path):
        return
    until = time.monotonic() + PATIENCE
    while not _ready(path) and time.monotonic() < until:
        time.sleep(_PAUSE)


def _made(path: Path) -> bool:
    """Make it; False when somebody else was faster."""
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".mlflow-", dir=path.parent) as folder:
        new = Path(folder) / path.name
        store = SqlAlchemyStore(f"sqlite:///{new}", str(path.parent / "mlruns"))  # type: ignore[no-untyped-call]
        store.engine.dispose()
        try:
            os.link(new, path)
        except FileExistsError:
            return False
        except OSError:
            # A file system without hard links: the smallest window that is left.
            if path.exists():
                return False
            new.replace(path)
    return True


def _ready(path: Path) -> bool:
    """Whether the last migration that this MLflow knows has been made."""
    from mlflow.store.db.utils import _get_latest_schema_revision

    with contextlib.suppress(sqlite3.Error), contextlib.closing(_opened(path)) as database:
        versions = [str(row[0]) for row in database.execute("SELECT version_num FROM alembic_version")]
        return versions == [_get_latest_schema_revision()]  # type: ignore[no-untyped-call]
    return False


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=1)
