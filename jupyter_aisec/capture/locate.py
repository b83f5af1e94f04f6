"""Turns what a library call was given (path, URL, open file, list of paths) into a location and its bytes."""

from __future__ import annotations

import contextlib
import glob
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeGuard
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from urllib.request import url2pathname

from jupyter_aisec.digest import UnhashableError, stamp
from jupyter_aisec.model import Stamp

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_SECRET = re.compile(r"sig|token|key|secret|passw|credential|auth", re.IGNORECASE)
_LONG = 4096


@dataclass(frozen=True, slots=True)
class Found:
    """What lies behind the argument. ``problem`` says why there are no bytes to hash."""

    name: str
    location: str | None
    files: tuple[Stamp, ...] = ()
    problem: str | None = None


def locate(value: object, root: Path) -> Found:
    """Where the bytes are. Paths inside the project are named relative to its root. Never raises OSError."""
    try:
        found = _locate(value, root)
    except (OSError, ValueError) as error:
        return Found("in memory", None, problem=f"given as something that is no path: {type(error).__name__}")
    return replace(found, name=_encodable(found.name), location=_encodable(found.location) if found.location else None)


def is_address(text: str) -> bool:
    """Whether this names something by a scheme, and not a path."""
    return bool(_URL.match(text))


def is_path(value: object) -> TypeGuard[str | os.PathLike[str]]:
    """Whether this is meant to name a file, a folder or an address."""
    return isinstance(value, (str, os.PathLike))


def stamped(at: object) -> Stamp | None:
    """How the file behind a path stands; None for anything else, and for what is not there."""
    if isinstance(at, (str, Path)) and len(str(at)) < _LONG:
        with contextlib.suppress(OSError, ValueError, UnhashableError):
            found = stamp(os.path.abspath(os.path.expanduser(at)))  # noqa: PTH100, PTH111 - as below
            return found if found.size >= 0 else None
    return None


def _locate(value: object, root: Path) -> Found:
    if is_path(value):
        return _text(os.fsdecode(os.fspath(value)), root)
    if isinstance(value, (list, tuple)) and value and all(map(is_path, value)):
        paths = [os.fsdecode(os.fspath(each)) for each in value]
        # Text readers take a list of lines as well.
        if all(_URL.match(each) or (len(each) <= _LONG and Path(each).exists()) for each in paths):
            return _several([_text(each, root) for each in paths])
        return Found("in memory", None, problem="given as text, not as a file")
    opened = _of_file_system(value) or _opened(value)
    if opened is not None:
        return _text(opened, root)
    return Found("in memory", None, problem=f"from memory, through a {type(value).__name__}")


def _of_file_system(value: object) -> str | None:
    """The path or the URL of an open file of fsspec: https://filesystem-spec.readthedocs.io/en/latest/api.html."""
    if not any(each.__module__.startswith("fsspec.") for each in type(value).__mro__):
        return None
    protocol, path = getattr(getattr(value, "fs", None), "protocol", None), getattr(value, "path", None)
    scheme = protocol[0] if isinstance(protocol, (tuple, list)) and protocol else protocol
    if not isinstance(scheme, str) or not isinstance(path, str):
        return None
    return path if scheme in ("file", "local") or _URL.match(path) else f"{scheme}://{path.lstrip('/')}"


def _opened(value: object) -> str | None:
    """The path of an open file: its name is believed only if the descriptor is that of the file there."""
    name = getattr(value, "name", None)
    if not isinstance(name, str):
        return None
    try:
        ours, theirs = os.stat(name), os.fstat(value.fileno())  # type: ignore[attr-defined]  # noqa: PTH116
    except Exception:  # whatever an object that looks like a file may raise
        return None
    return name if (ours.st_dev, ours.st_ino) == (theirs.st_dev, theirs.st_ino) else None


def _text(text: str, root: Path) -> Found:
    if _URL.match(text):
        parts = urlsplit(text)
        if parts.scheme != "file":
            location = without_secrets(text)
            return Found(_tail(location), location, problem="fetched over the network; its bytes were not kept")
        text = url2pathname(parts.path)
    if len(text) > _LONG or "\0" in text:
        return Found("in memory", None, problem="given as text, not as a file")
    path = Path(os.path.abspath(os.path.expanduser(text)))  # noqa: PTH100, PTH111 - resolve() would follow links
    if path.exists():
        return _path(path, root)
    if "\n" in text:
        return Found("in memory", None, problem="given as text, not as a file")
    if glob.has_magic(text):
        matches = [_path(Path(each), root) for each in sorted(glob.glob(str(path), recursive=True))]  # noqa: PTH207
        return _several(matches) if matches else Found(*_named(path, root), problem="no file matches")
    return _path(path, root)


def _encodable(text: str) -> str:
    """A file name may hold bytes that are no text; the journal and MLflow take text only."""
    return text.encode("utf-8", "backslashreplace").decode()


def _path(path: Path, root: Path) -> Found:
    try:
        return Found(*_named(path, root), files=(stamp(path),))
    except OSError as error:
        return Found(*_named(path, root), problem=f"can't be read: {error.strerror}")
    except UnhashableError as error:
        return Found(*_named(path, root), problem=str(error))


def _named(path: Path, root: Path) -> tuple[str, str]:
    if path.is_relative_to(root):
        inside = path.relative_to(root).as_posix()
        return inside, inside
    return path.name or str(path), str(path)


def _several(found: Sequence[Found]) -> Found:
    if len(found) == 1:
        return found[0]
    first, last = found[0], found[-1]
    problem = next((each.problem for each in found if each.problem), None)
    return Found(
        f"{first.name} … {last.name} ({len(found)} files)",
        f"{first.location} … {last.location} ({len(found)} files)",
        tuple(stamp for each in found for stamp in each.files),
        problem,
    )


def without_secrets(url: str) -> str:
    """The URL with no user, no password, and no value of a query parameter that may be a key or a signature."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    query = [
        (key, "***" if _SECRET.search(key) else text) for key, text in parse_qsl(parts.query, keep_blank_values=True)
    ]
    return urlunsplit((parts.scheme, host, parts.path, urlencode(query, safe="*/:,"), ""))


def _tail(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path}".rstrip("/") or url
