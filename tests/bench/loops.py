"""What a watched call costs in a loop, beside the same loop unwatched: ``python -m tests.bench.loops``.

In turn, as processor time of the calling thread, the least of all rounds: what else runs is in neither figure.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from IPython.core.interactiveshell import InteractiveShell

from jupyter_aisec.capture import Capture
from jupyter_aisec.capture.flow import Lines
from jupyter_aisec.capture.hashing import Hasher
from jupyter_aisec.capture.recorder import Tracking
from jupyter_aisec.notebook import syntax

SETUP = """
import time
import numpy as np, pandas as pd
from sklearn.linear_model import LinearRegression, SGDRegressor
frame = pd.DataFrame({name: np.arange(1000.0) % (2 + number) for number, name in enumerate("abcdef")})
frame.to_csv("small.csv", index=False)
np.save("small.npy", np.arange(10.0))
np.save("data.npy", frame.to_numpy())
"""

LOADED = """
frame = pd.read_csv("small.csv")
data = np.load("data.npy")
X, y = data[:, :5], data[:, 5]
model = SGDRegressor(random_state=0).fit(X, y)
"""

LOOPS: Mapping[str, tuple[int, str]] = {
    "np.load, the same file": (2000, "np.load('small.npy')"),
    "pd.read_csv, the same file": (100, "pd.read_csv('small.csv')"),
    "partial_fit, a step of training": (1000, "model.partial_fit(X[:256], y[:256])"),
    "numpy, a step of training": (2000, "y - X @ (X.T @ y)"),
    "LinearRegression().fit": (100, "LinearRegression().fit(X, y)"),
    "frame[name]": (5000, "frame['a']"),
    "frame[condition]": (1000, "frame[frame.a > 0]"),
    "frame.merge": (100, "frame.merge(frame, on='a', how='left').head(1) if i < 5 else frame.head(1)"),
    "model.predict": (1000, "model.predict(X[:10])"),
}


def source(times: int, call: str) -> str:
    """A cell that does something over and over, and times it."""
    return f"begun = time.thread_time()\nfor i in range({times}):\n    {call}\ntook = time.thread_time() - begun"


def main() -> None:
    """Measure in turn, print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        print(f"{'in a loop':<34}{'without us':>14}{'more a call':>14}{'ratio':>8}")
        for name, (times, call) in LOOPS.items():
            if options.only in name:
                bare, watched = measure(times, call, options.rounds)
                more = (watched - bare) / times * 1e6
                print(f"{name:<34}{bare / times * 1e6:>11.1f} µs{more:>11.1f} µs{watched / bare:>8.3f}")
        # A shell looks where it is when it ends.
        os.chdir("/")


def measure(times: int, call: str, rounds: int) -> tuple[float, float]:
    """Seconds of a loop without and with us."""
    shell = InteractiveShell.instance()
    shell.run_cell(SETUP, store_history=False).raise_error()
    shell.run_cell(LOADED, store_history=False).raise_error()
    bare, watched = [], []
    for _ in range(rounds):
        bare.append(run(shell, source(times, call)))
        hasher, records = Hasher(), []  # type: ignore[var-annotated]
        capture = Capture(shell.user_ns, Path.cwd(), records.append, Tracking, hasher)
        capture.start()
        for cell in (LOADED, source(times, call)):
            capture.cell_begins(1, None, syntax.parse(cell).tree, Lines.of(cell))
            seconds = run(shell, cell)
            capture.cell_ends(None)
        watched.append(seconds)
        capture.stop()
        hasher.stop()
        if not records:
            raise SystemExit("nothing was watched: the figures would say nothing")
    return min(bare), min(watched)


def run(shell: InteractiveShell, cell: str) -> float:
    """Run a cell; what its loop took."""
    shell.run_cell(cell, store_history=False).raise_error()
    return float(shell.user_ns.get("took", 0.0))


if __name__ == "__main__":
    main()
