"""SHA-256 of the bytes of files, streamed, with a word on whether they held still meanwhile."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from jupyter_aisec.model import Stamp

_CHUNK = 1 << 20
_FILES = 100_000


class UnhashableError(Exception):
    """The bytes can't be vouched for; the message says why, in a few words."""


def stamp(path: str | os.PathLike[str]) -> Stamp:
    """Size and time of change of a file as it is now. Raises OSError."""
    found = os.stat(path)  # noqa: PTH116 - a third of the time of Path.stat, on the main thread
    return Stamp(os.fspath(path), found.st_size, found.st_mtime_ns)


def stamps(path: Path) -> tuple[Stamp, ...]:
    """One stamp for a file, one for each regular file below a folder, sorted by path. Raises OSError."""
    if not path.is_dir():
        return (stamp(path),)
    return tuple(stamp(each) for each in sorted(_regular(path)))


def _regular(folder: Path) -> Iterator[Path]:
    count = 0
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in names:
            path = Path(place, name)
            if path.is_file() and not path.is_symlink():
                count += 1
                if count > _FILES:
                    raise UnhashableError(f"more than {_FILES} files")
                yield path


def _one(given: Stamp, stopped: Callable[[], bool]) -> str:
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(given.path, flags)
    except FileNotFoundError:
        raise UnhashableError("the file is gone") from None
    except OSError as error:
        raise UnhashableError(f"can't be read: {error.strerror}") from None
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise UnhashableError("not a regular file")
        _hold_still(given, descriptor)
        digest = hashlib.sha256()
        buffer = bytearray(_CHUNK)
        view = memoryview(buffer)
        while count := file.readinto(buffer):
            if stopped():
                raise UnhashableError("hashing was stopped")
            digest.update(view[:count])
        _hold_still(given, descriptor)
    return digest.hexdigest()


def _hold_still(given: Stamp, descriptor: int) -> None:
    now = os.fstat(descriptor)
    if (now.st_size, now.st_mtime_ns) != (given.size, given.mtime_ns):
        raise UnhashableError("the file changed before it was hashed")


def manifest(entries: Iterable[tuple[str, str]]) -> str:
    """The digest of several files: SHA-256 over lines ``<sha256>  <relative path>``, sorted by path."""
    lines = "".join(f"{sha}  {name}\n" for name, sha in sorted(entries))
    return hashlib.sha256(lines.encode()).hexdigest()


def sha256(files: Sequence[Stamp], stopped: Callable[[], bool] = lambda: False) -> str:
    """The digest of what the stamps stand for; `UnhashableError` when it is not what was stamped any more."""
    if not files:
        raise UnhashableError("no file")
    if len(files) == 1:
        return _one(files[0], stopped)
    top = os.path.commonpath([each.path for each in files])
    return manifest((Path(os.path.relpath(each.path, top)).as_posix(), _one(each, stopped)) for each in files)
