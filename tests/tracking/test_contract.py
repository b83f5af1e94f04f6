"""What MLflow does and nowhere promises, bound for the oldest and the newest that we support, since we build on it.

What its pages make of it is bound in `test_mlflow_ui`, with a real browser.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.entities import Dataset, DatasetInput, InputTag, LoggedModelInput, LoggedModelOutput, RunTag
from mlflow.exceptions import MlflowException

from jupyter_aisec.tracking import numbers, tables
from jupyter_aisec.tracking.client import opened
from jupyter_aisec.tracking.datasets import DIGEST_DIGITS
from jupyter_aisec.tracking.filters import PAGE
from jupyter_aisec.tracking.packages import PACKAGES
from jupyter_aisec.tracking.search import MOST_VERSIONS
from jupyter_aisec.tracking.tags import BATCH, LONGEST

pytestmark = [pytest.mark.contract, pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy")]

DIGEST = f"sha256:{'0123456789abcdef' * 2}"[: len("sha256:") + DIGEST_DIGITS]


def given(name: str, profile: str, **tags: str) -> DatasetInput:
    source = json.dumps({"uri": f"data/{name}", "sha256": "ab" * 32})
    dataset = Dataset(name, DIGEST, "local", source, None, json.dumps({"said": profile}))
    return DatasetInput(dataset, [InputTag(key, value) for key, value in tags.items()])


def model_of(client: MlflowClient, run_id: str | None) -> str:
    model = client.create_logged_model("0", name="credit", source_run_id=run_id)
    client.finalize_logged_model(model.model_id, "READY")
    return str(model.model_id)


def code(call: Callable[[], object]) -> str:
    with pytest.raises(MlflowException) as raised:
        call()
    return str(raised.value.error_code)


def test_a_data_set_is_written_once_for_all_runs_of_an_experiment(uri: str) -> None:
    client = MlflowClient(uri)
    for profile in ("first", "second"):
        run_id = client.create_run("0").info.run_id
        for _ in range(2):
            client.log_inputs(run_id, [given("once.csv", profile, **{"aisec.sha256": "ab" * 32})])
        [found] = client.get_run(run_id).inputs.dataset_inputs
        assert json.loads(found.dataset.profile) == {"said": "first"}
        assert {tag.key: tag.value for tag in found.tags} == {"aisec.sha256": "ab" * 32}


def test_how_long_a_word_may_be(uri: str) -> None:
    client = MlflowClient(uri)
    run_id = client.create_run("0").info.run_id
    client.log_inputs(run_id, [given("x" * 500, "", longest="x" * 500)])
    with pytest.raises(MlflowException):
        client.log_inputs(run_id, [given("other.csv", "", longest="x" * 501)])
    client.log_batch(run_id, tags=[RunTag(f"k{number}", "x" * LONGEST) for number in range(BATCH)])
    assert len(client.get_run(run_id).data.tags["k99"]) == LONGEST
    model_id = model_of(client, run_id)
    client.set_logged_model_tags(model_id, {"mlflow.note.content": "x" * LONGEST})
    assert len(client.get_logged_model(model_id).tags["mlflow.note.content"]) == LONGEST


def test_a_logged_model_is_known_by_its_id_and_a_version_by_that(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)  # where MLflow looks a version's model up, whatever the client
    client = MlflowClient(uri, registry_uri=uri)
    run_id = client.create_run("0").info.run_id
    model_id = model_of(client, run_id)
    assert model_id.startswith("m-")
    name = f"by-id-{run_id[:6]}"
    client.create_registered_model(name)
    made = client.create_model_version(name, f"models:/{model_id}", run_id, model_id=model_id)
    assert client.get_model_version(name, "1").source == f"models:/{model_id}"
    for each in (f"source_path = 'models:/{model_id}'", f"run_id IN ('{run_id}')"):
        [found] = client.search_model_versions(each, max_results=MOST_VERSIONS)
        assert (found.name, str(found.version)) == (name, str(made.version))
    client.set_registered_model_alias(name, "champion", "1")
    assert dict(client.get_registered_model(name).aliases) == {"champion": client.get_model_version(name, "1").version}


def test_who_made_a_model_and_who_used_it(uri: str) -> None:
    client = MlflowClient(uri)
    made, used = client.create_run("0").info.run_id, client.create_run("0").info.run_id
    model_id = model_of(client, None)
    client.log_outputs(made, [LoggedModelOutput(model_id, 0)])
    for _ in range(2):
        client.log_inputs(used, models=[LoggedModelInput(model_id)])
    assert [each.model_id for each in client.get_run(made).outputs.model_outputs] == [model_id]
    assert {each.model_id for each in client.get_run(used).inputs.model_inputs} == {model_id}


def test_what_can_be_searched(uri: str) -> None:
    client = MlflowClient(uri)
    run_id = client.create_run("0", tags={"aisec.digests": ";a_b;c%d;"}).info.run_id
    other = client.create_run("0", tags={"aisec.digests": ";axb;"}).info.run_id
    client.log_inputs(run_id, [given(f"{run_id}.csv", "")])
    model_id = model_of(client, run_id)
    client.set_logged_model_tags(model_id, {"aisec.digests": f";{model_id};"})

    def runs(wanted: str) -> set[str]:
        return {each.info.run_id for each in client.search_runs(["0"], wanted, max_results=PAGE)}

    # An underscore in it stands for any character, as SQL has it.
    assert {run_id, other} <= runs("tags.`aisec.digests` LIKE '%;a_b;%'")
    assert run_id in runs(f"dataset.digest LIKE '{DIGEST[:15]}%'")
    assert runs(f"dataset.name = '{run_id}.csv'") == {run_id}
    for wanted in (f"source_run_id IN ('{run_id}', 'x')", f"tags.`aisec.digests` LIKE '%;{model_id};%'"):
        [found] = client.search_logged_models(["0"], wanted, max_results=PAGE)
        assert str(found.model_id) == model_id
    assert "0" in {each.experiment_id for each in client.search_experiments(max_results=PAGE)}


def test_what_is_not_there_has_a_word(uri: str) -> None:
    client = MlflowClient(uri, registry_uri=uri)
    gone = "RESOURCE_DOES_NOT_EXIST"
    assert code(lambda: client.get_run("0" * 32)) == gone
    assert code(lambda: client.get_logged_model("m-0")) == gone
    assert code(lambda: client.get_model_version("nobody's", "1")) == gone
    assert code(lambda: client.get_model_version_by_alias("nobody's", "best")) in (gone, "INVALID_PARAMETER_VALUE")
    assert not client.search_model_versions("source_path = 'models:/m-0'")
    run_id = client.create_run("0").info.run_id
    client.delete_run(run_id)
    assert client.get_run(run_id).info.lifecycle_stage == "deleted"


def test_the_tables_of_a_store_say_what_mlflow_says(store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", store)  # as above
    with opened(store) as client:
        run_id = client.create_run("0").info.run_id
        client.log_param(run_id, "depth", "3")
        client.log_metric(run_id, "accuracy", 0.875)
        model_id, plain = model_of(client, run_id), model_of(client, None)
        client.set_logged_model_tags(model_id, {PACKAGES: ";numpy==1.26.4;"})
        client.create_registered_model("credit")
        for each in (model_id, plain):
            client.create_model_version("credit", f"models:/{each}", None, model_id=each)
        client.delete_model_version("credit", "2")
        gone = model_of(client, None)
        client.delete_logged_model(gone)
        said = {
            (
                str(each.model_id),
                each.name,
                each.creation_timestamp,
                each.source_run_id or None,
                each.tags.get(PACKAGES),
            )
            for each in client.search_logged_models(["0"])
        }
    found = tables.models(store, PACKAGES)
    assert found is not None
    assert {(each.model_id, each.name, each.at, each.run_id, each.tag) for each in found} == said
    assert {each.model_id for each in found} == {model_id, plain}
    assert tables.versions(store) == {model_id: ["credit/1"]}
    assert numbers.of_model(store, run_id, model_id) == {
        "parameters": "depth = 3", "metrics": "accuracy = 0.875", "packages": "numpy 1.26.4",
    }  # fmt: skip


def test_files_of_a_model_are_found_by_its_place(uri: str, tmp_path: Path) -> None:
    from mlflow.artifacts import download_artifacts

    client = MlflowClient(uri)
    model = client.create_logged_model("0", name="credit")
    (tmp_path / "up" / "data").mkdir(parents=True)
    (tmp_path / "up" / "MLmodel").write_text("flavors: {}\n")
    (tmp_path / "up" / "data" / "weights").write_bytes(b"123")
    client.log_model_artifacts(model.model_id, str(tmp_path / "up"))
    listed = {each.path: each.file_size for each in client.list_logged_model_artifacts(model.model_id)}
    assert listed == {"MLmodel": len("flavors: {}\n"), "data": None}
    place = client.get_logged_model(model.model_id).artifact_location
    folder = tmp_path / "down"
    folder.mkdir()
    found = download_artifacts(artifact_uri=place, dst_path=str(folder), tracking_uri=uri)
    assert Path(found, "data", "weights").read_bytes() == b"123"
