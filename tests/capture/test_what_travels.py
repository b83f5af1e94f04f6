"""Where data comes from goes with the live objects, and nothing of the user's is other than without us."""

from __future__ import annotations

import gc
import importlib.util
import inspect
import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
import sklearn.utils
from pandas.testing import assert_frame_equal

from jupyter_aisec import knowledge
from jupyter_aisec.model import AssetKind, Certainty, Verb
from tests.capture.conftest import Watched

SETUP = """
import copy, joblib, pickle, numpy as np, pandas as pd
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.utils import shuffle
a, b = pd.read_csv('a.csv'), pd.read_csv('b.csv')
n = np.loadtxt('c.csv', delimiter=',', skiprows=1)
np.savez('z.npz', k=n[:3])
archive = np.load('z.npz')
values = a.to_numpy()
taken = a.copy()
popped = taken.pop('y')
written = a.copy()
written['other'] = b['x']
with pd.read_csv('b.csv', chunksize=3) as chunks:
    chunk = next(chunks)
scaler = StandardScaler().fit(a[['x']])
pipeline = make_pipeline(StandardScaler(), LinearRegression()).fit(a[['x']], a.y)
classes = LogisticRegression().fit(a[['x']], a.y)
"""

OF_A = [
    "a[a.x > 1]",
    "a.drop(columns='z')",
    "a[['x']]",
    "a.x * 2",
    "np.log1p(a)",
    "a.groupby('y').mean()",
    "a.iloc[:5]",
    "a.loc[a.x > 1, 'x']",
    "a.pivot_table(index='y', values='x')",
    "pd.get_dummies(a, columns=['y'])",
    "a.melt()",
    "a.x.map(str)",
    "a.x.astype(str).str.upper()",
    "a.sample(frac=0.5, random_state=0)",
    "a.query('x > 1')",
    "a.fillna(0)",
    "a.describe()",
    "a.T",
    "a.copy()",
    "copy.deepcopy(a)",
    "popped",
    "taken",
    "next(g for _, g in a.groupby('y'))",
    "pd.cut(a.x, 3)",
    "pd.to_datetime(a.x)",
    "a.apply(lambda row: row.x, axis=1)",
    "values",
    "a.x.values",
    "values[:5][:, :1]",
    "np.asarray(a)",
    "np.asarray(a.x)",
    "train_test_split(values)[1]",
    "train_test_split(n, a)[3]",
    "pd.DataFrame(values)",
]
OF_OTHERS = {
    "n[:, :1]": {"c.csv"},
    "n.T.reshape(-1, order='F')": {"c.csv"},
    "train_test_split(a, n)[2]": {"c.csv"},
    "shuffle(n, random_state=0)": {"c.csv"},
    "pd.Series(n[:, 0])": {"c.csv"},
    "archive['k']": {"z.npz"},
    "chunk": {"b.csv"},
    "a.merge(b, on='x')": {"a.csv", "b.csv"},
    "pd.concat([a, b])": {"a.csv", "b.csv"},
    "a.join(b[['z']].rename(columns={'z': 'w'}))": {"a.csv", "b.csv"},
    "a.x + b.x": {"a.csv", "b.csv"},
    "np.maximum(a.x, b.x)": {"a.csv", "b.csv"},
    "a.assign(q=b.x)": {"a.csv", "b.csv"},
    "written": {"a.csv", "b.csv"},
    "pd.DataFrame({'p': a.x, 'q': n[:, 0]})": {"a.csv", "c.csv"},
    "scaler.transform(b[['x']])": {"StandardScaler", "b.csv"},
    "classes.predict(b[['x']])": {"LogisticRegression", "b.csv"},
    "classes.predict_proba(b[['x']])": {"LogisticRegression", "b.csv"},
    "pd.DataFrame(scaler.transform(b[['x']]), columns=['x'])": {"StandardScaler", "b.csv"},
    "pipeline.predict(b[['x']])": {"b.csv"},
    "FunctionTransformer(None).fit_transform(b)": {"b.csv"},
}
EXPRESSIONS = {each: {"a.csv"} for each in OF_A} | OF_OTHERS


def test_what_is_made_of_data_is_seen_to_come_from_it(watched: Watched) -> None:
    watched.run(SETUP)
    found = {}
    for expression in EXPRESSIONS:
        # In a container, of which the code of the cell does not say what is in it.
        watched.shell.user_ns["given"] = [eval(expression, watched.shell.user_ns)]
        watched.run("joblib.dump(given[0], 'given.joblib')")
        names = {use.key: use.name for use in watched.uses}
        wrote = watched.uses[-1]
        found[expression] = {names[each.key] for each in wrote.sources if each.certainty is Certainty.OBSERVED}
    assert found == EXPRESSIONS


