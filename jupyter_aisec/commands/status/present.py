"""Whether what lies on the disk still is what was recorded: by size and time, and by digest where those differ."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jupyter_aisec.digest import UnhashableError, measure, stamp
from jupyter_aisec.lineage.verify import is_address
from jupyter_aisec.model import Node, Stamp

_MOST = 256 * 1024 * 1024
"""Bytes that are hashed while somebody waits; of more, size and time decide."""


def changed(root: Path, node: Node, files: Sequence[Stamp]) -> str:
    """In what way it is no longer what was recorded, in words; empty where nothing shows that it isn't."""
    if node.sha256 is None or not files or any(each.size < 0 for each in files):
        return ""
    here = [_here(root, node, each, alone=len(files) == 1) for each in files]
    try:
        now = [path.stat() for path in here]
    except OSError:
        return f"{node.name} is not where it was recorded"
    if all(
        found.st_size == was.size and found.st_mtime_ns == was.mtime_ns for found, was in zip(now, files, strict=True)
    ):
        return ""
    if sum(each.st_size for each in now) <= _MOST:
        try:
            if measure([stamp(str(path)) for path in here])[0] == node.sha256:
                return ""
        except (OSError, UnhashableError):
            return f"{node.name} can't be read any more"
    return f"{node.name} is not what was recorded: other bytes lie there now"


def _here(root: Path, node: Node, was: Stamp, *, alone: bool) -> Path:
    """As recorded; what lies in the project is looked for in the project, which may have moved."""
    location = node.location
    recorded = Path(was.path)
    if not alone or location is None or is_address(location) or not recorded.as_posix().endswith(location):
        return recorded
    return root / location
