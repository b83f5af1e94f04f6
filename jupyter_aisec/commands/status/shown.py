"""What of a project was put into MLflow on request: a note beside the journals, so that it can follow from then on."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path

import msgspec

from jupyter_aisec.documents import put
from jupyter_aisec.lineage.verify import is_address
from jupyter_aisec.project import FOLDER, Project

_FILE = "shown.json"
_MOST = 5
"""Models whose table, and whose papers of each sort, are kept true: those that were shown last."""


class Paper(msgspec.Struct, frozen=True):
    """A card or a bill beside a model; ``sha256`` is of what it says, without the time at which it was made."""

    standard: str
    model: str
    sha256: str

    @property
    def name(self) -> str:
        """As people would call it."""
        return f"{self.standard} of {self.model}"


class Shown(msgspec.Struct, frozen=True):
    """The models whose table stands in MLflow, and the papers, the last one last; what they rested on, as a digest.

    ``waiting`` names those that could not be written when all the others were: they are tried again. ``gone`` are lines
    about those that never can be, because MLflow has no such run any more: they are not.
    """

    models: tuple[str, ...] = ()
    rested_on: str = ""
    papers: tuple[Paper, ...] = ()
    waiting: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()

    def with_model(self, name: str) -> Shown:
        """The same, with the table of this model as the last one."""
        models = (*(each for each in self.models if each != name), name)
        return msgspec.structs.replace(self, models=models[-_MOST:], gone=self._gone_but(name))

    def with_paper(self, paper: Paper) -> Shown:
        """The same, with this paper as the last one of its sort."""
        others = [each for each in self.papers if each.standard != paper.standard]
        same = [each for each in self.papers if each.standard == paper.standard and each.model != paper.model]
        papers = (*others, *(*same, paper)[-_MOST:])
        return msgspec.structs.replace(self, papers=papers, gone=self._gone_but(paper.name))

    def without(self, gone: Mapping[str, str]) -> Shown:
        """The same, without the tables and papers of these names, and with a note of each that says why."""
        notes = [*self.gone, *(f"{name}: {why}" for name, why in gone.items())]
        return msgspec.structs.replace(
            self,
            models=tuple(each for each in self.models if each not in gone),
            papers=tuple(each for each in self.papers if each.name not in gone),
            gone=tuple(dict.fromkeys(notes))[-_MOST:],
        )

    def _gone_but(self, name: str) -> tuple[str, ...]:
        """The notes about others than what is there again."""
        return tuple(each for each in self.gone if not each.startswith(f"{name}: "))


def read(project: Project) -> Shown:
    """The note; without one, nothing was shown."""
    try:
        return msgspec.json.decode((project.journals / _FILE).read_bytes(), type=Shown)
    except (OSError, msgspec.DecodeError):
        return Shown()


def write(project: Project, shown: Shown) -> None:
    """Keep the note; it only saves work and asking."""
    with contextlib.suppress(OSError):
        put(project.journals / _FILE, msgspec.json.encode(shown))


def tell(project: Project) -> None:
    """Somebody said something: what stands in MLflow is to follow."""
    shown = read(project)
    if shown.models or shown.papers:
        project.tell()


def rested_on(project: Project) -> str:
    """Changes with the day and our version, journals, what people wrote, settings, notebooks and recorded files."""
    digester = hashlib.sha256(f"{dt.datetime.now(dt.UTC).date()} {version('jupyter-aisec')}".encode())
    for path in _grounds(project):
        try:
            found = path.stat()
        except (OSError, ValueError):
            said: tuple[object, ...] = (str(path),)
        else:
            said = (path.name, found.st_size, found.st_mtime_ns)
        digester.update(repr(said).encode("utf-8", "replace"))
    return digester.hexdigest()


def _grounds(project: Project) -> Iterator[Path]:
    yield project.root / "pyproject.toml"
    yield from sorted((project.root / FOLDER).glob("*.toml"))
    yield from sorted(project.documents.folder.rglob("*.toml"))
    for folder in project.journal_folders:
        yield from sorted(folder.glob("*.jsonl"))
    logs = project.logs()
    notebooks = {log.session.notebook for log in logs if log.session.notebook}
    yield from (project.root / name for name in sorted(notebooks))
    uses = [use for log in logs for use in log.uses]
    recorded = {Path(each.path) for use in uses for each in use.files}
    # A project may have moved since: what lies in it is known by where it is in the project, too.
    recorded |= {project.root / use.location for use in uses if use.location and not is_address(use.location)}
    yield from sorted(path for path in recorded if path.is_relative_to(project.root))
