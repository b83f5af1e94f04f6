"""Delivers the journals to MLflow: what is new since the last time, exactly once in effect."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout

from jupyter_aisec import digest, journal
from jupyter_aisec.documents import put
from jupyter_aisec.journal import Log, now
from jupyter_aisec.lineage import assets, upstream
from jupyter_aisec.model import AisecError, Document, Graph, Hashed, RunRef, Session
from jupyter_aisec.project import Project

_LIVE = " live"
_PATIENCE = 60.0
"""Seconds to wait for another process that is delivering."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """What was delivered of one journal: a file beside it. It only saves work: a lost one is made again.

    ``fingerprint`` is of the journal's size and of the documents about what went into its assets, with the word
    ``live`` behind it while the kernel was running; ``problem`` is what kept the last delivery back.
    """

    fingerprint: str = ""
    at: str = ""
    runs: tuple[RunRef, ...] = ()
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one journal."""

    log: Log
    cursor: Cursor
    fresh: bool = False
    """Something was delivered just now."""
    problems: tuple[str, ...] = field(default=())
    """What can never be delivered, such as uses in a run that was deleted."""


def cursor(log: Log) -> Cursor:
    """How far a journal has been delivered."""
    path = _cursor_path(log)
    try:
        return msgspec.json.decode(path.read_bytes(), type=Cursor) if path.is_file() else Cursor()
    except (OSError, msgspec.DecodeError):
        return Cursor()


def waiting(project: Project) -> list[Log]:
    """The journals with something that is not in MLflow yet."""
    logs = [log for log in project.logs() if log.uses]
    graph = project.graph()
    documents = documents_of(project, logs)
    return [log for log in logs if not delivered(log, graph, documents)]


def delivered(log: Log, graph: Graph, documents: dict[str, Document]) -> bool:
    """Whether MLflow has all that a journal says, with the documents as they are."""
    return _fingerprint(log, graph, documents, live=False) in _halves(cursor(log))


def _halves(known: Cursor) -> tuple[str, str]:
    """What was delivered while the kernel ran counts as delivered."""
    return known.fingerprint, known.fingerprint.removesuffix(_LIVE)


def deliver(project: Project, *, ended: str | None = None, elsewhere: str | None = None) -> list[Delivery]:
    """Bring every journal of the project into MLflow.

    What a dead kernel left unhashed is hashed; ``ended`` is a session that is known to be over, whatever its process
    does. A store that can't be reached keeps its journals waiting, and the delivery says why; with ``elsewhere``, a
    tracking URI, they go there instead.

    Raises:
        AisecError: another process has been delivering for too long.
    """
    folder = project.journals
    if not any(each.is_dir() for each in project.journal_folders):
        return []
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / "sync.lock", timeout=_PATIENCE):
            return list(_deliver(project, ended, elsewhere))
    except Timeout:
        raise AisecError(f"another process has been mirroring for {_PATIENCE:.0f} s; try again later") from None
    except OSError as error:
        raise AisecError(f"can't mirror: {folder}: {error.strerror}") from error


def _deliver(project: Project, ended: str | None, elsewhere: str | None) -> Iterator[Delivery]:
    from jupyter_aisec.mirror import mirror

    logs = [log for log in project.logs() if log.uses]
    living = {log.session.id for log in logs if log.session.id != ended and alive(log.session)}
    logs = [log if log.session.id in living else _finished(log) for log in logs]
    graph = project.graph()
    documents = documents_of(project, logs)
    down: dict[str, AisecError] = {}
    for log in logs:
        live = log.session.id in living
        before = cursor(log)
        fingerprint = _fingerprint(log, graph, documents, live=live)
        if before.fingerprint == fingerprint and before.problem is None:
            yield Delivery(log, before)
            continue
        try:
            to_mirror = _moved(log, elsewhere) if elsewhere and before.problem else log
            published = mirror(to_mirror, graph, documents, project.tracking_uri, live=live, others=logs, down=down)
        except AisecError as error:
            after = Cursor(before.fingerprint, now(), before.runs, str(error))
            _save(log, after)
            yield Delivery(log, after)
            continue
        known = {(each.key, each.sha256) for each in log.hashes}
        digests = [each for one in published for each in one.digests if (each.key, each.sha256) not in known]
        if digests:
            # Not read again: what the kernel wrote meanwhile has not been delivered.
            log = _appended(log, digests)  # noqa: PLW2901 - the same journal, longer
        runs = tuple(
            RunRef(each.tracking_uri, each.run_id, each.experiment_id or "") for each in published if each.run_id
        )
        after = Cursor(_fingerprint(log, graph, documents, live=live), now(), runs)
        _save(log, after)
        yield Delivery(log, after, fresh=True, problems=tuple(line for each in published for line in each.problems))


def alive(session: Session) -> bool:
    """Whether the kernel may still be running: a process of its number is, on this machine, and began when it did."""
    if os.name != "posix":
        return False  # asking there would end the process
    if session.pid <= 0:
        return False  # that would ask for a whole group of processes
    try:
        os.kill(session.pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    if session.born is not None and journal.born(session.pid) not in (session.born, None):
        return False  # the number has been given to another
    return not _is_zombie(session.pid)


def _is_zombie(pid: int) -> bool:
    """Linux: a killed process that its parent has not taken note of yet is still counted."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2]
    except OSError:
        return False
    return state.split()[:1] == ["Z"]


def _moved(log: Log, tracking_uri: str) -> Log:
    """The log as if its uses had been made without a run, with another store."""
    return replace(log, uses=tuple(replace(use, run=None, tracking_uri=tracking_uri) for use in log.uses))


def documents_of(project: Project, logs: Iterable[Log]) -> dict[str, Document]:
    """The documents about all assets that the journals name."""
    names = {use.name for log in logs for use in log.uses}
    return {name: project.documents.read(name) for name in sorted(names)}


def _fingerprint(log: Log, graph: Graph, documents: dict[str, Document], *, live: bool) -> str:
    """Changes with the journal, and with every document about what went into its assets, in whichever session."""
    digester = hashlib.sha256(str(log.size).encode())
    ids = {node.id for node in assets(log).values()}
    for name in sorted({node.name for node in upstream(graph, ids).nodes} & documents.keys()):
        document = documents[name]
        said = sorted({**document.answers, **document.inapplicable}.items())
        words = (name, document.state, document.sha256, said)
        digester.update(repr(words).encode("utf-8", "replace"))
    return digester.hexdigest() + (_LIVE if live else "")


def _finished(log: Log) -> Log:
    """The log with digests for what was read by a kernel that did not live to hash it."""
    hashed = {each.key for each in log.hashes}
    new = []
    for use in log.uses:
        if use.key not in hashed and use.files:
            hashed.add(use.key)
            try:
                new.append(Hashed(use.key, now(), *digest.measure(use.files)))
            except digest.UnhashableError as error:
                new.append(Hashed(use.key, now(), None, None, str(error)))
    return _appended(log, new) if new else log


def _appended(log: Log, records: list[Hashed]) -> Log:
    """The log with further digests; where they can't be written, they are worked out again next time."""
    writer = journal.Journal(log.path)
    writer.write(*records)
    writer.close()
    written = 0 if writer.problem else sum(len(journal.line(record)) for record in records)
    return replace(log, hashes=(*log.hashes, *records), size=log.size + written)


def _cursor_path(log: Log) -> Path:
    return log.path.with_suffix(".cursor")


def _save(log: Log, after: Cursor) -> None:
    with contextlib.suppress(OSError):  # it only saves work
        put(_cursor_path(log), msgspec.json.encode(after))
