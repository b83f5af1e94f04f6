"""Runs the cells of a notebook in a real IPython shell that is watched, and says what reached a call."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from IPython.core.interactiveshell import InteractiveShell

from jupyter_aisec import lineage
from jupyter_aisec.capture import Capture
from jupyter_aisec.capture.flow import Lines
from jupyter_aisec.capture.hashing import Hasher
from jupyter_aisec.capture.recorder import Tracking
from jupyter_aisec.journal import Log
from jupyter_aisec.lineage.assets import assets
from jupyter_aisec.model import AssetKind, Graph, Hashed, Node, Session, Use
from jupyter_aisec.notebook import syntax
from tests.accuracy.suite import Sources

UNKNOWN = "unknown"
_PATIENCE = 60


class Watched:
    """One kernel, watched from its first cell on."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        self._shell = InteractiveShell()
        self._records: list[Use | Hashed] = []
        self._hasher = Hasher()
        self._capture = Capture(self._shell.user_ns, folder, self._records.append, Tracking(), self._hasher)
        self._session = Session(name, "2026-01-01T00:00:00.000+00:00", f"{name}.ipynb", 1, "3")

    def run(self, source: str) -> tuple[int, BaseException | None]:
        """Run a cell; the number that it had, and the error that it ended with."""
        number = self._shell.execution_count
        self._capture.cell_begins(number, None, _tree(source), Lines.of(source))
        result = self._shell.run_cell(source, store_history=True)
        error = result.error_before_exec or result.error_in_exec
        self._capture.cell_ends(self._line(error.__traceback__, Lines.of(source)) if error else None)
        # Nobody is as quick as a test: between two cells, a file has been hashed.
        assert self._hasher.settle(_PATIENCE)
        return number, error

    def uses(self) -> list[Use]:
        """All that was recorded so far."""
        return [each for each in self._records if isinstance(each, Use)]

    def log(self) -> Log:
        """The journal."""
        hashes = tuple(each for each in self._records if isinstance(each, Hashed))
        return Log(Path(f"{self._session.id}.jsonl"), self._session, (), tuple(self.uses()), hashes, 0, 0)

    def _line(self, traceback: TracebackType | None, lines: Lines) -> int | None:
        found = None
        while traceback is not None:
            frame = traceback.tb_frame
            if frame.f_globals is self._shell.user_ns and frame.f_code.co_name == "<module>":
                found = traceback.tb_lineno + lines.shift
            traceback = traceback.tb_next
        return found

    def __enter__(self) -> Self:
        self._capture.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._capture.stop()
        self._hasher.stop()


@contextmanager
def kernels(folder: Path) -> Iterator[Kernels]:
    """Kernels that run one after another in a folder."""
    made = Kernels(folder)
    try:
        yield made
    finally:
        made.stop()


class Kernels:
    """One running kernel, and the journals of those before it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._logs: list[Log] = []
        self.running: Watched = self._started()

    def next(self) -> None:
        """Stop the one that runs, and start another."""
        self.stop()
        self._logs.append(self.running.log())
        self.running = self._started()

    def stop(self) -> None:
        """Stop the one that runs."""
        self.running.__exit__()

    def reached(self, use: Use) -> Sources:
        """The places, or else the names, of all that went into what a use is about, as the lineage shows it."""
        log = self.running.log()
        graph = lineage.build([*self._logs, log])
        own = assets(log)[use.key].id
        return _named(lineage.upstream(graph, {own}), own)

    def _started(self) -> Watched:
        return Watched(self._folder, f"notebook-{len(self._logs) + 1}").__enter__()


def _named(graph: Graph, own: str) -> Sources:
    made = {each.target for each in graph.edges}
    return frozenset(name for each in graph.nodes if each.id != own and (name := _name(each, made)))


def _name(node: Node, made: set[str]) -> str | None:
    if node.kind is AssetKind.NOTEBOOK:
        return None
    if (
        node.kind is not AssetKind.UNKNOWN
        and node.location is None
        and (node.kind is AssetKind.MODEL or node.id in made)
    ):
        return None  # it lived in the kernel only, on the way
    return node.location or UNKNOWN


def _tree(source: str) -> ast.Module | None:
    try:
        return syntax.parse(source).tree
    except syntax.SyntaxProblem:
        return None
