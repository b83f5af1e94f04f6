"""For a Python in which nothing in the folder that we happen to be in can stand in for a module: with ``-P``."""

from __future__ import annotations

import os


def environment() -> dict[str, str]:
    """Ours, with whole paths where modules are looked for: an empty one would be the folder."""
    found = dict(os.environ)
    paths = [os.path.abspath(path) for path in found.pop("PYTHONPATH", "").split(os.pathsep) if path]  # noqa: PTH100 - links stay
    if paths:
        found["PYTHONPATH"] = os.pathsep.join(paths)
    return found
