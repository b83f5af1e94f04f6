"""Hugging Face datasets: files of the user, or a repository of the hub."""

from __future__ import annotations

import os

from jupyter_aisec.capture.closure import Call
from jupyter_aisec.capture.databases import asked
from jupyter_aisec.capture.special.huggingface_hub import of_repository
from jupyter_aisec.capture.told import Told

_FORMATS = frozenset({"csv", "json", "parquet", "text", "arrow", "pandas", "xml", "hdf5", "webdataset", "audiofolder"})
_FORMATS_OF_FOLDERS = frozenset({"imagefolder", "videofolder", "pdffolder"})


def loaded(call: Call, result: object) -> object:
    """https://huggingface.co/docs/datasets/loading: by a format and files, a folder, or the name on the hub."""
    path = call.argument("path")
    if not isinstance(path, (str, os.PathLike)):
        return None
    folder, files = call.argument("data_dir"), _flat(call.argument("data_files"))
    if path in _FORMATS | _FORMATS_OF_FOLDERS or os.path.exists(path):  # noqa: PTH110 - no object is made of it
        base = folder if path in _FORMATS | _FORMATS_OF_FOLDERS else path
        if not files:
            return base
        inside = [each if base is None or _whole(each) else os.path.join(str(base), each) for each in files]  # noqa: PTH118
        return inside if len(inside) > 1 else inside[0]
    told = of_repository(str(path), "dataset", call.argument("revision"), "", None)
    cached = _cached(result)
    return Told(cached or told.at, told.name, told.location, told.facts)


def files(call: Call, result: object) -> object:
    """One file, a list, or a dict of them by split."""
    del result
    found = _flat(call.argument(call.row.at))
    return found if len(found) > 1 else found[0] if found else None


def queried(call: Call, result: object) -> object:
    """The database, and the query or the name of the table."""
    del result
    return asked(call)


def _flat(value: object) -> list[str]:
    if isinstance(value, (str, os.PathLike)):
        return [os.fsdecode(os.fspath(value))]
    if isinstance(value, dict):
        return [each for part in value.values() for each in _flat(part)]
    return [each for part in value for each in _flat(part)] if isinstance(value, (list, tuple)) else []


def _whole(path: str) -> bool:
    return os.path.isabs(path) or "://" in path  # noqa: PTH117 - no object is made of it


def _cached(result: object) -> list[str]:
    """The files of Arrow that the library made of what it fetched."""
    parts = list(dict.values(result)) if isinstance(result, dict) else [result]
    found = [each.get("filename") for part in parts for each in getattr(part, "cache_files", None) or ()]
    return [each for each in found if isinstance(each, str)]
