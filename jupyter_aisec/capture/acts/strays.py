"""Files and hosts that no row knows and that a cell made use of: seen, not linked."""

from __future__ import annotations

import ast
import os
import sys
import sysconfig
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from jupyter_aisec.capture import autologging, suffixes
from jupyter_aisec.capture.closure import Call
from jupyter_aisec.capture.flow import Lines, Site, site
from jupyter_aisec.capture.locate import Found, locate
from jupyter_aisec.capture.net import switch
from jupyter_aisec.capture.places import OWN
from jupyter_aisec.capture.recorder import Recorder
from jupyter_aisec.knowledge import Api
from jupyter_aisec.model import AssetKind, Verb

_MOST = 50
"""So many of a cell are recorded."""

_MADE = 10_000
"""So many files that cells have written are remembered."""

_ANYTHING = frozenset(
    {".json", ".txt", ".xml", ".dat", ".data", ".db", ".log", ".pdf", ".msgpack", ".root", ".png", ".gif"}
)
"""Endings that settings, caches and icons have too: outside the project, they count only if the cell names the file."""

_SYSTEM = ("/proc/", "/sys/", "/dev/", "/etc/", "/usr/", "/lib", "/opt/", "/var/", "/System/", "/Library/")


class Strays:
    """What the net caught in one cell. ``lines`` gives those of the cell that runs."""

    def __init__(
        self, namespace: Mapping[str, Any], root: Path, recorder: Recorder, lines: Callable[[], Lines]
    ) -> None:
        self._namespace = namespace
        self._root = root
        self._recorder = recorder
        self._lines = lines
        self._tree: ast.Module | None = None
        self._caught: dict[tuple[str, str], Site] = {}
        self._said: set[tuple[str, str]] = set()
        self._made: dict[str, None] = {}
        """Files that cells have written: what is read of them later came from nowhere else."""
        paths = (*sysconfig.get_paths().values(), sys.prefix, sys.base_prefix, sys.exec_prefix)
        self._installed = tuple({os.path.abspath(each) + os.sep for each in paths})  # noqa: PTH100 - links are kept

    def cell_begins(self, tree: ast.Module | None) -> None:
        """Listen from now on; ``tree`` is the code of the cell."""
        self._tree = tree
        found = switch()
        found.thread = threading.get_ident()
        found.listener = self.caught

    def cell_ends(self) -> None:
        """Say what was caught and nobody else has spoken of."""
        self.stop()
        caught, self._caught = self._caught, {}
        nodes = ast.walk(self._tree) if caught and self._tree is not None else ()
        words = [each.value for each in nodes if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        for (what, name), where in caught.items():
            if what == "host":
                self._say(Found(name, name, problem="a host that was asked for; nothing of it was kept"), where)
            elif name in self._recorder.touched or name in self._made:
                continue
            elif self._may_be_data(name, words):
                self._say(locate(name, self._root), where)

    def stop(self) -> None:
        """Listen no more."""
        found = switch()
        if found.listener == self.caught:
            found.listener = None

    def caught(self, what: str, name: str, frame: FrameType) -> None:
        """Something was opened or asked for, on the thread of the cell."""
        if what == "made":
            self._made[os.path.abspath(name)] = None  # noqa: PTH100 - as below
            if len(self._made) > _MADE:
                del self._made[next(iter(self._made))]
            return
        if len(self._caught) >= _MOST:
            return
        key = (what, os.path.abspath(name) if what == "file" else name)  # noqa: PTH100 - links are not followed
        if key in self._caught or key in self._said:
            return
        where = site(self._namespace, self._lines(), frame)
        if where is not None and not autologging.reads_or_writes(frame):
            self._caught[key] = where

    def _may_be_data(self, path: str, words: Sequence[str]) -> bool:
        """Whether it is the user's, and not what a library keeps for itself."""
        if path.startswith(self._installed) or not os.path.isfile(path) or OWN & set(Path(path).parts):  # noqa: PTH113
            return False
        near = any(path.startswith(str(each) + os.sep) for each in (self._root, Path.cwd()))
        if near or any(os.path.basename(path) in each for each in words):  # noqa: PTH119 - no object is made of it
            return True
        return not path.startswith(_SYSTEM) and suffixes.suffix(path) not in _ANYTHING

    def _say(self, found: Found, where: Site) -> None:
        is_host = not found.files
        kind = AssetKind.SERVICE if is_host else suffixes.kind(found.name)
        key = self._recorder.key(kind)
        self._said.add(("host", found.name) if is_host else ("file", found.files[0].path))
        call = Call(Api(call="socket.getaddrinfo" if is_host else "open"), (), (), {})
        verb = Verb.LOADED if kind is AssetKind.MODEL else Verb.READ
        use = self._recorder.use(verb, kind, key, call, where, found, facts={"link": "seen, not linked"})
        self._recorder.say(use)
        self._recorder.hash(key, found)
