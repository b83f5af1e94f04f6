"""Questions that only MLflow can answer: a project without journals, and a store that others filled."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import jupyter_aisec
from jupyter_aisec import commands
from jupyter_aisec.commands import Result
from jupyter_aisec.kernel import Kernel
from jupyter_aisec.model import AisecError
from jupyter_aisec.project import Project
from jupyter_aisec.tracking import packages
from tests.stores import embedded, served
from tests.tracking.world import A, B, World

pytestmark = pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy")


@pytest.fixture(scope="module", params=[embedded, served], ids=["embedded", "server"])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("world")
    # Of a server there are no tables to read: there, MLflow's own search answers.
    with request.param(folder) as uri, pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", uri)
        made = World(folder, uri)
        made.make()
        yield made


@pytest.fixture(autouse=True)
def _the_store(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", world.uri)


def asked(project: Path, name: str, *words: str) -> Result:
    options = commands.parser(name, "aisec").parse_args(list(words))
    return commands.load(name).run(Project.open(project), options)


def data(found: Result) -> Any:
    return json.loads(json.dumps(found.data()))


def named(found: Result) -> set[str]:
    return {each["name"] for each in data(found)["nodes"]} - {"a.ipynb"}


@pytest.mark.parametrize("name", ["models:/credit/1", "models:/credit@champion", "model", "run", "digest", "name"])
def test_lineage_by_what_mlflow_calls_it(project: Path, world: World, name: str) -> None:
    words = {"model": f"models:/{world.models['old']}", "run": world.runs["old"], "digest": A[:12], "name": "a.csv"}
    found = asked(project, "lineage", words.get(name, name), "--up")
    if name in ("digest", "name"):
        assert named(found) == {"a.csv"}
    elif name == "models:/credit@champion":
        assert named(found) == {"a.csv", "b.csv", "Forest", "new"}
    else:
        assert {"a.csv", "Forest", "old"} <= named(found)
        assert not named(found) & {"b.csv", "c.csv", "other"}
    assert "as MLflow has it" in found.text()
    assert all({"id", "kind", "location", "sha256", "documented"} <= each.keys() for each in data(found)["nodes"])


def test_lineage_downwards_by_digest(project: Path) -> None:
    assert named(asked(project, "lineage", A[:16], "--down")) >= {"a.csv", "b.csv", "old", "new"}
    assert named(asked(project, "lineage", B, "--down")) & {"a.csv", "old"} == set()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("models:/credit/9", "has no models:/credit/9"),
        ("models:/credit", "names no version"),
        ("models:/m-0123", "has no models:/m-0123"),
        ("0" * 32, "has no 0000"),
        ("f" * 64, "no lineage is recorded here yet"),
        ("it's \"a\".csv", "no lineage is recorded here yet"),
    ],
)  # fmt: skip
def test_what_mlflow_does_not_know(project: Path, name: str, said: str) -> None:
    with pytest.raises(AisecError, match=said):
        asked(project, "lineage", name)


@pytest.mark.usefixtures("project")
def test_a_kernel_asks_in_a_process() -> None:
    kernel = Kernel({})
    try:
        options = commands.parser("lineage", "%aisec").parse_args(["models:/credit/1", "--up"])
        found = commands.load("lineage").run(kernel.project, options)
        assert "a.csv" in named(found)
        options.name = "models:/credit/9"
        with pytest.raises(AisecError, match="has no models:/credit/9"):
            commands.load("lineage").run(kernel.project, options)
    finally:
        kernel.close()


def test_the_same_from_python(project: Path) -> None:
    assert project.is_dir()
    found = jupyter_aisec.ask("lineage", "models:/credit/1", "--up")
    assert "a.csv" in found.text()
    assert found.exit_code == 0
    with pytest.raises(AisecError, match="did you mean `lineage`"):
        jupyter_aisec.ask("linage")


def hit(found: Result) -> dict[str, str]:
    return {each["name"]: each["certainty"] for each in data(found)["models"]}


@pytest.mark.parametrize(
    ("what", "models"),
    [
        (A, {"old", "new"}),
        (f"sha256:{A[:10]}", {"old", "new"}),
        (B, {"new"}),
        ("0123456789", set()),
        ("numpy", {"old", "new"}),
        ("scikit_learn<1.5", {"old"}),
        ("python>=3.11", {"old", "new", "other"}),
        ("https://example.org/data/a_b.csv?token=secret", {"fetched"}),
        ("https://example.org/data/aXb.csv", set()),
    ],
)  # fmt: skip
def test_affected(project: Path, world: World, what: str, models: set[str]) -> None:
    found = asked(project, "affected", what)
    assert hit(found) == dict.fromkeys(models, "observed")
    versions = {"old": "credit/1", "new": "credit/2"}
    assert data(found)["versions"] == sorted(versions[each] for each in models & versions.keys())
    assert set(data(found)["runs"]) == {world.runs[each] for each in models}
    # torch is pinned beside a marker, fetched has no requirements: what was looked at was looked at whole.
    assert found.exit_code == int(bool(models))
    assert ("is recorded as resting on" in found.text()) is not bool(models)


def test_version_that_is_not_known_is_no_pardon(project: Path) -> None:
    found = asked(project, "affected", "pandas<2.1")
    assert [each["state"] for each in data(found)["models"]] == ["unknown"]
    assert found.exit_code == 2
    assert "perhaps" in found.text()


def test_affected_by_a_cve(project: Path) -> None:
    with pytest.raises(AisecError, match="name a file"):
        asked(project, "affected", "CVE-2024-5206")
    events = [{"introduced": "0"}, {"fixed": "1.5.0"}]
    affected = [
        {"package": {"name": "scikit-learn", "ecosystem": "PyPI"}, "ranges": [{"type": "ECOSYSTEM", "events": events}]}
    ]
    record = {"id": "PYSEC-2024-110", "aliases": ["CVE-2024-5206"], "affected": affected}
    (project / "osv.json").write_text(json.dumps([record]))
    (project / "pyproject.toml").write_text("[tool.aisec]\nadvisories = 'osv.json'\n")
    # Under another id the same flaw is in another package: who names one of the three means both.
    affected = [{"package": {"name": "torch", "ecosystem": "PyPI"}, "versions": ["2.6.0"]}]
    other = {"id": "GHSA-jw8x-6495-233v", "aliases": ["CVE-2024-5206"], "affected": affected}
    (project / "osv.json").write_text(json.dumps([record, other]))
    for each in ("cve-2024-5206", "PYSEC-2024-110", "ghsa-JW8X-6495-233v"):
        assert hit(asked(project, "affected", each)).keys() == {"old", "other"}
    with pytest.raises(AisecError, match="does not know CVE-2000-1"):
        asked(project, "affected", "CVE-2000-1")


def test_affected_between_two_days(project: Path) -> None:
    today = dt.datetime.now(dt.UTC).date()
    assert hit(asked(project, "affected", A, "--since", str(today - dt.timedelta(days=1))))
    assert not hit(asked(project, "affected", A, "--until", str(today - dt.timedelta(days=1))))
    assert not hit(asked(project, "affected", A, "--since", str(today + dt.timedelta(days=2))))
    with pytest.raises(AisecError, match="is no date"):
        asked(project, "affected", A, "--since", "yesterday")


def test_a_model_that_was_logged_without_us_came_of_something_unseen(project: Path, world: World) -> None:
    model = world.client.create_logged_model("0", name="plain", params={"depth": "7"})
    try:
        address = f"models:/{model.model_id}"
        found = data(asked(project, "lineage", address))
        assert {each["kind"]: each["name"] for each in found["nodes"]} == {
            "model": "plain",
            "unknown": "unknown source",
        }
        assert asked(project, "verify", address).exit_code == 2
        card = asked(project, "export", "card", address).text()
        assert "plain" in card
        assert "depth" in card
    finally:
        world.client.delete_logged_model(model.model_id)


def test_a_model_that_was_logged_without_us_is_affected_by_its_run(project: Path, world: World) -> None:
    model = world.client.create_logged_model("0", name="<i>plain", source_run_id=world.runs["old"])
    try:
        found = asked(project, "affected", A, "--format", "html")
        assert hit(found)["<i>plain"] == "inferred"
        assert "<i>" not in found.text()
    finally:
        world.client.delete_logged_model(model.model_id)


def test_what_nobody_can_mean(project: Path) -> None:
    with pytest.raises(AisecError, match="is no digest, URL, package or CVE"):
        asked(project, "affected", "a b c")


def test_nothing_is_made_by_asking(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    with pytest.raises(AisecError, match="no MLflow store"):
        asked(project, "affected", A)
    assert not (project / "mlflow.db").exists()


def test_questions_go_where_the_notebooks_logged(project: Path, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    shutil.copytree(world.folder / "journal", project / ".aisec" / "journal")
    found = asked(project, "affected", A)
    assert hit(found) == dict.fromkeys(("old", "new"), "observed")
    assert world.uri.rpartition("@")[2] in found.text()
    assert {"old", "a.csv"} <= named(asked(project, "lineage", f"models:/{world.models['old']}", "--up"))
    assert changes(asked(project, "diff", world.runs["old"], world.runs["new"]))
    assert not (project / "mlflow.db").exists()


def test_a_store_that_is_gone_is_no_pardon(project: Path, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    journals = project / ".aisec" / "journal"
    shutil.copytree(world.folder / "journal", journals)
    gone = f"sqlite:///{project}/gone.db"
    first = min(journals.iterdir())
    first.write_text(first.read_text().replace(json.dumps(world.uri), json.dumps(gone)))
    found = asked(project, "affected", "python>=99")
    assert (found.exit_code, data(found)["complete"]) == (2, False)
    assert f"could not be looked at, because it is gone: {gone}" in found.text()


def test_packages_as_mlflow_writes_them_down() -> None:
    conda = """
