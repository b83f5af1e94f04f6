"""The ``open`` of a notebook, which names its parameters no more than ``*args`` and ``**kwargs``."""

from __future__ import annotations

from jupyter_aisec.capture.closure import Call
from jupyter_aisec.capture.told import Told


def opened(call: Call, result: object) -> object:
    """https://docs.python.org/3/library/functions.html#open."""
    del result
    given = dict(zip(("file", "mode"), call.args, strict=False)) | call.kwargs
    mode = given.get("mode", "r")
    return Told(given.get("file"), mode=mode if isinstance(mode, str) else "r")
