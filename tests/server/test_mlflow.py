"""MLflow under Jupyter's address: whole for the user, closed for anybody else, and gone with the server."""

from __future__ import annotations

import base64
import http.client
import http.cookiejar
import json
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from mlflow import MlflowClient
from playwright.sync_api import expect

from jupyter_aisec.journal import Journal
from jupyter_aisec.model import AisecError, AssetKind, RunRef, Session, Use, Verb
from jupyter_aisec.server.mlflow.stores import address
from tests.chromium import launched
from tests.server.conftest import Reply, Server, running

PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="100"><rect width="300" height="100"/></svg>'
PAGE = "<h1>The lineage</h1><script>document.title = 'ran'</script>"


def with_run(root: Path) -> str:
    """A project with a store, and in it a run with artifacts; the run's id."""
    (root / ".aisec").mkdir(parents=True)
    client = MlflowClient(f"sqlite:///{root}/mlflow.db")
    experiment = client.create_experiment("training", (root / "mlruns" / "1").as_uri())
    run = str(client.create_run(experiment, run_name="train").info.run_id)
    client.log_text(run, PICTURE, "aisec/lineage.svg")
    client.log_text(run, PAGE, "aisec/lineage.html")
    note = f"![lineage](get-artifact?path=aisec%2Flineage.svg&run_uuid={run})"
    client.set_tag(run, "mlflow.note.content", note)
    return run


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("root")


@pytest.fixture(scope="module")
def run(root: Path) -> str:
    return with_run(root / "work")


@pytest.fixture(scope="module")
def server(root: Path, home: Path, run: str) -> Iterator[Server]:
    assert run
    with running(root, home) as found:
        yield found


@pytest.fixture(scope="module")
def url(server: Server) -> str:
    return shown(server, "work/a.ipynb")


def shown(server: Server, path: str) -> str:
    """The address, asked for again while a busy machine says that MLflow is still starting."""
    for _ in range(4):
        reply = server.post("/aisec/api/mlflow", {"path": path})
        if b"still starting" not in reply.body:
            break
    assert reply.status == 200, reply.body
    return str(reply.data["url"])


def processes(word: str) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if word.encode() in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def sockets(server: Server) -> set[str]:
    """The private folders of the processes that this server started."""
    guards = [pid for pid in processes("jupyter_aisec.server.mlflow.guard") if _parent(pid) == server.process.pid]
    return {Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[4].decode() for pid in guards}


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def test_the_server_itself_imports_neither_mlflow_nor_a_data_library() -> None:
    code = (
        "import importlib, pkgutil, sys, jupyter_aisec.server as room\n"
        "for each in pkgutil.iter_modules(room.__path__): importlib.import_module(f'{room.__name__}.{each.name}')\n"
        "print({'mlflow', 'pandas', 'numpy', 'sklearn'} & {name.partition('.')[0] for name in sys.modules})"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "set()"


def test_pages_data_and_artifacts_come_through(server: Server, url: str, run: str) -> None:
    assert b'id="root"' in server.get(url).body
    found = server.get(f"{url}ajax-api/2.0/mlflow/runs/get?run_id={run}").data
    assert found["run"]["info"]["run_name"] == "train"
    assert server.get(f"{url}get-artifact?path=aisec/lineage.svg&run_uuid={run}").body == PICTURE.encode()


@pytest.mark.parametrize("accept", ["text/html", "text/event-stream"])
def test_an_artifact_can_be_shown_and_not_act(server: Server, url: str, run: str, accept: str) -> None:
    asked = urllib.request.Request(f"{server.url}{url}get-artifact?path=aisec/lineage.html&run_uuid={run}")
    asked.add_header("Authorization", f"token {server.token}")
    asked.add_header("Accept", accept)
    with urllib.request.urlopen(asked, timeout=60) as reply:
        assert reply.headers["Content-Security-Policy"] == "sandbox"
        assert reply.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["", "static-files/favicon.ico", "get-artifact?path=x", "ajax-api/2.0/mlflow/x"])
def test_nobody_else_gets_anything(server: Server, url: str, path: str) -> None:
    assert server.ask("GET", f"{url}{path}", token="").status == 403
    assert server.ask("POST", f"{url}{path}", {}, token="").status == 403
    assert server.ask("GET", f"{url}{path}", token="no" + server.token).status == 403


