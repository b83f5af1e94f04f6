"""Which sources reached this fit: notebooks in many styles, with the answer that a person would give."""

from __future__ import annotations

import pytest

from jupyter_aisec.model import Verb
from tests.capture.conftest import Watched

SETUP = """
import numpy as np, pandas as pd
from sklearn.linear_model import LinearRegression, Ridge, SGDRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.model_selection import train_test_split, GridSearchCV, cross_val_score
"""

CHAIN = """
model = (
    make_pipeline(
        StandardScaler(), LinearRegression()
    )
    .fit(
        (
            b
            .drop(columns='z')
        ),
        b['y'],
    )
)
"""

NOTEBOOKS: dict[str, tuple[list[str], set[str]]] = {
    "straight on": (
        ["df = pd.read_csv('a.csv')\nX, y = df[['x']], df['y']", "LinearRegression().fit(X, y)"],
        {"a.csv"},
    ),
    "the other file is read too": (
        ["a = pd.read_csv('a.csv')\nb = pd.read_csv('b.csv')", "LinearRegression().fit(b[['x']], b['y'])"],
        {"b.csv"},
    ),
    "two on one line": (
        ["a, b = pd.read_csv('a.csv'), pd.read_csv('b.csv')", "LinearRegression().fit(b[['x']], b['y'])"],
        {"b.csv"},
    ),
    "merged": (
        [
            "a = pd.read_csv('a.csv')\nb = pd.read_csv('b.csv')\ndf = a.merge(b, on='x')",
            "LinearRegression().fit(df[['x']], df['y_x'])",
        ],
        {"a.csv", "b.csv"},
    ),
    "a list in a comprehension": (
        [
            "df = pd.concat([pd.read_csv(n) for n in ('a.csv', 'b.csv')])",
            "LinearRegression().fit(df[['x']], df['y'])",
        ],
        {"a.csv", "b.csv"},
    ),
    "a list that grows in a loop": (
        [
            "parts = []\nfor n in ('a.csv', 'b.csv'):\n    parts.append(pd.read_csv(n))\ndf = pd.concat(parts)",
            "LinearRegression().fit(df[['x']], df['y'])",
        ],
        {"a.csv", "b.csv"},
    ),
    "a name that is bound anew": (
        ["df = pd.read_csv('a.csv')", "df = pd.read_csv('b.csv')", "LinearRegression().fit(df[['x']], df['y'])"],
        {"b.csv"},
    ),
    "a column from elsewhere": (
        [
            "df = pd.read_csv('a.csv')\nother = pd.read_csv('b.csv')",
            "df['x2'] = other['z']",
            "LinearRegression().fit(df[['x', 'x2']], df['y'])",
        ],
        {"a.csv", "b.csv"},
    ),
    "a function that reads": (
        [
            "def load(path):\n    frame = pd.read_csv(path)\n    return frame[['x']], frame['y']",
            "X, y = load('c.csv')",
            "LinearRegression().fit(X, y)",
        ],
        {"c.csv"},
    ),
    "a function that reads and fits": (
        [
            "def train(path):\n    d = pd.read_csv(path)\n    X = d[['x']]\n    return Ridge().fit(X, d['y'])",
            "other = pd.read_csv('a.csv')",
            "model = train('b.csv')",
        ],
        {"b.csv"},
    ),
    "a function that is given the data": (
        [
            "def train(d, target):\n    X = d.drop(columns=target)\n    return LinearRegression().fit(X, d[target])",
            "a = pd.read_csv('a.csv')\nb = pd.read_csv('b.csv')",
            "model = train(target='y', d=b)",
        ],
        {"b.csv"},
    ),
    "a function that uses a global": (
        [
            "df = pd.read_csv('a.csv')\nother = pd.read_csv('b.csv')",
            "def train():\n    return LinearRegression().fit(df[['x']], df['y'])",
            "model = train()",
        ],
        {"a.csv"},
    ),
    "split and scaled": (
        [
            "df = pd.read_csv('a.csv')\nother = pd.read_csv('b.csv')",
            "X_train, X_test, y_train, y_test = train_test_split(df[['x']], df['y'], random_state=0)",
            "scaler = StandardScaler()\nscaled = scaler.fit_transform(X_train)",
            "LinearRegression().fit(scaled, y_train)",
        ],
        {"a.csv"},
    ),
    "numpy in between": (
        ["X = np.loadtxt('a.csv', delimiter=',', skiprows=1)", "LinearRegression().fit(X[:, :1], X[:, 1])"],
        {"a.csv"},
    ),
    "a pipeline": (
        ["df = pd.read_csv('a.csv')", "make_pipeline(StandardScaler(), LinearRegression()).fit(df[['x']], df['y'])"],
        {"a.csv"},
    ),
    "a search": (
        [
            "df = pd.read_csv('a.csv')",
            "search = GridSearchCV(LinearRegression(), {'positive': [True, False]}, cv=2)",
            "search.fit(df[['x']], df['y'])",
        ],
        {"a.csv"},
    ),
    "a script read in an if": (
        [
            "fast = True\nif fast:\n    df = pd.read_csv('a.csv')\nelse:\n    df = pd.read_csv('b.csv')",
            "LinearRegression().fit(df[['x']], df['y'])",
        ],
        {"a.csv"},
    ),
    "a with statement": (
        ["with open('a.csv') as file:\n    df = pd.read_csv(file)\n    LinearRegression().fit(df[['x']], df['y'])"],
        {"a.csv"},
    ),
    "data made up here": (
        ["X = np.arange(10).reshape(-1, 1)", "LinearRegression().fit(X, X.ravel())"],
        {"unknown"},
    ),
    "data of which one half is made up": (
        ["df = pd.read_csv('a.csv')", "LinearRegression().fit(df[['x']], np.arange(20))"],
        {"a.csv", "unknown"},
    ),
    "deleted and read again": (
        [
            "df = pd.read_csv('a.csv')",
            "del df",
            "df = pd.read_csv('b.csv')",
            "LinearRegression().fit(df[['x']], df['y'])",
        ],
        {"b.csv"},
    ),
    "only its shape": (
        [
            "a = pd.read_csv('a.csv')\nn = len(a) + a.shape[0]",
            "b = pd.read_csv('b.csv').head(n)",
            "LinearRegression().fit(b[['x']], b['y'])",
        ],
        {"b.csv"},
    ),
    "time magic": (
        ["df = pd.read_csv('a.csv')", "%%time\nX = df[['x']]\nLinearRegression().fit(X, df['y'])"],
        {"a.csv"},
    ),
    "an annotated and an augmented assignment": (
        [
            "a: pd.DataFrame = pd.read_csv('a.csv')\nb = pd.read_csv('b.csv')",
            "X = a[['x']]\nX += b[['x']]",
            "LinearRegression().fit(X, a['y'])",
        ],
        {"a.csv", "b.csv"},
    ),
    "a chain over several lines": (
        [
            "a = pd.read_csv('a.csv')\nb = pd.read_csv('b.csv')",
            CHAIN,
        ],
        {"b.csv"},
    ),
    "a walrus": (
        ["LinearRegression().fit((df := pd.read_csv('a.csv'))[['x']], df['y'])"],
        {"a.csv"},
    ),
}


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_sources_of_a_fit(watched: Watched, name: str) -> None:
    cells, expected = NOTEBOOKS[name]
    watched.run(SETUP, *cells)
    fit = [use for use in watched.uses if use.verb is Verb.FITTED][-1]
    assert watched.went_into(fit) == expected