def test_a_fit_is_seen_to_come_from_a_split_of_a_merge(watched: Watched) -> None:
    watched.run(
        SETUP,
        "df = a.merge(b, on='x')\nX, y = df[['x']], df.pop('y_x')",
        "X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)",
        "model = LinearRegression().fit(scaler.transform(X_train), y_train)",
    )
    fit = [use for use in watched.uses if use.verb is Verb.FITTED][-1]
    assert {each.certainty for each in fit.sources if each.key.startswith(AssetKind.DATASET.value)} == {
        Certainty.OBSERVED
    }
    assert watched.went_into(fit) == {"a.csv", "b.csv"}


def test_data_that_is_gone_is_forgotten(watched: Watched) -> None:
    watched.run("import pandas as pd\na = pd.read_csv('a.csv')\nparts = [a[a.x > n] for n in range(10)]")
    table = watched.capture._live.table
    assert len(table) >= 11
    watched.run("del a, parts")
    gc.collect()
    assert not table


def test_metadata_and_pickles_of_a_frame_are_its_own(watched: Watched) -> None:
    watched.run(
        "import pickle, pandas as pd\na = pd.read_csv('a.csv')\nb = a[a.x > 3]\nb.attrs['mine'] = 1",
        "c = b.drop(columns='y')\nsame = pickle.loads(pickle.dumps(c))",
    )
    names = watched.shell.user_ns
    assert names["a"].attrs == {}
    assert names["c"].attrs == names["same"].attrs == {"mine": 1}
    assert set(vars(names["c"])) == set(vars(pd.DataFrame({"x": [1]})[["x"]]))
    assert_frame_equal(names["c"], names["same"])


def test_signatures_and_properties_stay(watched: Watched) -> None:
    followed = [pd.DataFrame, pd.Series, pd.DataFrame.to_numpy, pd.cut, sklearn.utils.shuffle]
    before = [inspect.signature(each) for each in followed]
    documented = vars(pd.DataFrame)["values"].__doc__
    watched.run("import pandas as pd, sklearn.utils\na = pd.read_csv('a.csv')")
    now = [pd.DataFrame, pd.Series, pd.DataFrame.to_numpy, pd.cut, sklearn.utils.shuffle]
    assert [inspect.signature(each) for each in now] == before
    assert isinstance(vars(pd.DataFrame)["values"], property)
    assert vars(pd.DataFrame)["values"].__doc__ == documented
    assert pickle.loads(pickle.dumps(pd.cut)) is pd.cut


@pytest.mark.skipif(pd.__version__ < "3", reason="pandas warns of chained assignments since 3.0")
def test_pandas_still_counts_the_references_of_a_chained_assignment(watched: Watched) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        watched.run("import pandas as pd\na = pd.read_csv('a.csv')\na[a.x > 1]['y'] = 0")
    assert [each.category.__name__ for each in caught] == ["ChainedAssignmentError"]
    assert "aisec" not in caught[0].filename


def test_a_worker_gets_frames_and_functions_that_work(watched: Watched) -> None:
    watched.run(
        "import joblib, pandas as pd\na = pd.read_csv('a.csv')",
        "sums = joblib.Parallel(n_jobs=2)(joblib.delayed(pd.DataFrame.sum)(part) for part in (a[:5], a[5:]))\n"
        "bins = joblib.Parallel(n_jobs=2)(joblib.delayed(pd.cut)(part, 2) for part in (a.x[:5], a.x[5:]))",
    )
    assert [int(each.x) for each in watched.shell.user_ns["sums"]] == [10, 180]
    assert [len(each) for each in watched.shell.user_ns["bins"]] == [5, 15]


def test_every_derivation_names_a_call_that_is_there() -> None:
    for each in knowledge.derivations():
        for call in each.calls:
            parts = call.split(".")
            library = {"pandas": pd, "numpy": np, "sklearn": sklearn}.get(parts[0])
            if library is None and importlib.util.find_spec(parts[0]) is None:
                continue  # too heavy to be in every environment
            library = library or importlib.import_module(parts[0])
            assert parts[-1] in knowledge_of(library, parts[1:-1], family=each.subclasses), call


def knowledge_of(owner: object, parts: list[str], *, family: bool) -> set[str]:
    for part in parts:
        owner = getattr(owner, part)
    assert owner is not None
    if not family:
        return set(dir(owner))
    found = set()
    queue: list[type] = [owner]  # type: ignore[list-item]
    while queue:
        each = queue.pop()
        found |= set(dir(each))
        queue += each.__subclasses__()
    return found | {"fit_resample"}  # of imbalanced-learn
