"""Whether a tracking store can be reached, asked so that the answer never takes long."""

from __future__ import annotations

import contextlib
import os
import socket
import sqlite3
import urllib.request
from pathlib import Path
from urllib.parse import unquote, urlsplit

from jupyter_aisec.model import AisecError
from jupyter_aisec.tracking.active import SQLITE

PATIENCE = 3.0
"""Seconds to wait for a server to take the connection."""

REQUEST_TIMEOUT = "8"
"""Seconds that one request may take, unless the user decided otherwise."""

_ELSEWHERE = "`sync --to URI` brings what waits to another store"

ports = {"http": 80, "https": 443, "postgresql": 5432, "mysql": 3306, "mssql": 1433}


class UnreachableError(AisecError):
    """Nothing answers there, or not in time: whatever else is meant for this store need not be tried now."""


def check(uri: str) -> None:
    """Return if something answers at the URI.

    Raises:
        UnreachableError: nothing does. Without this, MLflow would try for minutes.
        AisecError: it can't be understood, or it is a file that is no database.
    """
    if uri.startswith(SQLITE):
        _check_file(database(uri))
        return
    try:
        parts = urlsplit(uri)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise AisecError(f"the tracking URI can't be understood ({error}): check MLFLOW_TRACKING_URI") from None
    scheme = parts.scheme.partition("+")[0]
    if host is None or scheme not in ports or _proxied(scheme, host):
        return
    port = port or ports[scheme]
    try:
        socket.create_connection((host, port), timeout=PATIENCE).close()
    except OSError as error:
        reason = error.strerror or str(error) or type(error).__name__
        raise UnreachableError(
            f"no MLflow store answers at {scheme}://{host}:{port} ({reason.lower()}); "
            "nothing is lost, run sync when it is back"
        ) from None


def database(uri: str) -> Path:
    """The file of a SQLite URI."""
    return Path(unquote(uri.removeprefix(SQLITE).partition("?")[0]))


def is_there(uri: str) -> bool:
    """Whether the file of a SQLite URI exists; of any other address only asking tells."""
    return not uri.startswith(SQLITE) or database(uri).is_file()


def is_store(path: Path) -> bool:
    """Whether a SQLite database is MLflow's. Any other one, MLflow would fill with its own tables."""
    try:
        with contextlib.closing(_opened(path)) as file:
            return file.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone() is not None
    except sqlite3.Error:
        return False


def be_brief() -> None:
    """Let MLflow's requests of this process end soon and without progress bars, unless the user decided otherwise."""
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", REQUEST_TIMEOUT)
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")


def _proxied(scheme: str, host: str) -> bool:
    """Behind a proxy, a direct connection says nothing."""
    return scheme in urllib.request.getproxies() and not urllib.request.proxy_bypass(host)


def _check_file(path: Path) -> None:
    try:
        if path.exists() and path.stat().st_size:
            _check_content(path)
            if not os.access(path, os.W_OK):
                raise AisecError(f"{path} can't be written: mend its permissions, or {_ELSEWHERE}")
        elif not os.access(path.parent, os.W_OK):
            raise AisecError(f"can't make {path}: its folder is absent or read-only; {_ELSEWHERE}")
    except OSError as error:
        raise AisecError(f"can't read {path}: {error.strerror}") from None


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=PATIENCE)


def _check_content(path: Path) -> None:
    """Let SQLite itself read the file once: MLflow would try ten times, with growing pauses."""
    try:
        with contextlib.closing(_opened(path)) as file:
            file.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as error:
        raise AisecError(
            f"{path} can't be read as a SQLite database ({error}): move it away, or {_ELSEWHERE}"
        ) from None
