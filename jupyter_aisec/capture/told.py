"""What the code for one library found out about a call, where a row of facts is not enough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Told:
    """``at`` stands in place of the row's ``at`` argument: a path, a list of paths, a URL; None for nothing on a disk.

    ``name`` and ``location`` replace what follows from it: a file in a cache is known by where it was fetched.
    ``names`` are those of the user's variables that went in beside the arguments.
    """

    at: object
    name: str | None = None
    location: str | None = None
    facts: Mapping[str, str | int | float] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    mode: str | None = None
    """What may be done with a handle, as that of ``open`` says it."""
    content: bytes | None = None
    """The bytes themselves, where they lie in no file."""
