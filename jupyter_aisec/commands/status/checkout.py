"""What git knows of notebooks. A checkout is data: nothing that it configures is run, and nothing is fetched.

So the files that lie there are never given to git, which would run filters over them: it is asked about commits alone.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from jupyter_aisec.evidence.around import Checkout

_PATIENCE = 10.0
_GIT = (
    *("git", "--no-optional-locks", "--no-pager", "--literal-pathspecs"),
    *("-c", "core.fsmonitor=false", "-c", "log.showSignature=false", "-c", "protocol.allow=never"),
)


def checkout(root: Path, notebooks: Sequence[str]) -> Checkout:
    """The commit that the notebooks stand in, as they lie there now, and who wrote them."""
    if not notebooks or not any((folder / ".git").exists() for folder in (root, *root.parents)):
        return Checkout()
    commit = _git(root, "rev-parse", "--verify", "HEAD")
    if commit is None:
        return Checkout(problem="there is no commit yet, or no git")
    authors = {}
    for name in notebooks:
        said = _git(root, "log", "--format=%an", "--no-show-signature", "--", name)
        authors[name] = tuple(sorted(set((said or "").split("\n")) - {""}))
    if not all(_is_committed(root, name) for name in notebooks):
        return Checkout(None, authors, "a notebook is not committed as it is")
    return Checkout(commit.strip(), authors, "")


def _is_committed(root: Path, name: str) -> bool:
    """Whether the file is, byte for byte, what the commit has."""
    entry = (_git(root, "ls-tree", "HEAD", "--", name) or "").split()
    try:
        data = (root / name).read_bytes()
    except OSError:
        return False
    # As git names contents: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects. SHA-1 is its choice, not ours.
    blob = b"blob %d\0%b" % (len(data), data)
    names = (hashlib.sha1(blob, usedforsecurity=False).hexdigest(), hashlib.sha256(blob).hexdigest())
    return len(entry) > 2 and entry[2] in names  # noqa: PLR2004 - mode, kind, name


class Ages:
    """Since when a line of a notebook has stood there, by git; each notebook is asked about once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lines: dict[str, dict[str, dt.date]] = {}

    def __call__(self, notebook: str, line: str) -> dt.date | None:
        """None where git does not know it, or where it has not been committed."""
        if notebook not in self._lines:
            self._lines[notebook] = self._blamed(notebook)
        return self._lines[notebook].get(line.strip())

    def _blamed(self, notebook: str) -> dict[str, dt.date]:
        if not any((folder / ".git").exists() for folder in (self._root, *self._root.parents)):
            return {}
        said = _git(self._root, "blame", "--no-textconv", "--line-porcelain", "HEAD", "--", notebook)
        found: dict[str, dt.date] = {}
        on = dt.date.max
        for line in (said or "").split("\n"):
            if line.startswith("committer-time "):
                on = dt.datetime.fromtimestamp(int(line.split()[1]), dt.UTC).date()
            elif line.startswith("\t"):
                for text in _sources(line):
                    found[text] = min(on, found.get(text, on))
        return found


def _sources(line: str) -> list[str]:
    """The lines of code in a line of a file: itself in a script; in a notebook, what stands between its quotes."""
    text = line.strip()
    quoted = text.removeprefix('"source":').strip().removesuffix(",")
    if quoted.startswith('"'):
        with contextlib.suppress(ValueError):
            return [each.strip() for each in str(json.loads(quoted)).split("\n")]
    return [text]


def _git(root: Path, *words: str) -> str | None:
    try:
        done = subprocess.run(
            [*_GIT, *words],
            cwd=root,
            env=os.environ | {"GIT_NO_LAZY_FETCH": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
