"""Secure ML development in the notebook, after the NCSC/CISA guidelines for secure AI system development.

``%load_ext jupyter_aisec`` checks each cell before it runs, and records which data became which model: first in a
journal in the project, then in MLflow. ``jupyter aisec --help`` is the same from a shell.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


# Our own failures are for a log, not for the user's cells: whoever wants to see them adds a handler.
logging.getLogger(__name__).addHandler(logging.NullHandler())


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Where the built front end is: what ``jupyter-builder develop`` asks for."""
    return [{"src": "labextension", "dest": "jupyter-aisec"}]


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
