"""What shell lines and other programs put on the disk: downloads, copies, and what is unpacked or filtered."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

import msgspec

from jupyter_aisec.capture import suffixes
from jupyter_aisec.capture.closure import Call
from jupyter_aisec.capture.flow import Site
from jupyter_aisec.capture.locate import Found, is_address, locate, stamped
from jupyter_aisec.capture.places import Place
from jupyter_aisec.capture.provenance import UNSEEN, Provenance
from jupyter_aisec.capture.recorder import Recorder
from jupyter_aisec.capture.shell.command import Meaning
from jupyter_aisec.capture.shell.move import How
from jupyter_aisec.capture.shell.moves import Arrival, Awaited, arrivals, awaited, may_move
from jupyter_aisec.capture.whereabouts import told
from jupyter_aisec.journal import now
from jupyter_aisec.model import AssetKind, Certainty, Source, Stamp, Use, Verb

_SEVERAL = 20
"""So many files that arrive in one folder are assets of their own; more are one."""

_HUB = "huggingface.co"

_OF_PYTHON = frozenset({"shutil", "tarfile", "zipfile"})
"""What libraries do by these is their own affair."""

Ran = tuple[list[Awaited], dict[str, Stamp]]
"""What a line is to bring about, and how the files that it names stood before it."""


class Commands:
    """Commands that were run. ``meaning`` reads shell text; ``namespace`` is the user's."""

    def __init__(
        self,
        namespace: Mapping[str, Any],
        root: Path,
        provenance: Provenance,
        recorder: Recorder,
        meaning: Meaning,
    ) -> None:
        self._namespace = namespace
        self._root = root
        self._provenance = provenance
        self._recorder = recorder
        self._meaning = meaning
        self._running: list[tuple[Call, Site, Ran]] = []

    def before(self, call: Call, frame: FrameType) -> Ran | None:
        """A command is about to run; None where it can't bring anything, or not for the user."""
        if _library(call) in _OF_PYTHON and frame.f_globals is not self._namespace:
            return None
        said = told(call, None)
        if said is None or not isinstance(said.at, (str, list)) or not may_move(said.at):
            return None
        expected = awaited(self._meaning(said.at), os.path.abspath(said.location or os.curdir))  # noqa: PTH100
        named = {each for one in expected for each in one.move.origins if not is_address(each)}
        named |= {one.move.to for one in expected if one.move.adds and one.move.to is not None}
        return (expected, {each: stamp for each in named if (stamp := stamped(each))}) if expected else None

    def after(self, call: Call, where: Site, ran: object) -> None:
        """A command has run, or a process has been started."""
        if not isinstance(ran, tuple):
            return
        if call.row.call.endswith(".Popen"):
            # Without its arguments: the process is the user's, and ends when the last of their names is gone.
            self._running.append((Call(call.row, call.parameters, (), {}), where, ran))
        elif where.direct or _library(call) not in _OF_PYTHON:
            self._done(call, where, ran)

    def cell_ends(self) -> None:
        """What was started has done what can be said of it."""
        running, self._running = self._running, []
        for call, where, ran in running:
            self._done(call, where, ran)

    def _done(self, call: Call, where: Site, ran: Ran) -> None:
        expected, stood = ran
        found = list(arrivals(expected))
        until = time.time_ns()
        for arrival in found:
            # Of what a shell ran, the records name the program that did it.
            row = call.row if _library(call) in _OF_PYTHON else msgspec.structs.replace(call.row, call=arrival.program)
            self._arrived(arrival, Call(row, call.parameters, (), {}), where, stood, until)

    def _arrived(self, arrival: Arrival, call: Call, where: Site, stood: dict[str, Stamp], until: int) -> None:
        move = arrival.move
        arrived = [locate(each, self._root) for each in arrival.paths]
        if len(arrived) > _SEVERAL:
            arrived = [locate(list(arrival.paths), self._root)]
        kind = _kind(move.origins, arrival.paths)
        origins: list[Source] = []
        for each in move.origins[:_SEVERAL]:
            there = self._origin(each, arrival, arrived, stood)
            if there.location not in {here.location for here in arrived}:
                origins.append(self._came_from(there, kind, arrival, call, where))
        if not move.origins:
            origins.append(UNSEEN)
        if move.adds and move.to is not None and (before := self._before(move.to, kind, arrival, call, where, stood)):
            origins.append(before)
        for here in arrived:
            key = self._recorder.key(kind)
            verb = Verb.SAVED if kind is AssetKind.MODEL else Verb.WROTE
            own = _commit(here) if move.how is How.CLONED else here
            use = self._recorder.use(verb, kind, key, call, where, own, went_in=tuple(origins))
            self._say(key, use, own, said=_worth_a_word(arrival))
            paths = arrival.paths if len(arrival.paths) > _SEVERAL else (own.location or "",)
            for path in paths:
                location = locate(path, self._root).location if len(paths) > 1 else path
                self._provenance.places.put(Place(location or path, key, kind, until))
            self._provenance.flow.produced(where, key, whole=False)

    def _before(
        self, to: str, kind: AssetKind, arrival: Arrival, call: Call, where: Site, stood: dict[str, Stamp]
    ) -> Source | None:
        """What was in a file that something was added to, if there was one."""
        there = locate(to, self._root)
        if to in stood:
            there = replace(there, files=(stood[to],), problem=None)
        lies = self._provenance.places.of(there)
        if lies is None:
            return self._came_from(there, kind, arrival, call, where) if to in stood else None
        self._recorder.unsaid.say(lies.key)
        return Source(lies.key, Certainty.OBSERVED)

    def _came_from(self, there: Found, kind: AssetKind, arrival: Arrival, call: Call, where: Site) -> Source:
        """The use of what was fetched or copied."""
        key = self._recorder.key(kind)
        verb = Verb.LOADED if kind is AssetKind.MODEL else Verb.READ
        remote = there.location is not None and is_address(there.location)
        facts: dict[str, str | int | float] = {"obtained": now()[:10]} if remote else {}
        if arrival.move.how is How.CLONED and (revision := _revision(arrival.paths[0])):
            facts["revision"] = revision
        lies = self._provenance.places.of(there)
        above = lies is not None and lies.location != there.location
        went_in = (Source(lies.key, Certainty.OBSERVED),) if lies is not None and above else ()
        if lies is not None and not above:
            self._recorder.unsaid.say(lies.key)
        use = self._recorder.use(verb, kind, key, call, where, there, went_in=went_in, facts=facts)
        self._say(key, use, there, said=_worth_a_word(arrival))
        return Source(key, Certainty.INFERRED if arrival.move.how is How.MADE else Certainty.OBSERVED)

    def _say(self, key: str, use: Use, found: Found, *, said: bool) -> None:
        def say() -> None:
            self._recorder.say(use)
            self._recorder.hash(key, found)

        if said:
            say()
        else:
            self._recorder.unsaid.keep(key, say)

    def _origin(self, origin: str, arrival: Arrival, arrived: Sequence[Found], stood: dict[str, Stamp]) -> Found:
        """Where it comes from, with its bytes: those that arrived, if they did so whole."""
        there = locate(origin, self._root)
        if arrival.move.how is How.CLONED:
            return replace(there, files=(), problem="a repository: its revision names what was there")
        whole = len(arrived) == len(arrival.move.origins) == 1 and not Path(arrival.paths[0]).is_dir()
        if whole and (arrival.move.how is How.MOVED or (arrival.move.how is How.FETCHED and is_address(origin))):
            return replace(there, files=arrived[0].files, problem=None)
        if not there.files and origin in stood:
            return replace(there, files=(stood[origin],), problem=None)
        return there


