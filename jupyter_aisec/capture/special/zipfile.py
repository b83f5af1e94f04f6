"""Archives of zip, as they are unpacked, and as their members are read."""

from __future__ import annotations

from jupyter_aisec.capture.closure import Call
from jupyter_aisec.capture.special.shutil import archive
from jupyter_aisec.capture.told import Told


def unpacked(call: Call, result: object) -> object:
    """The archive knows its file, if it is one: https://docs.python.org/3/library/zipfile.html#zipfile.ZipFile.filename."""
    del result
    return archive(getattr(call.args[0], "filename", None), call.argument("path"))


def member(call: Call, result: object) -> object:
    """What is read of a member, or written into one, is the archive's; None for one that lies in no file."""
    del result
    name = getattr(call.args[0], "filename", None)
    return None if name is None else Told(name)
