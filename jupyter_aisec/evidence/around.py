"""What lies round a candidate: other models of the project, MLflow's record, files about it, and the machine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jupyter_aisec.claims import Training
from jupyter_aisec.kept import Kept
from jupyter_aisec.model import RunRef


@dataclass(frozen=True, slots=True)
class Other:
    """Another model: of the same data, of the same place before, or of the same bytes at another place.

    ``estimator`` is its class, where a cell fitted it; ``gone`` says in what way it is not there any more.
    """

    name: str
    location: str | None
    estimator: str | None
    run: RunRef | None
    at: dt.datetime | None
    gone: str = ""


@dataclass(frozen=True, slots=True)
class Audit:
    """A report about vulnerabilities, held against the packages that are installed beside us.

    ``left_out`` are installed and not in the report, or there in another version, or were skipped; None where the
    file is a database and no report, so that nothing says what was looked at. ``vulnerable`` has package and advisory.
    """

    file: str = ""
    at: dt.datetime | None = None
    installed: int = 0
    left_out: tuple[str, ...] | None = ()
    vulnerable: tuple[tuple[str, str], ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Sight:
    """One thing that the machine shows of itself: ``is_safe`` is None where it can't be seen from here."""

    said: str
    is_safe: bool | None
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A file about a model: the digests that stand in it, and in what way it breaks its format; None: not compared."""

    name: str
    digests: frozenset[str]
    at: dt.datetime
    wrong: str | None = None


@dataclass(frozen=True, slots=True)
class Checkout:
    """What git says of the notebooks: the commit they stand in as they are, and by path who wrote them.

    ``commit`` is None where there is none, or where they differ from it; ``problem`` says which.
    """

    commit: str | None = None
    authors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problem: str = "no git checkout"


@dataclass(frozen=True, slots=True)
class Around:
    """All of it. ``rivals`` were trained on the same source data, ``copies`` have the same bytes."""

    kept: Kept = field(default_factory=Kept)
    rivals: Sequence[Other] = ()
    copies: Sequence[Other] = ()
    before: Other | None = None
    estimator: str | None = None
    audit: Audit = field(default_factory=Audit)
    sights: Sequence[Sight] = ()
    bills: Sequence[Paper] = ()
    cards: Sequence[Paper] = ()
    trainings: Sequence[Training] | None = ()
    """None where they could not be read."""
    checkout: Checkout = field(default_factory=Checkout)
