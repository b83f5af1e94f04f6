from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mlflow
import pytest

from jupyter_aisec import commands
from jupyter_aisec.commands.status.shown import read, rested_on
from jupyter_aisec.kept import Kept
from jupyter_aisec.model import AisecError
from jupyter_aisec.project import Project
from jupyter_aisec.statements import Record
from jupyter_aisec.tracking import kept
from jupyter_aisec.tracking.questions import asked
from jupyter_aisec.tracking.shown import STAMP
from tests.status.conftest import claim, notebook, states
from tests.status.released import CELL, Released
from tests.stores import embedded

pytestmark = pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Released]:
    folder = tmp_path_factory.mktemp("released")
    with embedded(folder) as uri:
        world = Released(folder, uri)
        world.make()
        yield world


@pytest.fixture
def released(made: Released, monkeypatch: pytest.MonkeyPatch) -> Released:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", made.uri)
    monkeypatch.chdir(made.folder)
    for name in ("statements.toml", "decisions.toml", "training.toml", "journal/shown.json"):
        (made.folder / ".aisec" / name).unlink(missing_ok=True)
    notebook(made.folder / "nb.ipynb", CELL)
    return made


def ask(released: Released, *words: str) -> Any:
    options = commands.parser(words[0], "aisec").parse_args(list(words[1:]))
    return json.loads(json.dumps(commands.load(words[0]).run(Project.open(released.folder), options).data()))


def test_tables_say_what_mlflow_says(released: Released) -> None:
    runs, models = sorted(released.runs.values()), sorted(released.models.values())
    released.client.set_registered_model_alias("credit", "champion", "2")
    found = kept.here(released.uri, runs, models)
    with asked(released.uri) as client:
        other = kept.asked(client, runs, models)
    assert found is not None
    assert normal(found) == normal(other)
    assert {each.name for each in found.models[released.models["two"]].metrics} == {"accuracy", "robust_accuracy"}
    assert [each.version for each in found.models[released.models["two"]].versions] == [2]
    assert [each.version for each in found.models[released.models["two"]].others] == [1]
    assert not found.gone
    with asked(released.uri) as client:
        for other in (kept.here(released.uri, ["0" * 32], []), kept.asked(client, ["0" * 32], [])):
            assert other is not None
            assert other.gone == ("0" * 32,)
    assert kept.here("https://example.org", runs, models) is None
    assert kept.here(f"sqlite:///{released.folder / 'none.db'}", runs, models) is None


def normal(found: Kept) -> object:
    """Without the order of things."""
    runs = {run: (dict(each.tags), sorted(each.metrics, key=str), each.place) for run, each in found.runs.items()}
    models = {
        model: [sorted(part, key=str) for part in (each.metrics, each.versions, each.others)]
        for model, each in found.models.items()
    }
    return runs, models


def test_what_was_measured_is_evidence(released: Released) -> None:
    found = ask(released, "status")
    said = states(found)
    assert said["1.3.b"] == said["1.4.b"] == said["3.4.a"] == said["4.3.a"] == "verified"
    assert "LogisticRegression" in claim(found, "1.4.b")["known"][0]["said"]
    assert "credit/1" in claim(found, "4.3.a")["known"][0]["said"]
    assert said["4.3.b"] == "unknown"
    assert "no description" in claim(found, "4.3.b")["missing"]
    assert said["3.3.c"] == "missing"


def test_of_the_first_version_less_is_known(released: Released) -> None:
    found = ask(released, "status", f"models:/{released.models['one']}")
    said = states(found)
    assert said["3.4.a"] == "unknown"
    assert "robustness" in claim(found, "3.4.a")["missing"]
    assert said["4.3.a"] == "missing"
    assert "no version before" in claim(found, "4.3.a")["missing"]
    assert "not-applicable" in claim(found, "4.3.a")["next_step"]


