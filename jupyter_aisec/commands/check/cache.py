"""What was found in a file is remembered beside the digest of all that it hangs on, so that it is found once.

What a rule says of a cell may come from another cell, an output or the metadata: the key of an answer is the digest of
the bytes of the whole file, which are read each time, and not of one cell's source. To it come the rules that run,
whether somebody keeps documents, and the `ground`: the advisories, every module and every fact of this package, and the
Python that parses. The versions of what is installed are no part of it, for files are judged without them.

An answer is not kept where more than that went into it: when documents were asked for, which may change; when time or
the depth of the stack may have had a say; when the file was upgraded by nbformat. Then it is found anew.

The folder is the user's own and lies outside of what is checked: a project that comes from somewhere must not bring
answers with it. No code of the file is kept, and no name of it. Whatever is wrong with the folder or with an entry,
the answer is found as if there were no cache.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

from jupyter_aisec.analysis import Report
from jupyter_aisec.analysis.judge import TOO_DEEP
from jupyter_aisec.rules.tokens import has_token

_ENTRY = 64 * 1024
"""Bytes of the largest entry."""
_SHELF = 512 * 1024
"""Bytes on one of the 256 shelves; when there are more, the entries that nobody asked for longest go."""
_DAY = 86_400
_SETTLED = 10
"""Seconds after which a file of this package is believed to be what was imported when this process began."""
_LIBRARIES = ("msgspec", "packaging", "tree-sitter", "tree-sitter-bash")
"""What an answer hangs on beside our own modules."""
_CHECKSUM = hashlib.sha256().digest_size


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder, and the digest of what all answers of one run hang on."""

    folder: Path
    ground: bytes

    @classmethod
    def of(cls, advisories: Path | None) -> Cache | None:
        """The user's; None where there is no folder that is only theirs, or where the ground isn't firm."""
        folder = _folder()
        try:
            ground = _ground(advisories)
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if ground is None or not _is_private(folder):
                return None
        except (OSError, RuntimeError, PackageNotFoundError):
            return None
        return cls(folder, ground)

    def entry(self, data: bytes, rules: Sequence[str], *, is_script: bool, is_documented: bool) -> Entry:
        """Where the answer about these bytes is, if it is known; ``is_documented``: the project keeps documents."""
        said = "\0".join(rules) + f"\0{is_script:d}{is_documented:d}\0"
        key = hashlib.sha256(self.ground + hashlib.sha256(data).digest() + said.encode()).hexdigest()
        return Entry(self.folder.joinpath(key[:2], key[2:]), key)


@dataclass(frozen=True, slots=True)
class Entry:
    """The place of one answer. It begins with a checksum over the key and what follows."""

    path: Path
    key: str

    def read(self, path: str) -> Report | None:
        """The answer, about a file of this name; None where it isn't known."""
        try:
            handle = os.open(self.path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
            with os.fdopen(handle, "rb", buffering=0) as file:
                said = file.read(_ENTRY + 1) or b""
                age = time.time() - os.fstat(handle).st_mtime
            if said[:_CHECKSUM] != self._checksum(said[_CHECKSUM:]):
                return None
            report = msgspec.json.decode(said[_CHECKSUM:], type=Report)
        except (OSError, ValueError, RecursionError):
            return None
        if age > _DAY:
            with contextlib.suppress(OSError):
                os.utime(self.path)
        return _about(report, path)

    def write(self, report: Report) -> None:
        """Keep an answer, if it may be kept and can be."""
        if report.notes or any(TOO_DEEP in missed.reason for missed in report.not_analysed):
            return
        try:
            found = msgspec.json.encode(_about(report, ""))
            # Findings don't show secrets. Should one ever do so, it is shown and not kept.
            if len(found) + _CHECKSUM > _ENTRY or has_token(found.decode()):
                return
            shelf = self.path.parent
            shelf.mkdir(mode=0o700, exist_ok=True)
            _put(self.path, self._checksum(found) + found)
            _tidy(shelf)
        except (OSError, ValueError):
            return

    def _checksum(self, found: bytes) -> bytes:
        return hashlib.sha256(self.key.encode() + found).digest()


def _about(report: Report, path: str) -> Report:
    missed = tuple(replace(each, path=path) for each in report.not_analysed)
    return replace(report, path=path, not_analysed=missed)


def _folder() -> Path:
    """Where the platform keeps what can be made again. Raises `RuntimeError` for a user without a home."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or "")
    if not base.is_absolute():
        base = Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache")
    return base / "jupyter-aisec" / "check"


def _is_private(folder: Path) -> bool:
    """Whether nobody else can put anything there; Windows keeps the folders of a user's profile apart by itself."""
    about = folder.lstat()
    return os.name == "nt" or (about.st_uid == os.getuid() and not about.st_mode & 0o077 and folder.is_dir())


def _ground(advisories: Path | None) -> bytes | None:
    """What all answers of one run hang on; None while the package is being changed, or can't be read as files."""
    versions = [f"{name} {version(name)}" for name in _LIBRARIES]
    found = hashlib.sha256("\0".join([sys.version, str(sys.getrecursionlimit()), *versions]).encode())
    if advisories is not None:
        found.update(hashlib.sha256(advisories.read_bytes()).digest())
    latest = 0.0
    for name, file in _sources(Path(__file__).parents[2]):
        said = file.read_bytes()
        about = file.stat()
        latest = max(latest, about.st_mtime, about.st_ctime)
        found.update(f"\0{name}\0{len(said)}\0".encode() + said)
    return found.digest() if 0.0 < latest < time.time() - _SETTLED else None


def _sources(package: Path) -> Iterator[tuple[str, Path]]:
    """The modules and facts of the package, always in the same order; a page in a browser finds nothing."""
    for place, folders, names in os.walk(package):
        folders[:] = sorted(set(folders) - {"labextension", "__pycache__"})
        for name in sorted(names):
            if name.endswith((".py", ".toml", ".json")):
                file = Path(place, name)
                yield file.relative_to(package).as_posix(), file


def _put(path: Path, data: bytes) -> None:
    """In one step: who looks meanwhile sees nothing, or all of it. Raises OSError."""
    handle, made = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(made).replace(path)
    except BaseException:
        Path(made).unlink(missing_ok=True)
        raise


def _tidy(shelf: Path) -> None:
    """Half of what is there goes when it is too much, also what somebody left half written. Raises OSError."""
    with os.scandir(shelf) as entries:
        found = [(each.path, each.stat()) for each in entries]
    size = sum(about.st_size for _, about in found)
    if size <= _SHELF:
        return
    for path, about in sorted(found, key=lambda each: each[1].st_mtime):
        Path(path).unlink(missing_ok=True)
        size -= about.st_size
        if size <= _SHELF // 2:
            return
