"""A real Jupyter server, with a root folder and a token of its own."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

SHARING_SERVER = ("jupyter_server_ydoc", "jupyter_server_fileid")
SHARING_PAGE = ("@jupyter/collaboration-extension", "@jupyter/docprovider-extension")
"""What jupyter-collaboration switches on by being installed."""


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes
    location: str = ""

    @property
    def data(self) -> Any:
        return json.loads(self.body)


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirection: where it leads is what a test asks for."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


_OPENER = urllib.request.build_opener(_Stay)


@dataclass(frozen=True)
class Server:
    """Where it listens, the folder that it serves, and its process."""

    url: str
    root: Path
    token: str
    process: subprocess.Popen[str]

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        seconds: float = 60,
    ) -> Reply:
        """One request; ``body`` is sent as JSON, bytes as they are. ``token=""`` asks as nobody."""
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}{path}", data, dict(headers or {}), method=method)
        if token != "":
            request.add_header("Authorization", f"token {token or self.token}")
        try:
            with _OPENER.open(request, timeout=seconds) as reply:
                return Reply(reply.status, reply.read())
        except urllib.error.HTTPError as error:
            with error:
                return Reply(error.code, error.read(), error.headers.get("Location", ""))

    def get(self, path: str) -> Reply:
        return self.ask("GET", path)

    def post(self, path: str, body: object) -> Reply:
        return self.ask("POST", path, body)


def _wait_for(port: int, seconds: float = 30) -> None:
    """Until somebody listens: what the server says about itself comes a little before."""
    until = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=seconds).close()
        except ConnectionRefusedError:
            assert time.monotonic() < until, "the server does not listen"
            time.sleep(0.02)
        else:
            return


def alone(config: Path) -> list[str]:
    """Switches of a server, and a file in its configuration: no document is shared between pages."""
    labconfig = config / "labconfig"
    labconfig.mkdir(parents=True, exist_ok=True)
    (labconfig / "page_config.json").write_text(json.dumps({"disabledExtensions": dict.fromkeys(SHARING_PAGE, True)}))
    return [f"--ServerApp.jpserver_extensions={each}=False" for each in SHARING_SERVER]


@contextmanager
def running(root: Path, home: Path, *, cwd: Path | None = None, together: bool = False) -> Iterator[Server]:
    """A server on loopback that serves ``root``; ``home`` takes what it writes for itself.

    ``together``: its pages share their documents, as jupyter-collaboration has it.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    folders = {f"JUPYTER_{kind}_DIR": str(home / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")}
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MLFLOW_", "JUPYTER_"))}
    environment |= folders | {"JUPYTER_TOKEN": token, "IPYTHONDIR": str(home / "ipython")}
    command = [sys.executable, "-P", "-m", "jupyter_server", "--allow-root", "--no-browser"]
    command += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={root}"]
    command += ["--ServerApp.jpserver_extensions=jupyter_aisec.server=True", "--ServerApp.ip=127.0.0.1"]
    command += [] if together else alone(home / "config")
    with (
        (home / "server.log").open("w+") as log,
        subprocess.Popen(command, cwd=cwd or root, env=environment, stderr=subprocess.PIPE, text=True) as process,
    ):
        try:
            assert process.stderr is not None
            said = []
            for line in process.stderr:
                said.append(line)
                if f"http://127.0.0.1:{port}/" in line:
                    break
            else:
                pytest.fail("".join(said)[-4000:])
            # A full pipe must not stop it.
            rest = threading.Thread(target=log.writelines, args=(process.stderr,))
            rest.start()
            _wait_for(port)
            yield Server(f"http://127.0.0.1:{port}", root, token, process)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                # AnyIO, which Jupyter Server stands on, now and then waits for a thread of its own for ever.
                process.kill()
        rest.join(30)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests that leave it as it was."""
    with running(tmp_path_factory.mktemp("root"), tmp_path_factory.mktemp("home")) as found:
        yield found
