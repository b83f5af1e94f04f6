"""A team that requires documents: a release waits for them, a cell never does."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from jupyter_aisec import commands
from jupyter_aisec.model import AssetKind
from jupyter_aisec.project import Project
from tests.status.conftest import Ask, Trained, claim, states

DATA = {"source": "us", "licence": "MIT", "collected": "2024", "sensitivity": "public"}
MODEL = {"purpose": "a test", "scope": "here", "limits": "all", "guardrails": "none"}


def asked(project: Path, *words: str) -> tuple[int, str]:
    """Exit code and text of a command, as a host calls it."""
    parser = commands.parser(words[0], "jupyter aisec")
    result = commands.load(words[0]).run(Project.open(project), parser.parse_args(list(words[1:])))
    return result.exit_code, result.text()


def require(project: Path, word: str = "require") -> None:
    (project / "pyproject.toml").write_text(f'[tool.aisec]\ndocumentation = "{word}"\n')


@pytest.mark.parametrize("command", [("status",), ("verify", "model.bin")])
def test_a_release_waits_for_documents_where_they_are_required(
    trained: Trained, project: Path, command: tuple[str, ...]
) -> None:
    opened = trained()
    assert asked(project, *command)[0] == 0
    require(project)
    code, text = asked(project, *command)
    said = text.strip().splitlines()[-1]
    assert code == 1
    assert "2 of 2 documents are not as required: train.csv (document missing), model.bin (document missing)" in said
    assert said.endswith("Next: jupyter aisec document train.csv")
    if command == ("status",):
        for style in ("html", "md"):
            code, report = asked(project, *command, "--format", style)
            assert code == 1
            assert "2 of 2 documents are not as required" in report
    shelf = opened.documents
    digests = {node.name: node.sha256 for node in opened.graph().nodes}
    shelf.write("train.csv", DATA, digests["train.csv"], AssetKind.DATASET)
    assert "1 of 2 documents is not as required: model.bin" in asked(project, *command)[1]
    shelf.write("model.bin", MODEL, digests["model.bin"], AssetKind.MODEL)
    code, text = asked(project, *command)
    assert (code, "as required" in text) == (0, False)
    shelf.write("train.csv", {}, "ef" * 32, AssetKind.DATASET)
    assert "train.csv (document stale)" in asked(project, *command)[1]
    require(project, "warn")
    assert asked(project, *command)[0] == 0


def test_what_is_not_a_model_needs_no_document_to_be_verified(trained: Trained, project: Path) -> None:
    trained()
    require(project)
    assert asked(project, "verify", "train.csv")[0] == 0
    assert asked(project, "verify")[0] == 0


def test_what_was_to_be_looked_at_again_holds_until_then(trained: Trained, ask: Ask) -> None:
    opened = trained()
    [digest] = [node.sha256 for node in opened.graph().nodes if node.name == "model.bin" and node.sha256]
    today = dt.datetime.now(dt.UTC).date()
    for day, state in ((today, "stated"), (today - dt.timedelta(days=1), "stale")):
        opened.documents.write("model.bin", MODEL | {"review": str(day)}, digest, AssetKind.MODEL)
        assert states(ask("status"))["2.3.b"] == state


def test_a_question_that_does_not_apply_is_no_gap_and_what_is_stale_is_to_be_confirmed(
    trained: Trained, ask: Ask
) -> None:
    opened = trained()
    [digest] = [node.sha256 for node in opened.graph().nodes if node.name == "model.bin" and node.sha256]
    opened.documents.write("model.bin", MODEL | {"guardrails": "n/a: a test"}, digest, AssetKind.MODEL)
    assert states(ask("status"))["2.3.b"] == "stated"
    opened.documents.write("model.bin", {}, "ab" * 32, AssetKind.MODEL)
    found = claim(ask("status"), "2.3.b")
    assert (found["state"], found["next_step"]) == ("stale", "jupyter aisec document model.bin --confirm")
