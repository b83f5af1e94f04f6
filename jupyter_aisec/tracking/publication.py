"""What is to be put into MLflow, as plain data, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jupyter_aisec.model import Hashed, RunRef


@dataclass(frozen=True, slots=True)
class SessionRun:
    """The run for what a session did while no run of the user's was open.

    There is one per session and store. ``experiment`` is an id or a name, None for MLflow's default; ``started`` and
    ``ended`` are ISO times, ``ended`` None while the kernel may still do something.
    """

    session: str
    name: str
    notebook: str | None
    experiment: str | None
    started: str
    ended: str | None


@dataclass(frozen=True, slots=True)
class DatasetPublication:
    """One data set as an input of a run. MLflow never changes it again, so it holds what will not change.

    ``sha256`` is None when the digest will never be known; ``node`` then tells it from others of its name.
    """

    node: str
    name: str
    location: str | None
    sha256: str | None
    context: str
    profile: Mapping[str, str | int | float]


@dataclass(frozen=True, slots=True)
class ModelPublication:
    """A logged model: ``key`` is its name in the journal, ``note`` the Markdown of our block in its description.

    ``drawing`` is an SVG of what went into it, empty where the run's own drawing shows just that.
    """

    key: str
    model_id: str
    note: str
    tags: Mapping[str, str]
    drawing: bytes = b""


@dataclass(frozen=True, slots=True)
class Publication:
    """All that one run is to show. ``consumed`` are ids of logged models that it loaded.

    ``artifacts`` are file names, below ``aisec/``, with their bytes; ``note`` is Markdown without the picture.
    """

    run: RunRef | SessionRun
    note: str
    tags: Mapping[str, str]
    datasets: tuple[DatasetPublication, ...] = ()
    models: tuple[ModelPublication, ...] = ()
    consumed: tuple[str, ...] = ()
    artifacts: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Published:
    """What is in MLflow now. ``digests`` are those of logged models, to be put into the journal.

    ``problems`` are lines about what can't be published and never will be, such as a run that the user deleted.
    """

    tracking_uri: str
    run_id: str | None
    experiment_id: str | None
    digests: tuple[Hashed, ...] = ()
    problems: tuple[str, ...] = ()
