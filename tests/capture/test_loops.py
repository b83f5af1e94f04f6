"""A loop that does the same again and again: one use of it, and nothing missed that is another."""

from __future__ import annotations

import cProfile
import hashlib
import itertools
import time
from pathlib import Path

import pytest

from jupyter_aisec.capture import steady
from jupyter_aisec.capture.recorder import Tracking
from jupyter_aisec.model import Certainty, RunRef, Use, Verb
from tests.capture.conftest import Watched

OBSERVED = Certainty.OBSERVED


def settle(*names: str) -> None:
    """Until the files are so old that another change of them would show in their times."""
    newest = max(Path(name).stat().st_ctime_ns for name in names)
    while time.time_ns() - newest <= steady._FRESH:
        time.sleep(0.01)


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def old(watched: Watched) -> Watched:
    settle("a.csv", "b.csv", "c.csv")
    watched.run("import os, numpy as np, pandas as pd\nfrom sklearn.linear_model import LinearRegression, SGDRegressor")
    return watched


def reads(watched: Watched) -> list[Use]:
    return [use for use in watched.uses if use.verb is Verb.READ]


def test_a_file_that_is_read_again_in_a_loop_is_one_use_and_every_result_comes_from_it(old: Watched) -> None:
    old.run("frames = [pd.read_csv('a.csv') for turn in range(20)]", "frames[13].to_csv('out.csv')")
    read, wrote = old.only(Verb.READ), old.only(Verb.WROTE)
    assert (read.key, Certainty.OBSERVED) in [(each.key, each.certainty) for each in wrote.sources]
    assert len([each for each in old.records if getattr(each, "key", None) == read.key]) == 1 + bool(old.digest(read))


def test_another_cell_and_another_line_are_uses_of_their_own(old: Watched) -> None:
    old.run("for turn in range(3): pd.read_csv('a.csv')\npd.read_csv('a.csv')", "pd.read_csv('a.csv')")
    assert [use.line for use in reads(old)] == [1, 2, 1]


def test_a_function_is_another_place_for_each_that_calls_it(old: Watched) -> None:
    old.run("def load():\n    return pd.read_csv('a.csv')\nfor turn in range(3): load()\nfor turn in range(3): load()")
    assert [use.line for use in reads(old)] == [3, 4]


@pytest.mark.parametrize("times", [3, 30])
def test_a_file_that_changes_between_two_turns_is_read_anew(old: Watched, times: int) -> None:
    changed = "x,y,z\n7,7,7\n"
    old.shell.user_ns.update(changed=changed, Path=Path, settle=settle, times=times)
    old.run(
        "for turn in range(3 * times):\n"
        "    if turn == times:\n        Path('a.csv').write_text(changed)\n        settle('a.csv')\n"
        "    frame = pd.read_csv('a.csv')"
    )
    first, *others = reads(old)
    if times > steady._SURE:
        # So late, the file was looked at only after the read: of that one read nobody can say what it saw.
        doubtful, *others = others
        assert old.digest(doubtful).sha256 is None
        assert "changed since it was last read" in str(doubtful.problem)
    [second] = others
    assert old.digest(second).sha256 == sha(changed)
    assert first.key != second.key
    assert old.capture._live.known(old.shell.user_ns["frame"]) == {second.key}


def test_the_file_that_was_read_last_at_a_place_is_the_one_that_the_code_goes_on_with(old: Watched) -> None:
    old.run(
        "for turn in range(6):\n"
        "    d = pd.read_csv(['a.csv', 'b.csv'][turn % 2])\n"
        "    rows = d.values.tolist()\n"
        "    model = LinearRegression().fit(rows, d.y.tolist())"
    )
    fits = [use for use in old.uses if use.verb is Verb.FITTED]
    assert [old.went_into(use) for use in fits] == [{"a.csv"}, {"b.csv"}] * 3
    assert len(reads(old)) == 2


def test_what_was_read_there_meanwhile_and_is_always_new_is_what_the_code_goes_on_with(old: Watched) -> None:
    old.shell.user_ns["Path"] = Path
    old.run(
        "for turn in range(24):\n"
        "    if turn % 2: Path('new.csv').write_text(f'x,y\\n{turn},1\\n2,2\\n')\n"
        "    d = pd.read_csv(['a.csv', 'new.csv'][turn % 2])\n"
        "    rows = d.values.tolist()\n"
        "    model = LinearRegression().fit(rows, d.y.tolist())"
    )
    fits = [use for use in old.uses if use.verb is Verb.FITTED]
    assert [old.went_into(use) for use in fits] == [{"a.csv"}, {"new.csv"}] * 12


@pytest.mark.parametrize(
    "load",
    [
        "def load(turn):\n    if turn % 2: return pd.read_csv('b.csv')\n    return pd.read_csv('a.csv')",
        (
            "def one(): return pd.read_csv('a.csv')\ndef two(): return pd.read_csv('b.csv')\n"
            "def load(turn): return [one, two][turn % 2]()"
        ),
        "load = lambda turn: pd.read_csv('b.csv') if turn % 2 else pd.read_table('a.csv', sep=',')",
    ],
    ids=["branches", "functions", "lambda"],
)
def test_what_a_function_read_last_is_what_the_code_goes_on_with(old: Watched, load: str) -> None:
    old.run(
        f"{load}\nfor turn in range(24):\n    d = load(turn)\n    rows = d.values.tolist()\n"
        "    model = LinearRegression().fit(rows, d.y.tolist())"
    )
    fits = [use for use in old.uses if use.verb is Verb.FITTED]
    assert [old.went_into(use) for use in fits] == [{"a.csv"}, {"b.csv"}] * 12


