"""What IPython does for a notebook: its ``open``, and the cells that a shell runs."""

from __future__ import annotations

from jupyter_aisec.capture.closure import Call
from jupyter_aisec.capture.told import Told
from jupyter_aisec.notebook.magics import script_of


def opened(call: Call, result: object) -> object:
    """It names its parameters no more than that: https://docs.python.org/3/library/functions.html#open."""
    del result
    given = dict(zip(("file", "mode"), call.args, strict=False)) | call.kwargs
    mode = given.get("mode", "r")
    return Told(given.get("file"), mode=mode if isinstance(mode, str) else "r")


def scripted(call: Call, result: object) -> object:
    """A program, and its script: https://ipython.readthedocs.io/en/stable/interactive/magics.html#cellmagic-script."""
    del result
    line, cell = call.argument("line"), call.argument("cell")
    return Told(cell) if isinstance(line, str) and isinstance(cell, str) and script_of(line) == "sh" else None