def test_each_turn_of_a_loop_has_its_own_source(watched: Watched) -> None:
    watched.run(
        SETUP,
        "for name in ('a.csv', 'b.csv', 'c.csv'):\n"
        "    frame = pd.read_csv(name)\n"
        "    X = frame[['x']]\n"
        "    LinearRegression().fit(X, frame['y'])",
    )
    fits = [use for use in watched.uses if use.verb is Verb.FITTED]
    assert [watched.went_into(fit) for fit in fits] == [{"a.csv"}, {"b.csv"}, {"c.csv"}]


def test_cross_validation_leaves_no_models_behind(watched: Watched) -> None:
    watched.run(SETUP, "df = pd.read_csv('a.csv')\ncross_val_score(LinearRegression(), df[['x']], df['y'], cv=2)")
    assert [use.verb for use in watched.uses] == [Verb.READ]


def test_partial_fits_are_one_model_of_all_its_sources(watched: Watched) -> None:
    watched.run(
        SETUP,
        "model = SGDRegressor()\n"
        "for name in ('a.csv', 'b.csv'):\n"
        "    part = pd.read_csv(name)\n"
        "    model.partial_fit(part[['x']], part['y'])",
    )
    fits = [use for use in watched.uses if use.verb is Verb.FITTED]
    assert len({fit.key for fit in fits}) == 1
    assert set().union(*(watched.went_into(fit) for fit in fits)) == {"a.csv", "b.csv"}


def test_a_line_is_that_of_the_call(watched: Watched) -> None:
    watched.run(
        SETUP, "\ndf = (\n    pd\n    .read_csv('a.csv')\n)\n\nLinearRegression().fit(\n    df[['x']],\n    df['y'],\n)"
    )
    assert [use.line for use in watched.uses] == [4, 7]


def test_predictions_come_from_the_model_and_the_data(watched: Watched) -> None:
    watched.run(
        SETUP,
        "a = pd.read_csv('a.csv')\nb = pd.read_csv('b.csv')",
        "model = LinearRegression().fit(a[['x']], a['y'])",
        "pd.DataFrame(model.predict(b[['x']])).to_csv('out.csv')",
    )
    wrote = watched.only(Verb.WROTE)
    kinds = {source.key.partition("-")[0] for source in wrote.sources}
    assert kinds == {"model", "dataset"}
    assert watched.went_into(wrote) == {"a.csv", "b.csv"}
