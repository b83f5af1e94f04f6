"""Questions that only MLflow can answer: a project without journals, and a store that others filled."""

from __future__ import annotations

import json
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
from tests.tracking.world import A, B, World

pytestmark = pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("world")
    with pytest.MonkeyPatch.context() as patch:
        uri = f"sqlite:///{folder / 'mlflow.db'}"
        patch.setenv("MLFLOW_TRACKING_URI", uri)
        patch.setenv("_MLFLOW_SERVER_ARTIFACT_ROOT", str(folder / "mlruns"))
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
