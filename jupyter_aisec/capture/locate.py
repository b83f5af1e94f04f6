"""Turns what a library call was given (path, URL, open file, list of paths) into a location and its bytes."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from urllib.request import url2pathname

from jupyter_aisec.digest import UnhashableError, stamps
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
    if isinstance(value, (str, os.PathLike)):
        return _text(os.fsdecode(os.fspath(value)), root)
    if isinstance(value, (list, tuple)) and value and all(isinstance(each, (str, os.PathLike)) for each in value):
        return _several([_text(os.fsdecode(os.fspath(each)), root) for each in value])
    name = getattr(value, "name", None) or getattr(value, "path", None)
    if isinstance(name, str) and Path(name).exists():
        return _text(name, root)
    return Found("in memory", None, problem=f"read from memory ({type(value).__name__}), not from a file")


def _text(text: str, root: Path) -> Found:
    if len(text) > _LONG or "\n" in text or "\0" in text:
        return Found("in memory", None, problem="given as text, not as a file")
    if _URL.match(text):
        parts = urlsplit(text)
        if parts.scheme != "file":
            location = without_secrets(text)
            return Found(_tail(location), location, problem="fetched over the network; its bytes were not kept")
        text = url2pathname(parts.path)
    path = Path(os.path.abspath(os.path.expanduser(text)))  # noqa: PTH100, PTH111 - resolve() would follow links
    if not path.exists() and glob.has_magic(text):
        matches = [_path(Path(each), root) for each in sorted(glob.glob(str(path), recursive=True))]  # noqa: PTH207
        return _several(matches) if matches else Found(*_named(path, root), problem="no file matches")
    return _path(path, root)


def _path(path: Path, root: Path) -> Found:
    try:
        return Found(*_named(path, root), files=stamps(path))
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
