"""What is copied, moved and unpacked from Python, in the words of a shell."""

from __future__ import annotations

import os

from jupyter_aisec.capture.closure import Call
from jupyter_aisec.capture.locate import is_path
from jupyter_aisec.capture.told import Told


def copied(call: Call, result: object) -> object:
    """https://docs.python.org/3/library/shutil.html#shutil.copy."""
    del result
    return _both("cp", call.argument("src"), call.argument("dst"))


def moved(call: Call, result: object) -> object:
    """https://docs.python.org/3/library/shutil.html#shutil.move."""
    del result
    return _both("mv", call.argument("src"), call.argument("dst"))


def unpacked(call: Call, result: object) -> object:
    """https://docs.python.org/3/library/shutil.html#shutil.unpack_archive."""
    del result
    return archive(call.argument("filename"), call.argument("extract_dir"))


def archive(name: object, folder: object) -> Told | None:
    """An archive, and the folder that it is unpacked in: the current one, if none is given."""
    if not is_path(name):
        return None
    return Told(["7z", "x", os.fsdecode(name), f"-o{os.fsdecode(folder) if is_path(folder) else os.curdir}"])


def _both(program: str, source: object, target: object) -> Told | None:
    if not is_path(source) or not is_path(target):
        return None
    return Told([program, os.fsdecode(source), os.fsdecode(target)])
