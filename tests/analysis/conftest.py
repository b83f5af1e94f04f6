from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from jupyter_aisec.analysis import Analyser, Report
from jupyter_aisec.model import Cell, CellKind, Notebook
from jupyter_aisec.rules import default_rules

Check = Callable[..., list[tuple[str, int, int]]]
Analyse = Callable[..., Report]


def report(*cells: str, versions: Mapping[str, str] | None = None) -> Report:
    notebook = Notebook("test.ipynb", tuple(Cell(index, CellKind.CODE, cell) for index, cell in enumerate(cells)))
    return Analyser(default_rules(), versions).analyse(notebook)


@pytest.fixture
def check() -> Check:
    """Rule, cell and line of each finding in a notebook of these cells."""

    def found(*cells: str, versions: Mapping[str, str] | None = None) -> list[tuple[str, int, int]]:
        findings = report(*cells, versions=versions).findings
        return [(finding.rule, finding.place.cell_index, finding.place.line) for finding in findings]

    return found


@pytest.fixture
def analyse() -> Analyse:
    return report
