"""From the journal to MLflow, exactly once: whatever dies, hangs, fills up or is set back on the way."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.entities import Run

from jupyter_aisec import outbox
from jupyter_aisec.digest import stamp
from jupyter_aisec.journal import Journal, born
from jupyter_aisec.model import AssetKind, Certainty, RunRef, Session, Source, Use, Verb
from jupyter_aisec.project import Project
from jupyter_aisec.tracking.store import prepare
from tests.stores import broken, free_port, served, silence

pytestmark = pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy")

NOBODY = 2**22 + 1
"""A number that no process has."""

Record = Callable[..., Project]


@pytest.fixture
def record(tmp_path: Path) -> Record:
    """A kernel that read so many files and fitted a model on them, and died before it hashed any."""

    def written(
        session: str, files: int = 1, folder: str = "project", run: RunRef | None = None, pid: int = NOBODY,
        born: str | None = None, times: Iterator[str] | None = None,
    ) -> Project:  # fmt: skip
        root = tmp_path / folder
        (root / ".aisec").mkdir(parents=True, exist_ok=True)
        at = times or iter(lambda: "2026-01-02T03:04:05.000+00:00", "")
        journal = Journal(root / ".aisec" / "journal" / f"{session}.jsonl")
        journal.write(Session(session, next(at), "nb.ipynb", pid, "3.11", born))
        for number in range(files):
            path = root / f"{number}.csv"
            path.write_text(f"{number}\n")
            key = f"d{number}"
            journal.write(
                Use(key, next(at), Verb.READ, AssetKind.DATASET, key, path.name, path.name, "pandas.read_csv", 1, "c1",
                    1, run=run, files=(stamp(path),))
            )  # fmt: skip
        sources = tuple(Source(f"d{number}", Certainty.OBSERVED) for number in range(files))
        journal.write(
            Use(
                "f", next(at), Verb.FITTED, AssetKind.MODEL, "f", "Forest", None, "Forest.fit", 2, "c2", 1, sources, run
            )
        )
        journal.close()
        return Project.open(root)

    return written


LIMITED = (
    "import resource, runpy, sys\n"
    "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)),) * 2)\n"
    "runpy.run_module('jupyter_aisec', run_name='__main__')\n"
)


def sync(project: Project, uri: str, room: int | None = None) -> subprocess.Popen[str]:
    """The command, in a process that may write files of so many bytes: but no half of a compiled module, for others."""
    start = ["-m", "jupyter_aisec"] if room is None else ["-B", "-c", LIMITED, str(room)]
    return subprocess.Popen(
        [sys.executable, *start, "sync"], cwd=project.root, env=os.environ | {"MLFLOW_TRACKING_URI": uri},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def run_of(uri: str, session: str) -> Run:
    client = MlflowClient(uri)
    [found] = client.search_runs(["0"], f"tags.`aisec.session` = '{session}'")
    return client.get_run(found.info.run_id)


def is_whole(run: Run, files: int) -> None:
    digests = {tag.value for each in run.inputs.dataset_inputs for tag in each.tags if tag.key == "aisec.sha256"}
    assert digests == {hashlib.sha256(f"{number}\n".encode()).hexdigest() for number in range(files)}
    assert len(run.inputs.dataset_inputs) == files
    assert run.data.tags["mlflow.note.content"].count("<!-- aisec:begin -->") == 1
    assert run.data.tags["aisec.status"] == "every source seen and hashed"
    assert run.info.status == "FINISHED"


def is_begun(store: Path, session: str) -> bool:
    """Whether the server has made the run of a session."""
    with contextlib.closing(sqlite3.connect(f"{store.as_uri()}?mode=ro", uri=True)) as file:
        return file.execute("SELECT 1 FROM tags WHERE value = ?", (session,)).fetchone() is not None


def test_a_server_that_dies_half_way_and_comes_back_has_all_of_it_once(
    record: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, port = record("halfway", files=20), free_port()
    folder = tmp_path / "server"
    folder.mkdir()
    with served(folder, port) as uri:
        sending = sync(project, uri)
        until = time.monotonic() + 120
        while not is_begun(folder / "mlflow.db", "halfway"):
            assert sending.poll() is None, sending.communicate()
            assert time.monotonic() < until
    # Now the server is gone, in whatever it was just doing.
    said, problem = sending.communicate()
    assert not problem
    assert (sending.returncode, "nothing is lost" in said) in ((2, True), (0, False))
    assert len(said.strip().splitlines()) == 1
    with served(folder, port) as uri:
        monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
        for _ in range(2):
            [delivery] = outbox.deliver(Project.open(project.root))
            assert delivery.cursor.problem is None
        is_whole(run_of(uri, "halfway"), 20)


def test_projects_that_deliver_at_once_into_one_new_file(record: Record, tmp_path: Path) -> None:
    uri = f"sqlite:///{tmp_path / 'mlflow.db'}"
    names = ("one", "two")
    processes = [sync(record(name, files=3, folder=name), uri) for name in names]
    for process in processes:
        said, problem = process.communicate()
        assert (process.returncode, problem) == (0, ""), said
    for name in names:
        is_whole(run_of(uri, name), 3)


def test_a_full_disk_is_one_line_and_nothing_is_lost(
    record: Record, store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, path = record("full", files=30), Path(store.removeprefix("sqlite:///"))
    for room in (4096, None):
        if room is None:
            assert not path.exists()
            prepare(path)
        with sync(project, store, room or path.stat().st_size) as process:
            said, problem = process.communicate()
        assert process.returncode == 2
        assert len((said + problem).strip().splitlines()) == 1, said + problem
    monkeypatch.setenv("MLFLOW_TRACKING_URI", store)
    [delivery] = outbox.deliver(Project.open(project.root))
    assert delivery.cursor.problem is None
    is_whole(run_of(store, "full"), 30)


def test_a_clock_that_is_set_back_makes_no_second_run(
    record: Record, store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", store)
    times = (f"2026-01-02T03:{minute:02}:00.000+00:00" for minute in range(59, 0, -1))
    project = record("back", files=2, times=times)
    for _ in range(2):
        [delivery] = outbox.deliver(project)
        assert delivery.cursor.problem is None
        is_whole(run_of(store, "back"), 2)
    # The next kernel begins, by the clock, before the first: the same file is the same node, and the run its own.
    later = record("aback", files=2, times=(f"2025-01-02T03:{minute:02}:00.000+00:00" for minute in range(10, 59)))
    outbox.deliver(later)
    is_whole(run_of(store, "aback"), 2)
    is_whole(run_of(store, "back"), 2)
    assert not outbox.waiting(Project.open(project.root))


def test_a_number_that_was_given_to_another_process_is_no_living_kernel(
    record: Record, store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", store)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        own = born(process.pid)
        assert outbox.alive(Session("s", "", None, process.pid, "", own))
        assert outbox.alive(Session("s", "", None, process.pid, ""))
        if own is not None:  # Linux says so
            assert not outbox.alive(Session("s", "", None, process.pid, "", born(os.getppid())))
            outbox.deliver(record("reused", pid=process.pid, born=f"{own}0"))
            is_whole(run_of(store, "reused"), 1)
        process.communicate(b"\n")
    assert not outbox.alive(Session("s", "", None, process.pid, "", own))


def test_a_server_that_hangs_is_waited_for_once_for_all_sessions(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_TIMEOUT", "1")
    with broken(silence) as (uri, asked):
        monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
        for session in ("a", "b", "c"):
            project = record(session)
        found = outbox.deliver(project)
        assert len(asked) == 1
        assert ["did not answer in time" in (each.cursor.problem or "") for each in found] == [True] * 3


def test_a_run_that_vanished_meanwhile_is_said_and_not_tried_for_ever(
    record: Record, store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", store)
    client = MlflowClient(store)
    run_id = client.create_run("0").info.run_id
    project = record("mine", run=RunRef(store, run_id, "0"))
    [first] = outbox.deliver(project)
    assert first.fresh
    client.delete_run(run_id)
    record("purged", run=RunRef(store, "0" * 32, "0"))
    record("mine", files=2, run=RunRef(store, run_id, "0"))  # the kernel went on
    said = {each.log.session.id: each.problems for each in outbox.deliver(Project.open(project.root))}
    assert said == {
        "mine": (f"run {run_id} was deleted in MLflow: its lineage is only in the journal",),
        "purged": (f"run {'0' * 32} is not in MLflow any more: its lineage is only in the journal",),
    }
    assert not outbox.waiting(Project.open(project.root))
    assert not any(each.fresh for each in outbox.deliver(Project.open(project.root)))
    assert client.get_run(run_id).info.lifecycle_stage == "deleted"
