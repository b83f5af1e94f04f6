"""Runs tests of another library in the cell of a notebook, watched or not, and says what came of each.

``python -m tests.capture.suites on|off RESULT ARGUMENT…``: the arguments are pytest's.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_aisec.capture import Capture
from jupyter_aisec.capture.flow import Lines
from jupyter_aisec.capture.hashing import Hasher
from jupyter_aisec.capture.recorder import Tracking
from jupyter_aisec.notebook import syntax

CELL = "code = pytest.main(arguments, plugins=[outcomes])"


class Outcomes:
    """What came of each test, and which warnings it gave, for which line."""

    def __init__(self) -> None:
        self.outcomes: dict[str, str] = {}
        self.warnings: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or report.outcome != "passed":
            self.outcomes[report.nodeid] = (
                report.outcome if report.when == "call" else f"{report.when} {report.outcome}"
            )

    def pytest_warning_recorded(self, warning_message: object, nodeid: str) -> None:
        category = getattr(warning_message, "category", None)
        place = (getattr(warning_message, name, None) for name in ("filename", "lineno"))
        self.warnings.append(" ".join(map(str, (nodeid, category, *place))))


def main() -> None:
    """Run them, and write the result."""
    mode, result, *arguments = sys.argv[1:]
    found = Outcomes()
    shell = InteractiveShell()
    shell.user_ns.update(pytest=pytest, arguments=arguments, outcomes=found)
    recorded: list[object] = []
    hasher = Hasher()
    capture = Capture(shell.user_ns, Path.cwd(), recorded.append, Tracking(), hasher)
    if mode == "on":
        capture.start()
        capture.cell_begins(1, None, syntax.parse(CELL).tree, Lines())
    shell.run_cell(CELL, store_history=False).raise_error()
    if mode == "on":
        capture.cell_ends(None)
        capture.stop()
    hasher.stop()
    Path(result).write_text(
        json.dumps({"outcomes": found.outcomes, "warnings": sorted(found.warnings), "recorded": len(recorded)})
    )


if __name__ == "__main__":
    main()
