"""Check and watch cells from the next one on: `on` as the settings say, `on warn` or `on block`."""

from __future__ import annotations

import argparse

from jupyter_aisec.commands.overview import Said, steering
from jupyter_aisec.project import Project
from jupyter_aisec.settings import Mode

_words = {
    Mode.WARN: "Cells are checked before they run, and what they read and make is recorded.",
    Mode.BLOCK: "Cells are checked and recorded; one with a high or critical finding does not run.",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "mode", nargs="?", choices=("warn", "block"), help="by default what pyproject.toml says, else warn"
    )


def words(project: Project) -> list[str]:
    """What may follow."""
    del project
    return [Mode.WARN.value, Mode.BLOCK.value]


def run(project: Project, options: argparse.Namespace) -> Said:
    """Steer the kernel."""
    kernel = steering(project, "on")
    wanted = Mode(options.mode) if options.mode else project.settings.mode
    kernel.steer(Mode.WARN if wanted is Mode.OFF else wanted)
    return Said(_words[kernel.mode])
