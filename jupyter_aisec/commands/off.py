"""Neither check nor watch cells any more, until `on`; the libraries are left as they were found."""

from __future__ import annotations

import argparse

from jupyter_aisec.commands.overview import Said, steering
from jupyter_aisec.project import Project
from jupyter_aisec.settings import Mode


def arguments(parser: argparse.ArgumentParser) -> None:
    """There are no options."""
    del parser


def run(project: Project, options: argparse.Namespace) -> Said:
    """Steer the kernel."""
    del options
    steering(project, "off").steer(Mode.OFF)
    return Said("Cells are no longer checked or recorded. What was recorded so far stays.")
