"""Models of every library that has rows: fitted on a file, saved, loaded again."""

from __future__ import annotations

import pytest

from jupyter_aisec.model import AssetKind, Verb
from tests.capture.conftest import Watched
from tests.capture.graph import above, graph_of, sha

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")

READ = """
import warnings
warnings.simplefilter('ignore')
import pandas as pd
frame, other = pd.read_csv('a.csv'), pd.read_csv('b.csv')
X, y = frame[['x', 'z']], frame['y']
"""

QUIET = "params = {'verbosity': -1, 'min_data_in_leaf': 1, 'num_threads': 1}\n"

SAVED: dict[str, tuple[str, str, str]] = {
    "xgboost train": (
        "m.ubj",
        (
            "import xgboost as xgb\ndata = xgb.DMatrix(X, y)\n"
            "booster = xgb.train({'nthread': 1}, data, 2)\nbooster.save_model('m.ubj')"
        ),
        "again = xgb.Booster()\nagain.load_model('m.ubj')",
    ),
    "xgboost in one line": (
        "m.json",
        "import xgboost as xgb\nxgb.train({'nthread': 1}, xgb.DMatrix(X, y), 2).save_model('m.json')",
        "again = xgb.Booster(model_file='m.json')",
    ),
    "xgboost estimator": (
        "m.json",
        (
            "from xgboost import XGBClassifier\n"
            "model = XGBClassifier(n_estimators=2, n_jobs=1).fit(X, y)\nmodel.save_model('m.json')"
        ),
        "again = XGBClassifier()\nagain.load_model('m.json')",
    ),
    "lightgbm train": (
        "m.txt",
        QUIET
        + ("import lightgbm as lgb\nbooster = lgb.train(params, lgb.Dataset(X, y), 2)\nbooster.save_model('m.txt')"),
        "again = lgb.Booster(model_file='m.txt')",
    ),
    "lightgbm estimator": (
        "m.pkl",
        (
            "import joblib, lightgbm as lgb\n"
            "model = lgb.LGBMClassifier(n_estimators=2, verbose=-1, n_jobs=1)\nmodel.fit(X, y)\n"
            "joblib.dump(model, 'm.pkl')"
        ),
        "again = joblib.load('m.pkl')",
    ),
    "statsmodels": (
        "m.pkl",
        "import statsmodels.api as sm\nresults = sm.OLS(y, sm.add_constant(X[['x']])).fit()\nresults.save('m.pkl')",
        "again = sm.load('m.pkl')",
    ),
    "statsmodels by formula": (
        "m.pkl",
        (
            "import statsmodels.formula.api as smf\nmodel = smf.ols('y ~ x', data=frame)\n"
            "results = model.fit()\nresults.save('m.pkl')"
        ),
        "from statsmodels.iolib.smpickle import load_pickle\nagain = load_pickle('m.pkl')",
    ),
    "statsmodels series": (
        "m.pkl",
        (
            "from statsmodels.tsa.arima.model import ARIMA\n"
            "results = ARIMA(frame['x'], order=(1, 0, 0)).fit()\nresults.save('m.pkl')"
        ),
        "from statsmodels.base.wrapper import ResultsWrapper\nagain = ResultsWrapper.load('m.pkl')",
    ),
    "skops": (
        "m.skops",
        "import skops.io\nfrom sklearn.linear_model import Ridge\nskops.io.dump(Ridge().fit(X, y), 'm.skops')",
        "again = skops.io.load('m.skops')",
    ),
    "pickle": (
        "m.pkl",
        (
            "import pickle\nfrom sklearn.linear_model import Ridge\nmodel = Ridge().fit(X, y)\n"
            "with open('m.pkl', 'wb') as f:\n    pickle.dump(model, f)"
        ),
        "with open('m.pkl', 'rb') as f:\n    again = pickle.load(f)",
    ),
    "a pickle by its path": (
        "m.pkl",
        (
            "import pickle\nfrom pathlib import Path\nfrom sklearn.linear_model import Ridge\n"
            "pickle.dump(Ridge().fit(X, y), Path('m.pkl').open('wb'))"
        ),
        "again = pickle.load(Path('m.pkl').open('rb'))",
    ),
    "cloudpickle": (
        "m.pkl",
        (
            "import cloudpickle\nfrom sklearn.linear_model import Ridge\n"
            "with open('m.pkl', 'wb') as f: cloudpickle.dump(Ridge().fit(X, y), f)"
        ),
        "with open('m.pkl', 'rb') as f: again = cloudpickle.load(f)",
    ),
    "a pipeline": (
        "m.joblib",
        (
            "import joblib\nfrom sklearn.pipeline import make_pipeline\n"
            "from sklearn.preprocessing import StandardScaler\n"
            "from sklearn.linear_model import LogisticRegression\n"
            "model = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y)\n"
            "joblib.dump(model, 'm.joblib')"
        ),
        "again = joblib.load('m.joblib')",
    ),
    "a search": (
        "m.joblib",
        (
            "import joblib\nfrom sklearn.linear_model import Ridge\n"
            "from sklearn.model_selection import GridSearchCV\n"
            "search = GridSearchCV(Ridge(), {'alpha': [1, 2]}, cv=2).fit(X, y)\n"
            "joblib.dump(search.best_estimator_, 'm.joblib')"
        ),
        "again = joblib.load('m.joblib')",
    ),
    "an ensemble": (
        "m.joblib",
        (
            "import joblib\nfrom sklearn.ensemble import StackingRegressor\n"
            "from sklearn.linear_model import Ridge\n"
            "model = StackingRegressor([('a', Ridge()), ('b', Ridge(2))], cv=2)\nmodel.fit(X, y)\n"
            "joblib.dump(model, 'm.joblib')"
        ),
        "again = joblib.load('m.joblib')",
    ),
    "weights": (
        "m.safetensors",
        (
            "from safetensors.numpy import save_file, load_file\n"
            "from sklearn.linear_model import Ridge\nmodel = Ridge().fit(X, y)\n"
            "save_file({'coef': model.coef_}, 'm.safetensors')"
        ),
        "again = load_file('m.safetensors')",
    ),
}


