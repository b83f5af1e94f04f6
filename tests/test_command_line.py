"""The command line beyond `check`: what a person types first, and what goes wrong first."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jupyter_aisec.journal import Journal, now
from jupyter_aisec.model import AssetKind, Certainty, Hashed, Session, Source, Use, Verb
from tests.conftest import Shell


@pytest.fixture
def recorded(project: Path) -> Path:
    """A project whose journal knows of a file that was read, and of a model that was fitted on it."""
    book = Journal(project / ".aisec" / "journal" / "20260101T000000-s1.jsonl")
    common = {"at": now(), "cell": 1, "cell_id": "c1", "line": 1}
    read = Use(
        id="1", verb=Verb.READ, kind=AssetKind.DATASET, key="d", name="data/a.csv", location="data/a.csv",
        call="pandas.read_csv", **common,
    )  # fmt: skip
    fitted = Use(
        id="2", verb=Verb.FITTED, kind=AssetKind.MODEL, key="m", name="Ridge", location=None, call="sklearn.fit",
        sources=(Source("d", Certainty.OBSERVED),), **common,
    )  # fmt: skip
    book.write(Session("s1", now(), "a.ipynb", 1, "3.11"), read, fitted, Hashed("d", now(), "ab" * 32, 10))
    return project


@pytest.mark.parametrize("words", [(), ("--format", "json")])
def test_alone_it_says_what_is_going_on(aisec: Shell, words: tuple[str, ...]) -> None:
    done = aisec(*words)
    assert done.returncode == 0
    assert "warn" in done.stdout
    assert "mlflow.db" in done.stdout
    assert "none read yet" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "nothing recorded yet"),
        (("check", "."), "nothing was checked: there is no notebook and no Python file"),
        (("debt",), "Nothing was looked at: there is no notebook and no Python file."),
        (("learn",), "There is no notebook and no Python file here, so there is no lesson."),
        (("lineage",), "Lineage: nothing recorded yet"),
        (("sources",), "No data source has been read yet."),
        (("status",), "no model is recorded here, so nothing can be shown"),
        (("sync",), "Nothing to mirror: no cell has read, fitted or saved anything yet."),
    ],
)
def test_of_an_empty_project_nothing_is_said_that_nobody_looked_at(
    aisec: Shell, words: tuple[str, ...], said: str
) -> None:
    done = aisec(*words)
    assert done.returncode == 0
    assert said in done.stdout
    assert " 0 " not in done.stdout
    assert "everything" not in done.stdout


def test_help_names_every_command(aisec: Shell) -> None:
    done = aisec("--help")
    assert done.returncode == 0
    for name in ("check", "document", "explain", "lineage", "rules", "sources", "sync"):
        assert f"  {name}" in done.stdout
    assert "usage: jupyter aisec sync" in aisec("sync", "--help").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("chek",), "did you mean `check`"),
        (("lineage", "--fomat", "json"), "--help` shows what it takes"),
        (("on",), "use %aisec on in one of its cells"),
        (("off",), "use %aisec off in one of its cells"),
        (("document",), "no data source was read yet"),
        (("document", "a.csv"), "run a notebook with %load_ext jupyter_aisec first"),
        (("lineage", "a.csv"), "run a notebook with %load_ext jupyter_aisec first"),
    ],
)
def test_what_can_not_be_done_is_one_line_and_exit_code_2(aisec: Shell, words: tuple[str, ...], said: str) -> None:
    done = aisec(*words)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""


def test_settings_that_are_not_understood_are_one_line(aisec: Shell, project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.aisec]\nmoed = 'warn'\n")
    done = aisec()
    assert done.returncode == 2
    assert done.stderr.strip().endswith("did you mean `mode`?")


@pytest.mark.usefixtures("recorded")
def test_sources_and_their_documents(aisec: Shell, project: Path) -> None:
    assert "○ document missing" in aisec("sources").stdout
    asked = aisec("document").stdout
    assert "data/a.csv: document missing (.aisec/assets/data/a.csv.toml)" in asked
    assert "licence: Under which licence" in asked
    done = aisec("document", "a.csv", "--set", "licence=CC0-1.0", "--set", "source=a = b")
    assert done.returncode == 0
    assert "document incomplete" in done.stdout
    aisec("document", "a.csv", "--set", "collected=2024", "--set", "sensitivity=public")
    [source] = json.loads(aisec("sources", "--format", "json").stdout)["sources"]
    assert source["documented"] is True
    assert source["sha256"] == "ab" * 32
    assert 'source = "a = b"' in (project / ".aisec" / "assets" / "data" / "a.csv.toml").read_text()
    assert aisec("document", "a.csv", "--set", "licence").returncode == 2


@pytest.mark.usefixtures("recorded")
def test_lineage_keeps_its_contract(aisec: Shell) -> None:
    said = json.loads(aisec("lineage", "--format", "json").stdout)
    assert set(said) >= {"nodes", "edges"}
    for node in said["nodes"]:
        assert {"id", "kind", "name", "location", "sha256", "documented"} <= set(node)
        assert node["kind"] in {"dataset", "model", "prompt", "notebook", "service", "unknown"}
    for edge in said["edges"]:
        assert {"source", "target", "verb", "cell_id", "certainty"} <= set(edge)
        assert edge["certainty"] in {"observed", "inferred"}
    named = {node["id"]: node for node in said["nodes"]}
    [fitted] = [edge for edge in said["edges"] if edge["verb"] == "fitted"]
    assert (named[fitted["source"]]["name"], named[fitted["target"]]["name"]) == ("data/a.csv", "Ridge")
    assert named[fitted["source"]]["documented"] is False


def test_nothing_to_sync_says_so(aisec: Shell) -> None:
    done = aisec("sync")
    assert done.returncode == 0
    assert "Nothing to mirror" in done.stdout


def test_a_reader_that_goes_away_is_no_error(aisec: Shell) -> None:
    done = aisec("--version")
    assert done.returncode == 0
    assert done.stdout.strip().count(".") == 2
