"""What a watched call costs in a loop, beside the same loop unwatched: ``python -m tests.bench.loops``.

In one kernel, in turn, as processor time of its main thread: what else runs is in neither figure.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
from collections.abc import Mapping

from tests.bench.kernel import Bench, kernel

SETUP = """
import time
import numpy as np, pandas as pd, mlflow
from sklearn.linear_model import LinearRegression, SGDRegressor
frame = pd.DataFrame({name: np.arange(1000.0) % (2 + number) for number, name in enumerate("abcdef")})
frame.to_csv("small.csv", index=False)
np.save("small.npy", np.arange(10.0))
np.save("data.npy", frame.to_numpy())
open("small.txt", "w").close()
"""

LOADED = """
frame = pd.read_csv("small.csv")
data = np.load("data.npy")
X, y = data[:, :5], data[:, 5]
model = SGDRegressor(random_state=0).fit(X, y)
"""

RUN = "mlflow.start_run()"

_PARTS = 50

READERS: Mapping[str, tuple[int, str]] = {
    "np.load, the same file": (2000, "np.load('small.npy')"),
    "pd.read_csv, the same file": (200, "pd.read_csv('small.csv')"),
}
STEPS: Mapping[str, tuple[int, str]] = {
    "partial_fit, a step of training": (1000, "model.partial_fit(X[:256], y[:256])"),
    "numpy, a step of training": (2000, "y - X @ (X.T @ y)"),
}
OTHERS: Mapping[str, tuple[int, str]] = {
    "open and close, the same file": (1000, "open('small.txt').close()"),
    "LinearRegression().fit": (100, "LinearRegression().fit(X, y)"),
    "frame[name]": (5000, "frame['a']"),
    "frame[condition]": (1000, "frame[frame.a > 0]"),
    "frame.iloc[row]": (2000, "frame.iloc[i % 1000]"),
    "frame.merge": (100, "frame.merge(frame, on='a', how='left').head(1) if i < 5 else frame.head(1)"),
    "model.predict": (1000, "model.predict(X[:10])"),
}


def source(times: int, call: str) -> str:
    """A cell that does something over and over, and times it in fifty parts; the first call is in the first of them."""
    clock = f"if i % {times // _PARTS} == 0: took.append(time.thread_time())"
    return f"took = []\nfor i in range({times}):\n    {clock}\n    {call}\ntook.append(time.thread_time())"


def main() -> None:
    """Measure in turn, print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    print(f"{'in a loop':<34}{'without us':>14}{'more a call':>14}{'ratio':>8}")
    with kernel() as bench:
        prepare(bench)
        for name, (times, call) in (READERS | STEPS | OTHERS).items():
            if options.only in name:
                bare, more = loop(bench, times, call, options.rounds)
                print(f"{name:<34}{bare * 1e6:>11.1f} µs{more * 1e6:>11.1f} µs{1 + more / bare:>8.3f}", flush=True)


def prepare(bench: Bench) -> None:
    """The files, and what is read of them while we watch."""
    bench.run(SETUP)
    bench.run(LOADED)


def loop(bench: Bench, times: int, call: str, rounds: int) -> tuple[float, float]:
    """Seconds of one call in a loop without us, and how much more it takes watched.

    Medians over the parts of all rounds: where other work takes turns on the processor, its caches are cold for some.
    """
    found: dict[bool, list[float]] = {False: [], True: []}
    for number in range(2 * rounds):
        on = number % 4 in (1, 2)
        bench.watching(on=on)
        if on:
            bench.run(LOADED)  # what was known of the data went when watching ended
        bench.run(source(times, call))
        marks: list[float] = bench.value("took")  # type: ignore[assignment]
        found[on] += [(after - before) / (times // _PARTS) for before, after in itertools.pairwise(marks)]
    bare = statistics.median(found[False])
    return bare, statistics.median(found[True]) - bare


if __name__ == "__main__":
    main()
