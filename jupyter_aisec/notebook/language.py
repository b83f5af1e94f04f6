"""The language that a notebook is written in."""

from __future__ import annotations

from typing import Any

import msgspec

_PYTHON = frozenset({"python", "python2", "python3", "ipython", "pyspark", "pyspark3", "python_glue_session"})
"""What kernels call it; the last is that of AWS Glue."""


class _Metadata(msgspec.Struct):
    """What is read of a notebook's metadata, which may hold the state of its widgets."""

    language_info: Any = None
    kernelspec: Any = None
    polyglot_notebook: Any = None


def language_of(metadata: object) -> str:
    """What the notebook says it is written in; most say nothing, and those are Python."""
    if isinstance(metadata, msgspec.Raw):
        try:
            metadata = msgspec.to_builtins(msgspec.json.decode(metadata, type=_Metadata))
        except (msgspec.DecodeError, RecursionError):
            return "python"
    if not isinstance(metadata, dict):
        return "python"
    kernels = metadata.get("polyglot_notebook")
    kernels = kernels.get("kernelInfo") if isinstance(kernels, dict) else None
    main = kernels.get("defaultKernelName") if isinstance(kernels, dict) else None
    if isinstance(main, str) and main:
        # Of .NET Interactive, which leaves the Python of another kernel beside it.
        return "python" if main.lower() in _PYTHON else main.lower()
    for place, key in (("language_info", "name"), ("kernelspec", "language")):
        part = metadata.get(place)
        name = part.get(key) if isinstance(part, dict) else None
        if isinstance(name, str) and name:
            return "python" if name.lower() in _PYTHON else name.lower()
    return "python"
