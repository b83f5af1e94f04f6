"""Sessions of other disks: many notebooks ask at once, and few processes are started for them."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from pathlib import Path

import pytest

from jupyter_aisec.server.records.remote import Answer, Remote

SCRIPT = """#!/bin/sh
echo 1 >> {log}
cat > /dev/null
sleep 0.1
echo -1 >> {log}
printf '{{"problem": "none"}}'
"""


def test_nothing_in_the_working_directory_stands_in_for_a_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tempfile.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\nraise SystemExit\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", os.pathsep)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    answer = asyncio.run(Remote().ask(f"http://127.0.0.1:{port}", "s1"))
    assert not (tmp_path / "ran").exists()
    assert "can't be asked" not in (answer.problem or "")


def test_few_are_asked_at_once_and_each_is_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "log"
    stand_in = tmp_path / "python"
    stand_in.write_text(SCRIPT.format(log=log))
    stand_in.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(stand_in))

    async def ask() -> list[Answer]:
        remote = Remote()
        return await asyncio.gather(*[remote.ask("http://mlflow.example", str(number)) for number in range(40)])

    assert [each.problem for each in asyncio.run(ask())] == ["none"] * 40
    running = [sum(map(int, log.read_text().split()[:number])) for number in range(1, 81)]
    assert max(running) <= 2
