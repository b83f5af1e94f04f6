"""What is kept of one session: its journal, the digests of its files, and the word to all who wait for news of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_aisec import journal
from jupyter_aisec.model import CellRun, Hashed, Session, Use
from jupyter_aisec.project import Project

if TYPE_CHECKING:
    from jupyter_aisec.capture.hashing import Hasher
    from jupyter_aisec.commands.document.reminder import Reminder, Undocumented
    from jupyter_aisec.follower import Follower


class Recording:
    """The journal appears with the first use: a notebook without one leaves no trace.

    ``news`` is called from any thread, with the session's id, when the journal, or what MLflow has of it, is not as it
    was.
    """

    def __init__(self, project: Project, session: Session, news: Callable[[str], None]) -> None:
        self._project = project
        self._session = session
        self._news = news
        self._held: list[CellRun] = []
        self._journal: journal.Journal | None = None
        self._opening = threading.Lock()
        self._reminder: Reminder | None = None
        self._follower: Follower | None = None
        self._hasher: Hasher | None = None
        self._telling = False

    @property
    def problem(self) -> str | None:
        """Why records are only in memory, if they are."""
        return self._journal.problem if self._journal else None

    @property
    def unwritten(self) -> tuple[Path | None, bytes]:
        """The journal's path, and the lines of it that could not be written yet."""
        return (self._journal.path, self._journal.unwritten) if self._journal else (None, b"")

    def hasher(self) -> Hasher:
        """What hashes files in the background; started when it is first asked for."""
        if self._hasher is None:
            from jupyter_aisec.capture.hashing import Hasher

            self._hasher = Hasher()
        return self._hasher

    def settle(self, seconds: float) -> bool:
        """Wait until every file seen so far is hashed; False when time ran out."""
        return self._hasher.settle(seconds) if self._hasher else True

    def record(self, record: CellRun | Use | Hashed) -> None:
        """From any thread."""
        if self._journal is None and isinstance(record, CellRun):
            self._held.append(record)
            return
        self._opened().write(record)
        if isinstance(record, Use):
            self._remember(record)
        self.tell()

    def tell(self) -> None:
        """Something changed that others should know: let the mirror go to work."""
        if self._hasher is not None and not self._telling:
            self._telling = True
            self._hasher.run(self._tell)
        self._news(self._session.id)

    def due(self) -> Undocumented | None:
        """What people are to be asked about, at the end of a cell, if there is anything."""
        if self._follower is not None:
            self._follower.start()
        return self._reminder.due() if self._reminder else None

    def close(self) -> None:
        """Nothing more will come; what is in the journal is still mirrored."""
        if self._hasher is not None:
            self._hasher.stop()  # what has no digest by now, the mirror hashes
        if self._journal is not None:
            self._tell()
            self._journal.close()
        if self._follower is not None:
            self._follower.stop()

    def _remember(self, use: Use) -> None:
        if self._reminder is None:
            from jupyter_aisec.commands.document.reminder import Reminder

            self._reminder = Reminder(self._project)
        self._reminder.notice(use)

    def _opened(self) -> journal.Journal:
        """The journal. Two threads may make the first use of a session at the same time."""
        with self._opening:
            if self._journal is None:
                self._journal = self._begun()
            return self._journal

    def _begun(self) -> journal.Journal:
        from jupyter_aisec.follower import Follower

        session = self._session
        self._follower = Follower(self._project.root, session.id, partial(self._news, session.id))
        stamp = session.started[:19].replace(":", "").replace("-", "")
        begun = journal.Journal(self._project.journals / f"{stamp}-{session.id}{journal.SUFFIX}")
        begun.write(session, *self._held)
        self._held.clear()
        self._project.ignore_journals()
        return begun

    def _tell(self) -> None:
        """On the background thread: make it durable, and let the mirror know."""
        self._telling = False
        if self._journal is not None:
            self._journal.flush()
        if self._follower is not None:
            self._follower.news()
