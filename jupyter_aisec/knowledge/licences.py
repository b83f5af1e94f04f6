"""Licences that have a short name: what people wrote, as SPDX and as Hugging Face write it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence by its SPDX identifier; ``hugging_face`` is empty where the hub has no word for it."""

    spdx: str
    hugging_face: str

    @property
    def url(self) -> str:
        """Its page in the SPDX list."""
        return f"https://spdx.org/licenses/{self.spdx}.html"


def licence(text: str) -> Licence | None:
    """The licence that a text is the name of, whatever its case and with blanks for hyphens; None for other words."""
    return _known().get(_key(text))


def _key(text: str) -> str:
    return re.sub(r"\s+", "-", text.strip()).casefold()


@cache
def _known() -> Mapping[str, Licence]:
    table = tomllib.loads((resources.files(__package__) / "licences.toml").read_text(encoding="utf-8"))
    return {_key(spdx): Licence(spdx, hub) for spdx, hub in table.items()}
