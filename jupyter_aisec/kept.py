"""What MLflow keeps of runs and models, as far as claims ask for it: plain data, whoever reads it there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Metric:
    """A number that was logged; ``at`` is in milliseconds since 1970, of the newest value."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A run that is not deleted; ``place`` is where its artifacts go."""

    tags: Mapping[str, str]
    metrics: tuple[Metric, ...]
    place: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """A registered version; ``note`` is its description, with our own block taken out."""

    name: str
    version: int
    aliases: tuple[str, ...] = ()
    note: str = ""
    run_id: str | None = None


@dataclass(frozen=True, slots=True)
class KeptModel:
    """A logged model: the numbers that were logged for it, its versions, and all others of the same names."""

    metrics: tuple[Metric, ...] = ()
    versions: tuple[Version, ...] = ()
    others: tuple[Version, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """By id of run and of logged model; ``gone`` are runs that are not there, or deleted.

    ``problem`` says why it was not asked, or could not be.
    """

    runs: Mapping[str, KeptRun] = field(default_factory=dict)
    models: Mapping[str, KeptModel] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    problem: str = ""