def test_a_web_socket_reaches_no_port_of_this_machine(server: Server) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        headers = {"Authorization": f"token {server.token}", "Connection": "Upgrade", "Upgrade": "websocket"}
        headers |= {"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": base64.b64encode(bytes(16)).decode()}
        with closing(http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=30)) as connection:
            connection.request("GET", f"/aisec/mlflow/{port:016d}/", headers=headers)
            assert connection.getresponse().status == 400
        other.settimeout(0.5)
        with pytest.raises(TimeoutError):
            other.accept()


def test_another_sites_page_changes_nothing_in_the_users_name(server: Server, url: str) -> None:
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    browser.open(f"{server.url}/login?token={server.token}", timeout=60).close()

    def create(name: str, **headers: str) -> int:
        asked = urllib.request.Request(
            f"{server.url}{url}ajax-api/2.0/mlflow/experiments/create",
            json.dumps({"name": name}).encode(),
            {"Content-Type": "application/json"} | headers,
        )
        try:
            with browser.open(asked, timeout=60) as reply:
                return int(reply.status)
        except urllib.error.HTTPError as error:
            with error:
                return int(error.code)

    assert create("own", Origin=server.url) == 200
    assert create("other", Origin="https://other.example") == 403
    assert create("sandboxed", Origin="null") == 403


def test_it_listens_on_no_port_and_where_only_the_user_gets_in(server: Server, url: str) -> None:
    assert url
    [folder] = sockets(server)
    assert Path(folder).stat().st_mode & 0o077 == 0
    assert (Path(folder) / "socket").is_socket()
    inodes = set()
    for pid in processes(folder):
        for each in Path(f"/proc/{pid}/fd").iterdir():
            inodes.add(str(each.readlink()))
    listening = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    assert not {f"socket:[{fields[9]}]" for fields in listening if fields[3] == "0A"} & inodes


def test_another_name_of_this_machine_is_refused_by_mlflow_itself(server: Server, url: str) -> None:
    assert url
    [folder] = sockets(server)
    for host, status in (("localhost", 200), ("rebound.example", 403), ("192.168.0.7", 403)):
        connection = http.client.HTTPConnection(host)
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.connect(f"{folder}/socket")
        connection.request("GET", "/")
        assert connection.getresponse().status == status
        connection.close()


def test_looking_makes_nothing_in_the_project(server: Server, url: str, root: Path) -> None:
    assert url
    assert {each.name for each in (root / "work").iterdir()} <= {".aisec", "mlflow.db", "mlruns"}
    (root / "fresh" / ".aisec").mkdir(parents=True)
    reply = server.post("/aisec/api/mlflow", {"path": "fresh/a.ipynb"})
    assert (reply.status, "nothing is recorded" in reply.data["message"]) == (400, True)
    assert [each.name for each in (root / "fresh").iterdir()] == [".aisec"]


def test_a_file_that_is_no_store_is_said_in_one_line(server: Server, root: Path) -> None:
    (root / "broken" / ".aisec").mkdir(parents=True)
    (root / "broken" / "mlflow.db").write_text("not a database at all, but long enough to be read as one")
    reply = server.post("/aisec/api/mlflow", {"path": "broken"})
    assert reply.status == 400
    assert "can't be read as a SQLite database" in reply.data["message"]
    assert str(root) not in reply.data["message"]


def named(root: Path, folder: str, uri: str) -> str:
    """A notebook whose journal names a store; its path."""
    (root / folder / ".aisec").mkdir(parents=True)
    use = Use(
        "u", "2026", Verb.READ, AssetKind.DATASET, "d", "a.csv", "a.csv", "c", 1, "c", 1, run=RunRef(uri, "r", "0")
    )
    journal = Journal(root / folder / ".aisec" / "journal" / "s1.jsonl")
    journal.write(Session("s1", "2026-01-01", "a.ipynb", 1, "3.11"), use)
    journal.close()
    return f"{folder}/a.ipynb"


def test_a_journal_makes_no_store_of_another_programs_database(server: Server, root: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "mail.db")) as database:
        database.execute("CREATE TABLE mail (text)")
    before = (tmp_path / "mail.db").read_bytes()
    reply = server.post("/aisec/api/mlflow", {"path": named(root, "foreign", f"sqlite:///{tmp_path}/mail.db")})
    assert (reply.status, "check its tracking URI" in reply.data["message"]) == (400, True)
    assert (tmp_path / "mail.db").read_bytes() == before