def _library(call: Call) -> str:
    return call.row.call.partition(".")[0]


def _kind(origins: Iterable[str], paths: Sequence[str]) -> AssetKind:
    for each in origins:
        parts = urlsplit(each) if is_address(each) else None
        if parts is not None and parts.hostname == _HUB and not parts.path.startswith(("/datasets/", "/spaces/")):
            return AssetKind.MODEL
    kinds = {suffixes.kind(each) for each in paths}
    return kinds.pop() if len(kinds) == 1 else AssetKind.DATASET


def _worth_a_word(arrival: Arrival) -> bool:
    """Whether it is data before anybody reads it. Of code that is fetched, and of notes that are copied, it is none."""
    if arrival.move.how is How.CLONED:
        return False
    if arrival.move.how is How.FETCHED:
        return not all(suffixes.is_program(each) for each in arrival.paths)
    return any(suffixes.is_data(each) for each in (*arrival.paths, *arrival.move.origins))


def _commit(clone: Found) -> Found:
    return replace(clone, files=(), problem="a working copy: its revision names what was there")


def _revision(clone: str) -> str | None:
    """The commit that was checked out: https://git-scm.com/docs/gitrepository-layout, ``HEAD``."""
    folder = Path(clone) / ".git"
    try:
        head = (folder / "HEAD").read_text(encoding="utf-8").strip()
        if not head.startswith("ref: "):
            return head
        return (folder / head.removeprefix("ref: ")).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return None
