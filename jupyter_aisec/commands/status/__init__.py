"""Show, for each of the 17 guidelines, what evidence there is for a model, and the next step that costs least.

Without MODEL, for the newest one that the project made. A row is its worst claim; what was not looked at is missing.
With --mlflow, MLflow is asked too where that takes seconds, and the table is put there: as aisec/coverage.html of the
model's run, and as tags of run, logged model and versions, such as tags.`aisec.coverage.2.1` = 'fail'. From then on it
follows. Exit code 0: nothing fails; 1: a claim fails or, with `documentation = "require"` in the settings, a document
of what the model rests on is missing, incomplete or stale.
"""

from __future__ import annotations

import argparse

from jupyter_aisec.commands.status.answer import Status
from jupyter_aisec.commands.status.gather import gathered_with_run
from jupyter_aisec.commands.status.show import show
from jupyter_aisec.project import Project

__all__ = ["Status", "arguments", "run"]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("name", nargs="?", metavar="MODEL", help="a name, file or digest, or models:/NAME/1")
    parser.add_argument("--format", choices=("text", "json", "html", "md"), default="text", help="default: text")
    parser.add_argument("--mlflow", action="store_true", help="ask MLflow too, and show the table there")


def run(project: Project, options: argparse.Namespace) -> Status:
    """Weigh all that is known; `AisecError` when MODEL is no model that is recorded."""
    if options.mlflow:
        found, places = show(project, options.name)
        return Status(found.coverage, options.format, found.refused, places)
    found = gathered_with_run(project, options.name)
    return Status(found.coverage, options.format, found.refused)
