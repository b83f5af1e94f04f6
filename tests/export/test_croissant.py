from __future__ import annotations

import copy
import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import mlcroissant
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_aisec import digest
from jupyter_aisec.commands.export import export
from jupyter_aisec.commands.export.describe import described
from jupyter_aisec.export import Record
from jupyter_aisec.export.columns import columns
from jupyter_aisec.export.croissant import croissant
from jupyter_aisec.export.described import Described
from jupyter_aisec.journal import Journal
from jupyter_aisec.model import AssetKind, Document, DocumentState, Graph, Hashed, Node, Session, Use, Verb
from jupyter_aisec.project import Project
from tests.export.conftest import SAYING, at

# Of rdflib 7 about itself.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")

NOBODY_SAID = {"citeAs", "datePublished", "version", "license"}
"""What mlcroissant misses, and nobody has said."""


def check(data: dict[str, Any]) -> mlcroissant.Dataset:
    """By mlcroissant, which raises what it takes for an error, and may miss only what nobody has said.

    It lets pass a field that comes from nowhere.
    """
    found = mlcroissant.Dataset(json.loads(json.dumps(data)))
    for warning in found.metadata.ctx.issues.warnings:
        assert any(f"schema.org/{each}" in warning or f"croissant/{each}" in warning for each in NOBODY_SAID), warning
    files = {each["@id"] for each in data.get("distribution", ())}
    for records in data.get("recordSet", ()):
        for field in records["field"]:
            source = field.get("source", {})
            assert source.get("fileObject", {}).get("@id") in files
            assert source.get("extract", {}).get("column") == field["name"]
    words = {key.removeprefix("rai:") for key in data if key.startswith("rai:")}
    assert words <= _RAI
    assert set(data["conformsTo"]) == {"http://mlcommons.org/croissant/1.0", "http://mlcommons.org/croissant/RAI/1.0"}
    return found


