"""What tells that a file has changed."""

from __future__ import annotations

from pathlib import Path

Stamp = tuple[int, int]
"""Size in bytes and time of change in nanoseconds since 1970."""


def stamp(path: Path) -> Stamp | None:
    """That of the file, or of the link; None when there is none to be seen."""
    try:
        found = path.lstat()
    except (OSError, ValueError):
        return None
    return found.st_size, found.st_mtime_ns
