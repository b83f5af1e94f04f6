from __future__ import annotations

import hashlib
import json
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mlflow
import mlflow.sklearn
import numpy as np
import pytest
from mlflow import MlflowClient
from mlflow.entities import Run
from sklearn.tree import DecisionTreeClassifier

from jupyter_aisec.journal import Log
from jupyter_aisec.lineage import build
from jupyter_aisec.mirror import mirror
from jupyter_aisec.model import AisecError, AssetKind, Document, DocumentState, RunRef, Verb
from jupyter_aisec.tracking.publication import Published

pytestmark = pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy")

Start = Callable[..., Any]

A = hashlib.sha256(b"a").hexdigest()
B = hashlib.sha256(b"b").hexdigest()

documented = {"a.csv": DocumentState.DOCUMENTED}
words = {"a.csv": Document("a.csv", AssetKind.DATASET, {"licence": "CC-BY-4.0"}, A, DocumentState.DOCUMENTED)}


def publish(
    log: Log, uri: str, states: dict[str, DocumentState] | None = None, *, live: bool = False
) -> list[Published]:
    return mirror(log, build([log], documented if states is None else states), words, uri, live=live)


def run_named(client: MlflowClient, session: str) -> Run:
    found = client.search_runs(["0"], f"tags.`aisec.session` = '{session}' and tags.`aisec.session_run` = 'true'")
    assert len(found) == 1
    return client.get_run(found[0].info.run_id)


def artifacts(client: MlflowClient, run_id: str) -> set[str]:
    return {each.path for each in client.list_artifacts(run_id, "aisec")}


def user_run(client: MlflowClient, uri: str) -> RunRef:
    run = client.create_run("0", tags={"mlflow.note.content": "My own words."})
    return RunRef(uri, run.info.run_id, "0")


def logged_model(client: MlflowClient, tmp_path: Path, run_id: str | None) -> str:
    model = client.create_logged_model("0", name="credit", source_run_id=run_id)
    folder = tmp_path / f"files-{model.model_id}"
    (folder / "data").mkdir(parents=True)
    (folder / "MLmodel").write_bytes(b"flavors: {}\n")
    (folder / "data" / "weights").write_bytes(b"123")
    client.log_model_artifacts(model.model_id, str(folder))
    client.finalize_logged_model(model.model_id, "READY")
    return str(model.model_id)


@pytest.mark.contract
def test_session_without_run_gets_one_of_its_own(kernel: Start, uri: str) -> None:
    session = f"alone{uri[:4]}"
    watched = kernel(session)
    a, b = watched.data("a.csv", A), watched.data("b.csv", B)
    watched.fitted("Forest", a, b)
    publish(watched.log(), uri)
    client = MlflowClient(uri)
    run = run_named(client, session)
    assert run.info.run_name == "credit"
    assert run.info.status == "FINISHED"
    assert run.data.tags["mlflow.source.name"] == "notebooks/credit.ipynb"
    assert run.data.tags["aisec.docs"] == "missing: b.csv"
    assert run.data.tags["aisec.sources"] == f"a.csv@{A[:12]};b.csv@{B[:12]}"
    assert f"get-artifact?path=aisec%2Flineage.svg&run_uuid={run.info.run_id}" in run.data.tags["mlflow.note.content"]
    assert "CC&#45;BY&#45;4.0" in run.data.tags["mlflow.note.content"]
    assert artifacts(client, run.info.run_id) == {f"aisec/lineage.{kind}" for kind in ("html", "svg", "json")}
    inputs = {each.dataset.name: each for each in run.inputs.dataset_inputs}
    assert inputs["a.csv"].dataset.digest == f"sha256:{A[:29]}"
    assert json.loads(inputs["a.csv"].dataset.source) == {"uri": "data/a.csv", "sha256": A}
    assert json.loads(inputs["a.csv"].dataset.profile)["sha256"].replace(" ", "") == A
    tags = {tag.key: tag.value for tag in inputs["a.csv"].tags}
    assert tags == {"aisec.sha256": A, "mlflow.data.context": "training"}


