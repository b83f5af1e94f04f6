"""Watches the running kernel: which library calls read, wrote, fitted or logged what, and from what.

Three laws. The user's call comes first, outside any ``try``. Our own failure is logged and never raised. ``stop``
leaves the libraries as they were found.
"""

from __future__ import annotations

from jupyter_aisec.capture.observer import Capture

__all__ = ["Capture"]
