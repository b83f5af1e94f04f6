"""zarr opens what is there, and makes what is not: what may be done with a store is often left to its defaults."""

from __future__ import annotations

from jupyter_aisec.capture.closure import Call
from jupyter_aisec.capture.told import Told


def opened(call: Call, result: object) -> object:
    """A store that is given: read and written, unless the mode says otherwise."""
    del result
    at = call.argument("store")
    mode = call.argument("mode")
    mode = "w" if call.argument("overwrite") is True else mode
    return None if at is None else Told(at, mode=mode if isinstance(mode, str) else "a")


def created(call: Call, result: object) -> object:
    """A new array in a store."""
    del result
    at = call.argument("store")
    return None if at is None else Told(at, mode="w")
