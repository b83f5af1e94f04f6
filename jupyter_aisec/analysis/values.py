"""What an expression is known to be: a constant, something named by a dotted path, made of such, or unknown."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from jupyter_aisec.notebook.syntax import Parsed


class Constant(msgspec.Struct, frozen=True):
    """A value that the source gives."""

    value: str | bytes | int | float | bool | None


class Ref(msgspec.Struct, frozen=True):
    """Something that a library gives, by its public path.

    ``pickle.load`` is the function, ``pickle.Unpickler()`` what calling the class gives, and
    ``requests.get().text`` an attribute of a result. ``argument`` is the first literal argument of the call it came
    from, where that is known: what was fetched, what was opened. ``of`` is what went into calls that pass on what
    they are given, such as ``json.loads``.
    """

    path: str
    argument: str | None = None
    of: tuple[Ref, ...] = ()


class Items(msgspec.Struct, frozen=True):
    """A list or tuple; an element may be unknown (None)."""

    values: tuple[Value | None, ...]


class Table(msgspec.Struct, frozen=True):
    """A dict with string keys; ``whole`` is false when it may have more of them."""

    values: Mapping[str, Value | None]
    whole: bool = True


class Built(msgspec.Struct, frozen=True):
    """A value that is made of others, not all of them known.

    ``template`` is its text with a `HOLE` for each unknown part, or None where it is no such text; ``parts`` are the
    results of calls that are in it.
    """

    template: str | None
    parts: tuple[Ref, ...] = ()


class Routine(msgspec.Struct, frozen=True, eq=False):
    """A function of the notebook's own. The names that it uses are looked up where it is called, as Python does."""

    name: str
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    home: Parsed | None = None
    """The cell that it is defined in."""


Value = Constant | Ref | Items | Table | Built | Routine

LONGEST = 4096
"""Characters of the longest string that is folded: ``x = x + x`` doubles with every cell."""
HOLE = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands in a template where a part is not known."""
_MOST = 6
_TELLING = 4
"""Characters of a file's name, without its ending, that tell it from others."""
_NESTED = 4


def file_of(value: Value | None) -> str | None:
    """The path that this is, or that was opened: whole, or with a `HOLE` for what is not known of it.

    None where too little of the file's name is known to tell it from others.
    """
    path = value.argument if isinstance(value, Ref) else value.template if isinstance(value, Built) else text(value)
    name = (path or "").rpartition("/")[2]
    return path if HOLE not in name or len(name.partition(".")[0].replace(HOLE, "")) >= _TELLING else None


_OPENED = frozenset({"builtins.open()", "tensorflow.gfile.Open()", "tensorflow.gfile.GFile()"})
_LISTED = (
    *("os.listdir()", "os.scandir()", "os.walk()", "glob.glob()", "glob.iglob()"),
    *("pathlib.Path().iterdir()", "pathlib.Path().glob()", "pathlib.Path().rglob()"),
)


def is_unnamed(value: Value | None) -> bool:
    """Whether nothing says which file this is, or was opened: no name, and no call but such as list a folder."""
    if isinstance(value, Ref) and value.path not in _OPENED:
        return _is_listed(value) and all(map(_is_listed, value.of))
    path = value.argument if isinstance(value, Ref) else value.template if isinstance(value, Built) else text(value)
    if (path or "").rpartition("/")[2].strip(HOLE) or not (value is None or isinstance(value, (Built, Ref))):
        return False
    inside = value.of if isinstance(value, Ref) else value.parts if isinstance(value, Built) else ()
    return all(map(_is_listed, inside))


def _is_listed(part: Ref) -> bool:
    return part.path.startswith(_LISTED) or (part.path == "pathlib.Path()" and part.argument is None)


def leaves(*values: Value | None) -> tuple[Ref, ...]:
    """The results of calls that are in these values; a few, for one is as good as many."""
    return tuple(dict.fromkeys(leaf for value in values for leaf in _leaves(value, 0)))[:_MOST]


def _leaves(value: Value | None, depth: int) -> Iterable[Ref]:
    if isinstance(value, Ref):
        return (Ref(value.path, value.argument), *value.of) if "()" in value.path else value.of
    if isinstance(value, Built):
        return value.parts
    if isinstance(value, (Items, Table)) and depth < _NESTED:
        inside = value.values if isinstance(value, Items) else value.values.values()
        return [leaf for part in inside for leaf in _leaves(part, depth + 1)]
    return ()


def text(value: Value | None) -> str | None:
    """The string that a value is, or None."""
    return value.value if isinstance(value, Constant) and isinstance(value.value, str) else None


_COMPARED = 2000


def same(one: object, other: object) -> bool:
    """Whether two values are the same to every rule: ``==`` takes 1 for True. False where it takes long to know."""
    if one is other:
        return True
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
    if isinstance(value, Routine):
        # Read again, it is another object; only an analysis that follows edits asks for it.
        return ast.dump(value.node), ()
    return (str(value) if isinstance(value, float) else value), ()
