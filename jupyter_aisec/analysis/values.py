"""What an expression is known to be: a constant, something named by a dotted path, a collection of such, or unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that the source gives."""

    value: str | bytes | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Ref:
    """Something that a library gives, by its public path.

    ``pickle.load`` is the function, ``pickle.Unpickler()`` what calling the class gives, and
    ``requests.get().text`` an attribute of a result. ``argument`` is the first literal argument of the call it came
    from, where that is known: what was fetched, what was opened.
    """

    path: str
    argument: str | None = None


@dataclass(frozen=True, slots=True)
class Items:
    """A list or tuple; an element may be unknown (None)."""

    values: tuple[Value | None, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A dict with string keys; ``whole`` is false when it may have more of them."""

    values: Mapping[str, Value | None]
    whole: bool = True


Value = Constant | Ref | Items | Table

LONGEST = 4096
"""Characters of the longest string that is folded: ``x = x + x`` doubles with every cell."""


def text(value: Value | None) -> str | None:
    """The string that a value is, or None."""
    return value.value if isinstance(value, Constant) and isinstance(value.value, str) else None
