"""Whether the main thread waits for others: what they do then belongs to its statement, and to none otherwise."""

from __future__ import annotations

from types import FrameType

_WAITING = frozenset({"threading", "queue", "concurrent", "multiprocessing", "asyncio", "selectors", "joblib", "dask"})
"""Where a thread stands that hands work to others, or waits until it is done."""


def waits(frame: FrameType | None) -> bool:
    """Whether this, the innermost frame of a thread, is one of a library that hands work to other threads."""
    return frame is not None and str(frame.f_globals.get("__name__", "")).partition(".")[0] in _WAITING
