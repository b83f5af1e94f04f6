"""The media type of a file, by the end of its name."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from types import MappingProxyType

_FORMATS: Mapping[str, str] = MappingProxyType(
    {
        ".csv": "text/csv",
        ".ipynb": "application/x-ipynb+json",
        ".jsonl": "application/jsonl",
        ".parquet": "application/vnd.apache.parquet",
        ".toml": "application/toml",
        ".tsv": "text/tab-separated-values",
    }
)
"""Which no list of a machine may call otherwise."""


def media_type(path: str) -> str:
    """The media type; that of any bytes where the name says nothing."""
    suffix = f".{path.partition('?')[0].rpartition('.')[2]}"
    return _FORMATS.get(suffix) or mimetypes.guess_type(f"a{suffix}")[0] or "application/octet-stream"