def test_a_path_is_read_again_as_its_text_is(old: Watched) -> None:
    old.shell.user_ns["path"] = Path("a.csv")
    old.run("for turn in range(20): d = pd.read_csv(path)")
    [read] = reads(old)
    assert old.capture._live.known(old.shell.user_ns["d"]) == {read.key}


def test_code_that_runs_in_names_of_its_own_is_no_part_of_the_loop(old: Watched) -> None:
    old.run(
        "code = compile(\"d = pd.read_csv('a.csv')\", 'code', 'exec')\n"
        "for turn in range(30): exec(code)\nexec(code, {'pd': pd})"
    )
    assert [use.line for use in reads(old)] == [2, 3]


@pytest.mark.parametrize(
    ("loop", "asked"),
    [
        ("for turn in range(100): pd.read_csv('a.csv')", 20),
        ("for turn in range(100): model.partial_fit(X[turn % 2:], y[turn % 2:])", 5),
    ],
)
def test_what_repeats_in_the_cell_itself_is_known_by_its_closure(old: Watched, loop: str, asked: int) -> None:
    old.run("a = pd.read_csv('a.csv')\nX, y = a[['x']].to_numpy(), a['y'].to_numpy()\nmodel = SGDRegressor()")
    old.shell.user_ns["profile"] = profile = cProfile.Profile()
    old.run(f"profile.enable()\n{loop}\nprofile.disable()")
    before = sum(each.callcount for each in profile.getstats() if getattr(each.code, "co_name", "") == "_before")
    assert 0 < before < asked
    assert len(old.uses) == 2


def test_models_that_are_trained_in_turn_are_each_a_model(old: Watched) -> None:
    old.run(
        "a, b = pd.read_csv('a.csv'), pd.read_csv('b.csv')\n"
        "models = [(SGDRegressor(), a), (SGDRegressor(), b)]\n"
        "for turn in range(40):\n"
        "    model, data = models[turn % 2 if turn < 20 else 1]\n"
        "    model.partial_fit(data[['x']], data['y'])"
    )
    fits = [use for use in old.uses if use.verb is Verb.FITTED]
    assert len({use.key for use in fits}) == 2
    names = {old_name(old, each.key): use.key for use in fits for each in use.sources if each.certainty is OBSERVED}
    assert {"a.csv", "b.csv"} <= names.keys()
    assert names["a.csv"] != names["b.csv"]


def test_a_file_that_was_just_written_is_not_taken_for_the_one_before(old: Watched) -> None:
    old.run(
        "for turn in range(12):\n    np.save('x.npy', np.full(3, turn))\n    last = np.load('x.npy')",
    )
    came = [use for use in reads(old) if use.name == "x.npy"]
    assert len(came) == 12
    assert old.digest(came[-1]).sha256 == hashlib.sha256(Path("x.npy").read_bytes()).hexdigest()


def test_a_training_is_one_use_until_its_data_or_its_run_is_another(old: Watched) -> None:
    ref = RunRef("sqlite:///x.db", "run", "0")
    opened: list[RunRef] = []
    old.capture._recorder.tracking = Tracking(lambda: opened[-1] if opened else None)
    old.shell.user_ns["open_run"] = lambda: opened.append(ref)
    old.run(
        "a, b = pd.read_csv('a.csv'), pd.read_csv('b.csv')\nmodel = SGDRegressor()\n"
        "for turn in range(30):\n"
        "    if turn == 20: open_run()\n"
        "    data = a if turn < 10 else b\n"
        "    model.partial_fit(data[['x']], data['y'])"
    )
    fits = [use for use in old.uses if use.verb is Verb.FITTED]
    seen = [
        ({old_name(old, each.key) for each in use.sources if each.certainty is Certainty.OBSERVED}, use.run)
        for use in fits
    ]
    assert len({use.key for use in fits}) == 1
    assert [({"a.csv"} <= names, {"b.csv"} <= names, run) for names, run in seen] == [
        (True, False, None),
        (False, True, None),
        (False, True, ref),
    ]


def old_name(watched: Watched, key: str) -> str:
    return next(use.name for use in watched.uses if use.key == key)


def test_the_code_of_a_loop_that_fits_is_followed_no_more_often_than_it_says_something_new(old: Watched) -> None:
    old.shell.user_ns["profile"] = profile = cProfile.Profile()
    old.run(
        "a = pd.read_csv('a.csv')\nX, y = a[['x']].to_numpy(), a['y'].to_numpy()\nprofile.enable()\n"
        "for turn in range(30):\n    model = LinearRegression().fit(X, y)\nprofile.disable()"
    )
    followed = sum(each.callcount for each in profile.getstats() if getattr(each.code, "co_name", "") == "_scope")
    assert 0 < followed < 5
    fits = [use for use in old.uses if use.verb is Verb.FITTED]
    assert len(fits) == 30
    assert all(old.went_into(use) == {"a.csv"} for use in fits)


def test_a_model_that_is_fitted_on_what_the_one_before_gave_comes_from_that(old: Watched) -> None:
    old.run(
        "a = pd.read_csv('a.csv')\nrows, y = a.x.tolist(), a.y.tolist()\n"
        "for turn in range(6):\n"
        "    model = LinearRegression().fit([[each] for each in rows], y)\n"
        "    rows = model.predict([[each] for each in rows]).tolist()"
    )
    fits = [use for use in old.uses if use.verb is Verb.FITTED]
    assert not {each.key for each in fits[0].sources} & {each.key for each in fits}
    for before, use in itertools.pairwise(fits):
        assert before.key in {each.key for each in use.sources}
