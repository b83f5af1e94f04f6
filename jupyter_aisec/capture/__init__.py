"""Watches the running kernel: which library calls read, wrote, fitted or logged what, and from what.

Three laws. The user's call comes first, outside any ``try``. Our own failure is logged and never raised. ``stop``
leaves the libraries as they were found.

The way of a call: the `closure` that `watch` put round it tells the `observer`; one of the `acts` asks `whereabouts`
where the bytes lie and `provenance` what went in; the `recorder` makes the use and hands it on. What a loop does over
and over, `steady` knows.
"""

from __future__ import annotations

from jupyter_aisec.capture.observer import Capture
from jupyter_aisec.capture.recorder import Tracking

__all__ = ["Capture", "Tracking"]
