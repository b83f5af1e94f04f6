"""The user's code never notices: same objects, same exceptions, same signatures, and everything left as found."""

from __future__ import annotations

import asyncio
import inspect
import pickle
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import ModuleType

import joblib
import pandas as pd
import polars as pl
import pyarrow.csv
import pytest
import sklearn.linear_model

from jupyter_aisec import knowledge
from jupyter_aisec.capture import Capture
from jupyter_aisec.capture.closure import disguised
from jupyter_aisec.capture.recorder import Tracking
from jupyter_aisec.model import AssetKind, Verb
from tests.capture.conftest import Watched

LIBRARIES = ("pandas", "numpy", "polars", "pyarrow", "sklearn", "joblib", "pickle", "mlflow")


def attributes() -> dict[tuple[str, str], int]:
    """Identity of every function and method that could have been exchanged."""
    found: dict[tuple[str, str], int] = {}
    for name, module in list(sys.modules.items()):
        if isinstance(module, ModuleType) and name.partition(".")[0] in LIBRARIES:
            for key, value in list(vars(module).items()):
                found[name, key] = id(value)
                if isinstance(value, type):
                    found |= {(f"{name}.{key}", each): id(what) for each, what in list(vars(value).items())}
    return found


def test_stopping_leaves_every_attribute_as_it_was_found(watched: Watched) -> None:
    watched.run("import pandas, numpy, polars, joblib, pickle, pyarrow.csv, pyarrow.parquet, sklearn.ensemble")
    watched.capture.stop()
    before = attributes()
    again = Watched(Path.cwd())
    assert attributes() != before
    finders = list(sys.meta_path)
    again.close()
    assert {key: value for key, value in attributes().items() if key in before} == before
    assert len(sys.meta_path) == len(finders) - 1


def test_a_function_that_was_imported_by_name_earlier_is_watched_too_and_given_back(watched: Watched) -> None:
    watched.capture.stop()
    watched.run("from pandas import read_csv as read")
    original = watched.shell.user_ns["read"]
    again = Capture(watched.shell.user_ns, Path.cwd(), watched.records.append, Tracking(), watched.capture.hasher)
    again.start()
    watched.run("frame = read('a.csv')")
    assert [use.location for use in watched.uses] == ["a.csv"]
    again.stop()
    assert watched.shell.user_ns["read"] is original


def test_results_are_the_identical_objects_and_exceptions_the_identical_exceptions(watched: Watched) -> None:
    watched.run("from sklearn.linear_model import LinearRegression\nimport pandas as pd", "model = LinearRegression()")
    watched.run("fitted = model.fit([[1.0], [2.0]], [1.0, 2.0])")
    assert watched.shell.user_ns["fitted"] is watched.shell.user_ns["model"]
    with pytest.raises(FileNotFoundError) as caught:
        pd.read_csv("not-there.csv")
    assert caught.value.filename == "not-there.csv"
    assert not [use for use in watched.uses if use.verb is Verb.READ]


def test_ctrl_c_in_a_watched_call_goes_through_and_leaves_nothing_behind(watched: Watched) -> None:
    class Interrupting:
        def read(self, *_: object) -> str:
            raise KeyboardInterrupt

        def __iter__(self) -> object:
            raise KeyboardInterrupt

    watched.run("import pandas as pd")
    with pytest.raises(KeyboardInterrupt):
        pd.read_csv(Interrupting())  # type: ignore[call-overload]
    watched.run("frame = pd.read_csv('a.csv')")
    assert [use.location for use in watched.uses] == ["a.csv"]


@pytest.mark.parametrize(
    "function",
    [pd.read_csv, pd.DataFrame.to_csv, pl.read_csv, pyarrow.csv.read_csv, joblib.load, sklearn.linear_model.Ridge.fit],
)
def test_signature_name_and_documentation_stay(watched: Watched, function: object) -> None:
    before = (inspect.signature(function), function.__name__, function.__doc__)  # type: ignore[arg-type,attr-defined]
    watched.run("import pandas, polars, pyarrow.csv, joblib, sklearn.linear_model")
    module = sys.modules[function.__module__]  # type: ignore[attr-defined]
    now: object = module
    for part in function.__qualname__.split("."):  # type: ignore[attr-defined]
        now = getattr(now, part)
    assert (inspect.signature(now), now.__name__, now.__doc__) == before  # type: ignore[arg-type,attr-defined]


def test_a_function_that_is_awaited_is_one_still_and_its_caller_is_known_at_once(watched: Watched) -> None:
    openai = pytest.importorskip("openai")
    watched.run(
        "import asyncio, openai\n"
        "client = openai.AsyncOpenAI(api_key='none', base_url='http://127.0.0.1:9/v1', max_retries=0)\n"
        "async def ask():\n"
        "    create = client.responses.create\n"
        "    both = (create(model='m', instructions='You are brief.', input='Hi') for _ in range(2))\n"
        "    return await asyncio.gather(*both, return_exceptions=True)\n"
        "answers = asyncio.run(ask())",
    )
    create = openai.resources.responses.AsyncResponses.create
    assert create is not inspect.unwrap(create)
    assert inspect.iscoroutinefunction(create)
    assert inspect.iscoroutinefunction(watched.shell.user_ns["client"].responses.create)
    assert [type(each) for each in watched.shell.user_ns["answers"]] == [openai.APIConnectionError] * 2
    assert {use.line for use in watched.uses if use.kind is AssetKind.PROMPT} == {7}


