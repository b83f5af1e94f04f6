"""What git knows of notebooks. Nothing that a checkout configures is run: no hook, no monitor, no conversion."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from jupyter_aisec.evidence.around import Checkout

_PATIENCE = 10.0
_GIT = ("git", "--no-optional-locks", "-c", "core.fsmonitor=false", "-c", "log.showSignature=false", "--no-pager")

_COMMIT = re.compile(r"[0-9a-f]{40} \d+ \d+")
_NONE = "0" * 40


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
    changed = _git(root, "status", "--porcelain", "--untracked-files=all", "--", *notebooks)
    if changed is None or changed.strip():
        return Checkout(None, authors, "a notebook is not committed as it is")
    return Checkout(commit.strip(), authors, "")


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
        said = _git(self._root, "blame", "--no-textconv", "--line-porcelain", "--", notebook)
        found: dict[str, dt.date] = {}
        on = dt.date.min
        is_committed = False
        for line in (said or "").split("\n"):
            if line.startswith("committer-time "):
                on = dt.datetime.fromtimestamp(int(line.split()[1]), dt.UTC).date()
            elif _COMMIT.match(line):
                is_committed = not line.startswith(_NONE)
            elif line.startswith("\t") and is_committed:
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
            [*_GIT, *words], cwd=root, capture_output=True, text=True, errors="replace", timeout=_PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