@pytest.mark.parametrize("name", SAVED)
def test_a_saved_model_leads_back_to_its_data_and_is_known_when_it_is_loaded(watched: Watched, name: str) -> None:
    file, save, load = SAVED[name]
    watched.run(READ, save, load)
    graph = graph_of(watched)
    found = above(graph, file)
    assert found.get("a.csv") == sha("a.csv"), found
    assert "b.csv" not in found
    assert not [each for each in found if "unknown" in each], found
    loaded = watched.only(Verb.LOADED)
    assert loaded.kind is AssetKind.MODEL
    assert watched.digest(loaded).sha256 == sha(file)
    [own] = [each for each in graph.nodes if each.location == file]
    assert own.kind is AssetKind.MODEL


def test_a_fit_is_one_model_however_many_the_library_fits_inside(watched: Watched) -> None:
    watched.run(
        READ,
        (
            "from sklearn.ensemble import BaggingRegressor\nfrom sklearn.linear_model import Ridge\n"
            "from sklearn.model_selection import RandomizedSearchCV\n"
            "search = RandomizedSearchCV(BaggingRegressor(Ridge()), {'n_estimators': [2, 3]}, n_iter=2, cv=2)\n"
            "search.fit(X, y)"
        ),
    )
    assert watched.only(Verb.FITTED).name == "RandomizedSearchCV"


def test_a_model_that_goes_on_from_another_comes_from_it(watched: Watched) -> None:
    watched.run(
        READ,
        "import xgboost as xgb\nfirst = xgb.train({'nthread': 1}, xgb.DMatrix(X, y), 1)",
        "second = xgb.train({'nthread': 1}, xgb.DMatrix(other[['x', 'z']], other['y']), 1, xgb_model=first)",
    )
    first, second = (use for use in watched.uses if use.verb is Verb.FITTED)
    assert first.key in {each.key for each in second.sources}
    assert watched.went_into(second) == {"a.csv", "b.csv"}


def test_cross_validation_of_boosters_leaves_no_models(watched: Watched) -> None:
    watched.run(
        READ,
        QUIET
        + (
            "import xgboost as xgb, lightgbm as lgb\n"
            "xgb.cv({'nthread': 1}, xgb.DMatrix(X, y), 1, nfold=2)\n"
            "lgb.cv(params, lgb.Dataset(X, y), 1, nfold=2, stratified=False)"
        ),
    )
    assert {use.verb for use in watched.uses} == {Verb.READ}


def test_a_booster_reads_a_file_by_its_path(watched: Watched) -> None:
    watched.run(
        QUIET
        + (
            "import lightgbm as lgb\n"
            "booster = lgb.train({**params, 'label_column': 1, 'header': True}, lgb.Dataset('a.csv'), 1)"
        )
    )
    assert watched.went_into(watched.only(Verb.FITTED)) == {"a.csv"}
