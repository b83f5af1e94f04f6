"""Names of columns that look like data about people: a reason to ask, never a proof."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_LONGEST = 200
"""Characters of a name that are looked at."""


def speaking(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The names that look like ``personal`` or ``special`` data, by these two words."""
    found: dict[str, list[str]] = {}
    for name in dict.fromkeys(names):
        words = [word.lower() for word in _WORD.findall(name[:_LONGEST])]
        rows = {" ".join(words[start:end]) for end in range(len(words) + 1) for start in range(max(0, end - 3), end)}
        for kind, known in _columns().items():
            if rows & known:
                found.setdefault(kind, []).append(name)
    return {kind: tuple(each) for kind, each in found.items()}


@cache
def _columns() -> Mapping[str, frozenset[str]]:
    text = (resources.files(__package__) / "columns.toml").read_text(encoding="utf-8")
    return {kind: frozenset(words) for kind, words in tomllib.loads(text).items()}
