"""jupyter-lsp finds the language server by itself, but only where the page shows no hints of its own."""

from __future__ import annotations

import asyncio
import json
import os
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from jupyter_aisec.lsp import spec
from tests.server.conftest import Server, running

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def jupyter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, disabled: object) -> Iterator[Server]:
    """A server whose Python knows the entry points that are declared here, however the package is installed."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]["jupyter_lsp_spec_v1"]
    folder = tmp_path / "site" / "jupyter_aisec-0.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: jupyter-aisec\nVersion: 0\n")
    points = "".join(f"{name} = {value}\n" for name, value in declared.items())
    (folder / "entry_points.txt").write_text(f"[jupyter_lsp_spec_v1]\n{points}")
    paths = [str(folder.parent), str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    page = tmp_path / "home" / "config" / "labconfig" / "page_config.json"
    page.parent.mkdir(parents=True)
    page.write_text(json.dumps({"disabledExtensions": disabled}))
    (tmp_path / "root").mkdir()
    with running(tmp_path / "root", tmp_path / "home", together=True) as server:
        yield server


def sessions(server: Server) -> dict[str, Any]:
    found = server.get("/lsp/status")
    assert found.status == 200, found.body
    return found.data["sessions"]


def test_where_the_page_shows_hints_it_is_not_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with jupyter(tmp_path, monkeypatch, {"jupyter-aisec": False}) as server:
        assert "aisec" not in sessions(server)


def test_where_it_shows_none_jupyter_lsp_speaks_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with jupyter(tmp_path, monkeypatch, {"jupyter-aisec": True}) as server:
        offered = sessions(server)["aisec"]["spec"]
        assert offered["languages"] == ["python"]
        assert offered["requires_documents_on_disk"] is False
        said = asyncio.run(spoken_with(server))
        assert [each["code"] for each in said["diagnostics"]] == ["pickle-load"]


@pytest.mark.parametrize(
    ("said", "is_off"),
    [
        ('{"disabledExtensions": {"jupyter-aisec": true}}', True),
        ('{"disabledExtensions": ["jupyter-aisec"]}', True),
        ('{"disabledExtensions": {"jupyter-aisec:documents": true}}', True),
        ('{"disabledExtensions": {"jupyter-aisec": false, "other": true}}', False),
        ('{"disabledExtensions": {"jupyter-aisec:status": true}}', False),
        ('{"disabledExtensions": 3}', False),
        ("{}", False),
        ("[" * 100_000, False),
        ("not JSON", False),
    ],
)
def test_what_jupyterlab_is_told_to_leave_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, *, is_off: bool
) -> None:
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path))
    (tmp_path / "labconfig").mkdir()
    (tmp_path / "labconfig" / "page_config.json").write_text(said)
    assert spec._is_page_off() is is_off


def test_a_server_without_our_extension_is_offered_it() -> None:
    assert list(spec.spec(None)) == ["aisec"]


async def spoken_with(server: Server) -> Any:
    """Open a document as jupyterlab-lsp does; gives what is said of it."""
    url = f"ws{server.url.removeprefix('http')}/lsp/ws/aisec?token={server.token}"
    socket = await websocket_connect(HTTPRequest(url))
    name = "file:///nowhere/.virtual_documents/n.ipynb"
    document = {"uri": name, "languageId": "python", "version": 1, "text": "import pickle\npickle.load(f)"}
    for message in (
        {"id": 1, "method": "initialize", "params": {"capabilities": {}, "processId": None, "rootUri": None}},
        {"method": "initialized", "params": {}},
        {"method": "textDocument/didOpen", "params": {"textDocument": document}},
    ):
        await socket.write_message(json.dumps({"jsonrpc": "2.0"} | message))
    async with asyncio.timeout(90):
        while True:
            said = json.loads(await socket.read_message() or "null")
            if said.get("method") == "textDocument/publishDiagnostics":
                socket.close()
                return said["params"]
