"""Which files a person means by a path: notebooks and scripts below a folder, without what git ignores."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pathspec

from jupyter_aisec.model import AisecError

_SKIPPED = frozenset({".git", ".venv", "venv", "node_modules", ".ipynb_checkpoints", "__pycache__", ".tox", ".aisec"})
_KINDS = frozenset({".ipynb", ".py"})

_Ignored = tuple[Path, pathspec.PathSpec[pathspec.Pattern]]


def below(path: Path) -> Iterator[Path]:
    """The file itself, or the notebooks and scripts below a folder in alphabetical order; links are not followed.

    Raises `AisecError` when there is nothing at the path.
    """
    if not path.is_dir():
        if not path.exists():
            raise AisecError(f"{path}: no such file; check the path")
        yield path
        return
    yield from _walk(path, _above(path))


def _walk(folder: Path, ignored: tuple[_Ignored, ...]) -> Iterator[Path]:
    ignored = (*ignored, *_rules(folder))
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        raise AisecError(f"{folder}: can't be read ({error.strerror}); check its permissions") from None
    for entry in entries:
        path = Path(entry.path)
        is_folder = entry.is_dir(follow_symlinks=False)
        if _is_ignored(path, ignored, is_folder=is_folder):
            continue
        if is_folder and entry.name not in _SKIPPED and not (path / "pyvenv.cfg").exists():
            yield from _walk(path, ignored)
        elif path.suffix.lower() in _KINDS and entry.is_file():
            yield path


def _above(path: Path) -> tuple[_Ignored, ...]:
    """The ignore files of the folders above, up to the top of the git checkout."""
    path = path.resolve()
    found: list[_Ignored] = []
    for folder in path.parents:
        if (path / ".git").exists():
            break
        if any((part / ".git").exists() for part in (folder, *folder.parents)):
            found = [*_rules(folder), *found]
        if (folder / ".git").exists():
            break
    return tuple(found)


def _rules(folder: Path) -> tuple[_Ignored, ...]:
    try:
        lines = (folder / ".gitignore").read_text(encoding="utf-8", errors="replace").splitlines()
        return ((folder.resolve(), pathspec.PathSpec.from_lines("gitignore", lines)),)
    except (OSError, ValueError):
        return ()


def _is_ignored(path: Path, ignored: tuple[_Ignored, ...], *, is_folder: bool) -> bool:
    """The innermost file that has something to say decides, as in git."""
    whole = path.parent.resolve() / path.name
    for folder, spec in reversed(ignored):
        verdict = spec.check_file(whole.relative_to(folder).as_posix() + ("/" if is_folder else ""))
        if verdict.include is not None:
            return verdict.include
    return False
