"""`verify`, on real files and a real MLflow store."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mlflow import MlflowClient

from jupyter_aisec import commands
from jupyter_aisec.commands import verify
from jupyter_aisec.digest import measure, stamp
from jupyter_aisec.journal import Journal
from jupyter_aisec.model import AisecError, AssetKind, Certainty, Hashed, Session, Source, Stamp, Use, Verb
from jupyter_aisec.project import Project
from jupyter_aisec.tracking.contents import contents

pytestmark = pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy")

AT = "2026-01-02T03:04:05+00:00"


class Recorded:
    """A journal of real files, as a kernel would have written it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / ".aisec").mkdir()
        self.project = Project.open(root)
        self.journal = Journal(self.project.journals / "s.jsonl")
        self.journal.write(Session("s", AT, "nb.ipynb", 1, "3.11"))

    def use(self, key: str, verb: Verb, kind: AssetKind, location: str | None, *went_in: str, **more: Any) -> None:
        values: dict[str, Any] = {
            "id": key, "at": AT, "verb": verb, "kind": kind, "key": key, "name": key, "location": location,
            "call": "some.call", "cell": 1, "cell_id": "one", "line": 1,
            "sources": tuple(Source(each, Certainty.OBSERVED) for each in went_in),
        } | more  # fmt: skip
        self.journal.write(Use(**values))

    def data(self, name: str, *went_in: str, verb: Verb = Verb.READ) -> None:
        self.hashed(name, stamp(self.root / name), went_in=went_in, verb=verb)

    def hashed(self, name: str, *files: Stamp, went_in: tuple[str, ...] = (), verb: Verb = Verb.READ) -> None:
        self.use(name, verb, AssetKind.DATASET, name, *went_in, files=files)
        self.journal.write(Hashed(name, AT, *measure(files)))

    def verify(self, *words: str) -> verify.Verification:
        return verify.run(self.project, commands.parser("verify", "aisec").parse_args(list(words)))


@pytest.fixture
def recorded(tmp_path: Path) -> Recorded:
    for name in ("a.csv", "b.csv", "c.csv"):
        (tmp_path / name).write_text(f"x\n{name}\n")
    found = Recorded(tmp_path)
    found.data("a.csv")
    found.data("b.csv")
    found.data("c.csv")
    found.use("Forest", Verb.FITTED, AssetKind.MODEL, None, "a.csv", "b.csv")
    return found


def states(found: verify.Verification) -> dict[str, str]:
    data: Any = json.loads(json.dumps(found.data()))
    return {each["name"]: each["state"] for each in data["assets"]}


def test_bytes_as_recorded(recorded: Recorded) -> None:
    found = recorded.verify("Forest")
    assert states(found) == {"a.csv": "unchanged", "b.csv": "unchanged"}
    assert found.exit_code == 0
    assert recorded.verify().exit_code == 0


def test_what_changed_and_what_vanished(recorded: Recorded, tmp_path: Path) -> None:
    before = (tmp_path / "a.csv").stat()
    (tmp_path / "a.csv").write_text("x\nA.csv\n")
    os.utime(tmp_path / "a.csv", ns=(before.st_atime_ns, before.st_mtime_ns))  # neither size nor time tells
    (tmp_path / "b.csv").unlink()
    found = recorded.verify("Forest")
    assert states(found) == {"a.csv": "changed", "b.csv": "vanished"}
    assert found.exit_code == 1
    now = hashlib.sha256(b"x\nA.csv\n").hexdigest()
    assert f"now {now[:12]}" in found.text()
    assert found.data()["assets"][1]["found"] == now  # type: ignore[index]
    # What the model does not rest on is not looked at.
    (tmp_path / "c.csv").unlink()
    assert "c.csv" not in states(recorded.verify("Forest"))


def test_what_can_not_be_read_outweighs_what_changed(recorded: Recorded, tmp_path: Path) -> None:
    (tmp_path / "a.csv").unlink()
    (tmp_path / "b.csv").unlink()
    os.mkfifo(tmp_path / "b.csv")  # opening it would wait for ever
    found = recorded.verify("Forest")
    assert states(found) == {"a.csv": "vanished", "b.csv": "unreadable"}
    assert found.exit_code == 2


