from __future__ import annotations

import re
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_aisec.analysis import Analyser
from jupyter_aisec.analysis.rule import Rule
from jupyter_aisec.model import AisecError, Cell, CellKind
from jupyter_aisec.notebook.decode import decode
from jupyter_aisec.rules import all_rules, default_rules

ANALYSED = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
PIECES = [part for rule in all_rules() for cell in rule.bad + rule.good for part in cell.split("\n")]
NOISE = ["é", "'", '"']
NOISE += ["'''", "(", ")", "\\", "\t", "   ", "%%time", "%%bash", ">>> ", "!", "%", "?", "\r", "\x0c", "\u2028"]
NOISE += ["\0", "\ud800", "{x}", "$X", "# aisec: ignore[pickle-load]", "=", ":", "\U0001f600", "|", "<(", "$("]
CODE = st.lists(st.sampled_from(PIECES + NOISE), max_size=8).flatmap(
    lambda parts: st.lists(
        st.sampled_from(["\n", "", " ", "\r\n", "\\\n"]), min_size=len(parts), max_size=len(parts)
    ).map(lambda joints: "".join(part + joint for part, joint in zip(parts, joints, strict=True)))
)


def lines_of(source: str) -> list[str]:
    return re.split(r"\r\n|\r|\n", source)


@ANALYSED
@given(st.lists(st.one_of(CODE, st.text(max_size=80)), max_size=4))
def test_any_text_is_analysed_and_every_place_lies_inside_its_cell(sources: list[str]) -> None:
    analyser = Analyser(default_rules())
    for index, source in enumerate(sources):
        lines = lines_of(source)
        for finding in analyser.check(Cell(index, CellKind.CODE, source)):
            edits = finding.fix.edits if finding.fix else ()
            for place in (finding.place, *(edit.place for edit in edits)):
                assert place.cell_index == index
                assert 1 <= place.line <= place.end_line <= len(lines)
                assert 1 <= place.column <= len(lines[place.line - 1]) + 1
                assert 1 <= place.end_column <= len(lines[place.end_line - 1]) + 1
                assert (place.line, place.column) <= (place.end_line, place.end_column)


@ANALYSED
@given(st.one_of(st.binary(max_size=200), CODE.map(lambda text: text.encode("utf-8", "surrogatepass"))), st.booleans())
def test_any_bytes_are_decoded_or_refused_in_one_line(data: bytes, script: bool) -> None:  # noqa: FBT001
    for given_data in (data, b'{"cells": [{"source": "' + data + b'"}], "nbformat": 4}'):
        try:
            decode(given_data, "n", script=script)
        except AisecError as error:
            said = str(error)
        else:
            continue
        assert "\n" not in said


IMPORTED = re.compile(r"^import (\w+)(?: as (\w+))?$", re.MULTILINE)


IMPORTING = [rule for rule in all_rules() if IMPORTED.search(rule.bad[0])]


@pytest.mark.parametrize("rule", IMPORTING, ids=lambda rule: rule.name)
@settings(max_examples=5, deadline=None)
@given(alias=st.from_regex(r"[a-z]{3}_[a-z]{3}", fullmatch=True))
def test_renaming_an_alias_changes_no_finding(rule: Rule, alias: str) -> None:
    def found(cells: list[str]) -> list[tuple[str, int, int]]:
        analyser = Analyser(default_rules())
        return [
            (finding.rule, finding.place.cell_index, finding.place.line)
            for index, cell in enumerate(cells)
            for finding in analyser.check(Cell(index, CellKind.CODE, cell))
        ]

    match = IMPORTED.search(rule.bad[0])
    assert match is not None
    old = match[2] or match[1]
    renamed = [re.sub(rf"\b{old}\.", f"{alias}.", cell) for cell in rule.bad]
    renamed[0] = renamed[0].replace(match[0], f"import {match[1]} as {alias}")
    assert found(renamed) == found(list(rule.bad))


HOSTILE = {
    "elif": "if a: pass\n" + "".join(f"elif a{n}: pass\n" for n in range(3000)),
    "attributes": "x" + ".a" * 3000 + "()",
    "calls": "f" + "(1)" * 3000,
    "sum": "+".join(["'a'"] * 5000),
    "doubling": "x = 'a'\n" + "x = x + x\n" * 200,
    "list": "x = [" + "1," * 100_000 + "]",
    "branches": "".join(f"if a:\n x{n} = 1\n" for n in range(3000)),
    "nested calls": "x = " + "str(" * 80 + "1" + ")" * 80,
    "commands": "!" + "a;" * 30_000,
    "shell lines": "!pip install x\n" * 2000,
    "substitutions": "!" + "$(" * 3000,
    "findings": "import pickle\n" + "pickle.load(f)\n" * 10_000,
    "comments": "import pickle\n" + "pickle.load(f)  # aisec: ignore[pickle-load]\n" * 2000,
    "functions": "".join(f"def f{n}(a=1): return g(a)\n" for n in range(10_000)),
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE)
def test_hostile_cell_is_bounded(source: str) -> None:
    start = time.perf_counter()
    found = Analyser(default_rules()).check(Cell(0, CellKind.CODE, source))
    assert time.perf_counter() - start < 5
    assert len(found) <= 500