@pytest.mark.filterwarnings("error")
def test_what_stands_for_a_function_is_of_its_kind() -> None:
    async def awaited() -> int:
        return 1

    def in_turn() -> Iterator[int]:
        yield 1

    async def both() -> AsyncIterator[int]:
        yield 1

    for original in (awaited, in_turn, both):
        made = disguised(lambda original=original: original(), original)
        for kind in (inspect.iscoroutinefunction, inspect.isgeneratorfunction, inspect.isasyncgenfunction):
            assert kind(made) == kind(original)
    for _ in range(100):
        assert asyncio.run(disguised(lambda: awaited(), awaited)()) == 1  # noqa: PLW0108 - it is what is looked at


def test_watched_functions_and_fitted_models_can_be_pickled(watched: Watched) -> None:
    watched.run(
        "import pandas as pd", "from sklearn.linear_model import Ridge\nmodel = Ridge().fit([[1.0], [2.0]], [1, 2])"
    )
    assert pickle.loads(pickle.dumps(pd.read_csv)) is pd.read_csv
    model = pickle.loads(pickle.dumps(watched.shell.user_ns["model"]))
    assert model.predict([[3.0]]).shape == (1,)


def test_process_pools_get_watched_functions_across(watched: Watched) -> None:
    watched.run(
        "import pandas as pd, joblib\n"
        "frames = joblib.Parallel(n_jobs=2)(joblib.delayed(pd.read_csv)(n) for n in ('a.csv', 'b.csv'))"
    )
    assert [frame.shape for frame in watched.shell.user_ns["frames"]] == [(20, 3), (20, 3)]


def test_an_estimator_of_the_notebook_travels_to_worker_processes(watched: Watched) -> None:
    watched.run(
        "import joblib\nfrom sklearn.base import BaseEstimator\n"
        "class Mean(BaseEstimator):\n"
        "    def fit(self, X, y):\n        self.mean_ = sum(y) / len(y)\n        return self\n",
        "models = joblib.Parallel(n_jobs=2)(joblib.delayed(Mean().fit)([[0]], [n]) for n in (1, 2))",
    )
    assert [model.mean_ for model in watched.shell.user_ns["models"]] == [1, 2]


def test_what_reads_in_threads_is_recorded_once_each(watched: Watched) -> None:
    watched.run(
        "import pandas as pd\nfrom concurrent.futures import ThreadPoolExecutor\n"
        "with ThreadPoolExecutor(3) as pool:\n    frames = list(pool.map(pd.read_csv, ['a.csv', 'b.csv', 'c.csv']))",
    )
    assert sorted(use.name for use in watched.uses) == ["a.csv", "b.csv", "c.csv"]


def test_a_failure_of_ours_is_logged_and_never_raised(watched: Watched, caplog: pytest.LogCaptureFixture) -> None:
    def broken(_: object) -> None:
        raise RuntimeError("the disk is on fire")

    watched.capture._recorder.record = broken
    watched.run("import pandas as pd\nframe = pd.read_csv('a.csv')")
    assert watched.shell.user_ns["frame"].shape == (20, 3)
    assert "could not record pandas.read_csv" in caplog.text


def test_a_step_that_fails_at_the_end_of_a_cell_leaves_no_other_out(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    deep = "1 if process is None else " * 500 + "2"
    watched.run(
        f"import subprocess\nprocess = subprocess.Popen(['cp', 'a.csv', 'got.csv'])\nprocess.wait()\nvalue = {deep}"
    )
    assert "could not record what the code binds" in caplog.text
    assert [use.name for use in watched.uses if use.verb is Verb.WROTE] == ["got.csv"]


@pytest.mark.parametrize(
    "fails",
    [
        "open_run()",
        "X = np.asarray(X).view(type('Odd', (np.ndarray,), {'base': property(lambda self: 1 / 0)}))",
    ],
    ids=["the open run", "an array of the user's"],
)
def test_a_failure_of_ours_in_a_loop_is_logged_and_never_raised(
    watched: Watched, caplog: pytest.LogCaptureFixture, fails: str
) -> None:
    failing: list[bool] = []

    def run() -> None:
        if failing:
            raise FileNotFoundError("the folder is gone")

    watched.capture._recorder.tracking = Tracking(run)
    watched.shell.user_ns["open_run"] = lambda: failing.append(True)
    watched.run(
        "import numpy as np, pandas as pd\nfrom sklearn.linear_model import SGDRegressor",
        "a = pd.read_csv('a.csv')\nX, y = a[['x']].to_numpy(), a['y'].to_numpy()\nmodel = SGDRegressor()\n"
        f"for turn in range(8):\n    if turn == 5: {fails}\n    model.partial_fit(X, y)",
    )
    assert watched.shell.user_ns["turn"] == 7
    assert "could not record sklearn.base.BaseEstimator.partial_fit" in caplog.text


def test_hundreds_of_branches_are_followed(watched: Watched, caplog: pytest.LogCaptureFixture) -> None:
    chain = "".join(f"elif number == {index}:\n    data = other\n" for index in range(1, 300))
    watched.run(
        "import pandas as pd\nfrom sklearn.linear_model import Ridge\nother, number = None, 400\n"
        f"if number == 0:\n    pass\n{chain}else:\n    data = pd.read_csv('a.csv')",
        "model = Ridge().fit(data[['x']], data.y)",
    )
    assert not caplog.text
    assert watched.went_into(watched.only(Verb.FITTED)) == {"a.csv"}


def test_every_library_with_rows_can_be_absent() -> None:
    assert set(LIBRARIES) <= knowledge.libraries()
    assert "nothing-like-it" not in knowledge.libraries()
    assert knowledge.api("nothing.at_all") is None
