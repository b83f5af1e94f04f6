"""Kernels that die, servers that are away, disks that are full: the cells still run, and nothing is lost."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.entities import Run

from jupyter_aisec import journal, outbox
from jupyter_aisec.model import AssetKind, Hashed, Use, Verb
from jupyter_aisec.project import Project
from tests.kernel.conftest import Opener

DATA = "import pandas as pd\nframe = pd.read_csv('given.csv')"
FIT = "from sklearn.linear_model import Ridge\nmodel = Ridge().fit(frame[['x']], frame['y'])"


@pytest.fixture
def given(project: Path) -> Path:
    path = project / "given.csv"
    path.write_text("x,y\n" + "".join(f"{n},{n % 2}\n" for n in range(50)))
    return path


def runs(project: Path) -> list[Run]:
    if not (project / "mlflow.db").exists():
        return []
    client = MlflowClient(f"sqlite:///{project}/mlflow.db")
    experiments = [each.experiment_id for each in client.search_experiments()]
    return list(client.search_runs(experiments))


def sync(project: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "jupyter_aisec", "sync"],
        cwd=project,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def test_kill_9_right_after_a_cell_loses_no_use_and_doubles_none(
    project: Path, given: Path, open_notebook: Opener
) -> None:
    notebook = open_notebook()
    notebook.run("%load_ext jupyter_aisec")
    notebook.run(DATA)
    notebook.run(FIT)
    notebook.kill()
    for _ in range(2):
        done = sync(project)
        assert done.returncode == 0, done.stderr
    [run] = runs(project)
    [used] = run.inputs.dataset_inputs
    assert used.dataset.name == "given.csv"
    tags = {tag.key: tag.value for tag in used.tags}
    assert tags["aisec.sha256"] == hashlib.sha256(given.read_bytes()).hexdigest()
    graph = json.loads(
        subprocess.check_output([sys.executable, "-m", "jupyter_aisec", "lineage", "--format", "json"], cwd=project)
    )
    named = {node["id"]: node["name"] for node in graph["nodes"]}
    fitted = [edge for edge in graph["edges"] if edge["verb"] == "fitted"]
    assert [(named[edge["source"]], named[edge["target"]]) for edge in fitted] == [("given.csv", "Ridge")]


@pytest.mark.parametrize("delay", [0.0, 0.5, 2.0, 4.0])
def test_kill_9_at_any_time_of_the_mirroring_leaves_one_run(
    project: Path, given: Path, open_notebook: Opener, delay: float
) -> None:
    del given
    notebook = open_notebook()
    notebook.run(f"%load_ext jupyter_aisec\n{DATA}")
    time.sleep(delay)
    notebook.kill()
    assert sync(project).returncode == 0
    [run] = runs(project)
    assert [used.dataset.name for used in run.inputs.dataset_inputs] == ["given.csv"]


def test_two_notebooks_of_one_project_are_two_runs_in_one_store(
    project: Path, given: Path, open_notebook: Opener
) -> None:
    del given
    first, second = open_notebook(), open_notebook()
    for notebook in (first, second):
        notebook.run(f"%load_ext jupyter_aisec\n{DATA}")
        notebook.run(FIT)
    assert sync(project).returncode == 0
    found = runs(project)
    assert len({run.data.tags["aisec.session"] for run in found}) == 2
    assert [len(run.inputs.dataset_inputs) for run in found] == [1, 1]


@contextlib.contextmanager
def hanging() -> Iterator[str]:
    """A server that takes every connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken: list[socket.socket] = []
        server.settimeout(0.2)
        over = threading.Event()

        def listen() -> None:
            while not over.is_set():
                with contextlib.suppress(TimeoutError):
                    taken.append(server.accept()[0])

        thread = threading.Thread(target=listen)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            over.set()
            thread.join()
            for each in taken:
                each.close()


def test_a_server_that_hangs_stops_no_cell_and_is_said_in_one_line(given: Path, open_notebook: Opener) -> None:
    del given
    with hanging() as uri:
        notebook = open_notebook(MLFLOW_TRACKING_URI=uri)
        started = time.monotonic()
        notebook.run(f"%load_ext jupyter_aisec\n{DATA}")
        assert notebook.run(FIT).status == "ok"
        assert time.monotonic() - started < 30
        said = notebook.run("%aisec sync").text
        assert "waits in the journal" in said
        assert "did not answer in time" in said
        assert len(said.strip().splitlines()) == 1
        notebook.close()


