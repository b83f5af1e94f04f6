"""Which sources reached this fit: every notebook of the suite exactly, and all together as exactly as was promised."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.accuracy.play import Answer, play
from tests.accuracy.score import Score
from tests.accuracy.suite import Case, Step, cases

# Files that a notebook leaves to the garbage collector are its own to leave, and so are its warnings.
pytestmark = pytest.mark.filterwarnings("ignore")

NOT_MET: Mapping[str, str] = tomllib.loads((Path(__file__).parent / "not_met.toml").read_text())


def _expected(case: Case) -> object:
    marks = [pytest.mark.xfail(strict=True, reason=NOT_MET[case.id])] if case.id in NOT_MET else []
    return pytest.param(case, id=case.id, marks=marks)


@pytest.fixture(scope="module")
def given() -> dict[str, list[Answer]]:
    """The answers of the notebooks that were played."""
    return {}


@pytest.mark.parametrize("case", [_expected(each) for each in cases()])
def test_what_reached_each_call(case: Case, tmp_path: Path, given: dict[str, list[Answer]]) -> None:
    given[case.id] = play(case, tmp_path.resolve())
    assert given[case.id]
    assert [str(each) for each in given[case.id] if each.true != each.answered] == []


def test_no_source_is_named_wrongly_and_few_are_missed(given: dict[str, list[Answer]]) -> None:
    if len(given) < len(cases()):
        pytest.skip("needs the answers of all notebooks: run this file as a whole")
    score = Score.of(each for answers in given.values() for each in answers)
    assert score.precision == 1.0
    assert score.recall >= 0.97
    assert score.exact >= 0.95


def test_the_names_of_the_notebooks_are_their_own() -> None:
    names = [each.id for each in cases()]
    assert len(set(names)) == len(names) >= 60
    assert set(NOT_MET) <= set(names)


def test_every_notebook_asks_something() -> None:
    silent = [each.id for each in cases() if not any(cell.marks for cell in each.cells)]
    assert silent == []
    assert all(not cell.marks for each in cases() for cell in each.cells if cell.step is Step.MAKES_FILES)
