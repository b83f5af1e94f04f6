"""Strings that are made of other values: joined, formatted, changed by a method. What is not known leaves a hole."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable, Mapping, Sequence

from jupyter_aisec.analysis.values import HOLE, LONGEST, Built, Constant, Items, Ref, Table, Value, leaves, text

PATH_TYPES = frozenset({"pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath", "pathlib.PurePosixPath"})
_NUMBERS = frozenset({"builtins.int()", "builtins.float()", "builtins.len()", "builtins.round()"})
"""What gives a number; as a part of a string it can't be anything else."""
_WIDTH = 200
_PERCENT = re.compile(r"%(?:\((?P<key>\w+)\))?[-#0 +]*(?:[1-9]\d*)?(?:\.\d+)?(?P<kind>[diouxXeEfFgGcrsa%])")
_NUMERIC = re.compile(r"[-+ ,_0-9.]*[bdeEfFgGnoxX%]")
_FORMATTER = string.Formatter()
_SIMPLE: Mapping[str, Callable[[str], str]] = {
    "strip": str.strip,
    "lstrip": str.lstrip,
    "rstrip": str.rstrip,
    "lower": str.lower,
    "upper": str.upper,
}


def path_text(value: Value | None) -> str | None:
    """The file path or URL that a string or a ``pathlib`` path is."""
    if isinstance(value, Ref) and value.path.removesuffix("()") in PATH_TYPES:
        return value.argument
    return text(value)


def joined(parts: Iterable[Value | None]) -> Value | None:
    """The string of these in a row."""
    pieces: list[str] = []
    inside: list[Value] = []
    known = True
    for part in parts:
        piece = _piece(part)
        if piece is None:
            known = False
            is_number = isinstance(part, Ref) and part.path in _NUMBERS
            if isinstance(part, Built) and part.template is not None:
                piece = part.template
            else:
                piece = "0" if is_number else HOLE
            if part is not None and not is_number:
                inside.append(part)
        pieces.append(piece)
    whole = "".join(pieces)
    if len(whole) > LONGEST:
        return made_of(*inside)
    return Constant(whole) if known else Built(whole, leaves(*inside))


def _piece(part: Value | None) -> str | None:
    known = path_text(part)
    if known is None and isinstance(part, Constant) and not isinstance(part.value, bytes):
        return str(part.value)
    return known


def shown(value: Value | None, conversion: str, spec: str) -> Value | None:
    """A value inside a string, as a conversion and a format specification show it."""
    if conversion in {"", "s"} and not spec:
        return value
    if spec and _NUMERIC.fullmatch(spec):
        # Whatever it is, it can only be a number there.
        return Ref("builtins.int()")
    return made_of(value)


def added(left: Value | None, right: Value | None) -> Value | None:
    """``left + right``."""
    if isinstance(left, Items) and isinstance(right, Items):
        return Items((left.values + right.values)[:_WIDTH])
    if _is_string(left) or _is_string(right):
        return joined((left, right))
    return made_of(left, right)


def repeated(left: Value | None, right: Value | None) -> Value | None:
    """``left * right``."""
    head, times = text(left), right.value if isinstance(right, Constant) else None
    if head and isinstance(times, int) and 0 <= times * len(head) <= LONGEST:
        return Constant(head * times)
    return None


def percent(left: Value | None, right: Value | None) -> Value | None:
    """``left % right``."""
    template = left.template if isinstance(left, Built) else text(left)
    if template is None:
        return None
    given = iter(right.values if isinstance(right, Items) else (right,))
    parts: list[Value | None] = []
    end = 0
    for match in _PERCENT.finditer(template):
        parts.append(Constant(template[end : match.start()]))
        end = match.end()
        if match["kind"] == "%":
            parts.append(Constant("%"))
        elif match["key"]:
            parts.append(right.values.get(match["key"]) if isinstance(right, Table) else None)
        else:
            value = next(given, None)
            parts.append(value if match["kind"] == "s" else shown(value, "", match["kind"]))
    return _within(left, joined([*parts, Constant(template[end:])]))


def formatted(base: Value, given: Sequence[Value | None], named: Mapping[str, Value | None]) -> Value | None:
    """``base.format(*given, **named)``."""
    template = base.template if isinstance(base, Built) else text(base)
    if template is None:
        return made_of(base, *given, *named.values())
    parts: list[Value | None] = []
    number = 0
    try:
        for literal, field, spec, conversion in _FORMATTER.parse(template):
            parts.append(Constant(literal))
            if field is None:
                continue
            name = field or str(number)
            number += not field
            value = given[int(name)] if name.isdecimal() and int(name) < len(given) else named.get(name)
            parts.append(shown(value, conversion or "", spec or ""))
    except ValueError:
        return made_of(base, *given, *named.values())
    return _within(base, joined(parts))


def _within(base: Value | None, made: Value | None) -> Value | None:
    """What was in the template is in the string."""
    if not isinstance(base, Built):
        return made
    return Built(made.template if isinstance(made, Built) else text(made), leaves(base, made))


def changed(method: str, base: Value, given: Sequence[Value | None]) -> Value | None:
    """What a method of a string makes of it. Those that can make it longer are not carried out."""
    if method == "join":
        return _put_together(base, given)
    whole = text(base)
    if whole is not None and not given:
        if method == "split":
            return Items(tuple(Constant(part) for part in whole.split()[:_WIDTH]))
        if method in _SIMPLE:
            return Constant(_SIMPLE[method](whole))
    return made_of(base, *given)


def _put_together(base: Value, given: Sequence[Value | None]) -> Value | None:
    listed = given[0] if given else None
    if not isinstance(listed, Items):
        return made_of(base, listed)
    parts: list[Value | None] = []
    for value in listed.values:
        parts += [base, value] if parts else [value]
    return joined(parts)


def made_of(*values: Value | None) -> Built | None:
    """Something that is made of these; None where nothing is known of them."""
    inside = leaves(*values)
    return Built(None, inside) if inside else None


def _is_string(value: Value | None) -> bool:
    return text(value) is not None or (isinstance(value, Built) and value.template is not None)
