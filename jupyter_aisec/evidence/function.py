"""What an evidence function is: one function that says what can be seen of one claim."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from jupyter_aisec.claims import Evidence
from jupyter_aisec.evidence.case import Case
from jupyter_aisec.knowledge.guidelines import claims

Look = Callable[[Case], Iterator[Evidence]]


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """The function of one claim; its docstring says what it looks at.

    ``partly`` where there is a part of the claim that it can't see, so that it never comes to *verified*.
    """

    claim: str
    look: Look
    partly: bool = False

    def __call__(self, case: Case) -> Iterator[Evidence]:
        """What can be seen, for each thing that it can be seen of."""
        return self.look(case)


def judges(claim: str, *, partly: bool = False) -> Callable[[Look], Function]:
    """Make a function the one of a claim. Raises `ValueError` for a claim that there is not."""

    def made(look: Look) -> Function:
        if claim not in claims():
            raise ValueError(f"{look.__name__}: there is no claim {claim}")
        return Function(claim, look, partly)

    return made
