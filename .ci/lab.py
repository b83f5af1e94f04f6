"""Starts JupyterLab on the quickstart and an MLflow server on the project's own store; Ctrl-C ends both."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.error import URLError

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOK = "notebooks/01-quickstart.ipynb"
PATIENCE = 120


def port(wanted: int) -> int:
    """The wanted port of the loopback address, or another one when it is taken."""
    for each in (wanted, 0):
        with socket.socket() as probe:
            if os.name == "posix":  # one that was ended a moment ago is free again
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", each))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise SystemExit("no free port on 127.0.0.1")


def wait(url: str, server: subprocess.Popen[bytes]) -> None:
    """Until the server answers."""
    until = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.3)
    raise SystemExit(f"no answer from {url}: the lines above say why")


def main() -> None:
    """Start both, print where they are, wait for Ctrl-C."""
    binaries = Path(sys.executable).parent
    tracking = f"http://127.0.0.1:{port(5000)}"
    address = f"http://127.0.0.1:{port(8888)}"
    token = secrets.token_urlsafe(24)
    environment = {**os.environ, "MLFLOW_TRACKING_URI": tracking, "JUPYTER_TOKEN": token}
    # Files where MLflow itself would put them: a notebook that is run later without the server finds them, too.
    store = ["--backend-store-uri", "sqlite:///mlflow.db", "--no-serve-artifacts"]
    store += ["--default-artifact-root", (ROOT / "mlruns").as_uri()]
    where = ["--host", "127.0.0.1", "--port", tracking.rpartition(":")[2]]
    mlflow = [sys.executable, "-m", "mlflow", "server", *store, *where]
    lab = [str(binaries / "jupyter-lab"), "--ServerApp.ip=127.0.0.1", f"--port={address.rpartition(':')[2]}"]
    lab += ["--ServerApp.port_retries=0", f"--LabApp.default_url=/lab/tree/{NOTEBOOK}"]
    # The names of the servers' addresses and token are in the environment, not on a command line that all can list.
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        lab.append("--allow-root")
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        lab.append("--no-browser")
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    servers: list[subprocess.Popen[bytes]] = []
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        # A session of their own: Ctrl-C reaches them through us, once, and not as JupyterLab's question.
        servers.append(subprocess.Popen(mlflow, cwd=ROOT, start_new_session=True, **quiet))  # type: ignore[call-overload]
        wait(f"{tracking}/health", servers[0])
        log = ROOT / ".venv" / "lab.log"
        log.parent.mkdir(exist_ok=True)
        with log.open("wb") as out:
            servers.append(
                subprocess.Popen(lab, cwd=ROOT, env=environment, start_new_session=True, stdout=out, stderr=out)
            )
            wait(f"{address}/api", servers[1])
        print(f"\n  JupyterLab  {address}/lab/tree/{NOTEBOOK}?token={token}")
        print(f"  MLflow      {tracking}\n\nCtrl-C ends both.", flush=True)
        while all(server.poll() is None for server in servers):
            time.sleep(0.5)
        raise SystemExit(f"a server has ended by itself; {log.relative_to(ROOT)} may say why")
    except KeyboardInterrupt:
        print("\nEnding both …")
    finally:
        for server in reversed(servers):
            end(server)


def end(server: subprocess.Popen[bytes]) -> None:
    """The server and its workers: politely, then by force."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(server.pid, how)
        except ProcessLookupError:
            return
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            continue
        if how is signal.SIGTERM:
            time.sleep(0.5)  # for its workers, which the second round ends if need be


if __name__ == "__main__":
    main()
