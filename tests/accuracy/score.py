"""What the answers come to, all together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tests.accuracy.play import Answer
from tests.accuracy.watched import UNKNOWN


@dataclass(frozen=True, slots=True)
class Score:
    """``precision``: of the sources that are named, how many reached the call. An unknown source names nobody.

    ``recall``: of the sources that reached it, how many are named, or are said to be unknown where they are.
    ``exact``: of the calls, how many have no source too many and none too few.
    """

    calls: int
    precision: float
    recall: float
    exact: float

    @classmethod
    def of(cls, answers: Iterable[Answer]) -> Score:
        """The figures of at least one answer."""
        given = list(answers)
        named = [(name, each.true) for each in given for name in each.answered - {UNKNOWN}]
        true = [(name, each.answered) for each in given for name in each.true]
        exact = [each.true == each.answered for each in given]
        return cls(len(given), _share(n in t for n, t in named), _share(n in a for n, a in true), _share(exact))

    def __str__(self) -> str:
        return f"{self.calls:5}  {self.precision:9.3f}  {self.recall:6.3f}  {self.exact:6.3f}"


HEAD = "calls  precision  recall   exact"


def _share(found: Iterable[bool]) -> float:
    each = list(found)
    return sum(each) / len(each) if each else 1.0
