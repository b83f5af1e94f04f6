"""Which files a person means by a path: notebooks and scripts below a folder, without what git ignores."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_aisec.model import NotAnalysed

if TYPE_CHECKING:
    import pathspec

    _Ignored = tuple[Path, pathspec.PathSpec[pathspec.Pattern]]

_SKIPPED = frozenset({".git", ".venv", "venv", "node_modules", ".ipynb_checkpoints", "__pycache__", ".tox", ".aisec"})
_KINDS = frozenset({".ipynb", ".py"})


def below(path: Path) -> Iterator[Path | NotAnalysed]:
    """The path itself, or the notebooks and scripts below a folder in alphabetical order; links are not followed.

    A folder that can't be read is given as `NotAnalysed`, and the others are still looked at. What is named is meant:
    rules of git by which the whole folder is left out don't count, those for some of its files do.
    """
    if is_folder(path):
        yield from _walk(path, _above(path.resolve()), is_named=True)
    else:
        yield path


def is_folder(path: Path) -> bool:
    """Whether this is a folder, as far as anybody lets us know."""
    try:
        return path.is_dir()
    except OSError:
        return False


def _walk(folder: Path, ignored: tuple[_Ignored, ...], *, is_named: bool = False) -> Iterator[Path | NotAnalysed]:
    try:
        # The probe fails as well where the names in a folder may be listed, but nothing in it may be opened.
        if _exists(folder / "pyvenv.cfg") and not is_named:
            return
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        reason = f"this folder can't be read ({error.strerror}); check its permissions, nothing in it was checked"
        yield NotAnalysed(str(folder), reason)
        return
    ignored = (*ignored, *_rules(folder))
    resolved = folder.resolve()
    for entry in entries:
        path = Path(entry.path)
        below_it = entry.is_dir(follow_symlinks=False)
        if _is_ignored(resolved / entry.name, ignored, is_folder=below_it):
            continue
        if below_it and entry.name not in _SKIPPED:
            yield from _walk(path, ignored)
        elif path.suffix.lower() in _KINDS and _may_be_file(entry):
            yield path


def _may_be_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:
        # A link in a circle, or into a folder that is closed to us: who opens it will say so.
        return True


def _exists(path: Path) -> bool:
    """Raises `OSError` where that can't be known."""
    try:
        path.stat()
    except FileNotFoundError:
        return False
    return True


def _above(path: Path) -> tuple[_Ignored, ...]:
    """The ignore files of the folders above, up to the top of the git checkout, as far as they leave the folder in."""
    found: list[_Ignored] = []
    for folder in (path, *path.parents):
        if folder != path:
            found = [*_rules(folder), *found]
        if _has_git(folder):
            break
    else:
        return ()
    inside = [path / f"any{kind}" for kind in sorted(_KINDS)]
    whole = _is_ignored(path, tuple(found), is_folder=True)
    if whole or all(_is_ignored(each, tuple(found), is_folder=False) for each in inside):
        found = [(folder, _without(folder, spec, inside)) for folder, spec in found]
    return tuple(found)


def _has_git(folder: Path) -> bool:
    try:
        return (folder / ".git").exists()
    except OSError:
        return False


def _without(
    folder: Path, spec: pathspec.PathSpec[pathspec.Pattern], inside: list[Path]
) -> pathspec.PathSpec[pathspec.Pattern]:
    """The rules without those that leave out whatever a folder holds."""
    names = [path.relative_to(folder).as_posix() for path in inside]
    import pathspec

    return pathspec.PathSpec([each for each in spec.patterns if not any(each.match_file(name) for name in names)])


def _rules(folder: Path) -> tuple[_Ignored, ...]:
    try:
        lines = (folder / ".gitignore").read_text(encoding="utf-8", errors="replace").splitlines()
        import pathspec

        return ((folder.resolve(), pathspec.PathSpec.from_lines("gitignore", lines)),)
    except (OSError, ValueError):
        return ()


def _is_ignored(path: Path, ignored: tuple[_Ignored, ...], *, is_folder: bool) -> bool:
    """The innermost file that has something to say decides, as in git; ``path`` has no links in front of its name."""
    for folder, spec in reversed(ignored):
        verdict = spec.check_file(path.relative_to(folder).as_posix() + ("/" if is_folder else ""))
        if verdict.include is not None:
            return verdict.include
    return False
