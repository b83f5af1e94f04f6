"""From the bytes of a Python file to a `Notebook` of one cell."""

from __future__ import annotations

import re

from jupyter_aisec.model import AisecError, Cell, CellKind, Notebook

_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")


def of_script(data: bytes, path: str) -> Notebook:
    """The file as a notebook; ``path`` is only named. Raises `AisecError` for what is no text."""
    if b"\0" in data:
        raise AisecError(f"{path}: not Python source (it has NUL bytes); check the path")
    notes: tuple[str, ...] = ()
    try:
        text = data.decode(script_encoding(data))
    except (UnicodeDecodeError, LookupError, ValueError):
        text = data.decode("utf-8-sig", "replace")
        notes = ("bytes that could not be decoded were replaced",)
    return Notebook(path=path, cells=(Cell(0, CellKind.CODE, text),), is_script=True, notes=notes)


def script_encoding(data: bytes) -> str:
    """The encoding that a Python file names in a comment on its first two lines; no codec may have that name."""
    for line in data.split(b"\n", 2)[:2]:
        cookie = _COOKIE.match(line)
        if cookie:
            encoding = cookie.group(1).decode("ascii", "replace")
            return "utf-8-sig" if encoding.lower() in {"utf-8", "utf8"} else encoding
    return "utf-8-sig"