def test_a_store_that_is_no_file_is_not_opened(server: Server, root: Path) -> None:
    reply = server.post("/aisec/api/mlflow", {"path": named(root, "device", "sqlite:////dev/zero")})
    assert (reply.status, "nothing is recorded" in reply.data["message"]) == (400, True)


def test_a_database_that_is_locked_holds_nobody_up(server: Server, root: Path) -> None:
    (root / "locked" / ".aisec").mkdir(parents=True)
    shutil.copy(root / "work" / "mlflow.db", root / "locked" / "mlflow.db")
    with closing(sqlite3.connect(root / "locked" / "mlflow.db", isolation_level=None)) as database:
        database.execute("BEGIN EXCLUSIVE")
        replies: list[Reply] = []
        asking = threading.Thread(target=lambda: replies.append(server.post("/aisec/api/mlflow", {"path": "locked"})))
        asking.start()
        while asking.is_alive():
            began = time.monotonic()
            assert server.get("/aisec/api/status").status == 200
            assert time.monotonic() - began < 2  # SQLite waits for three
            asking.join(0.05)
    assert replies[0].status == 400
    assert "locked" in replies[0].data["message"]


def test_a_store_that_mlflow_refuses_says_why(server: Server, root: Path) -> None:
    (root / "old" / ".aisec").mkdir(parents=True)
    shutil.copy(root / "work" / "mlflow.db", root / "old" / "mlflow.db")
    with closing(sqlite3.connect(root / "old" / "mlflow.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = 'feedfacef00d'")
        database.commit()
    reply = server.post("/aisec/api/mlflow", {"path": "old"})
    assert reply.status == 400
    assert reply.data["message"].startswith("MLflow did not start: ")


def test_the_notebooks_own_store_is_the_one_that_is_shown(server: Server, root: Path) -> None:
    word = "pass" + "word"
    path = named(root, "remote", f"https://ada:{word}@mlflow.example/team")
    reply = server.post("/aisec/api/mlflow", {"path": path}).data
    assert reply == {"url": "https://mlflow.example/team"}


@pytest.mark.parametrize("uri", ["javascript:alert(1)", "postgresql://ada@db/mlflow", "databricks", "http://[", ""])
def test_what_is_neither_a_server_nor_a_file_is_refused(uri: str) -> None:
    with pytest.raises(AisecError):
        address(uri)


def test_the_one_that_was_looked_at_longest_ago_makes_room_and_all_end_with_the_server(
    tmp_path: Path, home: Path, root: Path, run: str
) -> None:
    assert run
    served = tmp_path / "root"
    for name in "abcd":
        (served / name / ".aisec").mkdir(parents=True)
        shutil.copy(root / "work" / "mlflow.db", served / name / "mlflow.db")
    with running(served, home) as server:
        urls = [shown(server, name) for name in "abcd"]
        folders = sockets(server)
        assert [server.get(each).status for each in urls] == [404, 200, 200, 200]
        server.process.kill()
        until = time.monotonic() + 30
        while any(processes(each) for each in folders) or any(Path(each).exists() for each in folders):
            assert time.monotonic() < until
            time.sleep(0.1)


@pytest.mark.browser
def test_a_person_sees_the_run_its_picture_and_its_page(server: Server, url: str, run: str) -> None:
    with launched() as browser:
        page = browser.new_page()
        wrong: list[Any] = []
        # What a next page breaks off is no failure.
        page.on("requestfailed", lambda each: wrong.append(each.url) if each.failure != "net::ERR_ABORTED" else None)
        page.on("request", lambda request: wrong.append(request.url) if _outside(request.url) else None)
        page.goto(f"{server.url}/login?token={server.token}")
        page.goto(f"{server.url}{url}#/experiments/1/runs/{run}")
        picture = page.locator("img[src*='aisec%2Flineage.svg']")
        picture.wait_for(state="attached", timeout=60_000)
        page.wait_for_function("each => each.naturalWidth === 300", arg=picture.element_handle())
        page.goto(f"{server.url}{url}#/experiments/1/runs/{run}/artifacts/aisec/lineage.html")
        expect(page.frame_locator("iframe").get_by_text("The lineage")).to_be_visible(timeout=30_000)
        page.goto(f"{server.url}{url}#/experiments/1/runs")
        expect(page.get_by_text("train", exact=True).first).to_be_visible(timeout=30_000)
        assert page.title() != "ran"
        assert wrong == []


def _outside(address: str) -> bool:
    return urlsplit(address).hostname not in (None, "127.0.0.1", "localhost")
