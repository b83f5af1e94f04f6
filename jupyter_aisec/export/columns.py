"""The columns of a table as they were seen when it was read, from the facts of its use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_CUT = 60
"""Characters of a name that are kept: one as long as this may have been longer."""
_BETWEEN = re.compile(r", (?![^(\[]*[)\]])")
"""A comma that stands in no brackets, as polars writes types with."""
_TYPES = tuple(
    (re.compile(pattern, re.IGNORECASE), name)
    for pattern, name in (
        (r"u?int\d*(\[pyarrow\])?", "sc:Integer"),
        (r"(float\d*|double|decimal.*)(\[pyarrow\])?", "sc:Float"),
        (r"bool(ean)?(\[pyarrow\])?", "sc:Boolean"),
        (r"date(32|64)?(\[pyarrow\])?", "sc:Date"),
        (r"(datetime|timestamp).*", "sc:DateTime"),
        (r"(str|string|utf8).*", "sc:Text"),
    )
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its name, with the type that it was read as, in the words of the library that read it."""

    name: str
    type: str

    @property
    def is_whole(self) -> bool:
        """Whether this is surely all of the name."""
        return bool(self.name) and len(self.name) < _CUT

    @property
    def data_type(self) -> str | None:
        """The type in schema.org's words; None for one that says little, such as ``object``."""
        return next((name for pattern, name in _TYPES if pattern.fullmatch(self.type)), None)


def columns(facts: Mapping[str, str | int | float]) -> tuple[Column, ...]:
    """Those of a table; none where they weren't seen, or where it can't be told where a name ends."""
    schema = facts.get("schema")
    if not isinstance(schema, str):
        return ()
    pairs = [each.rpartition(": ") for each in _BETWEEN.split(schema)]
    found = tuple(Column(name, kind) for name, colon, kind in pairs if colon)
    is_clear = len(found) == len(pairs) == facts.get("columns") and len({each.name for each in found}) == len(found)
    return found if is_clear else ()
