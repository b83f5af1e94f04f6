"""Where on the disk something was put that comes from elsewhere: what is read there, or below it, comes from that."""

from __future__ import annotations

from dataclasses import dataclass

from jupyter_aisec.capture.locate import Found
from jupyter_aisec.model import AssetKind

OWN = frozenset({"mlruns", "mlartifacts", ".git", ".aisec", ".ipynb_checkpoints", "node_modules", "__pycache__"})
"""Folders that programs keep for themselves: what is in them is nobody's data."""


@dataclass(frozen=True, slots=True)
class Place:
    """A file or a folder. What is newer than ``until``, in ns since 1970, somebody else has put there."""

    location: str
    key: str
    kind: AssetKind
    until: int


class Places:
    """Those of one session, by their locations."""

    def __init__(self) -> None:
        self._known: dict[str, Place] = {}

    def __bool__(self) -> bool:
        return bool(self._known)

    def put(self, place: Place) -> None:
        """From now on, what lies there is this."""
        self._known[place.location] = place

    def of(self, found: Found) -> Place | None:
        """The place that a file or folder is, or lies in."""
        location = found.location if self._known else None
        newest = max((each.ctime_ns for each in found.files), default=0)
        while location:
            place = self._known.get(location)
            if place is not None:
                return place if newest <= place.until else None
            location = location.rpartition("/")[0]
        return None
