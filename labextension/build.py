"""Builds the front end when its sources are newer than what was built: the package's build hook, and `make front`.

A wheel carries the built front end, and so does an sdist; only a checkout needs Node.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
BUILT = HERE.parent / "jupyter_aisec" / "labextension" / "package.json"
MADE_OF = ("src", "style", "schema", "package.json", "yarn.lock", "tsconfig.json")


def front_end(target_name: str = "", version: str = "") -> None:
    """Build what is missing or old; ends the process with one line when it can't. The arguments are the hook's."""
    del target_name, version
    if _is_old():
        _build()
    # Where a link leads from an environment to what is built, pip writes through it; a wheel can't have it twice.
    (BUILT.parent / "install.json").unlink(missing_ok=True)


def _build() -> None:
    if shutil.which("node") is None:
        sys.exit(
            "jupyter-aisec: Node.js 20 or later is needed to build the front end from a checkout. "
            "Install it, or install a released wheel, which needs none."
        )
    # Beside the interpreter in an environment, on the PATH in pip's own.
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    jlpm = shutil.which("jlpm", path=path)
    if jlpm is None:
        sys.exit("jupyter-aisec: `jlpm` is needed to build the front end: pip install jupyter-builder")
    for arguments in ("install", "--immutable"), ("build:prod",):
        environment = {**os.environ, "PATH": path}
        done = subprocess.run([jlpm, *arguments], cwd=HERE, env=environment, stdout=sys.stderr, check=False)
        if done.returncode:
            sys.exit(f"jupyter-aisec: `jlpm {' '.join(arguments)}` failed in labextension/; the lines above say why.")


def _is_old() -> bool:
    if not BUILT.is_file():
        return True
    built = BUILT.stat().st_mtime
    return any(path.stat().st_mtime > built for path in _sources())


def _sources() -> Iterator[Path]:
    for name in MADE_OF:
        path = HERE / name
        yield from (each for each in path.rglob("*") if each.is_file()) if path.is_dir() else (path,)


if __name__ == "__main__":
    front_end()
