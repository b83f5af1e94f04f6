"""What the journals and documents of a project say of a notebook, as the server remembers it.

All of this reads files and folds them: it belongs on a thread of its own, never on the server's loop. An unchanged
project is not read again; what a hostile one may cost is bounded.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from jupyter_aisec import documents, lineage, outbox
from jupyter_aisec.journal import Log, files, read
from jupyter_aisec.model import AisecError, Graph, RunRef
from jupyter_aisec.news import WATCHING
from jupyter_aisec.project import Project, find_root
from jupyter_aisec.report.drawing import counted
from jupyter_aisec.server import wire
from jupyter_aisec.server.place import checked, seen_from
from jupyter_aisec.server.records.graphs import fragment, lineage_edges, lineage_nodes
from jupyter_aisec.server.records.mirrors import Mirrors
from jupyter_aisec.server.records.notebooks import Notebooks
from jupyter_aisec.server.records.stamp import Stamp, stamp

MOST_BYTES = 64 * 1024 * 1024
"""Bytes of journals that are read of one project, the newest first; a use takes about 500."""

MOST_FILES = 10_000
"""Journals and documents of a project, beyond which it is too large to be watched."""

MOST_SHOWN = 50_000
"""Nodes and edges of an answer, some ten megabytes; sending more would hold up the server, and end the page."""

_REPLIES = 16

Stamps = tuple[tuple[str, int, int], ...]
"""Paths of files with size and time of change."""


@dataclass(frozen=True)
class Served(Project):
    """A project as the server sees it: its journals are read once, and only those that fit."""

    shelf: Journals = field(kw_only=True)
    mirrors: Mirrors = field(kw_only=True)

    def logs(self) -> list[Log]:
        """The journals that fit, oldest first."""
        return self.shelf.logs(self.journal_folders)

    @property
    def too_large(self) -> str:
        """What to do where there are more journals than are read; empty where there are not."""
        if sum((stamp(path) or (0, 0))[0] for path in files(*self.journal_folders)) <= MOST_BYTES:
            return ""
        said = f"The journals of this project are larger than {MOST_BYTES >> 20} MB"
        return f"{said}: move old ones away from .aisec/journal."

    def named(self, file: Path) -> str:
        """A file as journals name it; a folder may be a link to the project, and is no notebook of it."""
        return file.relative_to(self.root).as_posix() if file.is_relative_to(self.root) else file.name

    def tell(self) -> None:
        """Something changed that MLflow should follow."""
        if any(folder.is_dir() for folder in self.journal_folders):
            self.mirrors.news(self.root)


class Journals:
    """The journals that were read, until they change."""

    def __init__(self) -> None:
        self._known: OrderedDict[Path, tuple[Stamp, Log | None]] = OrderedDict()

    def logs(self, folders: tuple[Path, ...]) -> list[Log]:
        """Those of the folders that fit, oldest first."""
        left, found = MOST_BYTES, []
        for path in reversed(files(*folders)):
            now = stamp(path)
            if now is None or now[0] > left:
                continue
            left -= now[0]
            found.append(self._log(path, now))
        self._forget()
        return [log for log in reversed(found) if log is not None]

    def _log(self, path: Path, now: Stamp) -> Log | None:
        known = self._known.get(path)
        if known is None or known[0] != now:
            try:
                known = (now, read(path))
            except OSError:
                known = (now, None)
            self._known[path] = known
        self._known.move_to_end(path)
        return known[1]

    def _forget(self) -> None:
        while sum(size for (size, _), _ in self._known.values()) > 2 * MOST_BYTES:
            self._known.popitem(last=False)


class Recorded:
    """Answers about notebooks, remembered until a file changes."""

    def __init__(self) -> None:
        self.mirrors = Mirrors()
        self._journals = Journals()
        self._notebooks = Notebooks()
        self._replies: OrderedDict[tuple[Path, str | None], tuple[object, wire.LineageReply | None]] = OrderedDict()

    def project(self, file: Path) -> Served:
        """The project that the file or folder belongs to; `AisecError` where a link leads its records elsewhere."""
        return Served(
            checked(find_root(file if file.is_dir() else file.parent)), shelf=self._journals, mirrors=self.mirrors
        )

    def lineage(self, file: Path, session: str | None) -> wire.LineageReply | None:
        """The lineage of the notebook; None when this disk has no journal of the session that is asked for."""
        try:
            project = self.project(file)
            stamps = _stamps(project)
        except AisecError as error:
            return unreadable(str(error))
        except OSError as error:
            return unreadable(f"can't read the project's .aisec folder: {error.strerror}")
        log = self._log(project, file, session)
        living = log is not None and outbox.alive(log.session)
        key, state = (file, session), (stamps, living, log and log.session.id)
        known = self._replies.get(key)
        if known is None or known[0] != state:
            known = (state, _reply(project, file, log, session, living=living))
            self._replies[key] = known
        self._replies.move_to_end(key)
        while len(self._replies) > _REPLIES:
            self._replies.popitem(last=False)
        return known[1]

    def tracking_uri(self, file: Path) -> str:
        """The store that has the run of the notebook's newest session, else where a new one would be."""
        project = self.project(file)
        log = self._log(project, file, None)
        run = _run(log) if log else None
        return run.tracking_uri if run else project.tracking_uri

    def _log(self, project: Served, file: Path, session: str | None) -> Log | None:
        """The session that is asked for, else the notebook's newest."""
        logs = sorted((log for log in project.logs() if log.uses), key=lambda log: log.session.started, reverse=True)
        if session is None or session == WATCHING:
            return next((log for log in logs if self._notebooks.ran(log, project.root, file)), None)
        return next((log for log in logs if log.session.id == session), None)


