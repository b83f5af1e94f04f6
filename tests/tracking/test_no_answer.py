"""Questions to a server that is away, hangs or dies half-way: one line, soon, and never an answer that looks whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jupyter_aisec import commands
from jupyter_aisec.commands import Result
from jupyter_aisec.lineage.verify import Standing
from jupyter_aisec.model import AisecError, Hashed
from jupyter_aisec.project import Project
from tests.stores import broken, free_port, gateway, half, silence
from tests.tracking.conftest import Kernel

QUESTIONS = [
    ("lineage", "models:/credit/1"),
    ("affected", "ab" * 32),
    ("affected", "numpy<2"),
    ("diff", "0" * 32, "1" * 32),
    ("verify", "models:/credit@champion"),
    ("export", "card", "models:/credit/1"),
    ("export", "prov", "models:/credit/1"),
]


def asked(project: Path, name: str, *words: str) -> Result:
    options = commands.parser(name, "aisec").parse_args(list(words))
    return commands.load(name).run(Project.open(project), options)


@pytest.mark.parametrize("answer", [silence, half, gateway])
def test_a_server_that_gives_no_answer(project: Path, monkeypatch: pytest.MonkeyPatch, answer: Any) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_TIMEOUT", "1")
    with broken(answer) as (uri, heard):
        monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
        for words in QUESTIONS:
            heard.clear()
            with pytest.raises(AisecError) as raised:
                asked(project, *words)
            assert f"MLflow at {uri}" in str(raised.value), words
            assert "\n" not in str(raised.value)
            assert len(str(raised.value)) < 400
            # One that hangs is not asked again and again.
            assert len(heard) == 1, (words, heard)


def test_a_server_that_is_away(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://127.0.0.1:{free_port()}")
    for words in QUESTIONS:
        with pytest.raises(AisecError, match="no MLflow store answers at http"):
            asked(project, *words)


def test_what_is_known_here_is_said_without_the_server(
    project: Path, kernel: Callable[..., Kernel], monkeypatch: pytest.MonkeyPatch
) -> None:
    uri = f"http://127.0.0.1:{free_port()}"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    watched = kernel()
    watched.logged("credit", "m-0123", watched.fitted("Forest", watched.data("a.csv", "ab" * 32)))
    watched.journal.write(Hashed("credit#3", "2026-01-02T03:04:05+00:00", "cd" * 32, 1))
    watched.log()
    assert "a.csv" in asked(project, "lineage", "credit", "--up").text()
    assert "credit" in asked(project, "export", "card", "credit").text()
    found: Any = asked(project, "verify", "credit")
    states = {each.node.name: each for each in found.assets}
    assert states["credit"].standing is Standing.UNREADABLE
    assert "no MLflow store answers" in states["credit"].reason
    assert found.exit_code == 2
