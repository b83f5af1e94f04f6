"""A file put in the place of its older self: at once and whole, or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
from pathlib import Path

from jupyter_aisec.model import AisecError


def save(path: Path, old: bytes, new: bytes) -> None:
    """Write ``new`` where ``old`` was read; mode, owner and attributes stay.

    Raises `AisecError` for what is not written: a link (the file behind it may lie outside of what was named), a file
    with a second name (which would keep the old text), one that is read-only, one that was changed meanwhile.
    """
    try:
        about = path.lstat()
        _allow(path, about)
        _replace(path, about, old, new)
    except OSError as error:
        raise AisecError(f"{path}: can't be written ({error.strerror}); nothing was changed in it") from None


def _allow(path: Path, about: os.stat_result) -> None:
    if stat.S_ISLNK(about.st_mode):
        raise AisecError(f"{path}: a symbolic link; name the file behind it to have that fixed")
    if not stat.S_ISREG(about.st_mode):
        raise AisecError(f"{path}: not a regular file; nothing was written")
    if about.st_nlink > 1:
        raise AisecError(f"{path}: has another name (a hard link) that would keep the old text; copy it, then fix it")
    if not about.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(path, os.W_OK):
        raise AisecError(f"{path}: read-only; make it writable to have it fixed")


def _replace(path: Path, about: os.stat_result, old: bytes, new: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", suffix=".tmp", dir=path.parent)
    made = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(new)
            file.flush()
            os.fsync(file.fileno())
        shutil.copystat(path, made)
        os.utime(made)
        _keep_owner(path, made, about)
        _compare(path, old)
        made.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            made.unlink()
        raise


def _compare(path: Path, old: bytes) -> None:
    if path.read_bytes() != old:
        raise AisecError(f"{path}: was changed by somebody else meanwhile; check it again")


def _keep_owner(path: Path, made: Path, about: os.stat_result) -> None:
    now = made.stat()
    if (now.st_uid, now.st_gid) == (about.st_uid, about.st_gid):
        return
    try:
        os.chown(made, about.st_uid, about.st_gid)
        made.chmod(stat.S_IMODE(about.st_mode))
    except (OSError, AttributeError):
        raise AisecError(f"{path}: belongs to somebody else; let its owner fix it") from None
