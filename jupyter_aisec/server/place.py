"""Where the file is that a page names: strictly inside the folder that the server serves, and in whose project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from jupyter_core.paths import is_hidden

from jupyter_aisec.model import AisecError
from jupyter_aisec.project import FOLDER

if TYPE_CHECKING:
    from jupyter_server.services.contents.manager import ContentsManager

COLLABORATION = "RTC:"
"""How jupyter-collaboration names the server's own files."""

LONGEST = 4096
"""Characters of a path; no file system takes more."""


def file_at(manager: ContentsManager, path: str) -> Path | None:
    """The file or folder that the API calls ``path``, there or not; None when they are not files of this machine.

    Raises:
        AisecError: there is no such place in the folder that is served, or none that may be looked at.
    """
    # What only says what a page may see of a project needs no server.
    from jupyter_server.services.contents.fileio import FileManagerMixin

    if not isinstance(manager, FileManagerMixin):
        return None
    root = Path(str(manager.root_dir)).resolve()
    path = path.removeprefix(COLLABORATION)
    parts = _parts(path) if path else []
    try:
        named = root.joinpath(*parts)
        found = named.resolve()
        inside = found.is_relative_to(root) and found.parent.is_dir()
        hidden = not manager.allow_hidden and (is_hidden(named, root) or (inside and is_hidden(found, root)))
    except (OSError, ValueError, RuntimeError):
        raise AisecError("the path can't be understood: open the file from the file browser") from None
    if not inside or hidden:
        raise AisecError("no such file in the folder that this Jupyter server serves: open it from the file browser")
    # By its own name, as the kernel knows it, even where that is a link to another file within.
    return named.parent.resolve() / named.name if parts else root


def checked(root: Path) -> Path:
    """The root of a project, if no link leads our own folders out of it.

    Raises:
        AisecError: one does.
    """
    for part in ((FOLDER,), (FOLDER, "journal"), (FOLDER, "assets")):
        if not root.joinpath(*part).resolve().is_relative_to(root):
            name = "/".join(part)
            raise AisecError(f"`{name}` is a link that leads out of the project: put a folder in its place")
    return root


def seen_from(root: Path, text: str) -> str:
    """The text with places in the project as seen from its root: what goes to a page names no machine."""
    return text.replace(f"{root.as_posix()}/", "").replace(str(root), "the project")


def _parts(path: str) -> list[str]:
    """The names that the path goes through. A name that would be another path once decoded is refused too."""
    for each in (path, unquote(path)):
        parts = each.split("/")
        odd = any(part in {"", ".", ".."} for part in parts) or any(sign < " " or sign in "\\\x7f" for sign in each)
        if odd or len(each) > LONGEST:
            raise AisecError("the path is not one of the file browser: it must lead down from the served folder")
    return path.split("/")