def test_what_was_never_hashed_is_not_verified(recorded: Recorded) -> None:
    recorded.use("web", Verb.READ, AssetKind.DATASET, "https://example.org/d.csv", problem="fetched over the network")
    recorded.use("Ridge", Verb.FITTED, AssetKind.MODEL, None, "web", "a.csv")
    recorded.use("Lasso", Verb.FITTED, AssetKind.MODEL, None)
    found = recorded.verify("Ridge")
    assert states(found) == {"web": "unknown", "a.csv": "unchanged"}
    assert found.exit_code == 2
    assert "fetched over the network" in found.text()
    assert states(recorded.verify("Lasso")) == {"unknown source": "unknown"}


def test_folders_and_sets_of_files(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    for name in ("1.csv", "2.csv"):
        (tmp_path / "parts" / name).write_text(name)
    recorded = Recorded(tmp_path)
    recorded.data("parts")
    recorded.hashed("1.csv … 2.csv (2 files)", *(stamp(tmp_path / "parts" / each) for each in ("1.csv", "2.csv")))
    assert set(states(recorded.verify()).values()) == {"unchanged"}
    (tmp_path / "parts" / "2.csv").write_text("3")
    assert set(states(recorded.verify()).values()) == {"changed"}


def test_file_that_was_written_again_is_verified_as_it_was_last(recorded: Recorded, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("new\n")
    recorded.use("a2", Verb.WROTE, AssetKind.DATASET, "a.csv", "b.csv", files=(stamp(tmp_path / "a.csv"),))
    recorded.journal.write(Hashed("a2", AT, *measure([stamp(tmp_path / "a.csv")])))
    assert recorded.verify().exit_code == 0
    assert states(recorded.verify("Forest"))["a.csv"] == "changed"


@pytest.mark.usefixtures("recorded")
def test_project_that_moved(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    moved = tmp_path_factory.mktemp("elsewhere") / "project"
    tmp_path.rename(moved)
    options = commands.parser("verify", "aisec").parse_args(["Forest"])
    assert verify.run(Project.open(moved), options).exit_code == 0


def test_logged_model(recorded: Recorded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uri = f"sqlite:///{tmp_path / 'mlflow.db'}"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    monkeypatch.chdir(tmp_path)
    client = MlflowClient(uri)
    model = client.create_logged_model("0", "forest")
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "MLmodel").write_text("flavors: {}\n")
    client.log_model_artifacts(model.model_id, str(folder))
    [digest] = contents(client, uri, [model.model_id])
    recorded.use("logged", Verb.LOGGED, AssetKind.MODEL, f"models:/{model.model_id}", "Forest", tracking_uri=uri)
    recorded.journal.write(Hashed("logged", AT, digest.sha256, digest.size))
    assert states(recorded.verify("logged")) == {"a.csv": "unchanged", "b.csv": "unchanged", "logged": "unchanged"}
    Path(model.artifact_location.removeprefix("file://"), "MLmodel").write_text("flavors: {evil: 1}\n")
    assert states(recorded.verify("logged"))["logged"] == "changed"
    client.delete_logged_model(model.model_id)
    assert states(recorded.verify("logged"))["logged"] == "vanished"
    (tmp_path / "mlflow.db").unlink()
    found = recorded.verify("logged")
    assert states(found)["logged"] == "unreadable"
    assert found.exit_code == 2
    assert not (tmp_path / "mlflow.db").exists()


def test_nothing_recorded_is_no_success(tmp_path: Path) -> None:
    with pytest.raises(AisecError, match="nothing is recorded"):
        Recorded(tmp_path).verify()


def test_names_are_shown_and_not_obeyed(tmp_path: Path) -> None:
    name = "<b>\x1b[31m.csv"
    (tmp_path / name).write_text("x")
    recorded = Recorded(tmp_path)
    recorded.data(name)
    assert "<b>" not in recorded.verify("--format", "html").text()
    assert "\x1b" not in recorded.verify().text()


def test_from_the_shell(aisec: Callable[..., Any], project: Path) -> None:
    assert aisec("verify").returncode == 2
    (project / "a.csv").write_text("x")
    (project / ".aisec").rmdir()
    Recorded(project).data("a.csv")
    assert aisec("verify", "a.csv").returncode == 0
    (project / "a.csv").write_text("y")
    assert aisec("verify", "a.csv").returncode == 1
