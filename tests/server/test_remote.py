"""Sessions of other disks: many notebooks ask at once, and few processes are started for them."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from jupyter_aisec.server.remote import Answer, Remote

SCRIPT = """#!/bin/sh
echo 1 >> {log}
cat > /dev/null
sleep 0.1
echo -1 >> {log}
printf '{{"problem": "none"}}'
"""


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
