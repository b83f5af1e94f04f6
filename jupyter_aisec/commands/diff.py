"""Compare two runs: data, code, parameters, packages and findings that changed.

A run is named by its id, or by models:/NAME/1 for the run that logged it. Exit code 0: all that is recorded is the
same; 1: something differs; 2: nothing differs, and of some parts nothing is recorded.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jupyter_aisec.asking import ask_any
from jupyter_aisec.journal import Log
from jupyter_aisec.project import Project
from jupyter_aisec.report.table import Table
from jupyter_aisec.report.words import SHORT_DIGEST, plural
from jupyter_aisec.tracking.questions import Runs
from jupyter_aisec.tracking.record import Record

PARTS = ("data", "code", "parameters", "packages", "findings")

_COMMIT = "mlflow.source.git.commit"
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs; None where one of the runs has it not."""

    part: str
    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two runs, and the parts of which nothing is recorded for one of them or for both."""

    before: Record
    after: Record
    changes: tuple[Change, ...]
    unknown: tuple[str, ...]
    form: str

    @property
    def exit_code(self) -> int:
        """As diff has it; that two runs are the same is only said of what is known of both."""
        return 1 if self.changes else 2 if self.unknown else 0

    def _table(self) -> Table:
        runs = f"{_named(self.before)} and {_named(self.after)}"
        unknown = ", ".join(self.unknown)
        note = f"Not recorded whole for both, so not known to be the same: {unknown}" if unknown else ""
        if not self.changes:
            known = [part for part in PARTS if part not in self.unknown]
            return Table((), (), f"{runs} have the same {', '.join(known)}", note)
        rows = [(each.part, each.name, _shown(each.before), _shown(each.after)) for each in self.changes]
        title = f"{runs} differ in {plural(len(rows), 'thing')}"
        return Table(rows, ("Part", "Name", "Before", "After"), title, note)

    def text(self) -> str:
        """A table, or its HTML source where that was asked for."""
        return self._table().html() if self.form == "html" else self._table().text()

    def html(self) -> str | None:
        """A table."""
        return self._table().html()

    def data(self) -> object:
        """``runs``, ``changes`` by part, and the parts that are ``unknown``."""
        return {
            "runs": [{"id": each.run_id, "name": each.name} for each in (self.before, self.after)],
            "changes": {
                part: [
                    {"name": each.name, "before": each.before, "after": each.after}
                    for each in self.changes
                    if each.part == part
                ]
                for part in PARTS
            },
            "unknown": list(self.unknown),
        }


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("before", metavar="RUN", help="a run's id, or models:/NAME/1")
    parser.add_argument("after", metavar="RUN", help="the run to compare with it")
    parser.add_argument("--format", choices=("text", "json", "html"), default="text", help="default: text")


def run(project: Project, options: argparse.Namespace) -> Comparison:
    """Ask MLflow for both, and the journals for the cells; `AisecError` when there is no such run."""
    before, after = ask_any(project, Runs(project.tracking_uri, (options.before, options.after)), list[Record])
    changes: list[Change] = []
    unknown: list[str] = []
    logs = project.logs()
    for part in PARTS:
        one, other = _part(before, part), _part(after, part)
        if part == "code":
            cells = _cells(logs, before.run_id), _cells(logs, after.run_id)
            # Cells of a run that another machine recorded are not gone: they are not known here.
            if all(cells):
                one, other = {**(one or {}), **cells[0]}, {**(other or {}), **cells[1]}
            elif not (_COMMIT in (one or {}) and _COMMIT in (other or {})):
                unknown.append(part)
        elif one is None or other is None:
            unknown.append(part)
        if one is not None and other is not None:
            changes += _changes(part, one, other)
    return Comparison(before, after, tuple(changes), tuple(unknown), options.format)


def _part(record: Record, part: str) -> dict[str, str] | None:
    found: Mapping[str, str] | None = getattr(record, part)
    return None if found is None else dict(found)


def _changes(part: str, before: Mapping[str, str], after: Mapping[str, str]) -> list[Change]:
    names = sorted(before.keys() | after.keys())
    return [
        Change(part, name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)
    ]


def _cells(logs: Iterable[Log], run_id: str) -> dict[str, str]:
    """The SHA-256 of each cell that did something in the run, as it was then."""
    found: dict[str, str] = {}
    for log in logs:
        sources = {cell.number: cell.source_sha256 for cell in log.cells}
        for use in log.uses:
            if use.run is not None and use.run.run_id == run_id and use.cell in sources:
                found[f"cell {use.cell_id or use.cell}"] = sources[use.cell]
    return found


def _named(record: Record) -> str:
    return f"{record.name} ({record.run_id[:SHORT_DIGEST]})"


def _shown(value: str | None) -> str:
    if value is None:
        return "absent"
    return _SHA256.sub(lambda match: match[0][:SHORT_DIGEST], value)
