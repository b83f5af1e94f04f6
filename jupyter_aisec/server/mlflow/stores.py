"""MLflow's own server for stores that are files: one process per store, started when somebody wants to look.

How it is started, and why (measured with MLflow 3.17):

- ``--uvicorn-opts "--uds …"``: it listens on a Unix socket in a folder that only this user can enter. A loopback port
  would be open to everybody on the machine, because MLflow asks nobody for a password. Where there are no such
  sockets (Windows), it is a loopback port.
- ``--allowed-hosts localhost``: narrower than MLflow's default, which takes all private addresses. The proxy sends
  ``Host: localhost`` whatever the browser called the hub, so a page that rebinds its name to 127.0.0.1 gets 403.
- No ``--cors-allowed-origins``: MLflow refuses a POST from any origin but localhost, and a hub is another. The proxy
  compares the origin with Jupyter's own host and leaves it out then.
- No ``--static-prefix``: all addresses in MLflow's pages are relative, so they work below any prefix.
- No ``--x-frame-options``: the pages open in a tab of their own.
- ``--workers 1``: one process of 270 MB in place of five; ``MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false``: no process
  that calls the server by a port that isn't there.
- ``--default-artifact-root``, ``--artifacts-destination``: beside the database, where artifacts of the notebook and
  of a server that was started by hand in that folder are; none is made by looking.
- ``--app-dir`` and the working folder are the private one, with ``PYTHONSAFEPATH``: else a file in the project's
  folder could stand in for one of MLflow's modules.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import shlex
import shutil
import socket
import sys
import tempfile
import textwrap
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from jupyter_aisec.isolation import environment
from jupyter_aisec.model import AisecError
from jupyter_aisec.tracking.active import SQLITE
from jupyter_aisec.tracking.reach import check, database, is_store

MOST = 3
"""Stores that are open at once; the one that was looked at longest ago is closed for another."""

PATIENCE = 30.0
"""Seconds that a request waits for MLflow to start; it takes 3 to 10."""

_PAUSE = 0.1
_LONGEST_REASON = 200
_KEPT = ("MLFLOW_S3_", "MLFLOW_GCS_", "MLFLOW_ALLOW_FILE_STORE")
"""What the user set about where files are; all else that is called MLFLOW_ would steer the server."""


@dataclass
class Store:
    """A server that runs, or is about to; ``said`` is what it says when it ends by itself.

    ``unix_socket`` is empty where it listens on ``port``.
    """

    folder: Path
    port: int
    process: asyncio.subprocess.Process
    said: asyncio.Task[bytes]
    used: float = field(default_factory=time.monotonic)

    @property
    def unix_socket(self) -> str:
        """Where it listens."""
        return "" if self.port else str(self.folder / "socket")

    async def answers(self) -> bool:
        """Whether it is up."""
        connect = (
            asyncio.open_connection("127.0.0.1", self.port)
            if self.port
            else asyncio.open_unix_connection(self.unix_socket)
        )
        try:
            reader, writer = await connect
            with contextlib.closing(writer):
                writer.write(b"GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n")
                return b" 200 " in await reader.readline()
        except OSError:
            return False

    def close(self) -> None:
        """Let it end."""
        assert self.process.stdin is not None
        self.process.stdin.close()


class Stores:
    """The stores that are open, by the key in their address."""

    def __init__(self) -> None:
        self._open: OrderedDict[str, Store] = OrderedDict()
        self._starting = asyncio.Lock()

    def get(self, key: str) -> Store | None:
        """The store of an address, if it is open."""
        store = self._open.get(key)
        if store is None or store.process.returncode is not None:
            return None
        store.used = time.monotonic()
        return store

    async def open(self, tracking_uri: str) -> str:
        """The key of a store that is up.

        Raises:
            AisecError: there is nothing to be seen in it yet, or MLflow did not start, or not yet.
        """
        folder = await asyncio.to_thread(_folder, tracking_uri)  # a database may be locked for a while
        key = hashlib.sha256(tracking_uri.encode()).hexdigest()[:16]
        async with self._starting:
            store = self.get(key)
            if store is None:
                self._make_room(key)
                store = self._open[key] = await _started(tracking_uri, folder)
        until = time.monotonic() + PATIENCE
        while not await store.answers():
            if store.process.returncode is not None:
                raise AisecError(f"MLflow did not start: {await _last_words(store)}")
            if time.monotonic() > until:
                raise AisecError(f"MLflow is still starting after {PATIENCE:.0f} s: try again in a moment")
            await asyncio.sleep(_PAUSE)
        return key

    def close(self) -> None:
        """Let all of them end."""
        for store in self._open.values():
            store.close()
        self._open.clear()

    def _make_room(self, key: str) -> None:
        self._open.pop(key, None)
        while len(self._open) >= MOST:
            oldest = min(self._open, key=lambda each: self._open[each].used)
            self._open.pop(oldest).close()


def address(tracking_uri: str) -> str | None:
    """The address of a tracking server, without credentials; None for a store that is no server.

    Raises:
        AisecError: it is neither a server nor a file.
    """
    try:
        parts = urlsplit(tracking_uri)
        host = parts.hostname
    except ValueError:
        raise AisecError("the tracking URI can't be understood: check MLFLOW_TRACKING_URI") from None
    if parts.scheme in ("http", "https") and host:
        return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()
    if tracking_uri.startswith(SQLITE) or parts.scheme == "file":
        return None
    said = "open the MLflow that your team has for it, or set MLFLOW_TRACKING_URI to its address"
    raise AisecError(f"the tracking store is of the kind `{parts.scheme}`, which has no page of its own: {said}")


def _folder(tracking_uri: str) -> Path:
    """Where artifacts lie beside the store; `AisecError` when there is no store."""
    is_database = tracking_uri.startswith(SQLITE)
    place = database(tracking_uri) if is_database else Path(url2pathname(urlsplit(tracking_uri).path))
    if not (place.is_file() if is_database else place.is_dir()):
        raise AisecError("nothing is recorded in MLflow yet: run a cell that reads, fits or saves something")
    check(tracking_uri)
    if is_database and not is_store(place):
        raise AisecError("the file that the notebook names as its MLflow is none: check its tracking URI")
    return place.parent


async def _started(tracking_uri: str, beside: Path) -> Store:
    folder = Path(tempfile.mkdtemp(prefix="aisec-mlflow-"))  # private to this user
    port = 0 if hasattr(socket, "AF_UNIX") and os.name == "posix" else _free_port()
    listen = ["--port", str(port)] if port else []
    options = ["--uds", str(folder / "socket")] if not port else []
    options += ["--app-dir", str(folder), "--no-access-log"]
    command = [sys.executable, "-P", "-m", "mlflow", "server", *listen, "--workers", "1"]
    command += ["--allowed-hosts", "localhost", "--default-artifact-root", str(beside / "mlruns")]
    command += ["--artifacts-destination", str(beside / "mlartifacts"), "--uvicorn-opts", shlex.join(options)]
    variables = {
        name: value
        for name, value in environment().items()
        if not name.startswith(("MLFLOW_", "_MLFLOW_")) or name.startswith(_KEPT)
    }
    variables |= {
        "MLFLOW_BACKEND_STORE_URI": tracking_uri,
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "PYTHONSAFEPATH": "1",
    }
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "jupyter_aisec.server.mlflow.guard", str(folder), *command,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            cwd=folder, env=variables, start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise AisecError(f"MLflow did not start: {error.strerror}") from None
    assert process.stdout is not None
    return Store(folder, port, process, asyncio.create_task(process.stdout.read()))


async def _last_words(store: Store) -> str:
    said = (await store.said).decode("utf-8", "replace")
    return textwrap.shorten(said, _LONGEST_REASON, placeholder=" …") or "it said nothing"


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
