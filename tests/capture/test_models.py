"""Models: fitted, saved, loaded, logged; with MLflow's autologging and without."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_aisec.model import AssetKind, Verb
from jupyter_aisec.tracking import active
from tests.capture.conftest import Watched

FIT = """
import pandas as pd
from sklearn.linear_model import Ridge
df = pd.read_csv('a.csv')
model = Ridge().fit(df[['x']], df['y'])
"""


@pytest.fixture
def tracked(watched: Watched, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Watched:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{folder}/mlflow.db")
    watched.run("import mlflow")
    from jupyter_aisec.capture.recorder import Tracking

    watched.capture._recorder.tracking = Tracking(active.active_run)
    return watched


def test_a_saved_model_is_what_was_fitted_and_loading_it_is_the_same_file(watched: Watched) -> None:
    watched.run(FIT, "import joblib\njoblib.dump(model, 'm.joblib')", "again = joblib.load('m.joblib')")
    fitted, saved, loaded = (watched.only(verb) for verb in (Verb.FITTED, Verb.SAVED, Verb.LOADED))
    assert [source.key for source in saved.sources] == [fitted.key]
    assert watched.digest(saved).sha256 == watched.digest(loaded).sha256
    assert fitted.name == "Ridge"
    assert fitted.location is None


def test_the_row_of_a_third_partys_estimator_needs_no_row_of_its_own(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "from sklearn.base import BaseEstimator\nclass Mine(BaseEstimator):\n    def fit(self, X): return self\n"
    Path("third_party.py").write_text(code)
    monkeypatch.syspath_prepend(Path.cwd())
    watched.run("import third_party, pandas as pd")
    watched.run("third_party.Mine().fit(pd.read_csv('a.csv'))")
    assert watched.only(Verb.FITTED).facts["class"] == "third_party.Mine"


def test_a_logged_model_leads_to_the_fitted_one_and_to_its_run(tracked: Watched) -> None:
    tracked.run(
        FIT,
        "with mlflow.start_run() as run:\n"
        "    info = mlflow.sklearn.log_model(model, name='ridge', pip_requirements=['scikit-learn'])",
    )
    logged = tracked.only(Verb.LOGGED)
    info = tracked.shell.user_ns["info"]
    assert logged.location == f"models:/{info.model_id}"
    assert logged.run is not None
    assert logged.run.run_id == tracked.shell.user_ns["run"].info.run_id
    assert [source.key for source in logged.sources] == [tracked.only(Verb.FITTED).key]
    assert tracked.only(Verb.FITTED).run is None


def test_a_model_that_autologging_logs_from_inside_fit_leads_to_that_fit(tracked: Watched) -> None:
    tracked.run(
        "import mlflow.sklearn\nmlflow.sklearn.autolog(log_input_examples=False, silent=True)",
        FIT,
        "mlflow.sklearn.autolog(disable=True, silent=True)",
    )
    fitted, logged = tracked.only(Verb.FITTED), tracked.only(Verb.LOGGED)
    assert [source.key for source in logged.sources] == [fitted.key]
    assert logged.run is not None
    assert tracked.went_into(fitted) == {"a.csv"}
    assert logged.kind is AssetKind.MODEL
