"""Code that people really write, and that a careless watch would break or misread."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import threading
import time
import warnings
from pathlib import Path

import cloudpickle
import pytest

from jupyter_aisec.model import Certainty, Verb
from tests.capture.conftest import Watched

# Files that users leave to the garbage collector are theirs to leave.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")

FIT = """
from sklearn.linear_model import LinearRegression as LR, SGDRegressor
a = pd.read_csv('a.csv')
b = pd.read_csv('b.csv')
"""


@pytest.fixture
def ready(watched: Watched) -> Watched:
    watched.run("import pickle, joblib, pandas as pd, numpy as np", FIT)
    return watched


def sha(path: str) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def test_a_file_opened_inside_the_call_is_closed_as_soon_as_without_us(watched: Watched) -> None:
    watched.run(
        "import pickle, os\npickle.dump({'a': 1}, open('m.pkl', 'wb'))\n"
        "size = os.path.getsize('m.pkl')\nback = pickle.load(open('m.pkl', 'rb'))"
    )
    assert watched.shell.user_ns["size"] > 0
    assert watched.shell.user_ns["back"] == {"a": 1}
    wrote, read = watched.only(Verb.WROTE), watched.only(Verb.READ)
    assert watched.digest(wrote).sha256 == watched.digest(read).sha256 == sha("m.pkl")


def test_no_file_is_held_open(watched: Watched) -> None:
    watched.run("import os, pickle\nbefore = len(os.listdir('/proc/self/fd'))")
    watched.run(
        "for i in range(50):\n    pickle.dump(i, open(f'{i}.pkl', 'wb'))\nafter = len(os.listdir('/proc/self/fd'))"
    )
    assert watched.shell.user_ns["after"] <= watched.shell.user_ns["before"] + 3


def test_an_excel_writer_is_hashed_when_it_is_done(watched: Watched) -> None:
    watched.run(
        "import pandas as pd\nwith pd.ExcelWriter('x.xlsx') as book:\n"
        "    pd.DataFrame({'a': [1]}).to_excel(book, sheet_name='one')"
    )
    assert watched.digest(watched.only(Verb.WROTE)).sha256 == sha("x.xlsx")


def test_a_forked_child_records_nothing_and_takes_no_key(ready: Watched) -> None:
    before = len(ready.records)
    ready.run(
        "import os\npid = os.fork()\nif pid == 0:\n    pd.read_csv('c.csv')\n    os._exit(0)\nos.waitpid(pid, 0)",
        "d = pd.read_csv('a.csv')",
    )
    assert [use.name for use in ready.uses[-1:]] == ["a.csv"]
    keys = [use.key for use in ready.uses]
    assert len(keys) == len(set(keys))
    assert len(ready.records) > before


def test_the_name_of_a_file_like_object_is_believed_only_if_it_is_that_file(watched: Watched) -> None:
    watched.run(
        "import io, zipfile, pandas as pd\nwith zipfile.ZipFile('z.zip', 'w') as z: z.writestr('a.csv', 'q\\n1\\n')",
        "with zipfile.ZipFile('z.zip') as z: inside = pd.read_csv(z.open('a.csv'))",
        "buffer = io.BytesIO(b'x\\n5\\n')\nbuffer.name = 'a.csv'\nframe = pd.read_csv(buffer)",
    )
    assert [use.location for use in watched.uses] == ["z.zip", None, None]


def test_a_file_that_is_replaced_while_it_is_read_has_no_digest(watched: Watched) -> None:
    watched.run(
        "import os, pandas as pd\n"
        "def swap(value):\n    if os.path.exists('b.csv'): os.replace('b.csv', 'a.csv')\n    return value\n"
        "frame = pd.read_csv('a.csv', converters={'x': swap})"
    )
    read = watched.only(Verb.READ)
    assert read.problem == "the file changed while it was read"
    assert watched.digest(read).sha256 is None


def test_the_cache_of_digests_is_not_fooled_by_a_time_that_was_set_back(watched: Watched) -> None:
    watched.run("import os, pandas as pd\nframe = pd.read_csv('a.csv')")
    assert watched.capture.hasher.settle(10)
    old = Path("a.csv").stat()
    Path("a.csv").write_text(Path("a.csv").read_text().replace("97", "79"))
    os.utime("a.csv", ns=(old.st_atime_ns, old.st_mtime_ns))
    watched.run("frame = pd.read_csv('a.csv')")
    assert watched.digest(watched.uses[-1]).sha256 == sha("a.csv")


def test_a_written_file_is_found_after_a_change_of_folder(ready: Watched, folder: Path) -> None:
    ready.run("import os\nos.mkdir('d')\nf = open('x.pkl', 'wb'); pickle.dump([1], f); f.close(); os.chdir('d')")
    assert ready.digest(ready.only(Verb.WROTE)).sha256 == sha(str(folder / "x.pkl"))
    ready.run("os.chdir('..')")


def test_a_pipe_keeps_its_data_for_the_user(watched: Watched) -> None:
    os.mkfifo("pipe")
    got = []

    def feed(number: int) -> None:
        with Path("pipe").open("w") as pipe:
            pipe.write(f"x\n{number}\n")

    watched.run("import pandas as pd")
    for number in range(3):
        thread = threading.Thread(target=feed, args=(number,), daemon=True)
        thread.start()
        watched.run("value = int(pd.read_csv('pipe')['x'][0])")
        got.append(watched.shell.user_ns["value"])
        assert watched.capture.hasher.settle(5)
        thread.join(5)
    assert got == [0, 1, 2]
    assert watched.uses[0].problem == "not a regular file"


def test_a_function_of_c_stays_one_when_it_becomes_a_class_attribute(watched: Watched) -> None:
    watched.run(
        "import pickle\nclass Codec:\n    dump = pickle.dump",
        "with open('z.pkl', 'wb') as file: Codec().dump([1], file)",
        "copy = pickle.loads(pickle.dumps(pickle.dump))",
    )
    assert Path("z.pkl").stat().st_size > 0
    assert callable(watched.shell.user_ns["copy"])


def test_an_estimator_class_made_inside_a_function_travels_by_value(watched: Watched) -> None:
    Path("made_inside.py").write_text(
        "from sklearn.base import BaseEstimator\n"
        "def make():\n    class Local(BaseEstimator):\n        def fit(self, X): return self\n    return Local\n"
    )
    watched.run("import sklearn.base")
    spec = importlib.util.spec_from_file_location("made_inside", "made_inside.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["made_inside"] = module
    spec.loader.exec_module(module)
    assert cloudpickle.dumps(module.make()())


def test_a_fit_that_failed_leaves_the_model_what_it_was(ready: Watched) -> None:
    ready.run(
        "m = LR().fit(a[['x']], a.y)\ntry: m.fit('bad', 'bad')\nexcept ValueError: pass\njoblib.dump(m, 'm.joblib')"
    )
    fitted, saved = ready.only(Verb.FITTED), ready.only(Verb.SAVED)
    assert [(source.key, source.certainty) for source in saved.sources] == [(fitted.key, Certainty.OBSERVED)]


def test_a_function_that_stands_in_a_file_is_everybodys(ready: Watched) -> None:
    ready.run(
        "import statistics\njoblib.dump(statistics.mean, 'fn.joblib'); joblib.load('fn.joblib')",
        "joblib.dump([statistics.mean], 'unrelated.joblib')",
    )
    assert not [source for source in ready.uses[-1].sources if source.certainty is Certainty.OBSERVED]


def test_no_method_of_the_users_objects_is_run(ready: Watched) -> None:
    ready.run(
        "calls = []\n"
        "class Odd(list):\n"
        "    def __getitem__(self, i): calls.append('getitem'); return list.__getitem__(self, int(i))\n"
        "    def __len__(self): calls.append('len'); return list.__len__(self)\n"
        "    def __eq__(self, other): calls.append('eq'); return True\n"
        "    __hash__ = None\n"
        "    @property\n    def shape(self): calls.append('shape'); return (1, 2)\n"
        "    def __reduce__(self): return (list, ())\n"
        "joblib.dump(Odd([1]), 'odd.joblib')"
    )
    assert ready.shell.user_ns["calls"] == []


def test_a_warm_start_and_a_frozen_model_keep_what_they_were_fitted_on(ready: Watched) -> None:
    ready.run(
        "from sklearn.frozen import FrozenEstimator\nfrom sklearn.pipeline import make_pipeline\n"
        "m = SGDRegressor(warm_start=True); m.fit(a[['x']], a.y)",
        "m.fit(b[['x']], b.y)",
    )
    assert ready.went_into(ready.uses[-1]) == {"a.csv", "b.csv"}
    ready.run(
        "from sklearn.preprocessing import StandardScaler\ns = StandardScaler().fit(a[['x']])",
        "make_pipeline(FrozenEstimator(s), LR()).fit(b[['x']], b.y)",
    )
    assert ready.went_into(ready.uses[-1]) == {"a.csv", "b.csv"}


def test_each_turn_of_a_loop_on_one_line_has_its_own_source(ready: Watched) -> None:
    ready.run(
        "for n in range(3): np.save(f'in{n}.npy', np.arange(3) + n)",
        "for n in range(3): np.save(f'out{n}.npy', np.load(f'in{n}.npy') * 2)",
    )
    wrote = [use for use in ready.uses if use.name.startswith("out")]
    assert [ready.went_into(use) for use in wrote] == [{"in0.npy"}, {"in1.npy"}, {"in2.npy"}]


@pytest.mark.parametrize("depth", [14])
def test_nested_loops_and_calling_functions_take_no_exponential_time(ready: Watched, depth: int) -> None:
    loops = (
        "".join("    " * n + f"for i{n} in [0]:\n" for n in range(depth)) + "    " * depth + "LR().fit(a[['x']], a.y)"
    )
    calls = "".join(f"def f{n}(): return f{n + 1}(), f{n + 2}()\n" for n in range(22))
    started = time.perf_counter()
    ready.run(loops, calls + "def f22(): return a\ndef f23(): return b\nz = f20", "LR().fit(a[['x']], a.y)")
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize("name", ["caf\udce9.csv", "line\nbreak.csv", "-", "ü ö.csv"])
def test_odd_file_names_are_recorded(watched: Watched, name: str) -> None:
    Path(name).write_text("x\n1\n")
    watched.shell.user_ns["name"] = name
    watched.run("import pandas as pd\nframe = pd.read_csv(name)")
    read = watched.only(Verb.READ)
    read.name.encode()
    assert watched.digest(read).sha256 == sha(name)


def test_lines_of_text_given_to_a_reader_are_not_recorded(watched: Watched) -> None:
    watched.run("import numpy as np\na = np.loadtxt(['1 2', '3 4'])\nb = np.loadtxt([' '.join(['1'] * 4000)] * 2)")
    assert {use.name for use in watched.uses} == {"in memory"}
    assert all("1 2" not in str(use) for use in watched.uses)


def test_a_warning_of_the_library_names_the_users_line(watched: Watched) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        watched.run("import pandas as pd\n\nframe = pd.read_csv('a.csv', sep='[,]')")
    [warning] = [each for each in caught if "engine" in str(each.message)]
    assert "aisec" not in warning.filename
    assert warning.lineno == 3


def test_nothing_outside_a_cell_is_recorded(ready: Watched) -> None:
    import pandas as pd

    before = len(ready.uses)
    pd.read_csv("a.csv")
    assert len(ready.uses) == before