def test_a_number_that_was_not_measured_again_is_missed(released: Released) -> None:
    released.client.log_metric(released.runs["one"], "recall", 0.5, model_id=released.models["one"])
    found = ask(released, "status")
    assert claim(found, "4.3.a")["missing"] == "measured of credit/1 and not of credit: recall"
    released.client.log_metric(released.runs["two"], "recall", 0.6, model_id=released.models["two"])
    assert states(ask(released, "status"))["4.3.a"] == "verified"


def test_a_review_finds_the_table_in_mlflow_and_it_follows(released: Released) -> None:
    client, run_id, model_id = released.client, released.runs["two"], released.models["two"]
    client.set_tag(run_id, "mine", "stays")
    client.update_model_version("credit", "2", "Trained on more rows.")
    found = ask(released, "status", "--mlflow")
    assert found["shown_on"] == [f"run {run_id[:8]}", "logged model credit", "version credit/2"]
    said = states(found)
    assert said["2.2.b"] == said["4.3.b"] == "verified"
    rows = {f"aisec.coverage.{row['id']}": row["state"] for row in found["rows"]}
    for tags in (
        client.get_run(run_id).data.tags,
        client.get_logged_model(model_id).tags,
        client.get_model_version("credit", "2").tags,
    ):
        assert rows.items() <= tags.items()
        assert "missing" in tags["aisec.coverage"]
    assert client.get_run(run_id).data.tags["mine"] == "stays"
    place = mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path="aisec", tracking_uri=released.uri)
    assert json.loads(Path(place, "coverage.json").read_text())["rows"]
    page = Path(place, "coverage.html").read_text()
    assert "<script" not in page
    assert "<code>jupyter aisec state " in page
    assert "`" not in page, "commands within words are set as commands too"
    hits = client.search_runs(["0"], "tags.`aisec.coverage.4.4` = 'missing'")
    assert [each.info.run_id for each in hits] == [run_id]
    for each in ("4.4.a", "4.4.b"):
        # Written by hand, so that nothing follows by itself while the next tests use the store.
        today = dt.datetime.now(dt.UTC).date()
        entry = {"claim": each, "by": "Ada", "on": today, "until": today, "text": "SECURITY.md"}
        Record(released.folder / ".aisec", released.folder).add_statement(entry)
    ask(released, "sync")
    assert client.get_run(run_id).data.tags["aisec.coverage.4.4"] == "stated"
    assert client.get_model_version("credit", "2").tags["aisec.coverage.4.4"] == "stated"


def test_the_report_in_mlflow_says_why_a_model_is_not_to_be_released(released: Released) -> None:
    client, run_id = released.client, released.runs["two"]

    def reports() -> tuple[str, object]:
        place = mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path="aisec", tracking_uri=released.uri)
        data = json.loads(Path(place, "coverage.json").read_text())
        return Path(place, "coverage.html").read_text(), data["refused"]

    ask(released, "status", "--mlflow")
    page, refused = reports()
    assert ("Not to be released" in page, refused) == (False, None)
    before = client.get_run(run_id).data.tags[STAMP]
    settings = released.folder / "pyproject.toml"
    settings.write_text('[tool.aisec]\ndocumentation = "require"\n')
    try:
        ask(released, "sync")
        page, refused = reports()
        assert "✗ Not to be released: " in page
        assert str(refused).startswith("✗ Not to be released: ")
        assert client.get_run(run_id).data.tags[STAMP] != before
    finally:
        settings.unlink()


def test_what_a_table_rests_on_is_another_when_data_are_overwritten(released: Released) -> None:
    project, data = Project.open(released.folder), released.folder / "train.csv"
    before, was, times = rested_on(project), data.read_bytes(), data.stat()
    assert rested_on(project) == before
    try:
        data.write_text("a,y\n9,9\n9,9\n")
        assert rested_on(project) != before
    finally:
        data.write_bytes(was)
        os.utime(data, ns=(times.st_atime_ns, times.st_mtime_ns))


