from __future__ import annotations

import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_aisec.analysis import ran
from jupyter_aisec.capture import Capture
from jupyter_aisec.capture.flow import Lines
from jupyter_aisec.capture.hashing import Hasher
from jupyter_aisec.capture.recorder import Tracking
from jupyter_aisec.model import Hashed, Use, Verb
from jupyter_aisec.notebook import syntax


class Watched:
    """A real IPython shell whose cells are watched; what is recorded ends up in ``records``."""

    def __init__(self, folder: Path) -> None:
        self.shell = InteractiveShell()
        self.records: list[Use | Hashed] = []
        self.capture = Capture(self.shell.user_ns, folder, self.records.append, Tracking(), Hasher(), ran.commands)
        self.capture.start()

    def run(self, *cells: str) -> None:
        for source in cells:
            self.capture.cell_begins(self.shell.execution_count, None, syntax.parse(source).tree, Lines.of(source))
            result = self.shell.run_cell(source, store_history=True)
            self.capture.cell_ends(None)
            result.raise_error()

    def fail(self, source: str) -> None:
        """Run a cell that raises, as the kernel tells of one."""
        self.capture.cell_begins(self.shell.execution_count, None, syntax.parse(source).tree, Lines.of(source))
        error = self.shell.run_cell(source, store_history=True).error_in_exec
        assert error is not None
        assert error.__traceback__ is not None
        [line] = [at for frame, at in traceback.walk_tb(error.__traceback__) if frame.f_globals is self.shell.user_ns][
            :1
        ]
        self.capture.cell_ends(line)

    @property
    def uses(self) -> list[Use]:
        return [each for each in self.records if isinstance(each, Use)]

    def digest(self, use: Use) -> Hashed:
        assert self.capture.hasher.settle(10)
        return next(each for each in self.records if isinstance(each, Hashed) and each.key == use.key)

    def only(self, verb: Verb) -> Use:
        [use] = [each for each in self.uses if each.verb is verb]
        return use

    def went_into(self, use: Use) -> set[str]:
        """Names of the data sets that went into a use, through any number of models and files of this session."""
        made = {each.key: each for each in self.uses}
        found: set[str] = set()
        queue = [source.key for source in use.sources]
        while queue:
            key = queue.pop()
            if key not in made:
                found.add(key)
                continue
            if made[key].verb is Verb.READ:
                found.add(made[key].name)
            queue += [source.key for source in made[key].sources]
        return found

    def close(self) -> None:
        self.capture.stop()
        self.capture.hasher.stop()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("a", "b", "c"):
        Path(f"{name}.csv").write_text("x,y,z\n" + "".join(f"{i},{i % 2},{ord(name)}\n" for i in range(20)))
    return tmp_path


@pytest.fixture
def watched(folder: Path) -> Iterator[Watched]:
    made = Watched(folder)
    yield made
    made.close()