@pytest.mark.contract
def test_publishing_again_changes_nothing(kernel: Start, uri: str, tmp_path: Path) -> None:
    client = MlflowClient(uri)
    ref = user_run(client, uri)
    model_id = logged_model(client, tmp_path, ref.run_id)
    watched = kernel(f"again{uri[:4]}")
    a = watched.data("a.csv", A)
    watched.run = ref
    fitted = watched.fitted("Forest", a)
    watched.logged("credit", model_id, fitted)
    log = watched.log()
    publish(log, uri)
    before = (client.get_run(ref.run_id).to_dictionary(), client.get_logged_model(model_id).to_dictionary())
    publish(log, uri)
    assert (client.get_run(ref.run_id).to_dictionary(), client.get_logged_model(model_id).to_dictionary()) == before


@pytest.mark.contract
@pytest.mark.usefixtures("fresh_mlflow")
def test_whole_closure_goes_to_the_run_that_logs(
    kernel: Start, uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Only for create_model_version, which looks a model up in the global store.
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    client = MlflowClient(uri)
    ref = user_run(client, uri)
    model_id = logged_model(client, tmp_path, ref.run_id)
    client.create_registered_model(f"credit-{uri[:4]}")
    version = client.create_model_version(f"credit-{uri[:4]}", f"models:/{model_id}", model_id=model_id)
    client.update_model_version(version.name, version.version, "A person's words.")
    watched = kernel(f"closure{uri[:4]}")
    a = watched.data("a.csv", A)
    watched.run = ref
    watched.logged("credit", model_id, watched.fitted("Forest", a))
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    published = publish(watched.log(), uri)
    run = client.get_run(ref.run_id)
    assert [each.dataset.name for each in run.inputs.dataset_inputs] == ["a.csv"]
    assert run.data.tags["mlflow.note.content"].startswith("My own words.\n\n<!-- aisec:begin -->\n![lineage]")
    # The digest of the manifest, as sha256sum would print its lines.
    lines = [
        f"{hashlib.sha256(b).hexdigest()}  {n}\n" for n, b in (("MLmodel", b"flavors: {}\n"), ("data/weights", b"123"))
    ]
    expected = hashlib.sha256("".join(lines).encode()).hexdigest()
    digests = [each for one in published for each in one.digests]
    assert [(each.sha256, each.size) for each in digests] == [(expected, 15)]
    model = client.get_logged_model(model_id)
    assert model.tags["aisec.sha256"] == expected
    graph = json.loads(Path(client.download_artifacts(ref.run_id, "aisec/lineage.json", str(tmp_path))).read_text())
    assert expected in {node["sha256"] for node in graph["nodes"]}
    assert model.tags["aisec.docs"] == "documented"
    assert f"run_uuid={ref.run_id}" in model.tags["mlflow.note.content"]
    found = client.get_model_version(version.name, version.version)
    assert found.description.startswith("A person's words.")
    assert "aisec%2Flineage.svg" in found.description
    assert found.tags["aisec.docs"] == "documented"


def test_documentation_follows_a_later_change(kernel: Start, store: str) -> None:
    watched = kernel()
    watched.data("a.csv", A)
    log = watched.log()
    publish(log, store, {})
    client = MlflowClient(store)
    run = run_named(client, log.session.id)
    assert run.data.tags["aisec.docs"] == "missing: a.csv"
    client.set_tag(
        run.info.run_id, "mlflow.note.content", "Before. " + run.data.tags["mlflow.note.content"] + " After."
    )
    publish(log, store, documented)
    tags = run_named(client, log.session.id).data.tags
    assert tags["aisec.docs"] == "documented"
    note = tags["mlflow.note.content"]
    assert note.startswith("Before. ")
    assert note.endswith(" After.")
    assert note.count("<!-- aisec:begin -->") == 1
    assert "missing" not in note


def test_loaded_model_is_linked_and_output_of_no_run_too(kernel: Start, store: str, tmp_path: Path) -> None:
    client = MlflowClient(store)
    loaded, logged = logged_model(client, tmp_path, None), logged_model(client, tmp_path, None)
    watched = kernel()
    key = watched.use(Verb.LOADED, AssetKind.MODEL, "base", location=f"models:/{loaded}")
    watched.logged("tuned", logged, watched.fitted("Tuned", key))
    log = watched.log()
    publish(log, store)
    publish(log, store)
    run = run_named(client, log.session.id)
    assert [each.model_id for each in run.inputs.model_inputs] == [loaded]
    assert [each.model_id for each in run.outputs.model_outputs] == [logged]


def test_digest_on_its_way_is_waited_for_while_the_kernel_lives(kernel: Start, store: str) -> None:
    watched = kernel()
    watched.data("slow.csv", None)
    watched.data("gone.csv", None, problem="the file is gone")
    log = watched.log()
    client = MlflowClient(store)
    publish(log, store, live=True)
    run = run_named(client, log.session.id)
    assert [each.dataset.name for each in run.inputs.dataset_inputs] == ["gone.csv"]
    assert run.info.status == "RUNNING"
    publish(log, store)
    run = run_named(client, log.session.id)
    digests = {each.dataset.name: each.dataset.digest for each in run.inputs.dataset_inputs}
    assert set(digests) == {"slow.csv", "gone.csv"}
    assert all(digest.startswith("not-hashed:") for digest in digests.values())
    assert run.info.status == "FINISHED"


def test_killed_at_any_point_and_run_again_all_is_there_once(kernel: Start, store: str, tmp_path: Path) -> None:
    client = MlflowClient(store)
    model_id = logged_model(client, tmp_path, None)
    watched = kernel()
    keys = [watched.data(f"{number}.csv", hashlib.sha256(str(number).encode()).hexdigest()) for number in range(20)]
    watched.logged("credit", model_id, watched.fitted("Forest", *keys))
    log = watched.log()
    script = (
        "import sys\nfrom pathlib import Path\nfrom jupyter_aisec.journal import read\n"
        "from jupyter_aisec.lineage import build\nfrom jupyter_aisec.mirror import mirror\nimport mlflow\n"
        "log = read(Path(sys.argv[1])); graph = build([log])\nprint('ready', flush=True)\n"
        "mirror(log, graph, {}, sys.argv[2])\n"
    )
    chance = random.Random(7)
    for _ in range(6):
        command = [sys.executable, "-c", script, str(log.path), store]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(chance.uniform(0, 0.6))
            process.send_signal(signal.SIGKILL)
    mirror(log, build([log]), {}, store)
    run = run_named(client, log.session.id)
    assert sorted(each.dataset.name for each in run.inputs.dataset_inputs) == sorted(f"{n}.csv" for n in range(20))
    assert [each.model_id for each in run.outputs.model_outputs] == [model_id]
    assert run.data.tags["mlflow.note.content"].count("<!-- aisec:begin -->") == 1


@pytest.mark.contract
def test_deleted_run_is_said_and_the_rest_goes_on(kernel: Start, store: str) -> None:
    client = MlflowClient(store)
    ref = user_run(client, store)
    watched = kernel()
    watched.data("a.csv", A)
    watched.run = ref
    watched.data("b.csv", B)
    client.delete_run(ref.run_id)
    log = watched.log()
    published = publish(log, store)
    assert [problem for each in published for problem in each.problems] == [
        f"run {ref.run_id} was deleted in MLflow: its lineage is only in the journal"
    ]
    run = run_named(client, log.session.id)
    assert [each.dataset.name for each in run.inputs.dataset_inputs] == ["a.csv"]
    client.delete_run(run.info.run_id)
    assert all(each.run_id is None for each in publish(log, store))


def test_long_names_and_many_sources_are_cut_so_that_it_shows(kernel: Start, store: str) -> None:
    watched = kernel()
    for number in range(300):
        watched.data(f"{'long' * 40}-{number}.csv", hashlib.sha256(str(number).encode()).hexdigest())
    watched.data("x" * 600, A)
    log = watched.log()
    publish(log, store)
    tags = run_named(MlflowClient(store), log.session.id).data.tags
    assert all(len(value) <= 8000 for value in tags.values())
    assert tags["aisec.sources"].endswith("(cut; aisec/lineage.json has all)")
    assert tags["mlflow.note.content"].endswith("<!-- aisec:end -->")


def test_server_that_refuses_is_one_line_at_once(kernel: Start) -> None:
    watched = kernel()
    watched.data("a.csv", A)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    started = time.monotonic()
    with pytest.raises(AisecError, match=f"no MLflow store answers at http://127.0.0.1:{port}") as raised:
        publish(watched.log(), f"http://127.0.0.1:{port}")
    assert "\n" not in str(raised.value)
    assert time.monotonic() - started < 5


@pytest.mark.contract
def test_server_that_hangs_is_one_line_soon(kernel: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MLFLOW_HTTP_REQUEST_TIMEOUT", "MLFLOW_HTTP_REQUEST_MAX_RETRIES"):
        monkeypatch.delenv(name, raising=False)
    watched = kernel()
    watched.data("a.csv", A)
    with socket.create_server(("127.0.0.1", 0)) as hung:
        started = time.monotonic()
        with pytest.raises(AisecError) as raised:
            publish(watched.log(), f"http://127.0.0.1:{hung.getsockname()[1]}")
        assert time.monotonic() - started < 15
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("content", [b"this is no database" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_broken_store_is_one_line(kernel: Start, store: str, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "mlflow.db").write_bytes(content)
    watched = kernel()
    watched.data("a.csv", A)
    started = time.monotonic()
    with pytest.raises(AisecError) as raised:
        publish(watched.log(), store)
    assert "\n" not in str(raised.value)
    assert time.monotonic() - started < 12


@pytest.mark.contract
def test_artifacts_of_a_new_store_lie_beside_it(kernel: Start, store: str, tmp_path: Path) -> None:
    watched = kernel()
    watched.data("a.csv", A)
    publish(watched.log(), store)
    assert next((tmp_path / "mlruns").rglob("aisec/lineage.html")).read_text().startswith("<!doctype html>")


def test_one_store_that_is_down_keeps_nothing_from_another(kernel: Start, store: str) -> None:
    watched = kernel()
    watched.data("lost.csv", B, tracking_uri="http://127.0.0.1:9")
    watched.data("a.csv", A)
    log = watched.log()
    with pytest.raises(AisecError, match="127"):
        publish(log, store)
    assert run_named(MlflowClient(store), log.session.id).inputs.dataset_inputs[0].dataset.name == "a.csv"


def test_two_sessions_in_one_run_say_the_same(kernel: Start, store: str) -> None:
    client = MlflowClient(store)
    ref = user_run(client, store)
    first, second = kernel("first"), kernel("second", "notebooks/two.ipynb")
    first.run = second.run = ref
    first.data("a.csv", A)
    second.data("b.csv", B)
    logs = [first.log(), second.log()]
    graph = build(logs, documented)
    for log in logs:
        mirror(log, graph, words, store, others=logs)
        run = client.get_run(ref.run_id)
        assert {each.dataset.name for each in run.inputs.dataset_inputs} == {"a.csv", "b.csv"}
        assert set(run.data.tags["aisec.sources"].split(";")) == {f"a.csv@{A[:12]}", f"b.csv@{B[:12]}"}


@pytest.mark.contract
def test_digest_of_a_model_does_not_change_when_somebody_loads_it(kernel: Start, store: str, tmp_path: Path) -> None:
    client = MlflowClient(store)
    model_id = logged_model(client, tmp_path, None)
    watched = kernel()
    watched.logged("credit", model_id, watched.fitted("Forest"))
    log = watched.log()
    before = [each.sha256 for one in publish(log, store) for each in one.digests]
    place = Path(client.get_logged_model(model_id).artifact_location.removeprefix("file://"))
    assert (place / "MLmodel").exists()
    (place / "registered_model_meta").write_text("model_name: x\n")
    client.delete_logged_model_tag(model_id, "aisec.sha256")
    assert [each.sha256 for one in publish(log, store) for each in one.digests] == before


@pytest.mark.contract
@pytest.mark.filterwarnings("ignore")
@pytest.mark.usefixtures("fresh_mlflow")
def test_beside_autolog(kernel: Start, store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", store)
    mlflow.sklearn.autolog(silent=True)
    try:
        with mlflow.start_run() as run:
            DecisionTreeClassifier().fit(np.array([[0.0], [1.0]]), np.array([0, 1]))
    finally:
        mlflow.sklearn.autolog(disable=True, silent=True)
    client = MlflowClient(store)
    model_id = client.get_run(run.info.run_id).outputs.model_outputs[0].model_id
    watched = kernel()
    data = watched.data("a.csv", A)
    watched.run = RunRef(store, run.info.run_id, "0")
    watched.logged("model", model_id, watched.fitted("DecisionTreeClassifier", data))
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    published = publish(watched.log(), store)
    after = client.get_run(run.info.run_id)
    assert {each.dataset.name for each in after.inputs.dataset_inputs} >= {"dataset", "a.csv"}
    assert after.data.params["criterion"] == "gini"
    assert [len(each.sha256) for one in published for each in one.digests] == [64]


def test_a_model_beside_another_has_a_drawing_and_a_description_of_its_own(
    kernel: Start, store: str, tmp_path: Path
) -> None:
    client = MlflowClient(store)
    ref = user_run(client, store)
    ids = [logged_model(client, tmp_path, ref.run_id) for _ in "ab"]
    client.set_logged_model_tags(ids[0], {"mlflow.note.content": "Ada's words.", "team": "risk"})
    watched = kernel()
    a, b = watched.data("a.csv", A), watched.data("b.csv", B)
    watched.run = ref
    for model_id, name, data in zip(ids, ("first", "second"), (a, b), strict=True):
        watched.logged(name, model_id, watched.fitted("Forest", data))
    log = watched.log()
    states = documented | {"first": DocumentState.DOCUMENTED}
    for _ in range(2):
        publish(log, store, states)
    assert artifacts(client, ref.run_id) >= {f"aisec/{model_id}.svg" for model_id in ids}
    picture = Path(client.download_artifacts(ref.run_id, f"aisec/{ids[0]}.svg", str(tmp_path))).read_text()
    assert "a.csv" in picture
    assert "b.csv" not in picture
    tags = client.get_logged_model(ids[0]).tags
    note = tags["mlflow.note.content"]
    assert note.startswith(
        f"Ada's words.\n\n<!-- aisec:begin -->\n![lineage](get-artifact?path=aisec%2F{ids[0]}.svg&run"
    )
    assert tags["team"] == "risk"
    # It is no source of itself.
    assert "| first" not in note
    assert "**Made of it**: first (documented)" in note
    assert tags["aisec.sources"] == f"a.csv@{A[:12]}"
    assert tags["aisec.origins"] == "none"


def test_the_same_file_of_another_session_brings_no_other_maker(kernel: Start, store: str) -> None:
    logs = []
    for session in ("early", "late"):
        watched = kernel(session)
        fitted = watched.fitted("Forest", watched.data(f"{session}.csv", A))
        watched.use(Verb.SAVED, AssetKind.MODEL, "m.bin", fitted, sha256=B, location="m.bin")
        logs.append(watched.log())
    for log in logs:
        mirror(log, build(logs), {}, store, others=logs)
        tags = run_named(MlflowClient(store), log.session.id).data.tags
        assert tags["aisec.sources"] == f"{log.session.id}.csv@{A[:12]}"
