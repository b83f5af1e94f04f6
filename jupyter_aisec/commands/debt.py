"""List what was put off in the project, the oldest first: technical debt, by what can be seen of it.

Findings that people decided to live with, or that a comment silences, installs without a version, notes such as TODO,
cells that ran out of order or rest on hidden state, stale documents, and warnings that a call is deprecated. Since when
is known where git knows it. Exit code 0: nothing was found; 1: there is something; 2: a file could not be read.
"""

from __future__ import annotations

import argparse
import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jupyter_aisec.claims import Debt
from jupyter_aisec.commands.status.debts import debts
from jupyter_aisec.commands.status.notebooks import Desk
from jupyter_aisec.evidence.case import Checked
from jupyter_aisec.model import Document, DocumentState, NotAnalysed
from jupyter_aisec.notebook.files import below
from jupyter_aisec.project import FOLDER, Project
from jupyter_aisec.report.table import Table
from jupyter_aisec.report.words import plural
from jupyter_aisec.statements import Record

_DAYS = 365


@dataclass(frozen=True, slots=True)
class Owed:
    """The list, how many files were looked at, and what could not be."""

    debts: tuple[Debt, ...]
    files: int
    problems: tuple[str, ...]
    today: dt.date
    is_whole: bool = True
    """Whether every file could be read."""

    @property
    def exit_code(self) -> int:
        """1 where there is something; 2 outweighs it, for what could not be read may hold anything."""
        return int(bool(self.debts)) if self.is_whole else 2

    def _table(self) -> Table:
        rows = [(_age(each.since, self.today), each.kind, each.place, each.said) for each in self.debts]
        kinds = ", ".join(f"{number} {kind}" for kind, number in Counter(each.kind for each in self.debts).items())
        title = f"Technical debt in {plural(self.files, 'file')}: {kinds}"
        return Table(rows, ("Since", "Kind", "Where", "What"), title, "; ".join(self.problems))

    def text(self) -> str:
        """A table, or one line."""
        if self.debts:
            return self._table().text()
        if not self.files:
            return "\n".join(self.problems) or "Nothing was looked at: there is no notebook and no Python file."
        return "\n".join((f"Nothing was found in {plural(self.files, 'file')} that was put off.", *self.problems))

    def html(self) -> str | None:
        """A table."""
        return self._table().html() if self.debts else None

    def data(self) -> object:
        """``debts``, the oldest first, and what could not be looked at."""
        return {
            "debts": [
                {"kind": each.kind, "said": each.said, "place": each.place, "since": each.since and str(each.since)}
                for each in self.debts
            ],
            "files": self.files,
            "problems": list(self.problems),
        }


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="notebooks or folders; default: the whole project")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def run(project: Project, options: argparse.Namespace) -> Owed:
    """Look at every file, and go on after what can't be read."""
    said = Record(project.root / FOLDER, project.root).read()
    desk, problems = Desk(project), list(said.problems)
    notebooks, partly = [], []
    for checked in _checked(project, desk, options.paths, problems):
        lines = [f"{checked.thing.name} was not analysed as a whole: {each}" for each in checked.missed[:1]]
        if checked.thing.sha256 is None:
            problems += lines
        else:
            notebooks.append(checked)
            partly += lines
    today = dt.datetime.now(dt.UTC).date()
    documents = list(_documents(project))
    problems += [each.problem for each, _ in documents if each.state is DocumentState.UNKNOWN and each.problem]
    found = debts(project, notebooks, documents, said.decisions, desk.families, today)
    return Owed(tuple(found), len(notebooks), (*problems, *partly), today, is_whole=not problems)


def _checked(project: Project, desk: Desk, paths: list[str], problems: list[str]) -> Iterator[Checked]:
    for path in paths or [str(project.root)]:
        for file in below(Path(path)):
            if isinstance(file, NotAnalysed):
                problems.append(f"{file.path}: {file.reason}")
            elif file.resolve().is_relative_to(project.root):
                yield desk.checked(file.resolve().relative_to(project.root).as_posix(), frozenset())
            else:
                problems.append(f"{file} lies outside of the project")


def _documents(project: Project) -> Iterator[tuple[Document, str | None]]:
    """Of all that journals name, each with the newest digest that they have of what it is about."""
    seen: dict[str, str | None] = {}
    for node in project.graph().nodes:
        seen[node.name] = node.sha256 or seen.get(node.name)
    for name, sha256 in seen.items():
        yield project.documents.read(name, sha256), sha256


def _age(since: dt.date | None, today: dt.date) -> str:
    if since is None:
        return "not known"
    days = (today - since).days
    if days < 0:
        return str(since)
    return f"{since} ({plural(days, 'day')})" if days < _DAYS else f"{since} ({days / _DAYS:.1f} years)"
