"""Says that names of columns look like personal data, with the names."""

from __future__ import annotations

from collections.abc import Mapping

from jupyter_aisec.knowledge.columns import speaking
from jupyter_aisec.report.words import shortened

_MOST = 5
_WIDTH = 40
_LOOKS = {"personal": "like data about people", "special": "like data on health, origin, beliefs or offences"}


def column_words(facts: Mapping[str, str | int | float]) -> str:
    """By the ``schema`` of a table; empty where nothing looks so."""
    columns = [each.rpartition(": ")[0] for each in str(facts.get("schema", "")).split(", ")]
    found = speaking(each for each in columns if each)
    return " ".join(f"{_listed(names)} {_LOOKS[kind]}." for kind, names in found.items())


def _listed(names: tuple[str, ...]) -> str:
    shown = ", ".join(f"`{shortened(name, _WIDTH)}`" for name in names[:_MOST])
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return f"Column {shown} looks" if len(names) == 1 else f"Columns {shown}{more} look"