# The words of the RAI specification, version 1.0, which mlcroissant lets pass whatever they are.
_RAI = {
    "dataCollection", "dataCollectionTimeframe", "dataPreprocessingProtocol", "personalSensitiveInformation",
    "dataLimitations", "dataUseCases", "dataReleaseMaintenancePlan",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


def made(project: Project, name: str) -> dict[str, Any]:
    found = export(project, "croissant", name)
    assert json.loads(found.words) == found.document
    assert isinstance(found.document, dict)
    return found.document


def test_a_data_set_with_all_that_was_said(told: Project) -> None:
    more = {"owner": "Finance", "retention": "2027", "use": "To learn", "limits": "No Sundays",
            "sensitivity": "personal", "collected": "2024-01 to 2024-06-30"}  # fmt: skip
    node = described(told, "data/a.csv", (AssetKind.DATASET,)).node
    told.documents.write("data/a.csv", more, node.sha256, AssetKind.DATASET)
    data = made(told, "data/a.csv")
    found = check(data).metadata
    assert data["identifier"] == f"sha256:{node.sha256}"
    assert found.license == ["https://spdx.org/licenses/CC-BY-4.0.html"]
    assert found.data_collection == f"{SAYING}\nCollected: 2024-01 to 2024-06-30"
    assert data["rai:dataCollectionTimeframe"] == ["2024-01", "2024-06-30"]
    assert found.personal_sensitive_information == ["Personal: about people who can be identified"]
    assert (found.data_limitations, found.data_use_cases) == (["No Sundays"], ["To learn"])
    assert found.data_release_maintenance_plan == "Answers for it: Finance\nMay be kept: 2027"
    [file] = found.distribution
    assert (file.sha256, file.content_url, file.content_size) == (node.sha256, "data/a.csv", "8 B")
    assert file.encoding_formats == ["text/csv"]


def test_the_records_can_be_read(told: Project) -> None:
    path = told.root / "croissant.json"
    export(told, "croissant", "data/a.csv", output=path)
    records = list(mlcroissant.Dataset(path).records("records"))
    assert records == [{"records/x": 1, "records/y": 2}]


@pytest.mark.parametrize(
    "broken",
    [
        lambda data: data.update({"@type": "sc:Model"}),
        lambda data: data.update(license=7),
        lambda data: data["distribution"][0].pop("sha256"),
        lambda data: data["distribution"][0].pop("encodingFormat"),
        lambda data: data["distribution"][0].pop("contentUrl"),
        lambda data: data["distribution"][0].update({"@id": "other"}),
        lambda data: data["recordSet"][0]["field"][0].pop("dataType"),
        lambda data: data["recordSet"][0]["field"][0].pop("source"),
        lambda data: data["recordSet"][0]["field"][0]["source"].pop("extract"),
        lambda data: data["@context"].pop("recordSet") and data["@context"].pop("cr"),
        lambda data: data.update({"rai:dataColour": "red"}),
        lambda data: data.update(version="first"),
    ],
)
def test_a_broken_description_is_refused(told: Project, broken: Any) -> None:
    data = copy.deepcopy(made(told, "data/a.csv"))
    check(data)
    broken(data)
    with pytest.raises((mlcroissant.ValidationError, AssertionError, ValueError)):
        check(data)


@pytest.mark.parametrize("missing", [None, "samplingRate"])
def test_the_context_is_the_official_one(told: Project, caplog: pytest.LogCaptureFixture, missing: str | None) -> None:
    data = made(told, "data/a.csv")
    data["@context"].pop(missing, None)
    logging.disable(logging.NOTSET)
    mlcroissant.Dataset(data)
    assert ("`@context` is not standard" in caplog.text) == (missing is not None)


def test_what_nobody_said_is_left_out(told: Project) -> None:
    told.documents.path("data/a.csv").unlink()
    data = made(told, "data/a.csv")
    check(data)
    assert not {key for key in data if key.startswith("rai:")}
    assert not {"license", "creator", "datePublished", "url", "version", "isBasedOn"} & set(data)


def test_what_has_no_digest_has_no_file(history: Project) -> None:
    data = made(history, "https://data.example.org/b.csv")
    check(data)
    assert "distribution" not in data
    assert "Its bytes have no digest: fetched over the network; its bytes were not kept." in data["description"]


def test_data_that_was_made_says_how_and_of_what(history: Project) -> None:
    data = made(history, "scores ä.csv")
    found = check(data)
    assert found.metadata.distribution[0].content_url == "scores%20%C3%A4.csv"
    steps = " ".join(data["rai:dataPreprocessingProtocol"])
    assert "m went into model.joblib by joblib.dump, in train.ipynb, cell [3]" in steps
    assert "unknown source went into scores ä.csv by DataFrame.to_csv" in steps
    assert {each["name"] for each in data["isBasedOn"]} >= {"model.joblib", "unknown source", "data/a.csv"}


def recorded(project: Path, name: str, schema: str) -> Project:
    """A project in which a file of two columns and a row was read."""
    opened, stamp = Project.open(project), digest.stamp(project / name)
    journal = Journal(opened.journals / "1.jsonl")
    journal.write(
        Session("s", at(0), "nb.ipynb", 1, "3.11"),
        Use("1", at(1), Verb.READ, AssetKind.DATASET, "a", name, name, "read", 1, "c", 1, files=(stamp,),
            facts={"rows": 1, "columns": 2, "schema": schema}),
        Hashed("a", at(2), digest.measure([stamp])[0], stamp.size),
    )  # fmt: skip
    journal.close()
    return opened


@pytest.mark.parametrize(
    ("name", "content", "holds"),
    [("a.csv", "x,y\n1,2\n", True), ("a.csv", "x;y\n1;2\n", False), ("a.csv", "1,2\n", False),
     ("a.tsv", "x\ty\n1\t2\n", True), ("a.txt", "x,y\n1,2\n", False), ("a.parquet", "", True)],
)  # fmt: skip
def test_columns_are_those_of_the_file(project: Path, name: str, content: str, *, holds: bool) -> None:
    path = project / name
    if content:
        path.write_text(content)
    else:
        pd.DataFrame({"x": [1], "y": [2]}).to_parquet(path)
    opened = recorded(project, name, "x: int64, y: object")
    data = made(opened, name)
    check(data)
    fields = [each["name"] for each in data["recordSet"][0]["field"]] if "recordSet" in data else []
    # A column of objects is text in a file of text; in another one nobody knows what it is.
    assert fields == ([] if not holds else ["x"] if name.endswith("parquet") else ["x", "y"])
    path.write_text("z,y\n1,2\n")
    assert "recordSet" not in made(opened, name), "it is another file now"


@pytest.mark.parametrize(("length", "holds"), [(59, True), (60, False)])
def test_a_name_that_may_have_been_cut_is_none_of_the_files(project: Path, length: int, *, holds: bool) -> None:
    (project / "a.csv").write_text(f"{'x' * length},y\n1,2\n")
    opened = recorded(project, "a.csv", f"{'x' * length}: int64, y: int64")
    assert ("recordSet" in made(opened, "a.csv")) == holds


@pytest.mark.parametrize(
    ("schema", "count", "expected"),
    [
        ("x: int64, y: Datetime(time_unit='us', time_zone=None)", 2, [("x", "sc:Integer"), ("y", "sc:DateTime")]),
        ("a: b: Float32, c: List(Int64)", 2, [("a: b", "sc:Float"), ("c", None)]),
        ("x: str, y: bool", 3, []),
        ("a, b: str, c: str", 2, []),
        ("x: str, x: str", 2, []),
        ("", 1, []),
    ],
)
def test_columns_are_believed_where_they_are_clear(schema: str, count: int, expected: list[Any]) -> None:
    found = columns({"schema": schema, "columns": count})
    assert [(each.name, each.data_type) for each in found] == expected


@pytest.mark.parametrize(
    ("collected", "dates"),
    [("2024", ["2024"]), ("2024-01 to 2024-06", ["2024-01", "2024-06"]), ("2024/2025", ["2024", "2025"]),
     ("in 2024", None), ("2024-13", None), ("2024 to now", None)],
)  # fmt: skip
def test_a_time_is_one_only_where_it_is_clear(collected: str, dates: list[str] | None) -> None:
    data = croissant(_invented({"collected": collected}))
    check(data)
    assert data.get("rai:dataCollectionTimeframe") == dates
    assert data["rai:dataCollection"] == f"Collected: {collected}"


@settings(deadline=None, max_examples=25)
@given(st.text(min_size=1), st.text(min_size=1))
def test_any_text_stays_text(name: str, answer: str) -> None:
    found = _invented({"source": answer, "licence": answer, "limits": answer}, name=name)
    data = croissant(replace(found, holds_columns=True))
    metadata = check(data).metadata
    assert metadata.name == name
    assert metadata.data_limitations == [answer]


def _invented(answers: dict[str, str], *, name: str = "a") -> Described:
    facts = {"rows": 1, "columns": 1, "schema": f"{name}: int64"}
    node = Node("1", AssetKind.DATASET, name, "a.csv", "0" * 64, 3, DocumentState.DOCUMENTED, None, facts)
    document = Document(name, AssetKind.DATASET, answers, None, DocumentState.DOCUMENTED)
    record = Record("t", "p", at(0), "1.0", Graph((node,), ()), (), {name: document}, ("1",))
    return Described(record, "1")
