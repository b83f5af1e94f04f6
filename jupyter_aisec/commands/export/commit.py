"""Which commit holds a cell that ran: the one that is checked out, if the notebook in it has that very source."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

from jupyter_aisec.capture.locate import is_address, without_secrets
from jupyter_aisec.model import AisecError
from jupyter_aisec.notebook.decode import decode

_PATIENCE = 10.0
"""Seconds for one question to git."""


class Commit:
    """The commit that a project is at; ``id`` is None where git knows none."""

    def __init__(self, root: Path) -> None:
        self._root = root
        head = self._git("rev-parse", "--verify", "HEAD^{commit}")
        self.id = head.decode().strip() if head else None
        self._cells = cache(self._read)

    @property
    def repository(self) -> str | None:
        """Where the code comes from: an address without credentials, never a path of this machine."""
        found = self._git("config", "--get", "remote.origin.url")
        url = found.decode("utf-8", "replace").strip() if found else ""
        if is_address(url):
            return without_secrets(url) if not url.startswith("file:") else None
        user_at_host, colon, path = url.partition(":")
        return url if colon and "@" in user_at_host and "/" not in user_at_host and path else None

    def of(self, notebook: str | None, source_sha256: str | None) -> str | None:
        """The id, if that commit's notebook has a cell of this digest."""
        if self.id is None or notebook is None or source_sha256 is None:
            return None
        return self.id if source_sha256 in self._cells(notebook) else None

    def _read(self, notebook: str) -> frozenset[str]:
        data = self._git("cat-file", "blob", f"{self.id}:./{notebook}")
        try:
            cells = decode(data, notebook, script=not notebook.endswith(".ipynb")).cells if data else ()
        except AisecError:
            cells = ()
        return frozenset(hashlib.sha256(cell.source.encode("utf-8", "surrogatepass")).hexdigest() for cell in cells)

    def _git(self, *words: str) -> bytes | None:
        """What git says; None when it isn't there or has no answer."""
        git = shutil.which("git")
        if git is None:
            return None
        environment = os.environ | {"GIT_OPTIONAL_LOCKS": "0"}
        command = [git, "-C", str(self._root), *words]
        try:
            done = subprocess.run(command, capture_output=True, timeout=_PATIENCE, check=False, env=environment)
        except (OSError, subprocess.TimeoutExpired):
            return None
        return done.stdout if done.returncode == 0 else None
