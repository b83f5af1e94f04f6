from __future__ import annotations

import contextlib
import os
import signal
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager


@dataclass
class Ran:
    """What one cell came to: the reply's status, and its outputs as a front end gets them."""

    status: str
    text: str = ""
    html: str = ""
    error: str = ""
    data: list[dict[str, Any]] = field(default_factory=list)


class Cells:
    """Runs cells in a kernel, as JupyterLab does: with cell ids."""

    def __init__(self, client: BlockingKernelClient) -> None:
        self.client = client
        self.client.start_channels(hb=False)  # a busy machine misses beats
        self.client.wait_for_ready(timeout=60)
        self.count = 0
        self._comms: set[str] = set()
        self._news: deque[str | None] = deque()

    def run(self, source: str, timeout: float = 60) -> Ran:
        return self.ran(self.start(source), timeout)

    def start(self, source: str) -> str:
        """Send a cell; the id of the request."""
        self.count += 1
        content = {"code": source, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
        message = self.client.session.msg("execute_request", content | {"stop_on_error": True})
        message["metadata"] = {"cellId": f"cell-{self.count}"}
        self.client.shell_channel.send(message)
        return str(message["header"]["msg_id"])

    def ran(self, request: str, timeout: float = 60) -> Ran:
        """What a cell that was sent came to, when it did."""
        ran = Ran("")
        while True:
            got = self._next(timeout)
            if got["parent_header"].get("msg_id") != request:
                continue
            body = got["content"]
            match got["msg_type"]:
                case "status" if body["execution_state"] == "idle":
                    break
                case "stream":
                    ran.text += body["text"]
                case "display_data" | "execute_result":
                    ran.data.append(body["data"])
                    ran.text += body["data"].get("text/plain", "") + "\n"
                    ran.html += body["data"].get("text/html", "")
                case "error":
                    ran.error = "\n".join(body["traceback"])
        while True:
            reply = self.client.get_shell_msg(timeout=timeout)
            if reply["parent_header"].get("msg_id") == request:
                ran.status = reply["content"]["status"]
                return ran

    def hear(self, timeout: float = 60) -> str | None:
        """The next news for the page that was not heard yet: which session."""
        while not self._news:
            self._next(timeout)
        return self._news.popleft()

    def heard(self) -> list[str | None]:
        """The news that came by now and was not heard yet."""
        news = [*self._news]
        self._news.clear()
        return news

    def standing(self) -> list[str]:
        """The comms for the page that are open, as one that comes now is told."""
        message = self.client.session.msg("comm_info_request", {"target_name": "jupyter_aisec"})
        self.client.shell_channel.send(message)
        while True:
            reply = self.client.get_shell_msg(timeout=60)
            if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                return list(reply["content"]["comms"])

    def _next(self, timeout: float) -> dict[str, Any]:
        got: dict[str, Any] = self.client.get_iopub_msg(timeout=timeout)
        body = got["content"]
        if got["msg_type"] == "comm_open" and body["target_name"] == "jupyter_aisec":
            self._comms.add(body["comm_id"])
        if got["msg_type"] in {"comm_open", "comm_msg"} and body["comm_id"] in self._comms:
            self._news.append(body["data"]["session"])
        return got


class Notebook(Cells):
    """A real ipykernel of its own, with the notebook's path in the environment."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.manager = KernelManager(kernel_name="python3")
        variables = os.environ | {"JPY_SESSION_NAME": str(folder / "work.ipynb")} | environment
        self.manager.start_kernel(cwd=str(folder), env=variables)
        super().__init__(self.manager.client())
        self.closed = False

    def kill(self) -> None:
        """As the kernel's machine would lose it: SIGKILL, and no farewell."""
        os.kill(self.manager.provisioner.pid, signal.SIGKILL)

    def close(self) -> None:
        if self.closed:
            return
        self.closed = True
        self.client.stop_channels()
        with contextlib.suppress(ProcessLookupError):
            self.manager.shutdown_kernel(now=False)


class Opener:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: list[Notebook] = []

    def __call__(self, **environment: str) -> Notebook:
        made = Notebook(self._folder, environment)
        self._open.append(made)
        return made

    def close(self) -> None:
        for each in self._open:
            each.close()


@pytest.fixture
def open_notebook(project: Path) -> Iterator[Opener]:
    """Opens notebooks in the project; each has a kernel of its own."""
    opener = Opener(project)
    yield opener
    opener.close()
    _end_mirrors(project)


@pytest.fixture
def notebook(open_notebook: Opener) -> Notebook:
    """One notebook, with the extension loaded."""
    made = open_notebook()
    assert made.run("%load_ext jupyter_aisec").status == "ok"
    return made


def _end_mirrors(project: Path) -> None:
    """The mirror outlives its kernel by some seconds; it must not outlive its folder, nor cost those of other tests."""
    until = time.monotonic() + 60
    while time.monotonic() < until and (mirrors := [*_mirrors(project)]):
        for each in mirrors:
            with contextlib.suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        time.sleep(0.05)


def _mirrors(project: Path) -> Iterator[int]:
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (entry / "cwd").resolve() == project and b"jupyter_aisec" in (entry / "cmdline").read_bytes():
                yield int(entry.name)
