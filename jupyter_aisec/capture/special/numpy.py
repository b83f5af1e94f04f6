"""numpy adds an extension to the names of the files that it saves."""

from __future__ import annotations

import os

from jupyter_aisec.capture.closure import Call


def saved(call: Call, result: object) -> object:
    """The file that ``save`` or ``savez`` really wrote: https://numpy.org/doc/stable/reference/generated/numpy.save.html."""
    del result
    given = call.argument("file")
    if not isinstance(given, (str, os.PathLike)):
        return given
    path = os.fsdecode(os.fspath(given))
    suffix = ".npy" if call.row.call == "numpy.save" else ".npz"
    return path if path.endswith(suffix) else path + suffix
