"""MLflow's plug-in point for tags on every run, the user's own included.

MLflow loads this module while it is itself being imported: anything more of it here would be circular.
"""

from __future__ import annotations

import os

from mlflow.tracking.context.abstract_context import RunContextProvider

SESSION = "AISEC_SESSION"
NOTEBOOK = "AISEC_NOTEBOOK"


class NotebookContext(RunContextProvider):
    """Tags runs with the session and the notebook that the kernel extension put into the environment."""

    def in_context(self) -> bool:
        """Whether a session is recording in this process or in the one that started it."""
        return bool(os.environ.get(SESSION))

    def tags(self) -> dict[str, str]:
        """``aisec.session``, and ``aisec.notebook`` when it is known."""
        found = {"aisec.session": os.environ.get(SESSION), "aisec.notebook": os.environ.get(NOTEBOOK)}
        return {key: value[:MOST] for key, value in found.items() if value}


MOST = 5000
"""Characters in a tag that every back end of MLflow takes."""
