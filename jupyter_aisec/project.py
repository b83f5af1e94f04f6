"""One project directory, as a host opened it: its settings, journals and documents, and the lineage they give."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from jupyter_aisec import documents, journal, settings
from jupyter_aisec.follower import Follower
from jupyter_aisec.model import AisecError, Cell, DocumentState, Graph, RunRef, Session
from jupyter_aisec.settings import Mode, Settings

if TYPE_CHECKING:
    from jupyter_aisec.rules.selection import Selection

FOLDER = ".aisec"


class Kernel(Protocol):
    """The running notebook, where a host has one."""

    mode: Mode

    @property
    def session(self) -> Session:
        """The session of the journal."""

    @property
    def executed(self) -> tuple[Cell, ...]:
        """The cells that ran so far, in the order in which they ran."""

    @property
    def active_run(self) -> RunRef | None:
        """The user's MLflow run that is open now."""

    @property
    def findings(self) -> Mapping[str, int]:
        """How many findings the cells that ran have, by severity; a cell that ran again counts once."""

    def tell(self) -> None:
        """Something changed that MLflow should know: let the mirror go to work."""

    @property
    def problem(self) -> str | None:
        """Why records are only in memory, if they are."""

    @property
    def prelude(self) -> str:
        """A cell of what was imported before the extension was loaded, and of loading it."""

    @property
    def unwritten(self) -> tuple[Path | None, bytes]:
        """The journal's path, and the lines of it that could not be written yet."""

    def steer(self, mode: Mode) -> None:
        """Check and watch from the next cell on, or stop doing so."""

    def settle(self, seconds: float) -> bool:
        """Wait until every file seen so far is hashed; False when time ran out."""


def find_root(start: Path) -> Path:
    """The project that a path belongs to.

    The nearest folder upwards with ``.aisec`` or ``[tool.aisec]``; else the nearest with ``.git``; else ``start``.
    """
    start = start.resolve()
    folders = (start, *start.parents)
    for folder in folders:
        if (folder / FOLDER).is_dir() or _configured(folder):
            return folder
    return next((folder for folder in folders if (folder / ".git").exists()), start)


