"""The language that a notebook is written in."""

from __future__ import annotations

from typing import Any

import msgspec


class _Metadata(msgspec.Struct):
    """What is read of a notebook's metadata, which may hold the state of its widgets."""

    language_info: Any = None
    kernelspec: Any = None


def language_of(metadata: object) -> str:
    """What the notebook says it is written in; most say nothing, and those are Python."""
    if isinstance(metadata, msgspec.Raw):
        try:
            metadata = msgspec.to_builtins(msgspec.json.decode(metadata, type=_Metadata))
        except (msgspec.DecodeError, RecursionError):
            return "python"
    for place, key in (("language_info", "name"), ("kernelspec", "language")):
        part = metadata.get(place) if isinstance(metadata, dict) else None
        name = part.get(key) if isinstance(part, dict) else None
        if isinstance(name, str) and name:
            return "python" if name.lower() in {"python", "python3", "ipython"} else name.lower()
    return "python"
