"""What all formats have in common: which part is told, and that nothing leaves the house that should not."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from jupyter_aisec import commands, outbox
from jupyter_aisec.commands.export import export, formats, run, words
from jupyter_aisec.commands.export.clean import cleaned
from jupyter_aisec.commands.export.compose import compose
from jupyter_aisec.commands.export.papers import papers
from jupyter_aisec.export import Record, Step
from jupyter_aisec.model import AisecError, AssetKind, Graph, Node, RunRef
from jupyter_aisec.project import Project
from tests.conftest import Shell
from tests.export.conftest import RUN, SAYING


def names(record: Record) -> set[str]:
    return {node.name for node in record.graph.nodes}


def cells(record: Record) -> list[str]:
    return [each.name for each in record.executions]


FILES = ("model.joblib", "train.ipynb")
TRAINING = [f"train.ipynb, cell [{number}]" for number in (1, 2, 3)]


@pytest.mark.parametrize("name", ["model.joblib", "m", RUN])
def test_a_model_or_a_run_is_told_with_all_that_went_into_it(history: Project, name: str) -> None:
    record = compose(history, name)
    assert cells(record) == TRAINING
    assert names(record) == {"data/a.csv", "https://data.example.org/b.csv", "secret.parquet", "m", *FILES}
    assert [step for each in record.executions for step, _ in each.steps] == [Step.USED] * 3 + [Step.MADE] * 4


def test_a_session_run_is_known_by_what_was_delivered(history: Project) -> None:
    log = history.logs()[1]
    reference = RunRef("sqlite:///mlflow.db", "f" * 32, "0")
    outbox._save(log, replace(outbox.cursor(log), runs=(reference,)))
    assert cells(compose(history, reference.run_id)) == [
        *TRAINING,
        *(f"notebooks/score.ipynb, cell [{n}]" for n in (1, 2)),
    ]


def test_data_is_told_with_the_cells_that_read_it(history: Project) -> None:
    assert cells(compose(history, "data/a.csv")) == TRAINING[:1]


def test_everything_is_told_without_a_name(history: Project) -> None:
    record = compose(history, None)
    assert len(record.executions) == 5
    assert {"scores ä.csv", "unknown source", "score.ipynb"} <= names(record)


@pytest.mark.parametrize("standard", formats)
def test_nothing_secret_leaves_the_house(history: Project, commit: str, machine: list[str], standard: str) -> None:
    said = export(history, standard).words
    for word in machine:
        assert word not in said
    assert commit in said
    assert json.dumps(SAYING)[1:-1] in said, "what people said goes out as they said it"


@pytest.mark.parametrize(
    ("standard", "name"),
    [("card", "data/a.csv"), ("card", "model.joblib"), ("card", "https://data.example.org/b.csv"),
     ("card", "secret.parquet"), ("croissant", "data/a.csv"), ("croissant", "https://data.example.org/b.csv"),
     ("croissant", "secret.parquet"), ("croissant", "scores ä.csv"), ("bom", "model.joblib")],
)  # fmt: skip
def test_nothing_secret_is_in_a_description(told: Project, machine: list[str], standard: str, name: str) -> None:
    said = export(told, standard, name).words
    for word in machine:
        assert word not in said


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("/srv/secret/a.csv", "a.csv"),
        ("C:\\Users\\somebody\\a.csv", "a.csv"),
        ("\\\\server\\share\\a.csv", "a.csv"),
        ("/srv/se cret/a.csv … /srv/se cret/b.csv (2 files)", "a.csv … b.csv (2 files)"),
        ("ROOT/data/a.csv", "data/a.csv"),
        ("data/a.csv", "data/a.csv"),
        ("models:/m-1", "models:/m-1"),
        ("postgresql://me:pw@db/sales?sslkey=pw", "postgresql://db/sales?sslkey=***"),
        ("http://[broken", "http://"),
    ],
)
def test_a_place_is_named_as_the_project_names_it(project: Path, location: str, shown: str) -> None:
    node = Node("1", AssetKind.DATASET, "a", location.replace("ROOT", str(project)), None)
    assert cleaned(Graph((node,), ()), project).nodes[0].location == shown


@pytest.mark.parametrize(
    ("problem", "shown"),
    [
        ("can't read /srv/secret/a.csv: locked", "can't read a.csv: locked"),
        ("can't read '~/x/a.csv'", "can't read 'a.csv'"),
        ("from https://me:pw@host/a/b.csv?key=pw twice", "from https://host/a/b.csv?key=*** twice"),
        ("in C:\\Users\\me\\a.csv", "in a.csv"),
        ("2/3 of it, either/or", "2/3 of it, either/or"),
    ],
)
def test_a_sentence_keeps_its_words_and_loses_the_machine(project: Path, problem: str, shown: str) -> None:
    node = Node("1", AssetKind.DATASET, "a", None, None, problem=problem, facts={"said": problem})
    found = cleaned(Graph((node,), ()), project).nodes[0]
    assert (found.problem, found.facts["said"]) == (shown, shown)


def test_the_shell_writes_what_it_would_show(history: Project, aisec: Shell) -> None:
    shown = aisec("export", "openlineage", "model.joblib")
    written = aisec("export", "openlineage", "model.joblib", "--output", "out/events.jsonl")
    assert (shown.returncode, written.returncode) == (0, 0), shown.stderr + written.stderr
    assert written.stdout == "Wrote 5 assets and 3 cells to out/events.jsonl.\n"
    assert (history.root / "out" / "events.jsonl").read_text() == shown.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["openlineage", "modell.joblib"], "did you mean 'model.joblib'"),
        (["openlineage", "--output", "data"], "can't write data: Is a directory; name another place with --output"),
        (["openlinage"], "invalid choice: 'openlinage'"),
    ],
)
def test_what_can_not_be_done_is_one_line(history: Project, arguments: list[str], said: str) -> None:
    with pytest.raises(AisecError, match=re.escape(said)) as error:
        run(history, commands.parser("export", "aisec").parse_args(arguments))
    assert "\n" not in str(error.value)


def test_what_the_readme_says_can_be_said() -> None:
    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text()
    found = re.findall(r"`jupyter aisec export ([^`…]*)`", readme)
    assert len(found) > 4
    for each in found:
        commands.parser("export", "jupyter aisec").parse_args(each.split())


def test_nothing_recorded_is_said(project: Path) -> None:
    with pytest.raises(AisecError, match="no lineage is recorded here yet"):
        export(Project.open(project), "openlineage")


def test_formats_data_and_models_are_offered(history: Project) -> None:
    data = {"data/a.csv", "https://data.example.org/b.csv", "secret.parquet", "scores ä.csv"}
    assert {*formats, *papers, *data, "m", "model.joblib"} == set(words(history))
