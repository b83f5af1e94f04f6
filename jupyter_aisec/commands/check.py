"""Check notebooks and Python files for unsafe cells.

In a notebook, without a path, the cells that ran so far are checked. Exit codes: 0 nothing found, 1 findings,
2 something could not be checked.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jupyter_aisec.analysis import Analyser, Report
from jupyter_aisec.analysis.versions import Installed
from jupyter_aisec.model import AisecError, NotAnalysed, Notebook
from jupyter_aisec.notebook.decode import LIMIT, decode, read
from jupyter_aisec.notebook.files import below
from jupyter_aisec.project import Project
from jupyter_aisec.report import findings as shown
from jupyter_aisec.rules import default_rules

_STDIN = "-"


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in each file."""

    reports: tuple[Report, ...]
    rules: tuple[str, ...]
    scripts: frozenset[str]
    failed: bool = False

    @property
    def exit_code(self) -> int:
        """2 outweighs 1: what could not be checked may hold anything."""
        if self.failed:
            return 2
        return 1 if any(report.findings for report in self.reports) else 0

    def text(self) -> str:
        """One line for each finding, and a summary."""
        return shown.text(self.reports, is_script=self.scripts)

    def html(self) -> str | None:
        """None: the text says it best."""
        return None

    def data(self) -> object:
        """The JSON of the contract."""
        return shown.to_json(self.reports, self.rules, is_script=self.scripts)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("paths", metavar="PATH", nargs="*", help="notebook, Python file or folder; - is standard input")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to say it")
    parser.add_argument(
        "--stdin-name", metavar="NAME", default="<stdin>", help="the name of standard input in findings"
    )


def run(project: Project, options: argparse.Namespace) -> Checked:
    """Check everything that is named, and go on after what can't be read."""
    rules = default_rules()
    names = tuple(rule.name for rule in rules)
    if not options.paths:
        if project.kernel is None:
            raise AisecError("check needs a path: `jupyter aisec check .` checks this folder")
        cells = project.kernel.executed
        notebook = Notebook(project.kernel.session.notebook or "notebook", tuple(cells))
        return Checked((Analyser(rules, Installed()).analyse(notebook),), names, frozenset())
    reports: list[Report] = []
    scripts: set[str] = set()
    failed = False
    for found in _notebooks(options.paths, options.stdin_name):
        if isinstance(found, NotAnalysed):
            failed = True
            reports.append(Report(found.path, (), (found,), names))
            continue
        reports.append(Analyser(rules).analyse(found))
        if found.is_script:
            scripts.add(found.path)
    return Checked(tuple(reports), names, frozenset(scripts), failed)


def _notebooks(paths: list[str], stdin_name: str) -> Iterator[Notebook | NotAnalysed]:
    seen: set[str] = set()
    for path in paths:
        if path == _STDIN:
            yield _read_or_reason(None, stdin_name)
            continue
        try:
            for file in below(Path(path)):
                if str(file) not in seen:
                    seen.add(str(file))
                    yield _read_or_reason(file, str(file))
        except (AisecError, OSError) as error:
            yield NotAnalysed(path, _reason(str(error), path))


def _read_or_reason(file: Path | None, name: str) -> Notebook | NotAnalysed:
    try:
        if file is not None:
            return read(file)
        data = sys.stdin.buffer.read(LIMIT + 1)
        return decode(data, name, script=not _is_json(data))
    except AisecError as error:
        return NotAnalysed(name, _reason(str(error), name))


def _is_json(data: bytes) -> bool:
    """A notebook begins with a brace and a key; a Python file may begin with a brace, but hardly so."""
    start = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith(b"{") and start[1:].lstrip()[:1] in {b'"', b"}", b""}


def _reason(message: str, path: str) -> str:
    """The message without the path, which stands beside it."""
    return message.removeprefix(f"{path}: ")
