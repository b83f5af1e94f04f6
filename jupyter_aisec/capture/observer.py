"""Told of each watched call: decides whether it is the user's, and hands it to what is made of its act."""

from __future__ import annotations

import ast
import functools
import logging
from collections.abc import Callable, Mapping, MutableMapping
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

from jupyter_aisec import knowledge
from jupyter_aisec.capture import autologging
from jupyter_aisec.capture.acts.commands import Commands
from jupyter_aisec.capture.acts.fetches import Fetches
from jupyter_aisec.capture.acts.fits import Fits
from jupyter_aisec.capture.acts.logs import Logs
from jupyter_aisec.capture.acts.opens import Opens, as_it_stands, asked_for, may_be_anything
from jupyter_aisec.capture.acts.prompts import Prompts
from jupyter_aisec.capture.acts.reads import Reads
from jupyter_aisec.capture.acts.strays import Strays
from jupyter_aisec.capture.acts.writes import Writes
from jupyter_aisec.capture.closure import Call
from jupyter_aisec.capture.flow import Flow, Lines, Site, site
from jupyter_aisec.capture.handles import Handles
from jupyter_aisec.capture.hashing import Hasher
from jupyter_aisec.capture.imports import ImportWatch
from jupyter_aisec.capture.locate import stamped
from jupyter_aisec.capture.origins import LiveOrigins
from jupyter_aisec.capture.provenance import Provenance
from jupyter_aisec.capture.recorder import Recorder, Tracking
from jupyter_aisec.capture.shell.command import Meaning
from jupyter_aisec.capture.steady import Read, Steady, Step
from jupyter_aisec.capture.training import Training
from jupyter_aisec.capture.watch import Watch, modules
from jupyter_aisec.knowledge import Act
from jupyter_aisec.model import Hashed, Use

_log = logging.getLogger(__name__)

_READS, _LOADS, _OPENS, _FITS, _RUNS = Act.READS, Act.LOADS, Act.OPENS, Act.FITS, Act.RUNS
"""To look a member up in its enum takes as long as the rest of what is done about a call that repeats."""

_OF_FILES = frozenset({Act.READS, Act.LOADS, Act.OPENS, Act.FETCHES, Act.WRITES, Act.SAVES})

_ELSEWHERE = object()
"""Noted of a handle that may be anything, and that a library opened on its own account; of a command without files."""


def _nothing(given: object) -> tuple[()]:
    """Nobody here reads shell text."""
    del given
    return ()


