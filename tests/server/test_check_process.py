"""The analysis process: whatever happens to it, the server goes on and another one takes its place."""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from jupyter_aisec.checking import frames, messages
from jupyter_aisec.checking.checker import Checker
from jupyter_aisec.checking.opened import CELLS, CHARACTERS, DOCUMENTS, Opened
from jupyter_aisec.checking.process import Process, Stopped
from jupyter_aisec.model import AisecError
from jupyter_aisec.rules import default_rules
from tests.server.conftest import Server, running
from tests.server.test_check_routes import LOAD, check, rules

_Done = TypeVar("_Done")
MODULES = ("json", "ast", "msgspec", "tokenize", "struct", "jupyter_aisec", "sitecustomize_of_nobody")


def asked(*cells: str, document: str = "d", base: int = 0, revision: int = 1) -> messages.CheckRequest:
    texts = [messages.CellText(f"c{number}", source) for number, source in enumerate(cells)]
    order = None if base else [each.key for each in texts]
    return messages.CheckRequest(document, "n.ipynb", "notebook", "python", base, revision, texts, order)


def children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # a thread that has ended meanwhile
            found += map(int, (task / "children").read_text().split())
    return found


def worker_of(server: Server) -> int:
    """The analysis process of a server that was asked before."""
    (found,) = [
        pid for pid in children(server.process.pid) if b"checking.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]
    return found


def assert_ends(process: int, seconds: float = 30) -> None:
    ended, _, _ = select.select([process], [], [], seconds)
    assert ended, "it is still there"


@contextlib.contextmanager
def watched(pid: int) -> Iterator[int]:
    """A descriptor that can be read when the process has ended, and that no other process can take over."""
    descriptor = os.pidfd_open(pid)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@pytest.fixture
def run() -> Iterator[Callable[[Callable[[Checker], Coroutine[Any, Any, _Done]]], _Done]]:
    """Work with a checker that has a second for an answer."""
    checkers: list[Checker] = []

    def with_checker(work: Callable[[Checker], Coroutine[Any, Any, _Done]]) -> _Done:
        checkers.append(Checker(seconds=1.0))
        return asyncio.run(work(checkers[-1]))

    yield with_checker
    for checker in checkers:
        checker.stop()


def test_a_process_that_was_killed_is_replaced(server: Server) -> None:
    assert not check(server, LOAD)["resend"]
    worker = worker_of(server)
    with watched(worker) as process:
        os.kill(worker, signal.SIGKILL)
        assert_ends(process)
    assert check(server, LOAD, base=1, revision=2)["resend"]
    assert rules(check(server, LOAD, revision=3)["cells"][0]) == ["pickle-load"]
    assert worker_of(server) != worker


def test_the_process_ends_with_a_server_that_is_killed(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    with running(tmp_path / "root", tmp_path) as server:
        check(server, LOAD)
        with watched(worker_of(server)) as process:
            server.process.kill()
            assert_ends(process)


def test_the_process_ends_with_a_server_that_ends(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    with running(tmp_path / "root", tmp_path) as server:
        check(server, LOAD)
        worker = os.pidfd_open(worker_of(server))
    assert_ends(worker)
    os.close(worker)


def test_nothing_in_the_working_directory_stands_in_for_a_module(tmp_path: Path) -> None:
    for name in MODULES:
        (tmp_path / f"{name}.py").write_text(
            f"open({str(tmp_path / 'ran')!r}, 'a').write(__name__)\nraise SystemExit\n"
        )
    (tmp_path / "home").mkdir()
    with running(tmp_path, tmp_path / "home", cwd=tmp_path) as server:
        assert rules(check(server, LOAD)["cells"][0]) == ["pickle-load"]
    assert not (tmp_path / "ran").exists()


def test_an_empty_entry_of_the_path_is_not_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit\n")
    (tmp_path / "lib").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", f"{os.pathsep}lib{os.pathsep}")
    process = Process()
    answer = process.ask(frames.Check(asked(LOAD)), 30)
    process.end()
    assert answer is not None
    assert answer.cells[0].findings


def test_an_answer_that_takes_too_long_is_stopped_and_blamed(run: Callable[..., Any]) -> None:
    heavy = asked(*[f"x{number} = [{'f(1), ' * 500}]" for number in range(3000)])

    async def work(checker: Checker) -> None:
        started = await checker.check(asked(LOAD, document="other"))
        assert started.cells[0].findings
        first = await checker.check(heavy)
        assert first.resend
        second = await checker.check(heavy)
        assert (
            second.problem
            == "its analysis was stopped: it took longer than 1 s; it is tried again when the text changes"
        )
        # It is not even tried; the others are not held up.
        assert (await checker.check(asked("x", base=1, revision=2))).resend
        assert (await checker.check(heavy)).problem == second.problem
        assert (await checker.check(asked(LOAD, document="other"))).cells[0].findings
        changed = await checker.check(asked(LOAD))
        assert changed.problem is None
        assert changed.cells[0].findings

    run(work)


def test_a_process_that_does_not_start_is_said_and_tried_again(
    run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work(checker: Checker) -> None:
        with monkeypatch.context() as broken:
            broken.setattr(sys, "executable", "/bin/false")
            with pytest.raises(AisecError, match="its process ended; it is tried again"):
                await checker.check(asked(LOAD))
        assert (await checker.check(asked(LOAD))).cells[0].findings

    run(work)


def test_a_process_that_speaks_otherwise_is_stopped() -> None:
    process = Process()
    with pytest.raises(Stopped, match="its process ended"):
        process.ask(b"no request", 30)  # type: ignore[arg-type]
    assert not process.is_alive


def test_the_process_is_bounded(server: Server) -> None:
    check(server, LOAD)
    limits = Path(f"/proc/{worker_of(server)}/limits").read_text()
    (line,) = [line for line in limits.splitlines() if line.startswith("Max address space")]
    assert int(line.split()[3]) <= 2 * 1024**3


def in_process(code: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-P", "-c", f"from jupyter_aisec.checking import frames, worker\n{code}"]
    return subprocess.run(command, check=False, timeout=60, stdout=subprocess.PIPE, **options)


def test_nobody_asks_and_it_ends() -> None:
    reading, writing = os.pipe()
    done = in_process("worker.IDLE_SECONDS = 0.1\nworker.main()", stdin=reading)
    os.close(reading)
    os.close(writing)
    assert done.returncode == 0


def test_what_is_printed_is_no_frame() -> None:
    done = in_process(
        "source, target = worker._pipes()\nprint('stray', flush=True)\n"
        "import os\nos.system('echo stray')\nframes.write(target, frames.Ready())",
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert done.stdout == b'\x00\x00\x00\x10{"type":"Ready"}'


def test_the_process_loads_no_server() -> None:
    done = in_process("import sys\nprint('tornado' in sys.modules or 'jupyter_server' in sys.modules)")
    assert done.stdout.strip() == b"False"


def test_the_oldest_document_is_forgotten_first() -> None:
    opened = Opened(default_rules())
    for number in range(DOCUMENTS):
        opened.check(asked(LOAD, document=str(number)))
    assert not opened.check(asked(LOAD, document="0", base=1, revision=2)).resend
    opened.check(asked(LOAD, document="one more"))
    assert opened.check(asked(LOAD, document="1", base=1, revision=2)).resend
    assert not opened.check(asked(LOAD, document="0", base=2, revision=3)).resend


def test_many_characters_are_forgotten_too_and_too_many_refused() -> None:
    opened = Opened(default_rules())
    text = "#" * (CHARACTERS // 20)
    opened.check(asked(*[text] * 12, document="a"))
    opened.check(asked(*[text] * 12, document="b"))
    assert opened.check(asked("", document="a", base=1, revision=2)).resend
    assert not opened.check(asked("", document="b", base=1, revision=2)).resend
    assert "characters of code" in str(opened.check(asked(*[text] * 21)).problem)
    assert "code cells" in str(opened.check(asked(*[""] * (CELLS + 1))).problem)


def test_more_findings_than_are_shown_are_told() -> None:
    reply = Opened(default_rules()).check(asked("import pickle\n" + "pickle.load(f)\n" * 600))
    (cell,) = reply.cells
    assert len(cell.findings) == 501
    assert cell.problem is None
    assert "more than 500" in cell.findings[-1].message
