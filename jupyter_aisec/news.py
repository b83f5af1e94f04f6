"""Tells the pages of a running notebook that its journal has something new: which session, and no facts.

It is said by the thread that sends what cells print, so that a long cell keeps no news back. A page that hears nothing
asks when somebody looks.
"""

from __future__ import annotations

import logging
import os
import uuid
from typing import Any

_log = logging.getLogger(__name__)

TARGET = "jupyter_aisec"
"""The comm: opened and closed at once, it is news; it stands open while the session has nothing to tell."""

WATCHING = "watching"
"""In place of a session's id: cells are watched, and nothing is recorded yet. The page hands on what it heard."""

_PAUSE = 0.5
"""Seconds between news at the least: a cell may record a thousand uses, and a page asks each time."""


class News:
    """``shell`` is IPython's. Nobody listens to a terminal, and to a kernel without that thread."""

    def __init__(self, shell: object) -> None:
        self._kernel: Any = getattr(shell, "kernel", None)
        self._loop: Any = getattr(getattr(self._kernel, "iopub_thread", None), "io_loop", None)
        self._session: str | None = None
        self._pid = os.getpid()
        self._planned = False
        self._due = 0.0
        self._standing: Any = None

    def tell(self, session: str) -> None:
        """There is something new; from any thread, as often as that is so."""
        self._session = session
        if self._listens() and not self._planned:
            self._planned = True
            self._loop.add_callback(self._plan)

    def stand(self, *, watching: bool) -> None:
        """Whether the session watches and has recorded nothing; a page that comes later finds the comm open.

        On the main thread only, which answers such a page.
        """
        if not self._listens() or watching == (self._standing is not None):
            return
        try:
            if watching:
                from comm import create_comm

                self._standing = create_comm(target_name=TARGET, comm_id=WATCHING, data={"session": WATCHING})
            else:
                standing, self._standing = self._standing, None
                standing.close()
                if self._session is None:
                    self._say()
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
        kernel = self._kernel
        if kernel is None:
            return
        # Not by `create_comm`: the list of comms belongs to the main thread. No cell is the parent of this.
        comm = uuid.uuid4().hex
        opening = {"comm_id": comm, "target_name": TARGET, "data": {"session": self._session}}
        try:
            for kind, content in (("comm_open", opening), ("comm_close", {"comm_id": comm, "data": {}})):
                kernel.session.send(kernel.iopub_socket, kind, content, ident=f"comm-{comm}".encode())
        except Exception:  # noqa: BLE001 - as above
            _log.debug("could not tell that there is something new", exc_info=True)
