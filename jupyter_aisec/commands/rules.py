"""List the rules: name, severity and what each finds."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from jupyter_aisec.analysis.rule import Rule
from jupyter_aisec.project import Project
from jupyter_aisec.report.table import Table
from jupyter_aisec.rules import all_rules


@dataclass(frozen=True, slots=True)
class Listing:
    """The rules, family by family."""

    rules: tuple[Rule, ...]
    more: str = "jupyter aisec explain RULE"
    """What says more of one of them, as it is typed where this is shown."""
    exit_code: int = 0

    def _table(self) -> Table:
        rows = [(rule.name, rule.severity.value, rule.family, rule.title) for rule in self.rules]
        return Table(rows, ("Rule", "Severity", "Family", "What it finds"), note=f"More: `{self.more}`")

    def text(self) -> str:
        """A table."""
        return self._table().text()

    def html(self) -> str | None:
        """A table."""
        return self._table().html()

    def data(self) -> object:
        """A list of dicts."""
        return [
            {
                "name": rule.name,
                "severity": rule.severity.value,
                "family": rule.family,
                "default": rule.default,
                "title": rule.title,
            }
            for rule in self.rules
        ]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to say it")


def run(project: Project, options: argparse.Namespace) -> Listing:
    """List them by family, the worst first."""
    del options
    found = sorted(all_rules(), key=lambda rule: (rule.family, -rule.severity.rank, rule.name))
    return Listing(tuple(found), f"{'jupyter aisec' if project.kernel is None else '%aisec'} explain RULE")
