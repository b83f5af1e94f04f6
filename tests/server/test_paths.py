"""What a page calls a file: only what lies in the folder that is served, and never by a way round."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jupyter_server.services.contents.largefilemanager import LargeFileManager
from jupyter_server.services.contents.manager import ContentsManager

from jupyter_aisec.model import AisecError
from jupyter_aisec.server.place import checked, file_at
from tests.server.conftest import Server


@pytest.fixture
def root(tmp_path: Path) -> Path:
    served = tmp_path / "served"
    (served / "folder").mkdir(parents=True)
    (served / ".hidden").mkdir()
    (served / "folder" / "a.ipynb").touch()
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "a.ipynb").touch()
    (served / "link").symlink_to(tmp_path / "outside")
    (served / "linked.ipynb").symlink_to(tmp_path / "outside" / "a.ipynb")
    (served / "within.ipynb").symlink_to(served / "folder" / "a.ipynb")
    return served


def at(root: Path, path: str, **options: bool) -> Path | None:
    return file_at(LargeFileManager(root_dir=str(root), **options), path)


def test_a_path_of_the_file_browser_is_the_file(root: Path) -> None:
    assert at(root, "folder/a.ipynb") == root / "folder" / "a.ipynb"
    assert at(root, "RTC:folder/a.ipynb") == root / "folder" / "a.ipynb"
    assert at(root, "folder/100%25 new Ärger 🎉.ipynb") == root / "folder" / "100%25 new Ärger 🎉.ipynb"
    assert at(root, "within.ipynb") == root / "within.ipynb"
    assert at(root, "folder") == root / "folder"
    assert at(root, "") == root


HOSTILE = [
    "..", "../outside/a.ipynb", "folder/../../outside/a.ipynb", "./folder/a.ipynb", "folder//a.ipynb", "/etc/passwd",
    "folder/",
    "%2e%2e/outside/a.ipynb", "%2Fetc%2Fpasswd", "..%2foutside", "..\\outside", "folder\\a.ipynb", "a\0.ipynb",
    "a%00.ipynb", "a\n.ipynb", "RTC:../outside/a.ipynb", "RTC:/etc/passwd", "link/a.ipynb", "linked.ipynb", "link",
    ".hidden/a.ipynb", "folder/.a.ipynb", "absent/a.ipynb", "x" * 5000, "x" * 300 + "/a", "a/" * 1500 + "a", "\ud800",
]  # fmt: skip


@pytest.mark.parametrize("path", HOSTILE)
def test_anything_else_is_refused_in_one_line(root: Path, path: str) -> None:
    with pytest.raises(AisecError) as refused:
        at(root, path)
    assert "\n" not in str(refused.value)
    assert str(root) not in str(refused.value)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(alphabet=st.sampled_from("a./\\%2eEfF5cC:~\0 \u202e"), max_size=12))
def test_no_path_leads_out(root: Path, path: str) -> None:
    try:
        found = at(root, path)
    except AisecError:
        return
    assert found is not None
    assert found.resolve().is_relative_to(root)


def test_hidden_files_are_for_servers_that_allow_them(root: Path) -> None:
    assert at(root, ".hidden/a.ipynb", allow_hidden=True) == root / ".hidden" / "a.ipynb"


def test_a_root_behind_a_link_and_below_a_hidden_folder_serves(root: Path, tmp_path: Path) -> None:
    (tmp_path / ".alias").symlink_to(root)
    assert at(tmp_path / ".alias", "folder/a.ipynb") == root / "folder" / "a.ipynb"


def test_notebooks_that_are_no_files_have_no_place() -> None:
    assert file_at(ContentsManager(), "folder/a.ipynb") is None


@pytest.mark.parametrize("part", [".aisec", ".aisec/journal", ".aisec/assets"])
def test_records_behind_a_link_that_leads_out_are_refused(tmp_path: Path, part: str) -> None:
    root = tmp_path / "project"
    (root / part).parent.mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (root / part).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(AisecError, match="leads out of the project"):
        checked(root)


ROUTES = [
    ("GET", "lineage?path={path}", None),
    ("GET", "document?path={path}&name=a.csv", None),
    ("GET", "coverage?path={path}", None),
    ("PUT", "document", {"path": "{raw}", "name": "a.csv", "sha256": None, "answers": {"licence": "MIT"}}),
    ("POST", "mlflow", {"path": "{raw}"}),
]


@pytest.mark.parametrize(("method", "route", "body"), ROUTES)
@pytest.mark.parametrize("path", [each for each in HOSTILE if each != "\ud800"])
def test_no_route_follows_it(server: Server, method: str, route: str, body: dict[str, str] | None, path: str) -> None:
    outside = server.root.parent / "outside"
    outside.mkdir(exist_ok=True)
    for link in (server.root / "link", server.root / "linked.ipynb"):
        if not link.is_symlink():
            link.symlink_to(outside)
    asked = body and {key: path if value == "{raw}" else value for key, value in body.items()}
    reply = server.ask(method, f"/aisec/api/{route.format(path=quote(path))}", asked)
    assert reply.status == 400, reply.body
    assert list(reply.data) == ["message"]
    assert os.fspath(server.root) not in reply.data["message"]


@pytest.mark.parametrize(
    "query",
    ["", "path=", "path=a&path=b", "path=a.ipynb&more=1", "path=%ff", "path=a.ipynb&session=..", "path=a&1795=x"],
)
def test_a_question_that_is_not_understood_is_refused(server: Server, query: str) -> None:
    reply = server.get(f"/aisec/api/lineage?{query}")
    assert reply.status == 400
    assert list(reply.data) == ["message"]


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"[]", b"null", b'{"path": 1}', b'{"path": "a.ipynb", "more": 1}', b"\xff", b"{" * 60_000,
        b'{"path": "a.ipynb", "name": "a", "sha256": 3, "answers": {}}',
        b'{"path": "a.ipynb", "name": "a", "sha256": null, "answers": {"licence": 1}}',
    ],
)  # fmt: skip
@pytest.mark.parametrize(("method", "route"), [("PUT", "document"), ("POST", "mlflow")])
def test_a_body_of_another_shape_is_refused(server: Server, method: str, route: str, body: bytes) -> None:
    reply = server.ask(method, f"/aisec/api/{route}", body)
    assert reply.status == 400
    assert list(reply.data) == ["message"]
