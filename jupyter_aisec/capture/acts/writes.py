"""Data and models that leave for a file or an address."""

from __future__ import annotations

import contextlib
import weakref
from dataclasses import replace
from pathlib import Path

from jupyter_aisec.capture import look
from jupyter_aisec.capture.closure import Call
from jupyter_aisec.capture.flow import Site
from jupyter_aisec.capture.handles import Handles
from jupyter_aisec.capture.locate import is_address, locate
from jupyter_aisec.capture.provenance import Provenance
from jupyter_aisec.capture.recorder import Recorder
from jupyter_aisec.capture.selection import written
from jupyter_aisec.capture.whereabouts import find, told
from jupyter_aisec.model import AssetKind, Verb


class Writes:
    """Writes of data and saves of models; what one wrote through a handle is nothing that the handle wrote."""

    def __init__(self, root: Path, provenance: Provenance, recorder: Recorder, handles: Handles) -> None:
        self._root = root
        self._provenance = provenance
        self._recorder = recorder
        self._handles = handles
        self._unfinished: dict[str, str] = {}

    def after(self, call: Call, result: object, where: Site) -> None:
        """Something was written or saved."""
        said = told(call, result)
        if said is None:
            return  # `to_csv()` without a path gives text back
        found = find(call.row, said, self._root)
        chosen = written(call)
        value = chosen[0][1] if chosen else None
        kind = look.kind(value) if call.row.asset == "object" else AssetKind(call.row.asset)
        location = found.location
        if location is None:
            return  # into memory: it goes on living there
        key = self._recorder.key(kind)
        went_in = self._provenance.sources(chosen, call, where)
        verb = Verb.SAVED if kind is AssetKind.MODEL else Verb.WROTE
        at = call.argument(call.row.at)
        unfinished = not is_address(location) and (not found.files or not isinstance(at, (str, Path)))
        if unfinished:
            self._finish_later(key, at, location)
            found = replace(found, files=(), problem=None)
        facts = look.facts(value) | dict(said.facts)
        self._recorder.say(self._recorder.use(verb, kind, key, call, where, found, went_in=went_in, facts=facts))
        self._handles.wrote_otherwise(location)
        if not unfinished:
            self._recorder.hash(key, found)

    def cell_ends(self) -> None:
        """Files that were still being written are whole by now."""
        for key in list(self._unfinished):
            self._finish(key)

    def _finish_later(self, key: str, at: object, location: str) -> None:
        """A file that is still being written is hashed when its object is gone, at the latest when the cell ends.

        The object itself is never held: it would stay open longer than the user's code has it.
        """
        self._unfinished[key] = str(self._root / location)
        with contextlib.suppress(TypeError):  # a path takes no weak reference, and needs none
            weakref.finalize(at, self._finish, key).atexit = False

    def _finish(self, key: str) -> None:
        path = self._unfinished.pop(key, None)
        if path is not None:
            self._recorder.hash(key, locate(path, self._root))
