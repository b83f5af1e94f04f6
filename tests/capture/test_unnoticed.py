"""What runs beside the cell, in threads and in other processes; and warnings, which name the user's line."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import pytest

from jupyter_aisec.model import Use, Verb
from tests.capture.conftest import Watched

FORKS = pytest.mark.skipif(sys.platform == "win32", reason="nothing forks there")


def sources(use: Use) -> set[tuple[str, str]]:
    return {(each.key, each.certainty.value) for each in use.sources}


def test_a_thread_that_reads_while_the_cell_goes_on_gives_its_statements_nothing(watched: Watched) -> None:
    watched.run(
        "import threading, pandas as pd\n"
        "from sklearn.linear_model import LinearRegression\n"
        "class Turn:\n"
        "    '''As an event, but one that is waited for in the notebook's own code.'''\n"
        "    def __init__(self): self.taken = False\n"
        "    def wait(self):\n        while not self.taken: pass\n"
        "begin, done = Turn(), Turn()\n"
        "def load():\n    global other\n    begin.wait()\n    other = pd.read_csv('b.csv')\n    done.taken = True\n"
        "thread = threading.Thread(target=load)\nthread.start()",
        "data = pd.read_csv('a.csv')\n"
        "def turns():\n    begin.taken = True\n    done.wait()\n    return data.values.tolist()\n"
        "model = LinearRegression().fit(turns(), data.y)",
        "thread.join()\nsecond = LinearRegression().fit(other[['x']], other.y)",
    )
    first, second = (use for use in watched.uses if use.verb is Verb.FITTED)
    assert watched.went_into(first) == {"a.csv"}
    assert watched.went_into(second) == {"b.csv"}
    beside = next(use for use in watched.uses if use.name == "b.csv")
    assert beside.line is None


def test_threads_that_the_statement_waits_for_belong_to_it(watched: Watched) -> None:
    watched.run(
        "import pandas as pd\nfrom concurrent.futures import ThreadPoolExecutor\n"
        "from sklearn.linear_model import LinearRegression\n"
        "def rows(name):\n    return pd.read_csv(name).values.tolist()",
        "with ThreadPoolExecutor(1) as pool:\n    [part] = pool.map(rows, ['a.csv'])",
        "model = LinearRegression().fit(part, part)",
    )
    assert watched.went_into(watched.only(Verb.FITTED)) == {"a.csv"}
    assert watched.only(Verb.READ).line == 2


@FORKS
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_what_forked_processes_read_is_an_unknown_source(watched: Watched) -> None:
    watched.run(
        "import multiprocessing, pandas as pd\nfrom sklearn.linear_model import LinearRegression\n"
        "def load(name):\n    return pd.read_csv(name)",
        "with multiprocessing.get_context('fork').Pool(2) as pool:\n    [read] = pool.map(load, ['a.csv'])",
        "model = LinearRegression().fit(read[['x']], read.y)",
        "here = pd.read_csv('b.csv')",
    )
    assert [use.name for use in watched.uses if use.verb is Verb.READ] == ["b.csv"]
    assert sources(watched.only(Verb.FITTED)) == {("unknown", "inferred")}


def test_what_the_processes_of_joblib_read_is_an_unknown_source(watched: Watched) -> None:
    watched.run(
        "import joblib, pandas as pd\nfrom sklearn.linear_model import LinearRegression",
        "[read] = joblib.Parallel(n_jobs=2)(joblib.delayed(pd.read_csv)(name) for name in ['a.csv'])",
        "model = LinearRegression().fit(read[['x']], read.y)",
    )
    assert [use for use in watched.uses if use.verb is Verb.READ] == []
    assert sources(watched.only(Verb.FITTED)) == {("unknown", "inferred")}


def test_a_warning_names_the_line_that_it_names_without_us(watched: Watched) -> None:
    Path("empty.txt").touch()
    cell = (
        "import io, numpy as np, pandas as pd\n"
        "np.loadtxt('empty.txt')\n"
        "np.genfromtxt('empty.txt')\n"
        "pd.read_csv(io.StringIO('a,b\\n1,2,3\\n'), index_col=False)\n"
    )
    found = []
    for on in (True, False):
        if not on:
            watched.capture.stop()
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            watched.run(cell)
        found.append([(Path(each.filename).name, each.lineno, each.category) for each in said])
    # A cell has a file of its own each time.
    assert [(line, kind) for _, line, kind in found[0]] == [(line, kind) for _, line, kind in found[1]]
    assert [line for file, line, _ in found[0] if "ipython" in file] == [2, 3, 4]
