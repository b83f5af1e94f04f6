"""What the namespace and the environment of a kernel tell of the session: which notebook, what was imported, where."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import BuiltinFunctionType, FunctionType, ModuleType, TracebackType
from typing import Any


def failed_at(traceback: TracebackType | None, namespace: Mapping[str, Any], shift: int) -> int | None:
    """The line of the cell at which an error came up; ``shift``: how many lines the cell has above its code."""
    line = None
    while traceback is not None:
        frame = traceback.tb_frame
        if frame.f_globals is namespace and frame.f_code.co_name == "<module>":
            line = traceback.tb_lineno + shift
        traceback = traceback.tb_next
    return line


def imports(namespace: Mapping[str, Any]) -> str:
    """What was imported before we were loaded, as the statements that would have done it."""
    lines = []
    for name, value in list(namespace.items()):
        if not name.isidentifier() or name.startswith("_"):
            continue
        if isinstance(value, ModuleType):
            lines.append(f"import {value.__name__} as {name}")
        elif isinstance(value, (type, FunctionType, BuiltinFunctionType)) and value.__module__ not in (
            None,
            "__main__",
        ):
            lines.append(f"from {value.__module__.removeprefix('_')} import {value.__name__} as {name}")
    return "\n".join(line for line in lines if line.replace(".", "").replace(" ", "").isidentifier())


def notebook(namespace: Mapping[str, Any], root: Path) -> str | None:
    """The path of the notebook: JupyterLab and Jupyter Server name it in the environment, VS Code in the namespace."""
    given = namespace.get("__vsc_ipynb_file__") or os.environ.get("JPY_SESSION_NAME")
    if not isinstance(given, str) or not given.endswith(".ipynb"):
        return None
    # The root is a real path; what the server names may go through links, as /tmp does on macOS.
    path = Path(given).parent.resolve() / Path(given).name
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
