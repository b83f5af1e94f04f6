"""The two kinds of MLflow store that tests ask: a SQLite file, and a stock server on loopback."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest


@contextlib.contextmanager
def embedded(folder: Path) -> Iterator[str]:
    """The default of a project in the folder, for this process and those that it starts; its artifacts beside it."""
    with pytest.MonkeyPatch.context() as patch:
        uri = f"sqlite:///{folder / 'mlflow.db'}"
        patch.setenv("MLFLOW_TRACKING_URI", uri)
        patch.setenv("_MLFLOW_SERVER_ARTIFACT_ROOT", str(folder / "mlruns"))
        yield uri


def free_port() -> int:
    """A port of loopback that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def served(folder: Path, port: int | None = None) -> Iterator[str]:
    """A stock ``mlflow server`` with its store and its artifacts in the folder."""
    port = port or free_port()
    uri = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    command += ["--backend-store-uri", f"sqlite:///{folder / 'mlflow.db'}"]
    command += ["--artifacts-destination", str(folder / "artifacts")]
    # Without six processes for jobs that nobody sends: they take five times as long to start as the server itself.
    environment = os.environ | {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    with (folder / "log").open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        _wait(uri, process, folder / "log")
        yield uri
    finally:
        # On a busy machine its farewell takes longer than anybody should wait for.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait(uri: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 180
    while time.monotonic() < until:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{uri}/health", timeout=2):
            return
        assert process.poll() is None, log.read_text()
        time.sleep(0.2)
    pytest.fail(log.read_text())


def silence(handler: BaseHTTPRequestHandler, over: threading.Event) -> None:
    """A server that hangs: it takes the request and never answers."""
    del handler
    over.wait()


def half(handler: BaseHTTPRequestHandler, over: threading.Event) -> None:
    """A server that dies in the middle of its answer."""
    del over
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"run": {"info"')


def gateway(handler: BaseHTTPRequestHandler, over: threading.Event) -> None:
    """A proxy before a server that is away."""
    del over
    page = b"<html>\n<body>\n<h1>502 Bad Gateway</h1>\n" + b"<p>nginx</p>\n" * 100
    handler.send_response(502)
    handler.send_header("Content-Type", "text/html")
    handler.send_header("Content-Length", str(len(page)))
    handler.end_headers()
    handler.wfile.write(page)


@contextlib.contextmanager
def broken(answer: Callable[[BaseHTTPRequestHandler, threading.Event], None]) -> Iterator[tuple[str, list[str]]]:
    """A server that answers so, and a list of what it was asked."""
    asked: list[str] = []
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)
            answer(self, over)

        do_GET = do_POST  # noqa: N815 - as the library calls it

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.server_port}", asked
        finally:
            over.set()
            listening.shutdown()
            thread.join()
