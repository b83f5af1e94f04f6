"""SHA-256 of the bytes of files, streamed, with a word on whether they held still meanwhile."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from jupyter_aisec.model import Stamp

_CHUNK = 1 << 20
_FILES = 100_000
_FOLDER = -1
_CHANGED = "the file changed before it was hashed"


class UnhashableError(Exception):
    """The bytes can't be vouched for; the message says why, in a few words."""


class StoppedError(Exception):
    """Hashing was stopped from outside; nothing is known, and somebody else may try again."""


def stamp(path: str | os.PathLike[str]) -> Stamp:
    """A file, or a folder, as it is now. Raises OSError, and `UnhashableError` for a pipe, a device or the like."""
    found = os.stat(path)  # noqa: PTH116 - a third of the time of Path.stat, on the main thread
    if stat.S_ISDIR(found.st_mode):
        return Stamp(os.fspath(path), _FOLDER, time.time_ns(), found.st_dev, found.st_ino)
    if not stat.S_ISREG(found.st_mode):
        # Opening a pipe would take its data away from the user's code.
        raise UnhashableError("not a regular file")
    return _stamp(os.fspath(path), found)


def _stamp(path: str, found: os.stat_result) -> Stamp:
    return Stamp(path, found.st_size, found.st_mtime_ns, found.st_dev, found.st_ino, found.st_ctime_ns)


def _inside(folder: Stamp) -> list[Stamp]:
    """A stamp for each regular file below a folder, sorted by path."""
    found: list[Stamp] = []
    for place, folders, names in os.walk(folder.path):
        folders.sort()
        for name in sorted(names):
            path = Path(place, name)
            if path.is_file() and not path.is_symlink():
                found.append(stamp(path))
                if len(found) > _FILES:
                    raise UnhashableError(f"more than {_FILES} files")
    if any(each.mtime_ns > folder.mtime_ns for each in found):
        raise UnhashableError(_CHANGED)
    return found


def _one(given: Stamp, stopped: Callable[[], bool]) -> str:
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    _hold_still(given, os.stat(given.path))  # noqa: PTH116 - before it is opened: it may be a pipe by now
    descriptor = os.open(given.path, flags)
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        _hold_still(given, os.fstat(descriptor))
        digest = hashlib.sha256()
        buffer = bytearray(_CHUNK)
        view = memoryview(buffer)
        while count := file.readinto(buffer):
            if stopped():
                raise StoppedError
            digest.update(view[:count])
        _hold_still(given, os.fstat(descriptor))
    return digest.hexdigest()


def _hold_still(given: Stamp, found: os.stat_result) -> None:
    now = _stamp(given.path, found)
    same = (now.size, now.mtime_ns) == (given.size, given.mtime_ns)
    # A journal of an earlier version has no identity.
    identical = not given.inode or (now.device, now.inode) == (given.device, given.inode)
    if not (same and identical and stat.S_ISREG(found.st_mode)):
        raise UnhashableError(_CHANGED)


def manifest(entries: Iterable[tuple[str, str]]) -> str:
    """The digest of several files: SHA-256 over lines ``<sha256>  <relative path>``, sorted by path."""
    lines = "".join(f"{sha}  {name}\n" for name, sha in sorted(entries))
    return hashlib.sha256(lines.encode()).hexdigest()


def measure(files: Sequence[Stamp], stopped: Callable[[], bool] = lambda: False) -> tuple[str, int]:
    """The SHA-256 and the size in bytes of what the stamps stand for.

    Raises `UnhashableError` when it is not what was stamped any more, and `StoppedError`.
    """
    try:
        every = [each for given in files for each in (_inside(given) if given.size == _FOLDER else [given])]
        if not every:
            raise UnhashableError("no file")
        size = sum(each.size for each in every)
        if len(every) == 1 and files[0].size != _FOLDER:
            return _one(every[0], stopped), size
        top = files[0].path if len(files) == 1 else os.path.commonpath([each.path for each in every])
        return manifest((Path(os.path.relpath(each.path, top)).as_posix(), _one(each, stopped)) for each in every), size
    except FileNotFoundError:
        raise UnhashableError("the file is gone") from None
    except OSError as error:
        raise UnhashableError(f"can't be read: {error.strerror}") from None
