"""What one command is to bring about: files or folders that come from an address, or from other files."""

from __future__ import annotations

import glob
import os.path
import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote, urlsplit

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_MOST = 1000


class How(StrEnum):
    """What happens on the way."""

    FETCHED = "fetched"
    CLONED = "cloned"
    COPIED = "copied"
    MOVED = "moved"
    """The origin is gone afterwards."""
    UNPACKED = "unpacked"
    MADE = "made"
    """By programs that let through what they are given, or a part of it."""


@dataclass(frozen=True, slots=True)
class Move:
    """``origins`` are addresses or absolute paths. What they come to lies at ``to``, or is new in the folder ``into``.

    There it has one of the ``names``, or any if there are none. ``adds``: what was in the file before is still in it.
    Without origins it is one of several moves that may have been made, and nobody can say which.
    """

    how: How
    origins: tuple[str, ...]
    to: str | None = None
    into: str | None = None
    names: tuple[str, ...] = ()
    adds: bool = False


def is_remote(text: str) -> bool:
    """Whether this is an address, and not a path."""
    return bool(_SCHEME.match(text))


def absolute(path: str, folder: str) -> str:
    """The path as seen from the folder in which the command runs."""
    return os.path.abspath(os.path.join(folder, os.path.expanduser(path)))  # noqa: PTH100, PTH111, PTH118 - no links


def existing(words: list[str], folder: str) -> tuple[str, ...]:
    """The files and folders that words name, those with ``*`` in them included."""
    found: list[str] = []
    for each in words:
        path = absolute(each, folder)
        if os.path.exists(path):  # noqa: PTH110 - no object is made of it
            found.append(path)
        elif glob.has_magic(each):
            found += sorted(glob.glob(path))[:_MOST]  # noqa: PTH207 - likewise
    return tuple(found)


def planned(words: list[str], folder: str) -> tuple[str, ...]:
    """The same, with files that an earlier command of the line may have put there."""
    named = [each for each in words if not glob.has_magic(each)]
    return tuple(dict.fromkeys((*existing(words, folder), *(absolute(each, folder) for each in named))))


def last_part(address: str) -> str:
    """The name under which a program that fetches an address keeps it, unless it is told another."""
    parts = urlsplit(address)
    return unquote(parts.path).rpartition("/")[2] or "index.html"
