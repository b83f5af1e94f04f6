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
from jupyter_aisec.analysis.rule import Rule
from jupyter_aisec.analysis.versions import Installed
from jupyter_aisec.model import AisecError, Cell, CellKind, NotAnalysed, Notebook
from jupyter_aisec.notebook.decode import LIMIT, decode, read
from jupyter_aisec.notebook.files import below
from jupyter_aisec.project import Kernel, Project
from jupyter_aisec.report import findings as shown
from jupyter_aisec.rules import default_rules

_STDIN = "-"


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in each file."""

    reports: tuple[Report, ...]
    rules: tuple[str, ...]
    scripts: frozenset[str] = frozenset()
    folders: tuple[NotAnalysed, ...] = ()
    failed: bool = False

    @property
    def exit_code(self) -> int:
        """2 outweighs 1: what could not be checked may hold anything."""
        if self.failed:
            return 2
        return 1 if any(report.findings for report in self.reports) else 0

    def text(self) -> str:
        """One line for each finding, and a summary."""
        return shown.text(self.reports, is_script=self.scripts, folders=self.folders)

    def html(self) -> str | None:
        """None: the text says it best."""
        return None

    def data(self) -> object:
        """The JSON of the contract."""
        return shown.to_json(self.reports, self.rules, is_script=self.scripts, folders=self.folders)


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
        return Checked((_of_kernel(project.kernel, rules),), names)
    reports: list[Report] = []
    scripts: set[str] = set()
    folders: list[NotAnalysed] = []
    failed = False
    named = {str(Path(path)) for path in options.paths}
    for file in _files(options.paths):
        if isinstance(file, NotAnalysed):
            folders.append(file)
            continue
        name = options.stdin_name if file == _STDIN else file
        try:
            found = _from_stdin(name) if file == _STDIN else read(file)
        except AisecError as error:
            failed = True
            reports.append(Report(name, (), (NotAnalysed(name, _reason(str(error), name)),), names))
            continue
        report = Analyser(rules, documented=project.documented(Path(name).parent)).analyse(found)
        reports.append(report)
        # A notebook in another language is no failure where it only lies beside others: it was not asked for.
        failed = failed or (file in named and any(missed.cell_index is None for missed in report.not_analysed))
        if found.is_script:
            scripts.add(found.path)
    return Checked(tuple(reports), names, frozenset(scripts), tuple(folders), failed or bool(folders))


def _of_kernel(kernel: Kernel, rules: tuple[Rule, ...]) -> Report:
    """The cells that ran, in that order, behind what was imported before we were there."""
    analyser = Analyser(rules, Installed())
    analyser.check(Cell(-1, CellKind.CODE, kernel.prelude))
    return analyser.analyse(Notebook(kernel.session.notebook or "notebook", kernel.executed))


def _files(paths: list[str]) -> Iterator[str | NotAnalysed]:
    """Each file once, ``-`` for standard input, and the folders that can't be read."""
    seen: set[str] = set()
    for path in paths:
        for found in (_STDIN,) if path == _STDIN else below(Path(path)):
            if isinstance(found, NotAnalysed):
                yield found
            elif str(found) not in seen:
                seen.add(str(found))
                yield str(found)


def _from_stdin(name: str) -> Notebook:
    data = sys.stdin.buffer.read(LIMIT + 1)
    return decode(data, name, script=not _is_json(data))


def _is_json(data: bytes) -> bool:
    """A notebook begins with a brace and a key; a Python file may begin with a brace, but hardly so."""
    start = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith(b"{") and start[1:].lstrip()[:1] in {b'"', b"}", b""}


def _reason(message: str, path: str) -> str:
    """The message without the path, which stands beside it."""
    return message.removeprefix(f"{path}: ")
