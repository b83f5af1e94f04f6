"""What a rule says about a place, before the engine knows whether it stands."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from jupyter_aisec.analysis.values import HOLE
from jupyter_aisec.model import Confidence, Part, Severity
from jupyter_aisec.notebook.syntax import Span


class Deed(StrEnum):
    """What a notebook does that changes what an earlier finding means."""

    VERIFIED = "verified"
    """A file's digest was compared, or a checksum tool was run on it."""
    CHECKED_OUT = "checked-out"
    """A clone was set to a full commit."""
    CLONED = "cloned"
    """A repository was cloned at no fixed commit, into a folder."""
    RAN = "ran"
    """Code from a folder was run, imported or installed."""
    WROTE = "wrote"
    """A folder was written; here ``thing`` is its whole path, for it may look like the id of a repository."""
    MADE_PRIVATE = "made-private"
    """A repository on a hub was made, or set, private; ``thing`` is its whole id."""
    RUN = "run"
    """A run of an experiment tracker was begun."""
    FITTED = "fitted"
    """A model was trained."""
    INPUT_LOGGED = "input-logged"
    """The tracker was told which data went into a run, or finds it out by itself."""
    TAGGED = "tagged"
    """A word was written into a run, as a parameter or a tag."""
    REGISTERED = "registered"
    """A prompt was put into a registry, or taken from one."""


ANYTHING = "*"
"""The object of a deed when it is done to something that we can't name."""


class Fact(msgspec.Struct, frozen=True):
    """A deed and the file or folder (its last path component) that it was done to."""

    deed: Deed
    thing: str


def thing(path: str) -> str:
    """The last component of a path or URL: by this name a download is recognised when it is checked later."""
    return path.split("?", 1)[0].split("#", 1)[0].rstrip("/").rpartition("/")[2]


def own(path: str) -> str:
    """A whole path as the fact that it was written names it: one file has one name.

    Of a folder that is not known only the end of the path is kept, where that is a file's.
    """
    short = path.removeprefix("./").rstrip("/") or path
    unknown, slash, rest = short.rpartition(f"{HOLE}/")
    return rest if slash and not unknown and "." in rest.rpartition("/")[2] else short


class Change(msgspec.Struct, frozen=True):
    """Replace what stands at ``span`` by ``text``."""

    span: Span
    text: str


class Repair(msgspec.Struct, frozen=True):
    """A mechanical fix, still without its cell."""

    description: str
    safe: bool
    changes: tuple[Change, ...] = ()
    clears: tuple[int, ...] = ()
    """Indices of outputs that are taken out of the cell."""


class Hit(msgspec.Struct, frozen=True):
    """One finding of one rule.

    ``once`` names what is said only once in a notebook. ``unless`` are facts that silence it, at any later time;
    ``worse`` are facts that give it another severity; the first that holds does. ``part`` and ``output`` are as in
    `model.Place`.
    """

    span: Span
    message: str
    severity: Severity | None = None
    confidence: Confidence = Confidence.HIGH
    repair: Repair | None = None
    once: str | None = None
    unless: tuple[Fact, ...] = ()
    worse: tuple[tuple[Fact, Severity], ...] = ()
    needs: tuple[Fact, ...] = ()

    @property
    def awaited(self) -> tuple[Fact, ...]:
        """All facts that it depends on."""
        return (*self.unless, *self.needs, *(fact for fact, _ in self.worse))

    part: Part = Part.SOURCE
    output: int | None = None
    cell: int | None = None
    """The index of the cell where it is shown, for what is said about a whole notebook."""
