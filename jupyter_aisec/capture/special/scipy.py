"""scipy adds extensions to the names of files."""

from __future__ import annotations

import os

from jupyter_aisec.capture.closure import Call


def matlab(call: Call, result: object) -> object:
    """https://docs.scipy.org/doc/scipy/reference/generated/scipy.io.loadmat.html, ``appendmat``."""
    del result
    return call.argument("file_name") if call.argument("appendmat") is False else _with(call, "file_name", ".mat")


def matrix_market(call: Call, result: object) -> object:
    """https://docs.scipy.org/doc/scipy/reference/generated/scipy.io.mmwrite.html, ``target``."""
    del result
    return _with(call, "target", ".mtx")


def sparse(call: Call, result: object) -> object:
    """https://docs.scipy.org/doc/scipy/reference/generated/scipy.sparse.save_npz.html, ``file``."""
    del result
    return _with(call, "file", ".npz")


def _with(call: Call, name: str, suffix: str) -> object:
    """The path as it was given if there is such a file, else with the extension."""
    given = call.argument(name)
    if not isinstance(given, (str, os.PathLike)):
        return given
    path = os.fsdecode(os.fspath(given))
    longer = path if path.endswith(suffix) else path + suffix
    return longer if os.path.exists(longer) else path  # noqa: PTH110 - no object is made of it
