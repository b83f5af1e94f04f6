"""What an expression is known to be: a constant, something named by a dotted path, a collection of such, or unknown."""

from __future__ import annotations

from collections.abc import Collection, Mapping
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


_COMPARED = 2000


def same(one: object, other: object) -> bool:
    """Whether two values are the same to every rule: ``==`` takes 1 for True. False where it takes long to know."""
    pairs = [(one, other)]
    for _ in range(_COMPARED):
        if not pairs:
            return True
        left, right = pairs.pop()
        if left is right:
            continue
        (shape, parts), (other_shape, other_parts) = _apart(left), _apart(right)
        if type(left) is not type(right) or shape != other_shape:
            return False
        pairs.extend(zip(parts, other_parts, strict=True))
    return not pairs


def _apart(value: object) -> tuple[object, Collection[object]]:
    """What a value is without its parts, and those."""
    if isinstance(value, Constant):
        return None, (value.value,)
    if isinstance(value, Items):
        return len(value.values), value.values
    if isinstance(value, Table):
        return (value.whole, tuple(value.values)), value.values.values()
    return (str(value) if isinstance(value, float) else value), ()
