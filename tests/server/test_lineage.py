"""What the page is told of a notebook's lineage: from real kernels, started by the server as JupyterLab has it do."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from jupyter_aisec.journal import Journal
from jupyter_aisec.model import AssetKind, CellRun, Certainty, Hashed, RunRef, Session, Source, Use, Verb
from jupyter_aisec.server import wire
from jupyter_aisec.server.records.recorded import Recorded
from tests.server.conftest import Server, running
from tests.server.kernels import opened

ASK = """import sys, urllib.request as ask
ask.urlopen(ask.Request(sys.argv[1], headers={"Authorization": "token " + sys.argv[2]})).read()"""
DATA = "x,y\n" + "".join(f"{n},{n % 2}\n" for n in range(50))
SHA = hashlib.sha256(DATA.encode()).hexdigest()
READ = "import pandas as pd\nframe = pd.read_csv('given.csv')"
FIT = "from sklearn.linear_model import Ridge\nmodel = Ridge().fit(frame[['x']], frame['y'])"


@dataclass(frozen=True)
class Place:
    """A server whose root has two projects, and a folder that is none."""

    server: Server
    home: Path

    @property
    def project(self) -> Path:
        return self.server.root / "work"

    def open(self, path: str) -> Any:
        return opened(self.server, self.home, path)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    root, home = tmp_path_factory.mktemp("root"), tmp_path_factory.mktemp("home")
    (root / "work" / ".aisec").mkdir(parents=True)
    (root / "work" / "deep").mkdir()
    (root / "work" / "given.csv").write_text(DATA)
    with running(root, home) as server:
        yield Place(server, home)


def hashed(nodes: list[dict[str, Any]]) -> bool:
    return bool(nodes) and not any(node["pending"] for node in nodes)


def by_name(reply: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {node["name"]: node for node in reply["nodes"]}


def test_a_notebook_that_ran_has_lineage(place: Place) -> None:
    with place.open("work/train.ipynb") as notebook:
        assert notebook.lineage()["state"] == "nothing"
        notebook.run("%load_ext jupyter_aisec", "1 + 1")
        watching = notebook.lineage(notebook.cells.hear())
        assert (watching["state"], "load_ext" in watching["said"]) == ("watching", False)
        notebook.run(READ, FIT)
        reply = notebook.lineage(nodes=hashed)
        assert reply["state"] == "recorded"
        assert notebook.lineage(notebook.session(), nodes=hashed)["nodes"] == reply["nodes"]
        nodes = by_name(reply)
        assert nodes.keys() == {"given.csv", "Ridge", "train.ipynb"}
        given = nodes["given.csv"]
        assert (given["kind"], given["location"], given["sha256"], given["size"]) == (
            "dataset", "given.csv", SHA, len(DATA),
        )  # fmt: skip
        assert (given["asked"], given["documentation"]) == (True, "missing")
        assert (nodes["Ridge"]["asked"], nodes["Ridge"]["pending"], nodes["Ridge"]["sha256"]) == (False, False, None)
        [fitted] = [edge for edge in reply["edges"] if edge["verb"] == "fitted"]
        assert (fitted["source"], fitted["target"]) == (given["id"], nodes["Ridge"]["id"])
        assert fitted["cellId"] == "cell-5"
        ran = {cell["cellId"]: cell for cell in reply["cells"]}
        assert ran["cell-4"]["sha256"] == hashlib.sha256(READ.encode()).hexdigest()
        # And then its run, when the mirror has been at work.
        run = notebook.lineage(run=lambda run: run is not None)["run"]
        assert run["fragment"] == f"#/experiments/0/runs/{run['runId']}"


def test_what_another_notebook_made_of_what_is_upstream(place: Place) -> None:
    with place.open("work/deep/clean.ipynb") as first, place.open("work/deep/fit.ipynb") as second:
        read = READ.replace("'given.csv'", "'../given.csv'")
        first.run("%load_ext jupyter_aisec", read, "frame.to_csv('clean.csv', index=False)")
        first.lineage(nodes=hashed)
        second.run("%load_ext jupyter_aisec", READ.replace("given", "clean"), FIT)
        nodes = by_name(second.lineage(nodes=hashed))
        assert {"fit.ipynb", "deep/clean.csv", "given.csv", "Ridge"} <= nodes.keys()
        assert "clean.ipynb" not in nodes
        assert not nodes["deep/clean.csv"]["asked"]
        assert nodes["given.csv"]["asked"]
        assert "Ridge" not in by_name(first.lineage())


def test_the_newest_session_is_shown_and_a_kernel_that_died_pends_no_more(place: Place) -> None:
    with place.open("work/again.ipynb") as notebook:
        notebook.run("%load_ext jupyter_aisec", READ, FIT)
        notebook.lineage(nodes=hashed)
        notebook.kill()
    with place.open("work/again.ipynb") as notebook:
        assert "Ridge" in by_name(notebook.lineage())
        notebook.run("%load_ext jupyter_aisec", READ)
        assert "Ridge" not in by_name(notebook.lineage(cells=lambda cells: len(cells) > 0))


def test_a_project_around_the_served_folder_is_the_kernels_own(tmp_path: Path) -> None:
    (tmp_path / "project" / ".aisec").mkdir(parents=True)
    root, home = tmp_path / "project" / "served", tmp_path / "home"
    root.mkdir()
    home.mkdir()
    (root / "given.csv").write_text(DATA)
    (tmp_path / "alias").symlink_to(root)
    with running(tmp_path / "alias", home) as server, opened(server, home, "RTC:a.ipynb") as notebook:
        notebook.run("%load_ext jupyter_aisec", READ)
        assert by_name(notebook.lineage()).keys() == {"served/given.csv", "a.ipynb"}
        assert by_name(notebook.lineage())["a.ipynb"]["location"] == "served/a.ipynb"


def test_records_behind_a_link_are_not_read(place: Place, tmp_path: Path) -> None:
    shutil.copytree(place.project / ".aisec", tmp_path / "stolen")
    other = place.server.root / "other"
    other.mkdir()
    (other / ".aisec").symlink_to(tmp_path / "stolen")
    reply = place.server.get("/aisec/api/lineage?path=other/train.ipynb").data
    assert (reply["state"], reply["nodes"]) == ("unreadable", [])
    assert "link that leads out" in reply["said"]


def test_a_session_of_another_disk_is_read_from_mlflow(tmp_path: Path) -> None:
    root, home, far = tmp_path / "root", tmp_path / "home", tmp_path / "far"
    for each in (root, home, far / ".aisec"):
        each.mkdir(parents=True)
    (root / ".aisec").mkdir()
    (far / "given.csv").write_text(DATA)
    with running(root, home) as server, opened(server, home, "a.ipynb") as notebook:
        # A kernel that works where the server doesn't look, as on another machine.
        notebook.run(f"import os; os.chdir({str(far)!r})", "%load_ext jupyter_aisec", READ)
        session = notebook.session()
        blind = notebook.lineage(session)
        assert blind["state"] == "elsewhere"
        assert "MLFLOW_TRACKING_URI" in blind["problem"]
        assert not (root / "mlflow.db").exists()
        notebook.run("%aisec sync")
        # Its store becomes the one that the server knows: the project's own.
        shutil.copy(far / "mlflow.db", root / "mlflow.db")
        reply = notebook.lineage(session, nodes=bool)
        assert (reply["state"], reply["problem"]) == ("elsewhere", None)
        given = by_name(reply)["given.csv"]
        assert (given["sha256"], given["asked"]) == (SHA, True)
        assert reply["run"]["fragment"].endswith(reply["run"]["runId"])
        [lineage] = far.glob("mlruns/*/*/artifacts/aisec/lineage.json")
        lineage.write_text(lineage.read_text().replace("given.csv", "forged.csv"))
        forged = notebook.lineage(session, problem=bool)
        assert forged["nodes"] == []
        assert "not what was recorded" in forged["problem"]


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Journal]:
    """Writes a journal as a kernel would; of a kernel that is this process, so that it lives."""
    (tmp_path / ".aisec").mkdir()

    def write(session: str, *records: Use | Hashed | CellRun, notebook: str = "a.ipynb", pid: int = 0) -> Journal:
        made = Journal(tmp_path / ".aisec" / "journal" / f"{session}.jsonl")
        made.write(Session(session, f"2026-01-0{session[-1]}", notebook, pid or os.getpid(), "3.11"), *records)
        made.close()
        return made

    return write


def read_of(name: str, **more: Any) -> Use:
    values: dict[str, Any] = {"verb": Verb.READ, "key": "dataset-1", "location": name, "call": "pandas.read_csv"}
    values |= {"cell": 1, "cell_id": "c", "line": 1} | more
    return Use("use-1", "2026-01-01", kind=AssetKind.DATASET, name=name, **values)


def save(file: Path, *sources: str, ids: str = "c") -> None:
    cells = [new_code_cell(source, id=f"{ids}{number}") for number, source in enumerate(sources)]
    nbformat.write(new_notebook(cells=cells), file)


def without_ids(file: Path, *sources: str) -> Path:
    """As it was before version 4.5 of the format."""
    cells = [{"cell_type": "code", "source": source} for source in sources]
    file.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}))
    return file


def ran(*sources: str, ids: str = "c") -> list[CellRun]:
    return [
        CellRun(number + 1, "2026-01-01", f"{ids}{number}", hashlib.sha256(source.encode()).hexdigest())
        for number, source in enumerate(sources)
    ]


def names(reply: wire.LineageReply | None) -> set[str]:
    assert reply is not None
    return {node.name for node in reply.nodes}


def test_a_notebook_keeps_its_lineage_under_another_name(place: Place) -> None:
    file = place.project / "Untitled.ipynb"
    save(file, "%load_ext jupyter_aisec", READ, FIT, ids="cell-")
    with place.open("work/Untitled.ipynb") as notebook:
        notebook.run("%load_ext jupyter_aisec", READ, FIT)
        notebook.lineage(nodes=hashed)
        # By whatever means: here, of the system.
        (place.project / "deep" / "named.ipynb").write_bytes(file.read_bytes())
        file.unlink()
        reply = place.server.get("/aisec/api/lineage?path=work/deep/named.ipynb").data
        assert by_name(reply).keys() == {"given.csv", "Ridge", "Untitled.ipynb"}
        assert reply["said"].endswith(" · recorded as Untitled.ipynb")
    # JupyterLab gives the next new notebook the name that is free now.
    save(file, "")
    assert place.server.get("/aisec/api/lineage?path=work/Untitled.ipynb").data["state"] == "nothing"
    assert place.server.get("/aisec/api/lineage?path=work/deep/named.ipynb").data["state"] == "recorded"


def test_a_copy_leaves_the_lineage_with_the_notebook_that_ran(tmp_path: Path, written: Callable[..., Journal]) -> None:
    recorded = Recorded()
    sources = ("read()", "fit()", "save()")
    written("s1", read_of("a.csv"), *ran(*sources))
    save(tmp_path / "a.ipynb", *sources)
    save(tmp_path / "copy.ipynb", *sources)
    assert "a.csv" in names(recorded.lineage(tmp_path / "a.ipynb", None))
    assert names(recorded.lineage(tmp_path / "copy.ipynb", None)) == set()
    # The original goes on, the copy stays: still the original's, and then the only one that is left.
    save(tmp_path / "a.ipynb", "read(1)", "fit(1)", "save(1)")
    assert names(recorded.lineage(tmp_path / "copy.ipynb", None)) == set()
    (tmp_path / "a.ipynb").unlink()
    assert "a.csv" in names(recorded.lineage(tmp_path / "copy.ipynb", None))


@pytest.mark.parametrize(
    ("sources", "ids", "known"),
    [
        (("read()", "fit()", "save()"), "c", {"a.csv"}),
        (("read()", "fit(2)", "save(2)"), "c", {"a.csv"}),  # edited since
        (("read()", "fit()"), "other", {"a.csv"}),  # ids that are new with each program that opens it, a cell deleted
        (("read()", "x", "y"), "other", set()),  # one cell in common
        (("read()", "fit()", "save()", "x"), "other", {"a.csv"}),
        (("x", "y", "z"), "c", set()),  # a template's ids
        ((), "c", set()),
    ],
)
def test_a_notebook_of_another_name_is_known_by_its_cells(
    tmp_path: Path, written: Callable[..., Journal], sources: tuple[str, ...], ids: str, known: set[str]
) -> None:
    written("s1", read_of("a.csv"), *ran("read()", "fit()", "save()"))
    save(tmp_path / "b.ipynb", *sources, ids=ids)
    assert names(Recorded().lineage(tmp_path / "b.ipynb", None)) & {"a.csv"} == known


def test_what_a_notebook_of_the_same_name_read_is_not_shown(tmp_path: Path, written: Callable[..., Journal]) -> None:
    recorded = Recorded()
    file = tmp_path / "a.ipynb"
    written("s1", read_of("a.csv"), *ran("read()"))
    save(file, "x", ids="other")
    assert names(recorded.lineage(file, None)) == set()
    # Saved before it ran, and not since.
    os.utime(file, (0, 0))
    assert "a.csv" in names(recorded.lineage(file, None))
    file.unlink()
    assert "a.csv" in names(recorded.lineage(file, None))


def test_the_same_first_words_make_no_notebook_the_same(tmp_path: Path, written: Callable[..., Journal]) -> None:
    recorded = Recorded()
    file = tmp_path / "a.ipynb"
    written("s1", read_of("a.csv"), *ran("read()", "fit()"))
    save(file, "read()", ids="other")
    assert names(recorded.lineage(file, None)) == set()
    assert names(recorded.lineage(file.rename(tmp_path / "b.ipynb"), None)) == set()
    # One that has no ids has no better proof.
    assert "a.csv" in names(recorded.lineage(without_ids(file, "read()"), None))


def test_a_name_that_leads_out_of_the_project_is_not_followed(tmp_path: Path, written: Callable[..., Journal]) -> None:
    outside, sources = tmp_path.parent / f"{tmp_path.name}.ipynb", ("read()", "fit()", "save()")
    save(outside, *sources)
    save(tmp_path / "b.ipynb", *sources[:2])
    for number, name in enumerate((f"../{outside.name}", str(outside), "a" * 5000, "a\0b"), 1):
        written(f"s{number}", read_of(f"{number}.csv"), *ran(*sources), notebook=name)
        assert f"{number}.csv" in names(Recorded().lineage(tmp_path / "b.ipynb", None))


def test_what_has_no_digest_yet_is_pending_only_while_its_kernel_lives(
    tmp_path: Path, written: Callable[..., Journal]
) -> None:
    recorded = Recorded()
    written("s1", read_of("a.csv"))
    reply = recorded.lineage(tmp_path / "a.ipynb", None)
    assert reply is not None
    assert [node.pending for node in reply.nodes if node.name == "a.csv"] == [True]
    assert reply.problem is None
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    written("s2", read_of("b.csv"), pid=int(gone.stdout))
    dead = recorded.lineage(tmp_path / "a.ipynb", None)
    assert dead is not None
    assert [node.pending for node in dead.nodes if node.name == "b.csv"] == [False]
    assert "jupyter aisec sync" in (dead.problem or "")


def test_an_unchanged_project_is_answered_from_memory(tmp_path: Path, written: Callable[..., Journal]) -> None:
    recorded = Recorded()
    journal = written("s1", read_of("a.csv"))
    first = recorded.lineage(tmp_path / "a.ipynb", None)
    assert recorded.lineage(tmp_path / "a.ipynb", None) is first
    journal.write(Hashed("dataset-1", "2026-01-01", SHA, 3))
    second = recorded.lineage(tmp_path / "a.ipynb", None)
    assert second is not None
    assert second is not first
    assert [node.sha256 for node in second.nodes if node.name == "a.csv"] == [SHA]


def test_the_users_own_run_is_the_one_to_look_at(tmp_path: Path, written: Callable[..., Journal]) -> None:
    written("s1", read_of("a.csv", run=RunRef("http://ada:word@mlflow.example", "r/1", "7")))
    reply = Recorded().lineage(tmp_path / "a.ipynb", None)
    assert reply is not None
    assert reply.run is not None
    assert reply.run.fragment == "#/experiments/7/runs/r%2F1"
    assert Recorded().tracking_uri(tmp_path / "a.ipynb") == "http://ada:word@mlflow.example"


def test_what_is_no_journal_is_not_waited_for(tmp_path: Path, written: Callable[..., Journal]) -> None:
    folder = written("s1", read_of("a.csv")).path.parent
    os.mkfifo(folder / "s2.jsonl")
    os.mkfifo(folder / "s1.cursor")
    (folder / "s3.jsonl").symlink_to("/dev/zero")
    (tmp_path / ".aisec" / "assets").mkdir()
    os.mkfifo(tmp_path / ".aisec" / "assets" / "a.csv.toml")
    reply = Recorded().lineage(tmp_path / "a.ipynb", None)
    assert reply is not None
    [node] = [each for each in reply.nodes if each.name == "a.csv"]
    assert node.documentation == "unknown"


@pytest.mark.parametrize("pid", [-1, -(10**30), 2**63, 10**30])
def test_a_number_that_no_process_has_is_no_living_kernel(
    tmp_path: Path, written: Callable[..., Journal], pid: int
) -> None:
    written("s1", read_of("a.csv"), pid=pid)
    reply = Recorded().lineage(tmp_path / "a.ipynb", None)
    assert reply is not None
    assert [node.pending for node in reply.nodes if node.name == "a.csv"] == [False]


def test_a_folder_that_is_a_link_to_a_project_is_no_notebook_of_it(place: Place) -> None:
    (place.server.root / "far" / "project" / ".aisec").mkdir(parents=True)
    (place.server.root / "near").symlink_to(place.server.root / "far" / "project")
    assert place.server.get("/aisec/api/lineage?path=near").data["state"] == "nothing"
    reply = place.server.post("/aisec/api/mlflow", {"path": "near"})
    assert (reply.status, "nothing is recorded" in reply.data["message"]) == (400, True)


def test_a_setting_that_can_not_be_read_costs_no_lineage(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("a = " + "[" * 100_000)
    reply = Recorded().lineage(tmp_path / "a.ipynb", None)
    assert reply is not None
    assert reply.state == "nothing"


def test_a_name_of_any_length_takes_no_time(tmp_path: Path, written: Callable[..., Journal]) -> None:
    written("s1", read_of("a/" * 500_000, location=None))
    began = time.monotonic()
    reply = Recorded().lineage(tmp_path / "a.ipynb", None)
    assert time.monotonic() - began < 10  # a second; when each of its parts is looked up, hours
    assert reply is not None
    assert [node.documentation for node in reply.nodes if node.kind == "dataset"] == ["unknown"]


def test_what_no_page_could_draw_is_not_sent(tmp_path: Path, written: Callable[..., Journal]) -> None:
    read = [read_of(f"{n}.csv", key=f"d{n}") for n in range(300)]
    sources = tuple(Source(each.key, Certainty.OBSERVED) for each in read)
    made = [read_of(f"m{n}.csv", key=f"m{n}", verb=Verb.WROTE, sources=sources) for n in range(200)]
    written("s1", *read, *made)
    reply = Recorded().lineage(tmp_path / "a.ipynb", None)
    assert reply is not None
    assert (reply.state, reply.nodes, reply.edges) == ("unreadable", [], [])
    assert "too large to be shown" in reply.said


def test_ten_thousand_uses_hold_nobody_up(place: Place, written: Callable[..., Journal]) -> None:
    uses = [
        Use(f"u{n}", "2026", Verb.READ, AssetKind.DATASET, f"d{n}", f"{n}.csv", f"{n}.csv", "c", 1, "c", 1)
        for n in range(10_000)
    ]
    folder = written("s1", *uses).path.parent
    shutil.copytree(folder.parent, place.server.root / "big" / ".aisec")
    slow: list[float] = []
    asking = subprocess.Popen(
        [sys.executable, "-c", ASK, f"{place.server.url}/aisec/api/lineage?path=big/a.ipynb", place.server.token],
    )  # fmt: skip
    while asking.poll() is None:
        began = time.monotonic()
        place.server.get("/aisec/api/status")
        slow.append(time.monotonic() - began)
    assert asking.returncode == 0
    assert max(slow) < 1
    began = time.monotonic()
    assert len(place.server.get("/aisec/api/lineage?path=big/a.ipynb").data["nodes"]) == 10_001
    assert time.monotonic() - began < 2