@dataclass(frozen=True)
class Project:
    """A project directory; ``kernel`` is None outside a notebook."""

    root: Path
    kernel: Kernel | None = None

    @classmethod
    def open(cls, start: Path | None = None, kernel: Kernel | None = None) -> Project:
        """The project around ``start``, by default around the working directory."""
        return cls(find_root(start or Path.cwd()), kernel)

    @property
    def mouth(self) -> str:
        """How a person calls a command from here."""
        return "%aisec" if self.kernel else "jupyter aisec"

    @cached_property
    def settings(self) -> Settings:
        """As pyproject.toml says; `AisecError` when it says something that is not understood."""
        found = settings.load(self.root)
        if found.chooses_rules:
            _selection(found)
        return found

    @cached_property
    def selection(self) -> Selection:
        """Which rules run; `AisecError` when the settings name one that there is not."""
        return _selection(self.settings)

    @property
    def advisories(self) -> Path | None:
        """The file with known vulnerabilities that the settings name, seen from the project."""
        return self.root / self.settings.advisories if self.settings.advisories else None

    def name_of(self, file: Path) -> str:
        """A file as the project names it: from its root, or just the name where it lies elsewhere."""
        path = file.absolute()
        path = path.parent.resolve() / path.name
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.name

    @cached_property
    def journals(self) -> Path:
        """The folder of new journals: in the project or, where that can't be written, in the user's data folder."""
        inside = self.root / FOLDER / "journal"
        return inside if _writable(inside) else _outside(self.root)

    @cached_property
    def journal_folders(self) -> tuple[Path, ...]:
        """Where journals of this project may lie."""
        return tuple(dict.fromkeys((self.journals, self.root / FOLDER / "journal", _outside(self.root))))

    def ignore_journals(self) -> None:
        """Keep the journals out of git: they are this machine's, and MLflow has what matters of them."""
        path = self.root / FOLDER / ".gitignore"
        if self.journals.parent == path.parent and not path.exists():
            with contextlib.suppress(OSError):
                path.write_text("journal/\n", encoding="utf-8")

    @property
    def documents(self) -> documents.Shelf:
        """What people said about the assets of this project."""
        return documents.Shelf(self.root / FOLDER / "assets", self.root)

    def documented(self, folder: Path) -> Callable[[str], bool] | None:
        """Whether people said anything about the data that code in ``folder`` names so, by path or address.

        None in a project that keeps no documents.
        """
        shelf = self.documents
        if not shelf.folder.is_dir():
            return None
        from jupyter_aisec.capture.locate import is_address, locate

        def is_known(where: str) -> bool:
            found = locate(where if is_address(where) else folder.resolve() / Path(where).expanduser(), self.root)
            return shelf.read(found.name).state is not DocumentState.MISSING

        return is_known

    def logs(self) -> list[journal.Log]:
        """Every journal of the project, oldest first; that of the running kernel with what is still in its memory."""
        logs = list(journal.read_all(*self.journal_folders))
        path, unwritten = self.kernel.unwritten if self.kernel else (None, b"")
        if path is None or not unwritten:
            return logs
        written = path.read_bytes() if path.is_file() else b""
        whole = journal.parse(path, written + b"\n" + unwritten)
        return [*(log for log in logs if log.path != path), *([whole] if whole else [])]

    def tell(self) -> None:
        """Something changed that MLflow should follow: a process of its own brings it there."""
        if self.kernel is not None:
            self.kernel.tell()
            return
        if any(folder.is_dir() for folder in self.journal_folders):
            mirror = Follower(self.root, "")
            mirror.news()
            mirror.stop()

    def graph(self, logs: Sequence[journal.Log] | None = None) -> Graph:
        """All that the project's journals know, with the state of its documents; ``logs`` if they were read before."""
        from jupyter_aisec import lineage

        return lineage.build(self.logs() if logs is None else logs, cache(self.documents.state))

    @cached_property
    def tracking_uri(self) -> str:
        """Where MLflow keeps runs: as the user set it, else MLflow's own default in the project root."""
        from jupyter_aisec.tracking import active

        return active.user_tracking_uri() or active.default_uri(self.root)

    @property
    def stores(self) -> tuple[str, ...]:
        """`tracking_uri`; where nobody set one here, all stores that the journals speak of.

        A notebook may have set its own, and MLflow's default is a file beside the notebook that opens a run.
        """
        from jupyter_aisec.tracking import active
        from jupyter_aisec.tracking.reach import is_there

        own = self.tracking_uri
        if active.user_tracking_uri() is not None:
            return (own,)
        uses = [use for log in self.logs() for use in log.uses]
        named = dict.fromkeys(use.run.tracking_uri if use.run else use.tracking_uri or own for use in uses)
        return (*([own] if own not in named and (is_there(own) or not named) else []), *named)


def _selection(found: Settings) -> Selection:
    from jupyter_aisec import rules

    return rules.selection(found)


def _configured(folder: Path) -> bool:
    """Whether the folder's pyproject.toml has our table; one that can't be read may have, and says so when loaded."""
    try:
        return (folder / "pyproject.toml").is_file() and settings.table(folder) is not None
    except AisecError:
        return True


def _writable(folder: Path) -> bool:
    """Whether records can be put there: asked of the nearest folder that exists."""
    for each in (folder, *folder.parents):
        if each.exists():
            return each.is_dir() and os.access(each, os.W_OK)
    return False


def _outside(root: Path) -> Path:
    from jupyter_core.paths import jupyter_data_dir

    name = hashlib.sha256(os.fsencode(root)).hexdigest()[:16]
    return Path(jupyter_data_dir()) / "aisec" / name / "journal"
