"""scipy adds extensions to the names of files."""

from __future__ import annotations

import os

from jupyter_aisec.capture.closure import Call


def matlab(call: Call, result: object) -> object:
    """Only where there is no file without: https://docs.scipy.org/doc/scipy/reference/generated/scipy.io.loadmat.html."""
    del result
    path = _path(call.argument("file_name"))
    if path is None:
        return call.argument("file_name")
    return path if os.path.exists(path) else _with(path, ".mat")  # noqa: PTH110 - no object is made of it


def matrix_market(call: Call, result: object) -> object:
    """https://docs.scipy.org/doc/scipy/reference/generated/scipy.io.mmwrite.html, ``target``."""
    del result
    path = _path(call.argument("target"))
    return _with(path, ".mtx") if path is not None else call.argument("target")


def sparse(call: Call, result: object) -> object:
    """https://docs.scipy.org/doc/scipy/reference/generated/scipy.sparse.save_npz.html, ``file``."""
    del result
    path = _path(call.argument("file"))
    return _with(path, ".npz") if path is not None else call.argument("file")


def _path(given: object) -> str | None:
    return os.fsdecode(os.fspath(given)) if isinstance(given, (str, os.PathLike)) else None


def _with(path: str, suffix: str) -> str:
    return path if path.endswith(suffix) else path + suffix