def test_a_table_that_could_not_be_written_is_tried_again(released: Released) -> None:
    client, run_id = released.client, released.runs["two"]
    ask(released, "status", "--mlflow")
    client.delete_run(run_id)
    try:
        today = dt.datetime.now(dt.UTC).date()
        entry = {"claim": "1.2.b", "by": "Ada", "on": today, "until": today, "text": "docs/impact.md"}
        Record(released.folder / ".aisec", released.folder).add_statement(entry)
        ask(released, "sync")
    finally:
        client.restore_run(run_id)
    before = client.get_run(run_id).data.tags[STAMP]
    ask(released, "sync")
    assert client.get_run(run_id).data.tags[STAMP] != before


def test_what_stood_on_a_run_that_is_gone_for_good_is_given_up(released: Released, tmp_path: Path) -> None:
    run_id = released.runs["two"]
    ask(released, "status", "--mlflow")
    ask(released, "export", "bom", "credit", "--mlflow")
    shutil.copy(released.folder / "mlflow.db", tmp_path / "before.db")
    released.client.delete_run(run_id)
    released.client._tracking_client.store._hard_delete_run(run_id)  # as `mlflow gc` does it
    try:
        today = dt.datetime.now(dt.UTC).date()
        entry = {"claim": "1.2.b", "by": "Ada", "on": today, "until": today, "text": "docs/impact.md"}
        Record(released.folder / ".aisec", released.folder).add_statement(entry)
        notes = ask(released, "sync")["given_up"]
        known = read(Project.open(released.folder))
        assert (known.models, known.papers, known.waiting) == ((), (), ())
        assert [each.partition(": ")[0] for each in notes] == [
            f"bom of models:/{released.models['two']}",
            f"models:/{released.models['two']}",
        ]
        assert all(f"run {run_id} is not in MLflow any more" in each for each in notes)
        assert ask(released, "sync")["given_up"] == notes
    finally:
        shutil.copy(tmp_path / "before.db", released.folder / "mlflow.db")
    ask(released, "status", "--mlflow")
    assert [each.partition(" ")[0] for each in ask(released, "sync")["given_up"]] == ["bom"]


def test_a_notebook_that_changed_is_not_the_one_on_the_run(released: Released) -> None:
    ask(released, "status", "--mlflow")
    assert states(ask(released, "status"))["2.2.b"] == "verified"
    notebook(released.folder / "nb.ipynb", CELL, "print(frame)")
    found = ask(released, "status")
    assert states(found)["2.2.b"] == "unknown"
    assert "the digest of nb.ipynb as it is now" in claim(found, "2.2.b")["missing"]


def test_a_run_that_is_gone_is_a_failure(released: Released) -> None:
    released.client.delete_run(released.runs["two"])
    try:
        assert states(ask(released, "status"))["2.2.b"] == "fail"
        with pytest.raises(AisecError, match="deleted in MLflow: restore it"):
            ask(released, "status", "--mlflow")
    finally:
        released.client.restore_run(released.runs["two"])


def test_a_previous_version_that_is_gone_is_a_failure(released: Released, tmp_path: Path) -> None:
    shutil.copy(released.folder / "mlflow.db", tmp_path / "before.db")
    released.client.delete_model_version("credit", "1")
    try:
        found = ask(released, "status")
        assert states(found)["4.3.b"] == "fail"
        assert "only version left" in claim(found, "4.3.b")["missing"]
    finally:
        shutil.copy(tmp_path / "before.db", released.folder / "mlflow.db")


def test_who_wrote_the_notebooks_is_to_be_trained(released: Released) -> None:
    step = claim(ask(released, "status"), "1.1.a")["next_step"]
    assert "learn --done --by 'Ada Lovelace'" in step
    ask(released, "learn", "Unsafe files, 2 hours", "--done", "--by", "Bob")
    found = ask(released, "status")
    assert states(found)["1.1.a"] == "unknown"
    assert claim(found, "1.1.a")["missing"] == "no entry in force for Ada Lovelace"
    ask(released, "learn", "--done", "--by", "ada lovelace")
    found = ask(released, "status")
    assert states(found)["1.1.a"] == "stated"
    assert claim(found, "1.1.a")["known"][0]["by"] == "ada lovelace"
