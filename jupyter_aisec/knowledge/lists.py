"""The lists that rules refer to: what an entry is called, and where it can be read."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

import msgspec


class Listing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One edition of a list; in ``url``, ``{id}``, its ``{number}`` and the ``{slug}`` of its name are filled in."""

    standard: str
    edition: str
    url: str
    names: Mapping[str, str]


def entry(standard: str, edition: str, id: str) -> tuple[str, str]:  # noqa: A002 - what the lists call it
    """Name and address of an entry; both empty for a list that we don't know."""
    found = _lists().get((standard, edition))
    if found is None:
        return "", ""
    name = found.names.get(id, "")
    return name, found.url.format(id=id, number=id.rpartition("-")[2], slug=name.replace(" ", "_"))


@cache
def _lists() -> Mapping[tuple[str, str], Listing]:
    text = (resources.files(__package__) / "lists.toml").read_text(encoding="utf-8")
    found = msgspec.convert(tomllib.loads(text)["list"], list[Listing])
    return {(each.standard, each.edition): each for each in found}
