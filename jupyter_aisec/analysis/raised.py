"""What a rule said about a cell, before anybody knows whether it stands."""

from __future__ import annotations

import ast

import msgspec

from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.rule import Rule

Lines = tuple[int, int]
"""The first and the last of some lines."""


def lines_of(statement: ast.stmt | None) -> Lines:
    """Those of a statement, without the bodies inside it."""
    if statement is None:
        return 1, 1
    block = getattr(statement, "body", None)
    end = block[0].lineno - 1 if isinstance(block, list) and block else statement.end_lineno
    return statement.lineno, max(statement.lineno, end or statement.lineno)


Claim = tuple[str, str]
"""A rule, and what it says only once in a notebook."""


class Raised(msgspec.Struct, frozen=True):
    """What a rule said, and the lines of the statement it is about."""

    rule: Rule
    hit: Hit
    lines: Lines

    @property
    def claim(self) -> Claim | None:
        """What is said only once in a notebook, if this is such a thing."""
        return None if self.hit.once is None else (self.rule.name, self.hit.once)
