"""Tells the pages of a running notebook that its journal has something new: which session, and no facts.

It is said by the thread that sends what cells print, so that a long cell keeps no news back. A page that hears nothing
asks when somebody looks.
"""

from __future__ import annotations

import logging
import os
from typing import Any

_log = logging.getLogger(__name__)

TARGET = "jupyter_aisec"
"""The comm that stands open; its id is what was to be said when it was opened, for pages that come later."""

WATCHING = "watching"
"""In place of a session's id: cells are watched, and nothing is recorded yet. A page hands on what it heard."""

_PAUSE = 0.5
"""Seconds between news at the least: a cell may record a thousand uses, and a page asks each time."""


class News:
    """``shell`` is IPython's. Nobody listens to a terminal, and to a kernel without that thread."""

    def __init__(self, shell: object) -> None:
        self._kernel: Any = getattr(shell, "kernel", None)
        self._loop: Any = getattr(getattr(self._kernel, "iopub_thread", None), "io_loop", None)
        self._pid = os.getpid()
        self._comm: Any = None
        self._session = WATCHING
        self._planned = False
        self._due = 0.0

    def tell(self, session: str) -> None:
        """There is something new; from any thread, as often as that is so."""
        self._session = session
        if self._listens() and not self._planned:
            self._planned = True
            self._loop.add_callback(self._plan)

    def stand(self, *, watching: bool) -> None:
        """Whether cells are watched, and with what to show for it; on the main thread, which answers later pages."""
        before = self._comm
        word = self._session if watching else None
        if not self._listens() or word == (before and before.comm_id):
            return
        try:
            if word is None:
                self._comm = None
                self._send(before.comm_id, None)
            else:
                from comm import create_comm

                # One after the other: JupyterLab starts a thread of the kernel for the first of a target.
                self._comm = create_comm(target_name=TARGET, comm_id=word, data={"session": word})
            if before is not None:
                before.close()
        except Exception:  # noqa: BLE001 - what a page hears is never the user's worry
            _log.debug("could not tell that cells are watched", exc_info=True)

    def close(self) -> None:
        """Say nothing more."""
        self.stand(watching=False)
        self._kernel = None

    def _listens(self) -> bool:
        return self._kernel is not None and self._loop is not None and os.getpid() == self._pid

    def _plan(self) -> None:
        self._loop.call_at(max(self._due, self._loop.time()), self._say)

    def _say(self) -> None:
        self._planned = False
        self._due = self._loop.time() + _PAUSE
        comm = self._comm
        if comm is not None:
            try:
                self._send(comm.comm_id, self._session)
            except Exception:  # noqa: BLE001 - as above
                _log.debug("could not tell that there is something new", exc_info=True)

    def _send(self, comm_id: str, session: str | None) -> None:
        """Not by the comm itself: no cell is the parent of this, and a page without a use for it may have closed it."""
        content = {"comm_id": comm_id, "data": {"session": session}}
        self._kernel.session.send(self._kernel.iopub_socket, "comm_msg", content, ident=f"comm-{comm_id}".encode())
