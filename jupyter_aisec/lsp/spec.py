"""What jupyter-lsp is told of the language server: nothing where the page of JupyterLab shows hints of its own.

Each finding would stand there twice, and jupyterlab-lsp speaks with one server for each language: with us, nobody would
be left to complete names. Whoever switches our page off, or our server extension, gets the hints from here.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_config_path

_PAGE = ("jupyter-aisec", "jupyter-aisec:plugin", "jupyter-aisec:documents")
"""The front end, and the parts without which it shows no hints."""
_EXTENSION = "jupyter_aisec.server"


def spec(manager: Any) -> dict[str, Mapping[str, object]]:  # noqa: ANN401 - jupyter-lsp, which need not be there
    """The specification, by the name of the server; ``manager`` is jupyter-lsp's."""
    if _has_extension(manager) and not _is_page_off():
        return {}
    is_there = importlib.util.find_spec("pygls") is not None
    # -P: nothing in the folder that is served may stand in for a module.
    command = [sys.executable, "-P", "-m", "jupyter_aisec", "lsp"]
    return {
        "aisec": {
            "version": 2,
            "display_name": "jupyter-aisec",
            "languages": ["python"],
            "mime_types": ["text/x-python", "text/x-ipython", "text/python"],
            "argv": command if is_there else [],
            "install": {"pip": "pip install 'jupyter-aisec[lsp]'"},
            # What is open is never read from a disk.
            "requires_documents_on_disk": False,
        }
    }


def _has_extension(manager: Any) -> bool:  # noqa: ANN401 - likewise
    """Whether the server that jupyter-lsp runs in serves our page."""
    extensions = getattr(getattr(manager, "parent", None), "extension_manager", None)
    found = getattr(extensions, "extensions", {}).get(_EXTENSION)
    return bool(found is not None and found.enabled)


def _is_page_off() -> bool:
    """Whether JupyterLab is told to leave our front end out; of several places, the nearest says so."""
    disabled: dict[str, bool] = {}
    for folder in reversed(jupyter_config_path()):
        try:
            said = json.loads(Path(folder, "labconfig", "page_config.json").read_text(encoding="utf-8"))
            disabled |= _as_table(said["disabledExtensions"])
        except (OSError, ValueError, LookupError, TypeError, RecursionError):
            continue
    return any(disabled.get(name) is True for name in _PAGE)


def _as_table(said: object) -> dict[str, bool]:
    """A list of names is older, and means the same."""
    return (
        dict(said) if isinstance(said, dict) else dict.fromkeys(map(str, said) if isinstance(said, list) else (), True)
    )
