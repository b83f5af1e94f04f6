"""A connection of sqlite3 reads and writes its file."""

from __future__ import annotations

import os

from jupyter_aisec.capture.closure import Call
from jupyter_aisec.capture.told import Told


def connected(call: Call, result: object) -> object:
    """The file of the database; None for one in memory. https://docs.python.org/3/library/sqlite3.html#sqlite3.connect."""
    del result
    given = call.args[0] if call.args else call.kwargs.get("database")
    if not isinstance(given, (str, os.PathLike)):
        return None
    path = os.fsdecode(os.fspath(given))
    if path.startswith("file:"):
        # A URI of SQLite's own, which may name options: https://sqlite.org/uri.html
        path, _, options = path.removeprefix("file:").partition("?")
        if "mode=memory" in options:
            return None
        path = "/" + path.lstrip("/") if path.startswith("/") else path
    return None if path in ("", ":memory:") else Told(path, mode="a")
