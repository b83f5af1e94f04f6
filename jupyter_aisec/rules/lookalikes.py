"""Packages whose names are nearly those of others."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jupyter_aisec import knowledge
from jupyter_aisec.analysis.command import Command
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.model import Severity
from jupyter_aisec.rules.installs import FAMILY
from jupyter_aisec.rules.requirements import install_of

_SHORT, _LONG, _LONGEST = 5, 8, 10
_DIGITS = re.compile(r"\d+")


@FAMILY.rule(Severity.MEDIUM, default=False, atlas="AML.T0011.001")
def lookalike_package(command: Command) -> Iterator[Hit]:
    """A package has nearly the name of a well-known one.

    Whoever registers the name of a frequent slip of the fingers, or a name that language models make up
    ("slopsquatting"), runs code in every installation that gets it wrong. Compare the name with the project's own page.

    Bad:
        %pip install tensorfow==2.20.0

    Good:
        %pip install tensorflow==2.20.0
    """
    found = install_of(command)
    for requirement in found.named if found else ():
        name = requirement.distribution
        meant = likely(name)
        if meant is not None:
            yield command.found(
                f"{name} is nearly {meant}; look at its page before you install it",
                span=requirement.word.span if command.via is None else None,
            )


def likely(name: str) -> str | None:
    """The popular package that is probably meant by a name that is not one of them."""
    known = knowledge.packages()
    if name in known.popular or name in known.others or len(name) < _SHORT:
        return None
    return next((each for each in sorted(known.popular) if each[0] == name[0] and _is_slip(name, each)), None)


def _is_slip(name: str, popular: str) -> bool:
    """Whether one is the other, mistyped.

    Short names have many honest neighbours: there, only swapped or doubled letters count. Numbers are versions.
    """
    if name.replace("-", "") == popular.replace("-", ""):
        return True
    parts, meant = name.split("-"), popular.split("-")
    if len(parts) != len(meant) or _DIGITS.sub("", name) == _DIGITS.sub("", popular):
        return False
    changed = [(part, right) for part, right in zip(parts, meant, strict=True) if part != right]
    return len(changed) == 1 and _is_mistyped(*changed[0], is_part=len(parts) > 1)


def _is_mistyped(word: str, right: str, *, is_part: bool) -> bool:
    if len(right) < _SHORT:
        return False
    if len(right) < _LONG and not is_part:
        return _is_swapped(word, right) or _is_doubled(word, right)
    limit = 2 if len(right) >= _LONGEST else 1
    return abs(len(word) - len(right)) <= limit and distance(word, right) <= limit


def _is_swapped(word: str, right: str) -> bool:
    different = [index for index, (one, other) in enumerate(zip(word, right, strict=False)) if one != other]
    return (
        len(word) == len(right)
        and len(different) == 2  # noqa: PLR2004 - two letters beside each other
        and different[1] == different[0] + 1
        and word[different[0]] == right[different[1]]
        and word[different[1]] == right[different[0]]
    )


def _is_doubled(word: str, right: str) -> bool:
    return len(word) == len(right) + 1 and any(
        right[: index + 1] + right[index:] == word for index in range(len(right))
    )


def distance(one: str, other: str) -> int:
    """Letters to insert, leave out, change or swap with their neighbour (optimal string alignment)."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, right in enumerate(other, 1):
            best = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != right))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == right:
                best = min(best, before[j - 2] + 1)
            row.append(best)
        before, last = last, row
    return last[-1]
