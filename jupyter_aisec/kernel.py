"""A running notebook: checks each cell before it runs, watches it, keeps its journal. Knows no IPython."""

from __future__ import annotations

import ast
import hashlib
import logging
import os
import platform
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from jupyter_aisec import journal, surroundings
from jupyter_aisec.model import (
    AisecError,
    Cell,
    CellKind,
    CellRun,
    Finding,
    RunRef,
    Session,
    Severity,
)
from jupyter_aisec.project import Project
from jupyter_aisec.recording import Recording
from jupyter_aisec.settings import Mode

if TYPE_CHECKING:
    from jupyter_aisec.advisories import Advisories
    from jupyter_aisec.analysis import Analyser
    from jupyter_aisec.analysis.command import Command
    from jupyter_aisec.capture import Capture
    from jupyter_aisec.commands.document.reminder import Undocumented

_log = logging.getLogger(__name__)

SESSION = "AISEC_SESSION"
NOTEBOOK = "AISEC_NOTEBOOK"
"""Environment variables by which MLflow's own process, and those that cells start, know the session."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check of a cell came to; ``refused``: it must not run."""

    findings: tuple[Finding, ...] = ()
    refused: bool = False


class Kernel:
    """One kernel session. ``namespace`` is the user's own, by identity; ``news`` is as `Recording` says."""

    def __init__(
        self,
        namespace: MutableMapping[str, Any],
        start: Path | None = None,
        news: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.project = Project.open(start, kernel=self)
        self.mode = Mode.OFF
        self.session = Session(
            id=uuid.uuid4().hex[:12],
            started=journal.now(),
            notebook=surroundings.notebook(namespace, self.project.root),
            pid=os.getpid(),
            python=platform.python_version(),
            born=journal.born(os.getpid()),
        )
        self._recording = Recording(self.project, self.session, news)
        self._namespace = namespace
        self._executed: list[Cell] = []
        self._counts: dict[str, Counter[str]] = {}
        self._capture: Capture | None = None
        self._analyser: Analyser | None = None
        self._shift = 0
        self._complained = False
        self.prelude = ""

    # What commands ask

    @property
    def executed(self) -> tuple[Cell, ...]:
        """The cells that ran so far, in the order in which they ran."""
        return tuple(self._executed)

    @property
    def findings(self) -> Mapping[str, int]:
        """How many findings the cells that ran have, by severity; a cell that ran again counts once."""
        return sum(self._counts.values(), Counter())

    def tell(self) -> None:
        """Something changed that MLflow should know: let the mirror go to work."""
        self._recording.tell()

    @property
    def active_run(self) -> RunRef | None:
        """The user's MLflow run that is open now."""
        from jupyter_aisec.tracking import active

        return active.active_run()

    @property
    def problem(self) -> str | None:
        """Why records are only in memory, if they are."""
        return self._recording.problem

    @property
    def unwritten(self) -> tuple[Path | None, bytes]:
        """The journal's path, and the lines of it that could not be written yet."""
        return self._recording.unwritten

    def settle(self, seconds: float) -> bool:
        """Wait until every file seen so far is hashed; False when time ran out."""
        return self._recording.settle(seconds)

    def steer(self, mode: Mode) -> None:
        """Check and watch from the next cell on, or stop doing so."""
        if (mode is Mode.OFF) != (self.mode is Mode.OFF):
            if mode is Mode.OFF:
                self._stop_watching()
            else:
                self._start_watching()
        self.mode = mode

    def close(self) -> None:
        """Leave the kernel as it was found; what is in the journal is still mirrored."""
        if os.getpid() != self.session.pid:
            return  # a forked child that ends is not the end of the session
        self.steer(Mode.OFF)
        self._recording.close()
        for name in (SESSION, NOTEBOOK):
            os.environ.pop(name, None)

    # What the host tells

    def before(self, source: str, cell_id: str | None, number: int) -> Verdict:
        """A cell is about to run; ``number`` is the one in brackets beside it."""
        if self.mode is Mode.OFF:
            return Verdict()
        cell = Cell(number - 1, CellKind.CODE, source, cell_id, number)
        findings = self._check(cell)
        refused = self.mode is Mode.BLOCK and any(each.severity >= Severity.HIGH for each in findings)
        if not refused:
            self._executed.append(cell)
            self._watch(cell, findings)
        return Verdict(findings, refused)

    def complaint(self) -> str | None:
        """That records can't be written, once until they can be again."""
        problem = self.problem
        news = problem if problem and not self._complained else None
        self._complained = problem is not None
        return news

    @property
    def is_watching(self) -> bool:
        """Whether uses are recorded."""
        return self._capture is not None

    def after(self, traceback: TracebackType | None) -> Undocumented | None:
        """The cell has run; what people are to be asked about, if there is anything."""
        if self.mode is Mode.OFF or self._capture is None:
            return None
        if os.getpid() != self.session.pid:
            return None  # a forked child's end of the cell; the journal is its parent's
        self._capture.cell_ends(surroundings.failed_at(traceback, self._namespace, self._shift))
        return self._recording.due()

    # Parts

    def _check(self, cell: Cell) -> tuple[Finding, ...]:
        try:
            if self._analyser is None:
                self._analyser = self._made_analyser()
            return tuple(self._analyser.check(cell))
        except Exception:  # noqa: BLE001 - our failure never stops a cell
            _log.exception("could not check the cell")
            return ()

    def _made_analyser(self) -> Analyser:
        from jupyter_aisec.analysis.versions import Installed
        from jupyter_aisec.rules import analyser, default_rules

        try:
            rules = self.project.selection.chosen(self.session.notebook)
        except AisecError:
            rules = default_rules()  # what is wrong with the settings was said when we were loaded
        made = analyser(rules, Installed(), advisories=self._advisories())
        made.check(Cell(-1, CellKind.CODE, self.prelude))
        return made

    def _advisories(self) -> Advisories | None:
        from jupyter_aisec import advisories

        try:
            file = self.project.advisories
            return None if file is None else advisories.read(file)
        except AisecError as error:
            _log.warning("%s", error)
            return None

    def _watch(self, cell: Cell, findings: tuple[Finding, ...]) -> None:
        from jupyter_aisec.capture.flow import Lines
        from jupyter_aisec.notebook import syntax

        counts = Counter(each.severity.value for each in findings)
        sha256 = hashlib.sha256(cell.source.encode("utf-8", "surrogatepass")).hexdigest()
        self._counts[cell.id or sha256] = counts
        number = cell.execution_count or 0
        self._recording.record(CellRun(number, journal.now(), cell.id, sha256, dict(counts)))
        tree: ast.Module | None = None
        try:
            tree = syntax.parse(cell.source).tree
        except syntax.SyntaxProblem:
            _log.debug("the flow through a cell that can't be parsed is not followed")
        lines = Lines.of(cell.source)
        self._shift = lines.shift
        if self._capture is not None:
            self._capture.cell_begins(number, cell.id, tree, lines)

    def _start_watching(self) -> None:
        from jupyter_aisec.capture import Capture
        from jupyter_aisec.capture.recorder import Tracking
        from jupyter_aisec.tracking import active

        os.environ[SESSION] = self.session.id
        if self.session.notebook:
            os.environ[NOTEBOOK] = self.session.notebook
        # That we are loaded is a fact too: with us, runs are told what goes into them.
        self.prelude = self.prelude or f"%load_ext jupyter_aisec\n{surroundings.imports(self._namespace)}"
        hasher = self._recording.hasher()
        # The engine takes a tenth of a second to import: it should not be the first cell that waits for it.
        hasher.run(_import_the_engine)
        tracking = Tracking(active.active_run, active.user_tracking_uri, active.experiment)
        self._capture = Capture(self._namespace, self.project.root, self._recording.record, tracking, hasher, _commands)
        self._capture.start()

    def _stop_watching(self) -> None:
        if self._capture is not None:
            self._capture.stop()
            self._capture = None


def _commands(given: str | Sequence[str]) -> Sequence[Command]:
    """What a shell text means is known by the analysis, which the capture does not know."""
    from jupyter_aisec.analysis import ran

    return ran.commands(given)


def _import_the_engine() -> None:
    from jupyter_aisec.commands.document import reminder  # noqa: F401 - what asks about a new source
    from jupyter_aisec.report import findings, sources  # noqa: F401 - what shows a finding, and a question
    from jupyter_aisec.rules import default_rules

    default_rules()