channels:
- conda-forge
dependencies:
- python=3.12.4
- pip<=24.2
- pip:
  - mlflow==3.17.2
  - torch[extra]==2.6.0+cu124
  - pandas>=2
name: mlflow-env
"""
    assert packages.read({"conda.yaml": conda}) == {
        "python": "3.12.4", "pip": "", "mlflow": "3.17.2", "torch": "2.6.0+cu124", "pandas": "",
    }  # fmt: skip
    text = "Scikit_Learn==1.6.1 ; python_version > '3'\n# a comment==1\n--hash=x\n-e git+https://x/y\n"
    assert packages.read({"requirements.txt": text, "python_env.yaml": "python: 3.11.9\n"}) == {
        "scikit-learn": "1.6.1", "python": "3.11.9",
    }  # fmt: skip
    assert packages.of_tag(packages.as_tag({"a": "1", "b": ""})) == {"a": "1", "b": ""}


def changes(found: Result) -> dict[str, dict[str, tuple[str | None, str | None]]]:
    parts = data(found)["changes"]
    return {part: {each["name"]: (each["before"], each["after"]) for each in parts[part]} for part in parts}


def test_diff_of_two_runs(project: Path, world: World) -> None:
    found = asked(project, "diff", world.runs["old"], "models:/credit/2")
    assert changes(found) == {
        "data": {"b.csv": (None, B)},
        "code": {"aisec.notebook": ("old.ipynb", "new.ipynb")},
        "parameters": {"depth": ("3", "5")},
        "packages": {"scikit-learn": ("1.4.0", "1.6.1"), "pandas": (None, "2.2.3")},
        "findings": {"high": ("1", None)},
    }
    assert data(found)["unknown"] == ["code"]
    assert found.exit_code == 1
    assert B not in found.text()
    assert B[:12] in found.text()


def test_diff_of_a_run_with_itself(project: Path, world: World) -> None:
    words = (world.runs["old"], "models:/credit/1")
    found = asked(project, "diff", *words)
    assert not any(changes(found).values())
    assert found.exit_code == 2  # without the journals, nobody knows the cells
    assert "not known to be the same: code" in found.text()
    shutil.copytree(world.folder / "journal", project / ".aisec" / "journal")
    assert asked(project, "diff", *words).exit_code == 0
    found = asked(project, "diff", world.runs["old"], world.runs["new"])
    before, after = changes(found)["code"]["cell cell-1"]
    assert (before, after) == tuple(hashlib.sha256(name).hexdigest() for name in (b"old", b"new"))


def test_diff_of_what_was_not_recorded(project: Path, world: World) -> None:
    plain = [world.client.create_run("0", run_name=f"<u>{each}</u>").info.run_id for each in "ab"]
    try:
        found = asked(project, "diff", *plain, "--format", "html")
        assert data(found)["unknown"] == ["data", "code", "packages", "findings"]
        assert found.exit_code == 2
        assert "have the same parameters" in found.text()
        assert "<u>" not in found.text()
        world.client.log_param(plain[0], "lr", "<u>")
        assert changes(asked(project, "diff", *plain))["parameters"] == {"lr": ("<u>", None)}
    finally:
        for each in plain:
            world.client.delete_run(each)


@pytest.mark.parametrize(
    ("name", "said"), [("0" * 32, "has no 0000"), ("mine", "is no run"), ("models:/credit/9", "has no models")]
)
def test_diff_of_a_run_that_there_is_not(project: Path, world: World, name: str, said: str) -> None:
    with pytest.raises(AisecError, match=said):
        asked(project, "diff", world.runs["old"], name)


def test_verify_what_another_machine_recorded(project: Path, world: World) -> None:
    (project / "data").mkdir()
    (project / "data" / "a.csv").write_bytes(b"a")
    found = asked(project, "verify", "models:/credit/1")
    assert {each["name"]: each["state"] for each in data(found)["assets"]} == {"a.csv": "unchanged", "old": "unchanged"}
    assert found.exit_code == 0
    (project / "data" / "a.csv").write_bytes(b"b")
    assert asked(project, "verify", world.runs["old"]).exit_code == 1
    found = asked(project, "verify", "models:/credit@champion")
    assert {each["name"]: each["state"] for each in data(found)["assets"]} == {
        "a.csv": "changed", "b.csv": "vanished", "new": "unchanged",
    }  # fmt: skip
