"""fsspec opens files of any file system, behind one name."""

from __future__ import annotations

from jupyter_aisec.capture.closure import Call
from jupyter_aisec.capture.told import Told


def opened(call: Call, result: object) -> object:
    """``simplecache::https://…`` caches what stands behind the last pair of colons."""
    del result
    at = call.argument("urlpath")
    mode = call.argument("mode")
    return Told(at.rpartition("::")[2] if isinstance(at, str) else at, mode=mode if isinstance(mode, str) else "rb")
