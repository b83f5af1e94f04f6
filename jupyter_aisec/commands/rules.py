"""List the rules: name, severity, whether it runs by default, and what each finds."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from jupyter_aisec.analysis.rule import Rule
from jupyter_aisec.project import Project
from jupyter_aisec.report.table import Table
from jupyter_aisec.rules import all_rules
from jupyter_aisec.rules.selection import slug


@dataclass(frozen=True, slots=True)
class Listing:
    """The rules, family by family."""

    rules: tuple[Rule, ...]
    running: frozenset[str]
    """The names of those that run in this project."""
    more: str = "jupyter aisec explain RULE"
    """What says more of one of them, as it is typed where this is shown."""
    exit_code: int = 0

    def _table(self) -> Table:
        rows = [
            (slug(rule.family), rule.name, rule.severity.value, "yes" if rule.default else "no", rule.title)
            for rule in self.rules
        ]
        return Table(
            rows,
            ("Family", "Rule", "Severity", "Default", "What it finds"),
            title=f"{len(self.running)} of {len(self.rules)} rules run in this project",
            note=f"More: `{self.more}`",
        )

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
                "runs": rule.name in self.running,
                "title": rule.title,
            }
            for rule in self.rules
        ]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to say it")


def run(project: Project, options: argparse.Namespace) -> Listing:
    """List them by family: first those that run by default, and of them the worst."""
    del options
    found = sorted(all_rules(), key=lambda rule: (rule.family, not rule.default, -rule.severity.rank, rule.name))
    running = frozenset(rule.name for rule in project.selection.chosen())
    return Listing(tuple(found), running, f"{'jupyter aisec' if project.kernel is None else '%aisec'} explain RULE")
