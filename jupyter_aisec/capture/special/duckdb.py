"""DuckDB reads files that a query names, and the variables of the notebook that it names like tables."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator

from jupyter_aisec.capture.closure import Call
from jupyter_aisec.capture.told import Told

_QUOTED = re.compile(r"'((?:[^']|'')*)'")
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_DATA = (".csv", ".tsv", ".txt", ".parquet", ".pq", ".json", ".jsonl", ".ndjson", ".xlsx", ".db", ".duckdb", ".arrow")
_PACKED = (".gz", ".zst", ".bz2")
_READER = re.compile(r"\b(?:read_\w+|parquet_scan|\w+_scan|glob|read_\w+_auto)\s*\(\s*\[?\s*$", re.IGNORECASE)
_TABLE = re.compile(r"\b(?:from|join|,)\s+([A-Za-z_]\w*)(?!\w*\s*[(.])", re.IGNORECASE)
_LONGEST = 100_000
_SHORT = 12


def read(call: Call, result: object) -> object:
    """The file or files; before DuckDB 1.4 the readers named their parameters, since then not all do."""
    del result
    for name in ("path_or_buffer", "file_glob"):
        given = call.kwargs.get(name)
        if given is not None:
            return given
    of_connection = ".DuckDBPyConnection." in call.row.call
    return call.args[of_connection] if len(call.args) > of_connection else None


def connected(call: Call, result: object) -> object:
    """The file of the database; None for one in memory."""
    del result
    given = call.args[0] if call.args else call.kwargs.get("database")
    if not isinstance(given, (str, os.PathLike)):
        return None
    path = os.fsdecode(os.fspath(given))
    return None if not path or path.startswith((":", "md:", "motherduck:")) else Told(path, mode="a")


def queried(call: Call, result: object) -> object:
    """What a query reads; None for one that reads nothing."""
    of_connection = ".DuckDBPyConnection." in call.row.call
    given = call.args[of_connection] if len(call.args) > of_connection else call.kwargs.get("query")
    if not isinstance(given, str) or len(given) > _LONGEST:
        return None
    query = _COMMENT.sub(" ", given)
    files = list(dict.fromkeys(_files(query)))
    names = tuple(dict.fromkeys(_TABLE.findall(_QUOTED.sub("''", query))))
    if not files and not names:
        return None
    sha256 = hashlib.sha256(given.encode("utf-8", "surrogatepass")).hexdigest()
    name = None if files else f"query {sha256[:_SHORT]}"
    del result
    at = files[0] if len(files) == 1 else files or None
    return Told(at, name=name, facts={"query_sha256": sha256}, names=names)


def _files(query: str) -> Iterator[str]:
    """Quoted texts that are files: by their extension behind FROM or JOIN, or because a reader takes them."""
    for found in _QUOTED.finditer(query):
        text = found[1].replace("''", "'")
        plain = text.lower()
        for suffix in _PACKED:
            plain = plain.removesuffix(suffix)
        before = query[: found.start()]
        follows = re.search(r"\b(?:from|join)\s+$|,\s*$", before, re.IGNORECASE)
        if _READER.search(before) or (follows and plain.endswith(_DATA)):
            yield text
