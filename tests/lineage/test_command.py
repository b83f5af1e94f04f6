from __future__ import annotations

import json
from pathlib import Path

import pytest

from jupyter_aisec import commands
from jupyter_aisec.commands import lineage
from jupyter_aisec.journal import Journal
from jupyter_aisec.model import AisecError, AssetKind, Certainty, Session, Source, Use, Verb
from jupyter_aisec.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / ".aisec").mkdir()
    found = Project.open(tmp_path)
    journal = Journal(found.journals / "s.jsonl")
    at = "2026-01-02T03:04:05+00:00"
    journal.write(
        Session("s", at, "nb.ipynb", 1, "3.11"),
        Use("1", at, Verb.READ, AssetKind.DATASET, "a", "a.csv", "a.csv", "pandas.read_csv", 1, "one", 1),
        Use("2", at, Verb.READ, AssetKind.DATASET, "b", "b.csv", "b.csv", "pandas.read_csv", 1, "one", 2),
        Use("3", at, Verb.FITTED, AssetKind.MODEL, "m", "Forest", None, "Forest.fit", 2, "two", 1,
            (Source("a", Certainty.OBSERVED),)),
    )  # fmt: skip
    journal.close()
    return found


def run(project: Project, *words: str) -> lineage.Lineage:
    options = commands.parser("lineage", "aisec").parse_args(list(words))
    return lineage.run(project, options)


def test_contract_of_the_json(project: Project) -> None:
    found = json.loads(json.dumps(run(project, "--format", "json").data()))
    assert {node["name"]: (node["kind"], node["documented"]) for node in found["nodes"]} == {
        "a.csv": ("dataset", False),
        "b.csv": ("dataset", False),
        "Forest": ("model", None),
        "nb.ipynb": ("notebook", None),
    }
    assert all({"id", "location", "sha256"} <= node.keys() for node in found["nodes"])
    names = {node["id"]: node["name"] for node in found["nodes"]}
    assert [
        (names[edge["source"]], names[edge["target"]], edge["cell_id"], edge["certainty"])
        for edge in found["edges"]
        if edge["verb"] == "fitted"
    ] == [("a.csv", "Forest", "two", "observed")]


def test_one_name_shows_what_went_in_and_what_came_of_it(project: Project) -> None:
    shown = run(project, "Forest")
    assert "a.csv" in shown.text()
    assert "b.csv" not in shown.text()
    assert (shown.html() or "").startswith("<svg")
    assert run(project, "--format", "html").text().startswith("<!doctype html>")


def test_unknown_name_is_answered_with_the_nearest(project: Project) -> None:
    with pytest.raises(AisecError, match="did you mean 'Forest'"):
        run(project, "Forrest")
