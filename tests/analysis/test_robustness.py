"""Notebooks that somebody broke, or made to break us: they are analysed or refused, in bounded time."""

from __future__ import annotations

import json
import time
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_aisec.analysis import Analyser
from jupyter_aisec.model import AisecError, Cell, CellKind, Notebook
from jupyter_aisec.notebook.decode import decode
from jupyter_aisec.rules import all_rules, default_rules

MUTATED = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SHIPPED = sorted((Path(__file__).parents[2] / "notebooks").glob("**/*.ipynb"))
OUTPUTS = [
    {"output_type": "stream", "name": "stdout", "text": ["a@example.org\n", "done"]},
    {"output_type": "display_data", "metadata": {}, "data": {"text/html": "<b>x</b>", "image/png": "iVBORw0KGgo="}},
    {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["\x1b[0;31m /home/ann/x.py"]},
]
MADE = json.dumps(
    {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": {"language": "python"}, "widgets": {"a": {"state": {}}}},
        "cells": [
            *(
                {
                    "cell_type": "code",
                    "id": f"c{number}",
                    "execution_count": number,
                    "metadata": {},
                    "source": rule.bad[0].splitlines(keepends=True),
                    "outputs": OUTPUTS[number % 3 : number % 3 + 1],
                }
                for number, rule in enumerate(all_rules()[::8])
            ),
            {"cell_type": "markdown", "metadata": {}, "source": "# a <!-- aisec: ignore[x] y -->", "attachments": {}},
        ],
    },
    indent=1,
).encode()
STARTS = [MADE, *(path.read_bytes() for path in SHIPPED)]


def analysed(data: bytes) -> None:
    try:
        notebook = decode(data, "n.ipynb")
    except AisecError:
        return
    start = time.monotonic()
    report = Analyser(all_rules()).analyse(notebook)
    assert time.monotonic() - start < 10
    for each in report.findings:
        assert 0 <= each.place.cell_index < max(1, len(notebook.cells))


PIECES = [
    b"",
    b"<",
    b"'",
    b'"',
    b"\\",
    b"\\n",
    b"{",
    b"]",
    b"\xff",
    b"\xc2\xa0",
    b"null",
    b"[]",
    b"-1",
    b"\\ud800",
    b"(",
]


@MUTATED
@given(st.data())
def test_bytes_that_are_lost_doubled_swapped_and_put_in(data: st.DataObject) -> None:
    found = data.draw(st.sampled_from(STARTS))
    for _ in range(data.draw(st.integers(1, 6))):
        one, other = sorted(data.draw(st.tuples(*[st.integers(0, len(found))] * 2)))
        end = min(other, one + data.draw(st.sampled_from([1, 20, 2000])))
        part = found[one:end]
        found = data.draw(
            st.sampled_from(
                [
                    found[:one] + found[end:],
                    found[:one] + part + part + found[end:],
                    found[:one] + part[::-1] + found[end:],
                    found[:one] + data.draw(st.sampled_from(PIECES)) + found[end:],
                ]
            )
        )
    analysed(found)


VALUES: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 0, -1, 1e308, "", "x", [], {}, [[]], ["a", 1], {"": None}, "\ud800", 10**30]
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of a value in a JSON document."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, inner in items for found in places(inner, (*path, key)))]


@MUTATED
@given(st.data())
def test_values_that_are_others_or_gone(data: st.DataObject) -> None:
    whole = json.loads(data.draw(st.sampled_from(STARTS)))
    for _ in range(data.draw(st.integers(1, 8))):
        found = places(whole)[1:]
        if not found:
            break
        *way, last = data.draw(st.sampled_from(found))
        inner = whole
        for key in way:
            inner = inner[key]
        if data.draw(st.booleans()):
            inner[last] = deepcopy(data.draw(VALUES))
        elif isinstance(inner, list) and data.draw(st.booleans()):
            inner.insert(last, deepcopy(inner[data.draw(st.integers(0, len(inner) - 1))]))
        else:
            del inner[last]
    analysed(json.dumps(whole).encode())


@pytest.mark.parametrize("data", ["\ud800", {"text/plain": "\ud800"}, {"\ud800": "x"}, ["\ud800"]])
def test_half_a_character_in_an_output_of_an_old_notebook(data: object) -> None:
    outputs = [{"output_type": "display_data", "metadata": {}, "data": data}]
    cell = {"cell_type": "code", "metadata": {}, "input": "x", "source": "x", "outputs": outputs}
    for whole in (
        {"cells": [cell]},
        {"worksheets": [{"cells": [cell]}], "nbformat": 3},
        {"cells": [cell], "nbformat": 4},
    ):
        analysed(json.dumps(whole).encode())


SOURCES = [cell for data in STARTS for cell in ("".join(each["source"]) for each in json.loads(data)["cells"])]
TYPED = st.sampled_from(
    ["", "<KEY>", "'", '"""', "(", ")", "\u00a0", "\u2019", "=", "...", "\n", "\n  ", "!", "%", "f'{"]
)


@settings(MUTATED, max_examples=400)
@given(
    st.sampled_from(SOURCES), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 30), TYPED), min_size=1, max_size=5)
)
def test_cells_that_are_half_right(source: str, edits: list[tuple[float, int, str]]) -> None:
    for where, taken, typed in edits:
        at = int(where * len(source))
        source = source[:at] + typed + source[at + taken :]
    for each in Analyser(default_rules()).check(Cell(0, CellKind.CODE, source)):
        assert 1 <= each.place.line <= each.place.end_line <= source.count("\n") + 1 + source.count("\r")


WORST = {
    "broken cells": ["x = <KEY> a b"] * 3_000,
    "broken lines": ["x = = 1\n" * 20_000] * 4,
    "functions": ["".join(f"def f{n}(a): return f{n + 1}(a)\n" for n in range(5_000)) + "f0(input())"],
    "sums": ["import requests\nx = requests.get(u).text\n" + "x = x + x\n" * 2_000 + "exec(x)"],
    "texts": ["x = 'a'\n" + "x = f'{x}{x}'\n" * 2_000],
    "pipes": ["!" + "a|" * 100_000],
    "shell groups": ["!" + "(a)" * 1_000],
    "blocks": ["\n".join(" " * n + f"def f{n}(a):" for n in range(95)) + "\n" + " " * 95 + "return a"],
}


@pytest.mark.parametrize("sources", WORST.values(), ids=WORST)
def test_the_time_for_a_notebook_is_kept(sources: list[str]) -> None:
    cells = tuple(Cell(number, CellKind.CODE, source) for number, source in enumerate(sources))
    start = time.monotonic()
    report = Analyser(default_rules()).analyse(Notebook("n", cells), seconds=1.5)
    assert time.monotonic() - start < 6
    assert report.findings or not report.not_analysed
