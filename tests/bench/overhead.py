"""What watching costs the user's cells, beside the goals that we set ourselves: ``python -m tests.bench.overhead``.

All of it in real kernels, with and without us in turn, as processor time of the kernel's main thread; only where
something might wait for a server, by the clock.
"""

from __future__ import annotations

import argparse
import socket
import statistics
from collections.abc import Iterator
from contextlib import contextmanager

from tests.bench import loops, pandas_heavy
from tests.bench.kernel import Bench, kernel, middle

_STEPS = 10_000

_ROWS = (300_000, 3_000_000)
"""Of a notebook that is run in a second, and of one at which a person waits."""


def main() -> None:
    """Measure, and print a line for each goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--cells", action="store_true", help="each cell of the pandas-heavy notebook, too")
    options = parser.parse_args()
    print(f"{'':<50}{'without us':>12}{'more':>11}{'ratio':>8}   goal")
    with kernel() as bench:
        loops.prepare(bench)
        for name, (times, call) in loops.READERS.items():
            say(name, *loops.loop(bench, times, call, options.rounds), "at most 5 µs more")
        name, (_, call) = next(iter(loops.STEPS.items()))
        say(f"{name}, {_STEPS}", *loops.loop(bench, _STEPS, call, options.rounds), "ratio of 1.01")
        bench.run(loops.RUN)
        said = f"the same, in a run of MLflow, {_STEPS}"
        say(said, *loops.loop(bench, _STEPS, call, options.rounds), "ratio of 1.01")
    for rows in _ROWS:
        with kernel() as bench:
            notebook(bench, rows, options.rounds, every=options.cells)
    with kernel() as bench:
        bench.run(pandas_heavy.setup(_ROWS[0]))
        bench.cells(pandas_heavy.CELLS)
        short(bench, "a whole cell, 1 + 1", "1 + 1", options.rounds)
        short(bench, "a whole cell, of one short line", "mean = features['spent'].mean() + 1", options.rounds)
    with silent_server() as address, kernel({"MLFLOW_TRACKING_URI": address}) as bench:
        bench.run(pandas_heavy.setup(_ROWS[0]))
        bench.cells(["import pandas as pd", "again = pd.read_csv('customers.csv')"])
        waiting(bench, options.rounds)


def say(what: str, bare: float, more: float, goal: str) -> None:
    """One line of the table."""
    unit, factor = ("µs", 1e6) if bare < 1e-3 else ("ms", 1e3)
    line = f"{what:<50}{bare * factor:>9.2f} {unit}{more * factor:>8.2f} {unit}{1 + more / bare:>8.3f}   {goal}"
    print(line, flush=True)


def notebook(bench: Bench, rows: int, rounds: int, *, every: bool) -> None:
    """A notebook from its first cell to its last, the checks of the cells and all; run twice before, unmeasured."""
    bench.run(pandas_heavy.setup(rows))
    for on in (False, True):
        bench.watching(on=on)
        bench.cells(pandas_heavy.CELLS)
    bare, watched = map(middle, bench.in_turn(pandas_heavy.CELLS, rounds))
    if every:
        for source, without, ours in zip(pandas_heavy.CELLS, bare, watched, strict=True):
            say("  " + source.partition("\n")[0][:46], without, ours - without, "")
    say(
        f"a pandas-heavy notebook, {len(bare)} cells, {rows:,} rows",
        sum(bare),
        sum(watched) - sum(bare),
        "ratio of 1.03",
    )


def short(bench: Bench, what: str, source: str, rounds: int) -> None:
    """What a cell costs that does next to nothing: the hooks, and the look at it before it runs."""
    bare, watched = (statistics.median(middle(found)) for found in bench.in_turn([source] * 20, rounds))
    say(what, bare, watched - bare, "(each cell once)")


def waiting(bench: Bench, rounds: int) -> None:
    """A cell that reads, by the clock, while the server that is to be told of it never answers."""
    cells = ["again = pd.read_csv('customers.csv')"] * 5
    found: dict[bool, list[float]] = {False: [], True: []}
    for number in range(2 * rounds):
        on = number % 4 in (1, 2)
        bench.watching(on=on)
        found[on] += [seconds for _, seconds in bench.cells(cells)]
    bare = statistics.median(found[False])
    say("a cell that reads, MLflow silent, by the clock", bare, statistics.median(found[True]) - bare, "no wait for it")
    longest = max(found[True])
    say("  the longest of them, beside the longest", max(found[False]), longest - max(found[False]), "")


@contextmanager
def silent_server() -> Iterator[str]:
    """The address of something that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


if __name__ == "__main__":
    main()
