"""Files that the user's code opens: what is read of one, and what is written through it until the cell ends."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

from jupyter_aisec.capture import look
from jupyter_aisec.capture.choices import NONE
from jupyter_aisec.capture.closure import Call
from jupyter_aisec.capture.flow import Site
from jupyter_aisec.capture.handles import Handle, Handles, liveness, state_of
from jupyter_aisec.capture.locate import is_address, is_path, locate, stamped
from jupyter_aisec.capture.placed import lying
from jupyter_aisec.capture.provenance import UNSEEN, Provenance
from jupyter_aisec.capture.recorder import Recorder
from jupyter_aisec.capture.selection import written
from jupyter_aisec.capture.told import Told
from jupyter_aisec.capture.unsaid import Content
from jupyter_aisec.capture.whereabouts import find, told
from jupyter_aisec.journal import now
from jupyter_aisec.model import AssetKind, Certainty, Source, Stamp, Verb

_READING = frozenset({"r", "rb", "rt"})


class Opens:
    """Opened files. Of one that may be anything, its reading is said only when something is made of it."""

    def __init__(self, root: Path, provenance: Provenance, recorder: Recorder, handles: Handles) -> None:
        self._root = root
        self._provenance = provenance
        self._flow = provenance.flow
        self._recorder = recorder
        self._handles = handles
        self._sinks: set[str] = set()
        """Files that are only written to: nothing comes from them."""

    def after(self, call: Call, result: object, where: Site, noted: object) -> None:
        """A file was opened. ``noted``: how it stood before, or whether it was there."""
        said = told(call, result)
        anything = may_be_anything(call)
        if said is None:
            return
        mode = said.mode or call.argument(call.row.mode) or "r"
        bare = not self._provenance.fetched and not self._provenance.places
        if anything and isinstance(noted, Stamp) and mode in _READING and bare:
            self._may_be_read(call, where, noted, said)
            return
        found = find(call.row, said, self._root)
        location = found.location
        if location is None or not isinstance(mode, str):
            return
        there = bool(found.files) if noted is None else noted is not False
        reads = mode[:1] not in ("w", "x") and (there or is_address(location))
        if isinstance(noted, Stamp):
            found = replace(found, files=(noted,))
        key = self._recorder.key(AssetKind.DATASET)
        writes = bool(set(mode) & set("wxa+")) and not is_address(location)
        alone = where.beside or (where.direct and not where.functions)
        outer = NONE if alone or not writes else self._flow.around(Site(where.span))
        self._provenance.live.remember(result, frozenset({key}))
        self._flow.produced(where, key, whole=True)
        if reads:
            went_in = self._provenance.behind(call, said, found, where)
            went_in = (*went_in, *lying(self._provenance, self._recorder, found, AssetKind.DATASET, went_in))
            facts = look.facts(result) | dict(said.facts)
            use = self._recorder.use(
                Verb.READ, AssetKind.DATASET, key, call, where, found, went_in=went_in, facts=facts
            )
            content = Content(said.content, self._recorder.hasher) if said.content is not None else None

            def say() -> None:
                self._recorder.say(use)
                if content is not None:
                    content.tell(self._recorder.done(key))
                else:
                    self._recorder.hash(key, found)

            if anything:
                self._recorder.unsaid.keep(key, say)
            else:
                say()
        if writes:
            self._sinks |= set() if reads else {key}
            path = str(self._root / location)
            before = state_of(path) if reads else None
            put_in = self._provenance.sources(written(call), call, where) if call.row.value else ()
            self._flow.names.gathered[key] = {each.key for each in put_in if each != UNSEEN}
            rest = self._flow.rest(where)
            self._handles.add(Handle(key, path, found, call, where, reads, rest, outer, before, liveness(result)))

    def cell_ends(self) -> None:
        """Files that were still open are closed by now: those that have changed were written."""
        for handle in self._handles.changed():
            self._changed(handle)

    def _may_be_read(self, call: Call, where: Site, stamp: Stamp, said: Told) -> None:
        """A file was opened that may be anything: the little that must be known now, for there may be thousands."""
        key = self._recorder.key(AssetKind.DATASET)
        self._flow.produced(where, key, whole=True)
        at, (cell, cell_id) = now(), self._recorder.cell

        def say() -> None:
            found = replace(locate(stamp.path, self._root), files=(stamp,))
            use = self._recorder.use(Verb.READ, AssetKind.DATASET, key, call, where, found, facts=dict(said.facts))
            self._recorder.say(replace(use, at=at, cell=cell, cell_id=cell_id))
            self._recorder.hash(key, found)

        self._recorder.unsaid.keep(key, say)

    def _changed(self, handle: Handle) -> None:
        """A file was written through a handle."""
        handle.rest()
        gathered = self._flow.names.gathered.get(handle.key, set()) or handle.around
        went_in = tuple(Source(key, Certainty.INFERRED) for key in sorted(gathered - {handle.key} - self._sinks))
        if may_be_anything(handle.call) and not went_in:
            return  # a log, a note: nothing that is data
        kind, key = AssetKind.DATASET, handle.key
        if handle.reads:
            went_in = (Source(key, Certainty.OBSERVED), *went_in)
            key = self._recorder.key(kind)
        found = locate(handle.path, self._root)
        self._recorder.say(self._recorder.use(Verb.WROTE, kind, key, handle.call, handle.where, found, went_in=went_in))
        self._recorder.hash(key, found)


def may_be_anything(call: Call) -> bool:
    """Whether what is opened may be data or not, as with ``open``; that of a library is made for data."""
    return call.row.asset == "object"


def asked_for(frame: FrameType, namespace: Mapping[str, Any]) -> bool:
    """Whether the user's code opened it: itself, or through a path's ``read_text`` and the like."""
    above: FrameType | None = frame
    while above is not None and str(above.f_globals.get("__name__", "")).startswith("pathlib"):
        above = above.f_back
    return above is not None and above.f_globals is namespace


def as_it_stands(call: Call) -> Stamp | bool | None:
    """Whether there is something to open, and how it stands; None for what is no path of this disk."""
    at = call.argument(call.row.at) if call.parameters else next(iter(call.args), None)
    if not is_path(at) or is_address(os.fsdecode(at)):
        return None
    return stamped(at) or os.path.exists(os.path.expanduser(at))  # noqa: PTH110, PTH111 - as `locate` does
