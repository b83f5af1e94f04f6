"""What urllib is asked for: an address, or a request that holds one."""

from __future__ import annotations

from jupyter_aisec.capture.closure import Call


def address(call: Call, result: object) -> object:
    """https://docs.python.org/3/library/urllib.request.html#urllib.request.Request.full_url."""
    del result
    url = call.argument("url")
    return url if isinstance(url, str) else getattr(url, "full_url", None)
