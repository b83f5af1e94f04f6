"""Where the bytes of a call lie: as its row says, and as the code for its library does."""

from __future__ import annotations

import importlib
import sys
from dataclasses import replace
from pathlib import Path

from jupyter_aisec.capture.closure import Call
from jupyter_aisec.capture.locate import Found, locate
from jupyter_aisec.capture.told import Told
from jupyter_aisec.knowledge import Api


def told(call: Call, result: object) -> Told | None:
    """What to look for; None when the call names nothing that lies anywhere."""
    row = call.row
    library = row.call.partition(".")[0]
    if row.files:
        folder = Path(sys.modules[library].__file__ or "").parent
        return Told([folder / each for each in row.files])
    module = f"jupyter_aisec.capture.special.{library.lower()}"
    special = importlib.import_module(module) if row.special or row.cached else None
    if row.cached and special is not None:
        home = special.data_home(call)
        return Told([home / each for each in row.cached])
    if row.special and special is not None:
        said = getattr(special, row.special)(call, result)
        if said is None:
            return Told([]) if row.at is None else None
        return said if isinstance(said, Told) else Told(said)
    at = call.argument(row.at)
    return None if at is None else Told(at)


def find(row: Api, said: Told, root: Path) -> Found:
    """The name, the location and the files."""
    if row.at is None:
        found = _of_library(row, said.at if isinstance(said.at, list) else [said.at], root)
    elif said.at is None:
        found = Found("in memory", None, problem="the answer to a query, which has no bytes of its own")
    else:
        found = locate(said.at, root)
    name, location = said.name or found.name, said.location or found.location
    return replace(found, name=name, location=location)


def _of_library(row: Api, files: list[object], root: Path) -> Found:
    """A data set that the library brings or fetches: the name is the library's, the bytes are files here."""
    library, _, function = row.call.rpartition(".")
    short = function.removeprefix("load_").removeprefix("fetch_")
    found = locate(files, root) if files else Found("", None, problem="the library keeps no file of it")
    return Found(f"{library.partition('.')[0]}/{short}", row.call, found.files, found.problem)
