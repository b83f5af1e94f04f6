"""What the names of a running function hold, without keeping it alive."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping
from types import FrameType
from typing import Any

_ASKING = frozenset({"locals", "vars", "dir", "eval", "exec"})
"""Functions by which code comes to the snapshot itself."""


def variables(frame: FrameType) -> Mapping[str, Any]:
    """The names of a frame and what they hold.

    Before Python 3.13, a function keeps what it is asked for as long as it runs, and so keeps alive what it deletes:
    https://docs.python.org/3.12/reference/datamodel.html#frame.f_locals.
    """
    found = frame.f_locals
    code = frame.f_code
    if sys.version_info >= (3, 13) or not code.co_flags & inspect.CO_OPTIMIZED:
        return found
    copied = dict(found)
    if not _ASKING.intersection(code.co_names) and frame.f_trace is None:
        found.clear()
    return copied
