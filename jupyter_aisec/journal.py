"""The journal: one append-only file per kernel session, which is also the outbox to MLflow.

The kernel appends, everybody else only reads. A line is one JSON object with one member, whose name says what kind
of record it is. A line that a crash tore, at the end or in the middle, is skipped and counted.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from jupyter_aisec.model import CellRun, Hashed, Session, Use

SUFFIX = ".jsonl"

type_of_record = {Session: "session", CellRun: "cell", Use: "use", Hashed: "hashed"}
Record = Session | CellRun | Use | Hashed


def now() -> str:
    """The time of a record: UTC, ISO 8601, milliseconds."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")


def born(pid: int) -> str | None:
    """The boot and the tick at which a process began, whatever clocks are set to; None where nothing says so."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        # The name of the program, in brackets, may hold anything; the tick is the twentieth word after it.
        words = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return f"{boot}:{words[19]}" if len(words) > 19 else None  # noqa: PLR2004 - see above


class _Line(msgspec.Struct):
    """What a line may hold. Members that a newer version adds are ignored."""

    session: Session | None = None
    cell: CellRun | None = None
    use: Use | None = None
    hashed: Hashed | None = None


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(_Line)


def line(record: Record) -> bytes:
    """A record as it stands in a file."""
    return _encoder.encode({type_of_record[type(record)]: record}) + b"\n"


class Journal:
    """Appends records of one session, from any thread.

    A record that can't be written (full disk, read-only folder) stays in memory and is tried again with the next
    one; ``problem`` then says what is wrong in one line. The file appears with the first record.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problem: str | None = None
        self._waiting: list[bytes] = []
        self._descriptor: int | None = None
        self._torn = False
        self._lock = threading.Lock()

    @property
    def waiting(self) -> int:
        """How many records are in memory only."""
        return len(self._waiting)

    @property
    def unwritten(self) -> bytes:
        """The lines that are in memory only."""
        with self._lock:
            return b"".join(self._waiting)

    def write(self, *records: Record) -> None:
        """Append; a killed process loses nothing of it, because the bytes are with the operating system."""
        with self._lock:
            self._waiting += [line(record) for record in records]
            try:
                self._drain()
            except OSError as error:
                self.problem = f"can't write {self.path}: {error.strerror or error}"
            else:
                self.problem = None

    def flush(self) -> None:
        """Ask the operating system to put the file on the disk; may take long, so not for the main thread."""
        with self._lock:
            descriptor = os.dup(self._descriptor) if self._descriptor is not None else None
        if descriptor is not None:
            try:
                with contextlib.suppress(OSError):
                    os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def close(self) -> None:
        """Release the file; a later write opens it again."""
        with self._lock:
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None

    def _drain(self) -> None:
        if self._descriptor is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0)
            self._descriptor = os.open(self.path, flags, 0o600)
        while self._waiting:
            data = (b"\n" if self._torn else b"") + self._waiting[0]
            written = os.write(self._descriptor, data)
            self._torn = written < len(data)
            if self._torn:
                # The disk took a part: what it has becomes a torn line, and the record goes out whole next time.
                raise OSError(None, "the disk took only a part of a line")
            del self._waiting[0]


@dataclass(frozen=True, slots=True)
class Log:
    """All that one journal file says, in the order it was written. ``size`` is in bytes, ``torn`` in lines."""

    path: Path
    session: Session
    cells: tuple[CellRun, ...]
    uses: tuple[Use, ...]
    hashes: tuple[Hashed, ...]
    size: int
    torn: int


def read(path: Path) -> Log | None:
    """Read one file; None when not even its session line can be read."""
    return parse(path, path.read_bytes())


def parse(path: Path, data: bytes) -> Log | None:
    """What a file with these bytes says; None when not even its session line can be read."""
    session: Session | None = None
    cells: list[CellRun] = []
    uses: list[Use] = []
    hashes: list[Hashed] = []
    torn = 0
    for each in data.splitlines():
        if not each.strip():
            continue
        try:
            record = _decoder.decode(each)
        except (msgspec.DecodeError, RecursionError):
            torn += 1
            continue
        session = session or record.session
        if record.cell:
            cells.append(record.cell)
        if record.use:
            uses.append(record.use)
        if record.hashed:
            hashes.append(record.hashed)
    if session is None:
        return None
    return Log(path, session, tuple(cells), tuple(uses), tuple(hashes), len(data), torn)


def files(*folders: Path) -> list[Path]:
    """The journals of the folders, oldest session first; a folder that is absent holds none.

    Only regular files: a link may lead anywhere, and a pipe would be read for ever.
    """
    found: list[Path] = []
    for folder in folders:
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            found += [
                Path(entry) for entry in entries if entry.name.endswith(SUFFIX) and entry.is_file(follow_symlinks=False)
            ]
    return sorted(found, key=lambda each: each.name)


def read_all(*folders: Path) -> Iterator[Log]:
    """Every readable journal of the folders, oldest session first."""
    for path in files(*folders):
        with contextlib.suppress(FileNotFoundError):
            log = read(path)
            if log is not None:
                yield log
