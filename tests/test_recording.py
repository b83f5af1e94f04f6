from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_aisec import journal
from jupyter_aisec.model import Hashed, Session
from jupyter_aisec.project import Project
from jupyter_aisec.recording import Recording

THREADS = 8


@pytest.fixture(autouse=True)
def _in_turn() -> Iterator[None]:
    """Threads take turns as often as they can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def test_threads_that_make_the_first_use_at_once_begin_one_journal(project: Path) -> None:
    for number in range(20):
        session = Session(f"s{number}", journal.now(), "a.ipynb", 1, "3.11")
        recording = Recording(Project.open(project), session, lambda _: None)
        together = threading.Barrier(THREADS)

        def record(key: str, recording: Recording = recording, together: threading.Barrier = together) -> None:
            together.wait()
            recording.record(Hashed(key, journal.now(), None, None, None))

        threads = [threading.Thread(target=record, args=(str(each),)) for each in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        path, unwritten = recording.unwritten
        recording.close()
        assert path is not None
        assert not unwritten
        lines = path.read_text().splitlines()
        assert len(lines) == 1 + THREADS
        assert sum('"session"' in each.split(",")[0] for each in lines) == 1