def unreadable(said: str) -> wire.LineageReply:
    """Nothing can be said, and why."""
    return wire.LineageReply("unreadable", said, None, [], [], [], None)


def nothing(session: str | None) -> wire.LineageReply:
    """No session of a notebook has recorded anything, and what to do about it."""
    if session == WATCHING:
        return wire.LineageReply("watching", "Recording is on: run a cell that reads data.", None, [], [], [], None)
    said = "Nothing recorded of this notebook yet: run `%load_ext jupyter_aisec`, then a cell that reads data."
    return wire.LineageReply("nothing", said, None, [], [], [], None)


def _reply(
    project: Served, file: Path, log: Log | None, session: str | None, *, living: bool
) -> wire.LineageReply | None:
    if log is None:
        if project.too_large:
            return unreadable(project.too_large)
        return nothing(session) if session in {None, WATCHING} else None
    graph = project.graph()
    part = lineage.of_session(graph, log)
    if len(part.nodes) + len(part.edges) > MOST_SHOWN:
        return unreadable(f"The lineage of this notebook is too large to be shown: {counted(part)}.")
    unhashed = {node.id for node in lineage.assets(log).values() if node.location} if living else set()
    cells = {cell.cell_id: cell for cell in log.cells if cell.cell_id is not None}
    run = _run(log)
    return wire.LineageReply(
        "recorded",
        f"{counted(part)}{_once(log, project.named(file))}",
        _problem(project, log, graph, living=living),
        lineage_nodes(part, graph, unhashed, project.root, project.documents),
        lineage_edges(part),
        [wire.CellRan(key, cell.number, cell.source_sha256) for key, cell in cells.items()],
        wire.Run(run.run_id, fragment(run)) if run else None,
    )


def _once(log: Log, notebook: str) -> str:
    """The name that the notebook had when it ran, where that is another one."""
    then = log.session.notebook
    return f" · recorded as {then}" if then and then != notebook else ""


def _run(log: Log) -> RunRef | None:
    """The newest run of the user's that the session used, else its own once it is in MLflow."""
    runs = [use.run for use in log.uses if use.run] or outbox.cursor(log).runs
    return runs[-1] if runs else None


def _problem(project: Served, log: Log, graph: Graph, *, living: bool) -> str | None:
    """Why MLflow is behind; None when it is not, or is about to get what is new."""
    problem = outbox.cursor(log).problem
    if problem:
        return seen_from(project.root, f"Not in MLflow yet: {problem}")
    if living or outbox.delivered(log, graph, outbox.documents_of(project, [log])):
        return None
    return "Not in MLflow yet: `jupyter aisec sync` brings it there."


def _stamps(project: Project) -> Stamps:
    """Changes with everything that an answer is made of."""
    found = []
    for path in _sources(project):
        now = stamp(path)
        if now is not None:
            found.append((str(path), *now))
        if len(found) > MOST_FILES:
            raise AisecError(f"more than {MOST_FILES} journals and documents in .aisec: move old ones away")
    return tuple(sorted(found))


def _sources(project: Project) -> Iterator[Path]:
    for path in files(*project.journal_folders):
        yield path
        yield path.with_suffix(".cursor")
    yield from project.documents.folder.rglob(f"*{documents.SUFFIX}")
