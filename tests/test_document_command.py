"""`document` in a shell: what is known is shown, what is not is asked, and putting it off is allowed."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jupyter_aisec import commands, widgets
from jupyter_aisec.commands.document import Documented, opened
from jupyter_aisec.journal import Journal, now
from jupyter_aisec.knowledge.columns import speaking
from jupyter_aisec.model import AisecError, AssetKind, Certainty, Hashed, RunRef, Session, Source, Use, Verb
from jupyter_aisec.project import Project

DATA, MODEL, NEWER = "ab" * 32, "cd" * 32, "ef" * 32
SCHEMA = "rooms: int64, Date of Birth: str, ethnicity: str"

Document = Callable[..., Documented]


class Recorded:
    """A project whose journal knows of data that was read, and of the model that was made of it and of a prompt."""

    def __init__(self, project: Path) -> None:
        self.root = project
        self._count = 0
        self._book = Journal(project / ".aisec" / "journal" / "s.jsonl")
        self._book.write(Session("s", now(), "a.ipynb", 1, "3.11"))

    def use(self, verb: Verb, kind: AssetKind, name: str, sha256: str, *sources: str, **more: Any) -> str:
        self._count += 1
        key = f"k{self._count}"
        went_in = tuple(Source(each, Certainty.OBSERVED) for each in sources)
        self._book.write(
            Use(key, now(), verb, kind, key, name, name, "call", 1, "c", 1, went_in, **more),
            Hashed(key, now(), sha256, 1200),
        )
        return key


@pytest.fixture
def recorded(project: Path) -> Recorded:
    made = Recorded(project)
    data = made.use(Verb.READ, AssetKind.DATASET, "a.csv", DATA, facts={"rows": 3, "columns": 3, "schema": SCHEMA})
    prompt = made.use(Verb.LOADED, AssetKind.PROMPT, "prompts:/ask/1", NEWER)
    made.use(Verb.SAVED, AssetKind.MODEL, "m.bin", MODEL, data, prompt)
    return made


@pytest.fixture
def document(recorded: Recorded) -> Document:
    def run(*words: str) -> Documented:
        options = commands.parser("document", "jupyter aisec").parse_args(list(words))
        result = commands.load("document").run(Project.open(recorded.root), options)
        assert isinstance(result, Documented)
        return result

    return run


def answered(document: Document, name: str, *keys: str) -> Documented:
    return document(name, *(word for key in keys for word in ("--set", f"{key}=said")))


def test_what_is_known_is_shown_and_not_asked(document: Document) -> None:
    text = document("a.csv").text()
    for known in (f"sha256: {DATA}", "size: 1.2 kB", "rows: 3", f"schema: {SCHEMA}", "location: a.csv"):
        assert known in text
    assert "Column `Date of Birth` looks like data about people. Column `ethnicity` looks like data on health" in text
    assert "made from: a.csv" in document("m.bin").text()
    assert json.loads(json.dumps(document("m.bin").data()))["known"]["sha256"] == MODEL


@pytest.mark.parametrize(
    ("name", "keys"),
    [("m.bin", ("purpose", "scope", "limits", "guardrails")), ("prompts:/ask/1", ("purpose", "guardrails"))],
)
def test_models_and_prompts_have_forms_of_their_own(document: Document, name: str, keys: tuple[str, ...]) -> None:
    assert "document missing" in document(name).text()
    assert "document incomplete" in answered(document, name, *keys[:1]).text()
    assert f"{name}: documented" in answered(document, name, *keys).text()
    with pytest.raises(AisecError, match="no question `licence`"):
        document(name, "--set", "licence=MIT")


def test_without_a_name_data_come_first_and_then_what_is_made_of_it(document: Document) -> None:
    assert document().document.name == "a.csv"
    document("a.csv", *(f"--set={key}=x" for key in ("source", "licence", "collected")), "--set=sensitivity=public")
    assert document().document.name == "prompts:/ask/1"
    answered(document, "prompts:/ask/1", "purpose", "guardrails")
    assert document().document.name == "m.bin"


def test_a_reason_and_a_confirmation(recorded: Recorded, document: Document) -> None:
    answered(document, "m.bin", "purpose", "limits", "guardrails")
    done = document("m.bin", "--set", "scope=not applicable because nobody uses it")
    assert "[x] scope: not applicable because nobody uses it" in done.text()
    recorded.use(Verb.SAVED, AssetKind.MODEL, "m.bin", NEWER, "k1")
    stale = document("m.bin").text()
    assert "document stale" in stale
    assert "it changed since this was written" in stale
    assert "jupyter aisec document m.bin --confirm" in stale
    assert "m.bin: documented" in document("m.bin", "--confirm").text()
    with pytest.raises(AisecError, match="no question is answered yet"):
        document("a.csv", "--confirm")


def test_an_open_form_writes_what_was_typed_and_nothing_else(recorded: Recorded, document: Document) -> None:
    document("a.csv", "--set", "source=us", "--set", "licence=MIT")
    project = Project.open(recorded.root)
    drawn = widgets.form(opened(project, "a.csv"))
    field = {each.description.partition(" ")[0]: each for each in drawn.children if hasattr(each, "description")}
    [save, _, said] = drawn.children[-1].children
    document("a.csv", "--set", "licence=CC0-1.0", "--set", "limits=few")
    field["When"].value = "2024"
    save.click()
    there = {"source": "us", "licence": "CC0-1.0", "collected": "2024", "limits": "few"}
    assert project.documents.read("a.csv").answers == there
    assert field["Under"].value == "CC0-1.0", "what stands in the file is shown"
    document("a.csv", "--later", "2099-01-01")
    save.click()
    assert "still asked: sensitivity" in said.value
    assert project.documents.read("a.csv").later is not None, "nothing was typed, so nothing was written"
    field["Under"].value = ""
    save.click()
    assert project.documents.read("a.csv").answers == {key: there[key] for key in there if key != "licence"}


def test_a_file_that_was_edited_into_no_document_says_where_and_is_not_asked_about(
    recorded: Recorded, document: Document
) -> None:
    path = recorded.root / ".aisec" / "assets" / "m.bin.toml"
    answered(document, "m.bin", "purpose")
    path.write_text(path.read_text().replace('purpose = "said"', "purpose = ['a', 'b']"))
    line = path.read_text().splitlines().index("purpose = ['a', 'b']") + 1
    done = document("m.bin")
    assert f"m.bin.toml, line {line}, column 11: `purpose` must be text" in done.text()
    assert len(done.text().splitlines()) == 3
    assert done.asks is None


def test_it_can_be_put_off(document: Document, project: Path) -> None:
    day = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=3)
    assert f"nobody is reminded before {day}" in document("a.csv", "--later", str(day)).text()
    assert tomllib.loads((project / ".aisec/assets/a.csv.toml").read_text())["later"] == day
    with pytest.raises(AisecError, match="2020-01-01 is not to come: name a later day, such as"):
        document("a.csv", "--later", "2020-01-01")
    with pytest.raises(AisecError, match="'soon' is no date: write it as"):
        document("a.csv", "--later", "soon")


def test_what_a_model_was_measured_by_is_shown(recorded: Recorded, document: Document, project: Path) -> None:
    import mlflow

    uri = f"sqlite:///{project / 'mlflow.db'}"
    client = mlflow.MlflowClient(uri)
    run = client.create_run(client.create_experiment("e", artifact_location=str(project / "artifacts")))
    client.log_param(run.info.run_id, "depth", 3)
    client.log_metric(run.info.run_id, "accuracy", 0.91234567)
    ref = RunRef(uri, run.info.run_id, run.info.experiment_id)
    recorded.use(Verb.SAVED, AssetKind.MODEL, "m.bin", MODEL, "k1", run=ref)
    text = document("m.bin").text()
    for known in (f"run: {run.info.run_id}", "parameters: depth = 3", "metrics: accuracy = 0.9123"):
        assert known in text


def test_columns_that_speak_of_people_are_known_by_their_words() -> None:
    personal = ["email", "CustomerName", "dateOfBirth", "ip_address", "Zip", "home-address", "SSN"]
    special = ["blood_type", "religion", "Diagnosis"]
    others = [
        "shipping",
        "product_name",
        "rooms",
        "address_count_total",
        "tripId",
        "",
        "sexagesimal",
        "zipped",
        "x" * 999,
    ]
    found = speaking([*personal, *special, *others])
    assert found == {"personal": tuple(personal), "special": tuple(special)}