class Capture:
    """Watches one kernel. ``record`` takes uses and digests, from any thread; ``tracking`` is asked at each use.

    ``meaning`` reads shell text.
    """

    def __init__(
        self,
        namespace: MutableMapping[str, Any],
        root: Path,
        record: Callable[[Use | Hashed], None],
        tracking: Tracking,
        hasher: Hasher,
        meaning: Meaning = _nothing,
    ) -> None:
        self.hasher = hasher
        self._namespace = namespace
        self._lines = Lines()
        self._flow = Flow()
        self._live = LiveOrigins()
        self._recorder = recorder = Recorder(record, tracking, hasher)
        self._steady = steady = Steady(namespace, self._live, self._flow)
        self.again = steady.again
        provenance, handles = Provenance(namespace, self._flow, self._live), Handles()
        self._reads = Reads(root, provenance, recorder, steady)
        self._opens = Opens(root, provenance, recorder, handles)
        self._writes = Writes(root, provenance, recorder, handles)
        self._fetches = Fetches(root, provenance, recorder)
        self._fits = Fits(provenance, recorder, steady)
        self._logs = Logs(provenance, recorder)
        self._prompts = Prompts(namespace, provenance, recorder)
        self._training = Training(namespace, provenance, recorder, lambda: self._lines)
        self._strays = Strays(namespace, root, recorder, lambda: self._lines)
        self._commands = Commands(namespace, root, provenance, recorder, meaning)
        self._watch = Watch(self, namespace, self._live)
        self._imports = ImportWatch(knowledge.libraries(), modules, self._imported)

    def start(self) -> None:
        """Watch what is imported already, and what will be."""
        self._flow.names.modules |= {name for name, value in self._namespace.items() if isinstance(value, ModuleType)}
        self._imports.start()

    def stop(self) -> None:
        """Leave the libraries as they were found."""
        self._imports.stop()
        self._watch.stop()
        self._training.stop()
        self._strays.stop()
        self._live.table.clear()

    def cell_begins(self, number: int, cell_id: str | None, tree: ast.Module | None, lines: Lines) -> None:
        """A cell is about to run; ``tree`` is its code with the lines of its source, None when that can't be read."""
        self._recorder.cell = (number, cell_id)
        self._lines = lines
        self._flow.begin(tree)
        self._strays.cell_begins(tree)

    def cell_ends(self, failed_at: int | None) -> None:
        """The cell has run, or stopped with an error at a line; files that were still open are closed by now."""
        steps: Mapping[str, Callable[[], None]] = {
            "what a training was given": functools.partial(self._training.cell_ends, failed_at),
            "what the code binds": functools.partial(self._flow.end, failed_at),
            "what a training has bound": self._training.bind,
            "what was fitted": self._fits.cell_ends,
            "what came again": self._steady.clear,
            "what was opened": self._opens.cell_ends,
            "what was read": self._reads.cell_ends,
            "what was written": self._writes.cell_ends,
            "what commands have done": self._commands.cell_ends,
            "what was prompted": self._prompts.cell_ends,
            "what was seen": self._strays.cell_ends,
        }
        for what, step in steps.items():
            try:
                step()
            except Exception:  # the second law; what one step does not manage is no reason to leave out the next
                _log.exception("could not record %s", what)

    def _imported(self, module_name: str) -> None:
        """A module that is watched has been imported."""
        self._watch.library(module_name)
        self._training.imported(module_name)

    # The watch tells

    def before(self, call: Call, frame: FrameType) -> object:
        """What must be known before the call: how a file stood, and the key of a model that is about to be fitted."""
        try:
            return self._before(call, frame)
        except Exception:  # the second law
            _log.exception("could not note %s", call.row.call)
            return None

    def _before(self, call: Call, frame: FrameType) -> object:
        act = call.row.act
        if act is _OPENS:
            if may_be_anything(call) and not asked_for(frame, self._namespace):
                return _ELSEWHERE
            return as_it_stands(call)
        if act is _READS or act is _LOADS:
            at = call.argument(call.row.at)
            return self._steady.read(call, at, frame) or stamped(at)
        if act is _RUNS:
            return self._commands.before(call, frame) or _ELSEWHERE
        return self._fits.before(call) if act is _FITS else None

    def failed(self, noted: object) -> None:
        """The call raised."""
        if isinstance(noted, str):
            self._fits.failed(noted)

    def after(self, call: Call, result: object, noted: object, frame: FrameType) -> None:
        """The call came back: make a use of it. A failure of ours is logged, never raised."""
        try:
            if isinstance(noted, Step):
                noted = noted.key  # one that its closure found to be given something else
            if (
                noted is _ELSEWHERE
                or (isinstance(noted, Read) and self._reads.repeats(noted, call, result, frame))
                or (isinstance(noted, str) and self._fits.repeats(call, noted, frame))
            ):
                return  # nobody's, or a turn of a loop of which nothing new can be said
            where = site(self._namespace, self._lines, frame)
            if where is None or (call.row.act in _OF_FILES and autologging.reads_or_writes(frame)):
                return  # completion, autologging: what a library does on its own account
            self._hand_on(call, result, noted, where, frame)
        except Exception:  # the second law
            _log.exception("could not record %s", call.row.call)

    def _hand_on(self, call: Call, result: object, noted: object, where: Site, frame: FrameType) -> None:
        """To what is made of the act."""
        match call.row.act:
            case Act.FEEDS:
                self._training.fed(call, result)
            case act if act is Act.PROMPTS or call.row.asset == "prompt":
                self._prompts.after(call, result, where)
            case Act.READS | Act.LOADS:
                self._reads.after(call, result, where, noted, frame)
            case Act.OPENS:
                self._opens.after(call, result, where, noted)
            case Act.FETCHES:
                self._fetches.after(call, result, where)
            case Act.WRITES | Act.SAVES:
                self._writes.after(call, result, where)
            case Act.FITS:
                self._fits.after(call, result, where, str(noted), frame)
            case Act.LOGS:
                self._logs.after(call, result, where)
            case Act.RUNS:
                self._commands.after(call, where, noted)
