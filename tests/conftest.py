"""What all tests share: a project of their own, and the environment of nobody."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# What a run says should hang on the change that is tested, not on chance. `--hypothesis-profile=default` looks further.
settings.register_profile("same", derandomize=True)
settings.load_profile("same")

Shell = Callable[..., subprocess.CompletedProcess[str]]

SEVERAL_PROCESSES = {"kernel", "lab", "server", "tracking"}
"""The folders whose tests hang on how browsers, kernels and servers of other people keep time with one another."""


def _of_several_processes(item: pytest.Item) -> bool:
    return item.path.relative_to(Path(__file__).parent).parts[0] in SEVERAL_PROCESSES


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What failed there is tried once more; the report names it, and counts it as a rerun.

    They come first: the longest file that is begun last would keep one process busy while the others have nothing left.
    """
    for item in filter(_of_several_processes, items):
        item.add_marker(pytest.mark.flaky(reruns=1))
    items.sort(key=lambda item: not _of_several_processes(item))


@pytest.fixture(autouse=True)
def _nobodys_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    for name in ("MLFLOW_TRACKING_URI", "MLFLOW_EXPERIMENT_NAME", "MLFLOW_RUN_ID", "JPY_SESSION_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path_factory.mktemp("jupyter-data")))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path_factory.mktemp("ipython")))


@pytest.fixture(scope="module", autouse=True)
def _nobodys_store() -> None:
    """What a cell of another file told MLflow in this process is not for the tests of this one."""
    if "mlflow" in sys.modules:
        sys.modules["mlflow"].set_tracking_uri(None)
        os.environ.pop("MLFLOW_TRACKING_URI", None)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project directory, which is also the working directory."""
    (tmp_path / ".aisec").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def aisec(project: Path) -> Shell:
    """The command line, as a person runs it in the project."""

    def run(*words: str, **options: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "jupyter_aisec", *words]
        given: dict[str, Any] = {"cwd": project, "capture_output": True, "text": True, "timeout": 120} | options
        return subprocess.run(command, check=False, **given)

    return run
