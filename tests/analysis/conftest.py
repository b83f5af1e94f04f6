from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from jupyter_aisec.advisories import Advisories, Advisory
from jupyter_aisec.analysis import Analyser, Report
from jupyter_aisec.analysis.rule import Rule
from jupyter_aisec.rules import default_rules
from tests.analysis.examples import notebook

ADVISORIES = Advisories(
    {"transformers": (Advisory("CVE-2023-6730", ranges=(("0", "4.36.0", None),), fixed=("4.36.0",)),)}
)
"""What a project might keep."""
Check = Callable[..., list[tuple[str, int, int]]]
Analyse = Callable[..., Report]


def report(*cells: str, versions: Mapping[str, str] | None = None, rule: Rule | None = None) -> Report:
    """The default rules over these cells, and ``rule`` where it is none of them."""
    rules = default_rules()
    every = rules if rule is None or rule in rules else (*rules, rule)
    return Analyser(every, versions, _documented, ADVISORIES).analyse(notebook(*cells))


def _documented(where: str) -> bool:
    return "undocumented" not in where


@pytest.fixture
def check() -> Check:
    """Rule, cell and line of each finding in a notebook of these cells."""

    def found(
        *cells: str, versions: Mapping[str, str] | None = None, rule: Rule | None = None
    ) -> list[tuple[str, int, int]]:
        findings = report(*cells, versions=versions, rule=rule).findings
        return [(finding.rule, finding.place.cell_index, finding.place.line) for finding in findings]

    return found


@pytest.fixture
def analyse() -> Analyse:
    return report
