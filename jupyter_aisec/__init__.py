"""Secure ML development in the notebook, after the NCSC/CISA guidelines for secure AI system development.

``%load_ext jupyter_aisec`` checks each cell before it runs, and records which data became which model: first in a
journal in the project, then in MLflow. ``jupyter aisec --help`` is the same from a shell.
"""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from jupyter_aisec.commands import Result


# Our own failures are for a log, not for the user's cells: whoever wants to see them adds a handler.
logging.getLogger(__name__).addHandler(logging.NullHandler())


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Where the built front end is: what ``jupyter-builder develop`` asks for."""
    return [{"src": "labextension", "dest": "jupyter-aisec"}]


def ask(command: str, *words: str) -> Result:
    """What ``jupyter aisec COMMAND WORDS…`` answers, for programs: ``ask("lineage", "data.csv", "--down").data()``.

    The result has ``data()``, ``text()``, ``html()`` and ``exit_code``. The project is the one around the working
    folder, or that of the notebook in which ``%load_ext jupyter_aisec`` ran.

    Raises:
        jupyter_aisec.model.AisecError: it could not be done; the message says why, and what to do.
    """
    from jupyter_aisec import commands
    from jupyter_aisec.project import Project

    options = commands.parser(command, "jupyter aisec").parse_args(list(words))
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    magics = shell.magics_manager.registry.get("AisecMagics") if shell is not None else None
    project = magics.kernel.project if magics is not None else Project.open()
    return commands.load(command).run(project, options)


def load_ipython_extension(shell: InteractiveShell) -> None:
    """What ``%load_ext jupyter_aisec`` calls."""
    from jupyter_aisec.magics import AisecMagics

    magics = AisecMagics(shell)
    shell.register_magics(magics)
    magics.start()


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """What ``%unload_ext jupyter_aisec`` calls: the shell and the libraries are left as they were found."""
    magics = shell.magics_manager.registry.get("AisecMagics")
    if magics is not None:
        magics.stop()
        del shell.magics_manager.registry["AisecMagics"]
