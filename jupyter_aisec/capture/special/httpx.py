"""The answer of a service, whose bytes are in memory."""

from __future__ import annotations

from jupyter_aisec.capture.closure import Call
from jupyter_aisec.capture.told import Told

_FAILED = 400


def answered(call: Call, result: object) -> object:
    """Where the answer came from, and its bytes if they are there: https://www.python-httpx.org/api/."""
    state = getattr(result, "__dict__", {})
    status = state.get("status_code")
    if isinstance(status, int) and status >= _FAILED:
        return None
    content = state.get("_content")
    url = call.argument("url")
    return Told(str(url), content=content if isinstance(content, bytes) else None)
