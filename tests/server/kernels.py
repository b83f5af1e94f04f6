"""Notebooks that are opened on a real server, as JupyterLab opens them: by its sessions API."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jupyter_client.blocking.client import BlockingKernelClient

from tests.kernel.conftest import Cells
from tests.server.conftest import Server


@dataclass(frozen=True)
class Opened:
    """A notebook with its kernel. ``path`` is as the page names it."""

    server: Server
    path: str
    cells: Cells
    pid: int

    def run(self, *sources: str) -> None:
        """All cells must go well."""
        for source in sources:
            ran = self.cells.run(source, timeout=120)
            assert ran.status == "ok", ran.error

    def session(self) -> str:
        """The session, when the kernel says that it has recorded something."""
        while (session := self.cells.hear()) in {None, "watching"}:
            continue
        assert session is not None
        return session

    def lineage(self, session: str | None = None, **expected: Callable[[Any], bool]) -> dict[str, Any]:
        """The reply, asked for again until each of the members is as expected."""
        query = f"path={quote(self.path)}" + (f"&session={session}" if session else "")
        until = time.monotonic() + 60
        while True:
            reply = self.server.get(f"/aisec/api/lineage?{query}")
            assert reply.status == 200, reply.body
            data: dict[str, Any] = reply.data
            if all(fits(data[name]) for name, fits in expected.items()):
                return data
            assert time.monotonic() < until, json.dumps(data, indent=1)
            time.sleep(0.2)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)


@contextlib.contextmanager
def opened(server: Server, home: Path, path: str) -> Iterator[Opened]:
    """The notebook at the path of the API, which need not be there yet."""
    file = server.root / path.removeprefix("RTC:")
    if not file.exists():
        file.write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
    body = {"path": path.removeprefix("RTC:"), "name": file.name, "type": "notebook", "kernel": {"name": "python3"}}
    session = server.post("/api/sessions", body).data
    connection = home / "runtime" / f"kernel-{session['kernel']['id']}.json"
    client = BlockingKernelClient(connection_file=str(connection))
    client.load_connection_file()
    cells = Cells(client)
    try:
        pid = int(cells.run("import os; print(os.getpid())").text)
        yield Opened(server, path, cells, pid)
    finally:
        client.stop_channels()
        server.ask("DELETE", f"/api/sessions/{session['id']}")