def test_a_server_that_was_away_gets_everything_once_when_it_is_back(
    project: Path, given: Path, open_notebook: Opener
) -> None:
    del given
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
    uri = f"http://127.0.0.1:{port}"
    notebook = open_notebook(MLFLOW_TRACKING_URI=uri)
    notebook.run(f"%load_ext jupyter_aisec\n{DATA}")
    assert notebook.run(FIT).status == "ok"
    assert "no MLflow store answers" in notebook.run("%aisec sync").text
    store = ["--backend-store-uri", f"sqlite:///{project}/server.db", "--artifacts-destination", str(project / "files")]
    command = [
        sys.executable,
        "-m",
        "mlflow",
        "server",
        *store,
        "--host",
        "127.0.0.1",
        "--port",
        port,
        "--workers",
        "1",
    ]
    with subprocess.Popen(
        command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as back:
        try:
            wait_for(uri)
            for _ in range(2):
                assert sync(project).returncode == 0
            client = MlflowClient(uri)
            [run] = client.search_runs(["0"])
            assert [used.dataset.name for used in run.inputs.dataset_inputs] == ["given.csv"]
        finally:
            notebook.close()
            os.killpg(back.pid, signal.SIGKILL)


def wait_for(uri: str) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{uri}/health", timeout=2):
            return
        time.sleep(0.3)
    pytest.fail(f"{uri} never answered")


def test_a_project_that_can_not_be_written_is_recorded_elsewhere(
    tmp_path: Path, given: Path, open_notebook: Opener, project: Path
) -> None:
    del given
    (project / ".aisec").rmdir()
    (project / ".aisec").write_text("a file where the folder should be")
    notebook = open_notebook(MLFLOW_TRACKING_URI=f"sqlite:///{tmp_path}/elsewhere.db")
    notebook.run("%load_ext jupyter_aisec")
    assert notebook.run(DATA).status == "ok"
    assert notebook.run(FIT).status == "ok"
    assert "1 read" in notebook.run("%aisec").text
    assert list(Path(os.environ["JUPYTER_DATA_DIR"]).rglob("*.jsonl"))


def test_a_full_disk_stops_no_cell_says_so_once_asked_and_goes_on_when_there_is_room(
    project: Path, given: Path, open_notebook: Opener
) -> None:
    del given
    notebook = open_notebook()
    notebook.run("%load_ext jupyter_aisec")
    notebook.run("import resource, signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)")
    notebook.run(
        "old = resource.getrlimit(resource.RLIMIT_FSIZE)\nresource.setrlimit(resource.RLIMIT_FSIZE, (300, old[1]))"
    )
    assert notebook.run(DATA).status == "ok"
    assert "records wait in memory: can't write" in notebook.run("%aisec").text
    notebook.run("resource.setrlimit(resource.RLIMIT_FSIZE, old)")
    assert notebook.run(FIT).status == "ok"
    assert "records wait" not in notebook.run("%aisec").text
    notebook.kill()
    assert sync(project).returncode == 0
    [run] = runs(project)
    assert [used.dataset.name for used in run.inputs.dataset_inputs] == ["given.csv"]


def test_what_is_recorded_while_it_is_mirrored_does_not_count_as_mirrored(project: Path) -> None:
    path = project / ".aisec" / "journal" / "20260101T000000-s1.jsonl"
    book = journal.Journal(path)
    book.write(journal.Session("s1", journal.now(), "a.ipynb", 2**22 + 1, "3.11"), read("d1", "one.csv"))
    mirrored = journal.read(path)
    assert mirrored is not None
    book.write(read("d2", "two.csv"))
    longer = outbox._appended(mirrored, [Hashed("d1", journal.now(), "ab" * 32, 1)])
    assert [use.name for use in longer.uses] == ["one.csv"]
    assert longer.size == path.stat().st_size - len(journal.line(read("d2", "two.csv")))
    for _ in range(2):
        outbox.deliver(Project.open(project))
        assert not outbox.waiting(Project.open(project))
    [run] = runs(project)
    assert {used.dataset.name for used in run.inputs.dataset_inputs} == {"one.csv", "two.csv"}


def read(key: str, name: str) -> Use:
    return Use(
        id=key, at=journal.now(), verb=Verb.READ, kind=AssetKind.DATASET, key=key, name=name, location=name,
        call="pandas.read_csv", cell=1, cell_id=None, line=1, problem="no file in this test",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("store", "advice"),
    [("http://127.0.0.1:9", "nothing is lost"), ("sqlite:////absent/mlflow.db", "`sync --to URI` brings what waits")],
    ids=["server", "file"],
)
def test_a_store_that_is_gone_for_good_can_be_replaced(
    project: Path, given: Path, open_notebook: Opener, store: str, advice: str
) -> None:
    del given
    notebook = open_notebook(MLFLOW_TRACKING_URI=store)
    notebook.run(f"%load_ext jupyter_aisec\n{DATA}")
    notebook.close()
    kept = sync(project)
    assert (kept.returncode, advice in kept.stdout) == (2, True)
    uri = f"sqlite:///{project}/mlflow.db"
    done = subprocess.run(
        [sys.executable, "-m", "jupyter_aisec", "sync", "--to", uri], cwd=project, capture_output=True, check=False
    )
    assert done.returncode == 0
    [run] = runs(project)
    assert [used.dataset.name for used in run.inputs.dataset_inputs] == ["given.csv"]
    assert sync(project).returncode == 0
