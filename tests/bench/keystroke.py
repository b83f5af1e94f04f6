"""What one keystroke costs until its findings are known, in notebooks of 50, 500 and 5,000 cells: ``make bench``.

A line is typed into the middle cell, character by character, half-typed states included; in turn in all notebooks, so
that whatever else the machine does meets all alike. Once over HTTP, as a page asks, and once with the analysis alone.
"""

from __future__ import annotations

import argparse
import http.client
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from jupyter_aisec.analysis.incremental import Incremental
from jupyter_aisec.analysis.judge import Judge
from jupyter_aisec.rules import default_rules
from tests.server.conftest import Server, running

SIZES = (50, 500, 5000)
GOAL = 50.0
"""Milliseconds at the 95th percentile, in a notebook of 500 cells."""
HEAD = "import pickle\nimport pandas as pd\nfrom sklearn.linear_model import Ridge\nSEED = 7"
CELL = """\
# Step {0}: clean what was read, and look at it.
table_{0} = pd.read_csv('data/part-{0}.csv')
table_{0} = table_{0}.dropna().drop(columns=['id', 'comment'])
for name in table_{0}.columns:
    print(name, table_{0}[name].mean(), SEED)
model = Ridge(alpha={0}).fit(table_{0}[['a', 'b']], table_{0}['target'])
"""
LOADED = "old = pickle.load(open('models/{0}.pkl', 'rb'))\n"
TYPED = "newest = pickle.load(open('models/newest.pkl', 'rb'))"


@dataclass
class Typing:
    """One notebook, somebody who types in it, and the milliseconds of each keystroke."""

    cells: dict[str, str]
    ask: Callable[[dict[str, str], list[str] | None], None]
    load: float = 0.0
    middle: list[float] = field(default_factory=list)
    top: list[float] = field(default_factory=list)

    def open(self) -> None:
        self.load = self._timed(self.cells, [*self.cells])

    def key(self, number: int) -> None:
        keys = list(self.cells)
        typed = "\n" + TYPED[: number % len(TYPED) + 1]
        middle = keys[len(keys) // 2]
        self.middle.append(self._timed({middle: self.cells[middle] + typed}))

    def above(self, number: int) -> None:
        """In the cell whose names all others use."""
        self.top.append(self._timed({"c0": HEAD + "\n" + TYPED[: number % len(TYPED) + 1]}))

    def _timed(self, cells: dict[str, str], order: list[str] | None = None) -> float:
        started = time.perf_counter()
        self.ask(cells, order)
        return (time.perf_counter() - started) * 1e3


def notebook(size: int) -> dict[str, str]:
    texts = [HEAD, *(CELL.format(n) + (LOADED.format(n) if n % 10 == 0 else "") for n in range(1, size))]
    return {f"c{number}": text for number, text in enumerate(texts)}


def alone(size: int) -> Typing:
    """The analysis, in this process."""
    found = Incremental(Judge(default_rules()))

    def ask(cells: dict[str, str], order: list[str] | None) -> None:
        found.update(cells, order)

    return Typing(notebook(size), ask)


def over_http(server: Server, size: int) -> Typing:
    """The route, on a connection that stays open as a browser's does."""
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=60)
    headers = {"Authorization": f"token {server.token}"}
    revision = 0

    def ask(cells: dict[str, str], order: list[str] | None) -> None:
        nonlocal revision
        request = {
            "document": str(size),
            "path": f"{size}.ipynb",
            "kind": "notebook",
            "language": "python",
            "base": 0 if order else revision,
            "revision": revision + 1,
            "cells": [{"key": key, "source": source} for key, source in cells.items()],
            "order": order,
        }
        revision += 1
        connection.request("POST", "/aisec/api/check", json.dumps(request), headers)
        reply = json.loads(connection.getresponse().read())
        assert not reply["resend"], reply
        assert reply["problem"] is None, reply

    return Typing(notebook(size), ask)


def measured(typings: dict[int, Typing], keys: int) -> None:
    for typing in typings.values():
        typing.open()
    for number in range(keys):
        for typing in typings.values():
            typing.key(number)
    for number in range(keys // 10):
        for typing in typings.values():
            typing.above(number)


def shown(title: str, typings: dict[int, Typing]) -> None:
    print(f"\n{title:<20}{'first load':>14}{'p50':>12}{'p95':>12}   p50 and p95 in the cell whose names all others use")
    bare = percentiles(typings[SIZES[0]].middle)
    for size, typing in typings.items():
        half, most = percentiles(typing.middle)
        columns = "".join(f"{value:>9.1f} ms" for value in (half, most, *percentiles(typing.top)))
        print(f"{size:>6} cells{'':<8}{typing.load:>11.0f} ms{columns}")
        if size != SIZES[0]:
            print(f"{'':>6} as a ratio to {SIZES[0]:<12}{half / bare[0]:>12.2f}{most / bare[1]:>12.2f}")


def percentiles(values: list[float]) -> tuple[float, float]:
    return statistics.median(values), statistics.quantiles(values, n=20)[-1]


def main() -> int:
    """Print both tables; 1 when the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keys", type=int, default=300, help="how many keystrokes are measured in each notebook")
    keys = parser.parse_args().keys
    found = {size: alone(size) for size in SIZES}
    measured(found, keys)
    shown("analysis alone", found)
    with tempfile.TemporaryDirectory() as folder:
        root, home = Path(folder, "root"), Path(folder, "home")
        root.mkdir()
        home.mkdir()
        with running(root, home) as server:
            served = {size: over_http(server, size) for size in SIZES}
            measured(served, keys)
    shown("over HTTP", served)
    return int(percentiles(served[500].middle)[1] > GOAL)


if __name__ == "__main__":
    sys.exit(main())
