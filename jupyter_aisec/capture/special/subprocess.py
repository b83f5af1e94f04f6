"""Processes: the words of a command, or a text for the shell, and where it runs."""

from __future__ import annotations

import os

from jupyter_aisec.capture.closure import Call
from jupyter_aisec.capture.told import Told


def started(call: Call, result: object) -> object:
    """Of a list with ``shell=True``, the first: https://docs.python.org/3/library/subprocess.html#popen-constructor."""
    del result
    of_class = call.row.call.endswith(".Popen")
    given = call.kwargs.get("args", call.kwargs.get("cmd"))
    if given is None:
        given = call.args[of_class] if len(call.args) > of_class else None
    cwd = call.kwargs.get("cwd")
    location = os.fsdecode(cwd) if isinstance(cwd, (str, bytes, os.PathLike)) else None
    if isinstance(given, (list, tuple)):
        words = [os.fsdecode(each) for each in given if isinstance(each, (str, bytes, os.PathLike))]
        return Told(words[0] if call.kwargs.get("shell") and words else words, location=location)
    is_text = call.kwargs.get("shell") or "output" in call.row.call.rpartition(".")[2].removeprefix("check_output")
    if not isinstance(given, str):
        return None
    return Told(given if is_text else [given], location=location)
