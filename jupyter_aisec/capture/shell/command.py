"""A simple command as the capture asks about it; the analysis, which it does not know, has such."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import takewhile
from typing import Protocol


class Word(Protocol):
    """One word; its text is None when a part of it is not known."""

    @property
    def text(self) -> str | None:
        """The word, without its quotes."""


class Command(Protocol):
    """One simple command, without ``sudo`` and its like in front."""

    @property
    def program(self) -> str:
        """The name of the program, without its folder."""

    @property
    def words(self) -> Sequence[Word]:
        """All that stands behind the program."""

    @property
    def outputs(self) -> Sequence[Word]:
        """The words behind ``>`` and ``>>``."""

    @property
    def appends(self) -> bool:
        """Whether the last of them is behind ``>>``: what is in the file stays."""

    @property
    def instead_of(self) -> Sequence[Command]:
        """The commands in front of ``||``: this one runs if they fail."""

    def option(self, *names: str, behind: str = "") -> Word | None:
        """The value of an option, also one that stands ``behind`` flags in the same word."""

    def flag(self, *names: str) -> bool:
        """Whether a flag is given."""

    def positionals(self, with_value: frozenset[str] = frozenset()) -> Sequence[Word]:
        """The words that are neither options nor the values of those in ``with_value``."""

    def sources(self) -> Sequence[Command]:
        """Every command whose output ends in this one's words or standard input."""


Meaning = Callable[[str | Sequence[str]], Sequence[Command]]
"""The commands of a shell text, or of a list of words."""


def texts(words: Sequence[Word]) -> list[str]:
    """Those that are known."""
    return [word.text for word in words if word.text is not None]


def leading(words: Sequence[Word]) -> list[str]:
    """Those in front of the first that is not known: of the others nobody can say which they are."""
    return texts(list(takewhile(lambda word: word.text is not None, words)))


def given(word: Word | None) -> str | None:
    """The value of an option, if it is there and known."""
    return word.text if word is not None else None


def place(word: Word | None) -> str | None:
    """The folder that an option names, the one in which the command runs without it, or None if it is not known."""
    return word.text if word is not None else "."
