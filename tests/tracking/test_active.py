from __future__ import annotations

import subprocess
import sys
import timeit
from pathlib import Path

import mlflow
import pytest

from jupyter_aisec.tracking import active

pytestmark = pytest.mark.contract


def python(code: str, folder: Path, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_nothing_imports_mlflow(tmp_path: Path) -> None:
    code = (
        "import sys, jupyter_aisec.tracking, jupyter_aisec.mirror, jupyter_aisec.tracking.active as a\n"
        "print(a.active_run(), a.user_tracking_uri(), a.experiment(), 'mlflow' in sys.modules)"
    )
    assert python(code, tmp_path) == "None None None False"
    assert python(code, tmp_path, MLFLOW_TRACKING_URI="sqlite:///x.db", MLFLOW_EXPERIMENT_NAME="e") == (
        f"None sqlite:///{tmp_path}/x.db e False"
    )


@pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy")
@pytest.mark.usefixtures("fresh_mlflow")
def test_run_of_the_user_is_seen_at_once(store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert active.user_tracking_uri() is None
    mlflow.set_tracking_uri("sqlite:///mlflow.db")
    assert active.active_run() is None
    with mlflow.start_run() as run:
        found = active.active_run()
        assert found is not None
        assert (found.tracking_uri, found.run_id, found.experiment_id) == (store, run.info.run_id, "0")
        assert min(timeit.repeat(active.active_run, number=100, repeat=5)) / 100 < 0.0005
        mlflow.set_tracking_uri("sqlite:///another.db")  # where the next one goes
        assert active.active_run() == found
        mlflow.set_tracking_uri(store)
    assert active.user_tracking_uri() == store
    assert active.experiment() is None
    identity = mlflow.set_experiment("mine").experiment_id
    assert active.experiment() == identity


def test_default_is_mlflows_own_in_the_project(tmp_path: Path) -> None:
    assert active.default_uri(tmp_path) == f"sqlite:///{tmp_path}/mlflow.db"


def test_runs_of_the_user_carry_session_and_notebook(tmp_path: Path) -> None:
    code = (
        "import mlflow\n"
        f"mlflow.set_tracking_uri('sqlite:///{tmp_path}/mlflow.db')\n"
        "with mlflow.start_run() as run: pass\n"
        "tags = mlflow.get_run(run.info.run_id).data.tags\n"
        "print(tags.get('aisec.session'), tags.get('aisec.notebook'))"
    )
    named = {"AISEC_SESSION": "5e55", "AISEC_NOTEBOOK": "nb.ipynb", "GIT_PYTHON_REFRESH": "quiet"}
    assert python(code, tmp_path, **named).splitlines()[-1] == "5e55 nb.ipynb"
    assert python(code, tmp_path, GIT_PYTHON_REFRESH="quiet").splitlines()[-1] == "None None"
