from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_aisec.commands.export import export
from jupyter_aisec.commands.export.describe import described
from jupyter_aisec.export.bom import bom
from jupyter_aisec.export.described import Described
from jupyter_aisec.knowledge.licences import _known
from jupyter_aisec.model import AssetKind, Certainty, DocumentState, Edge, Graph, Logged, LoggedMetric, Node, Verb
from jupyter_aisec.project import Project
from tests.export.conftest import SAYING
from tests.export.test_croissant import _invented

LOGGED = Logged(
    "ab" * 16,
    {"depth": "3"},
    (LoggedMetric("f1", "0.5", "test"), LoggedMetric("loss", "nan")),
    {"numpy": "2.1.0", "pip": "", "python": "3.11.7", "so/me": "1 0"},
)


@cache
def _validator() -> JsonStrictValidator:
    return JsonStrictValidator(SchemaVersion.V1_6)


def check(data: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Strictly by the schema, and what no schema says: each reference is one component. The components by it."""
    problem = _validator().validate_str(json.dumps(data))
    assert problem is None, str(problem.data.message)
    assert data["specVersion"] == "1.6"
    components = [data["metadata"]["component"], *data["components"]]
    found = {each["bom-ref"]: each for each in components}
    assert len(found) == len(components)
    references = set(_references(data["dependencies"]))
    references |= set(_references(data["compositions"]))
    card = data["metadata"]["component"].get("modelCard", {}).get("modelParameters", {})
    references |= {each["ref"] for each in card.get("datasets", ())}
    assert references <= set(found), references - set(found)
    assert {each["ref"] for each in data["dependencies"]} == set(found)
    return found


def _references(members: list[dict[str, Any]]) -> Iterator[str]:
    for each in members:
        yield from [each["ref"]] if "ref" in each else []
        yield from each.get("dependsOn", ())
        yield from each.get("dependencies", ())


def made(project: Project, name: str = "model.joblib") -> dict[str, Any]:
    found = export(project, "bom", name)
    assert json.loads(found.words) == found.document
    assert isinstance(found.document, dict)
    return found.document


def filled(project: Project) -> Described:
    return replace(described(project, "model.joblib", (AssetKind.MODEL,)), logged=LOGGED)


def properties(component: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each["value"] for each in component["properties"]}


def test_a_model_with_what_it_is_made_of(told: Project, commit: str) -> None:
    data = bom(filled(told))
    found = check(data)
    by_name = {each["name"]: each for each in found.values()}
    node = described(told, "data/a.csv", (AssetKind.DATASET,)).node
    assert by_name["data/a.csv"]["hashes"] == [{"alg": "SHA-256", "content": node.sha256}]
    assert by_name["data/a.csv"]["licenses"] == [{"license": {"id": "CC-BY-4.0"}}]
    assert by_name["data/a.csv"]["data"][0]["classification"] == "public"
    assert by_name["data/a.csv"]["data"][0]["description"] == SAYING
    assert by_name["numpy"]["purl"] == "pkg:pypi/numpy@2.1.0"
    assert by_name["so/me"]["purl"] == "pkg:pypi/so%2Fme@1%200"
    assert "version" not in by_name["pip"]
    assert by_name["Python"]["type"] == "platform"
    assert by_name["train.ipynb"]["version"] == commit
    assert properties(by_name["secret.parquet"])["aisec:no-digest"] == "can't read secret.parquet: locked"
    model = data["metadata"]["component"]
    assert model["name"] == "model.joblib"
    assert "hashes" in model
    card = model["modelCard"]
    assert {found[each["ref"]]["name"] for each in card["modelParameters"]["datasets"]} == {
        "data/a.csv",
        "https://data.example.org/b.csv",
        "secret.parquet",
    }
    assert card["quantitativeAnalysis"]["performanceMetrics"] == [
        {"type": "f1", "value": "0.5", "slice": "test"},
        {"type": "loss", "value": "nan"},
    ]
    assert card["considerations"]["useCases"] == [SAYING]
    risk = {"name": "Credit", "mitigationStrategy": "A person decides"}
    assert card["considerations"]["ethicalConsiderations"] == [risk]
    assert card["properties"] == [{"name": "mlflow:parameter:depth", "value": "3"}]


def test_what_depends_on_what(told: Project) -> None:
    data = bom(filled(told))
    names = {reference: each["name"] for reference, each in check(data).items()}
    into = {names[each["ref"]]: {names[one] for one in each.get("dependsOn", ())} for each in data["dependencies"]}
    assert into["model.joblib"] == {"m", "numpy", "pip", "Python", "so/me"}
    assert into["m"] == {"data/a.csv", "https://data.example.org/b.csv", "secret.parquet"}
    fitted = next(each for each in data["components"] if each["name"] == "m")
    assert names[properties(fitted)["aisec:inferred-source"]] == "secret.parquet"
    assert data["compositions"][0]["aggregate"] == "incomplete"


@pytest.mark.parametrize(
    "broken",
    [
        lambda data: data.update(notes=[]),
        lambda data: data.update(specVersion="1.5"),
        lambda data: data.update(serialNumber="7"),
        lambda data: data["metadata"].update(timestamp="yesterday"),
        lambda data: data["metadata"]["component"].update(type="model"),
        lambda data: data["components"][0].pop("name"),
        lambda data: data["components"][0]["hashes"][0].update(content="abc"),
        lambda data: data["components"][0]["licenses"][0]["license"].update(id="CC-BY-9"),
        lambda data: data["components"][0].update({"bom-ref": data["components"][1]["bom-ref"]}),
        lambda data: data["dependencies"][0].update(dependsOn=["nobody"]),
        lambda data: data["metadata"]["component"]["modelCard"].update(colour="red"),
        lambda data: data["metadata"]["component"]["modelCard"]["modelParameters"]["datasets"][0].update(ref="nobody"),
    ],
)
def test_a_broken_bill_is_refused(told: Project, broken: Any) -> None:
    data = copy.deepcopy(bom(filled(told)))
    check(data)
    broken(data)
    with pytest.raises(AssertionError):
        check(data)


def test_without_mlflow_and_documents_it_says_less(history: Project) -> None:
    data = bom(replace(filled(history), logged=None))
    found = check(data)
    card = data["metadata"]["component"]["modelCard"]
    assert set(card) == {"modelParameters"}
    assert not [each for each in found.values() if each["type"] == "library"]
    assert "unknown source" not in {each["name"] for each in found.values()}


def test_a_source_that_nobody_saw_is_a_component(told: Project) -> None:
    found = filled(told)
    unknown = Node("u", AssetKind.UNKNOWN, "unknown source", None, None)
    edge = Edge("u", found.subject, Verb.SAVED, None, Certainty.INFERRED)
    graph = found.record.graph
    record = replace(found.record, graph=Graph((*graph.nodes, unknown), (*graph.edges, edge)))
    data = bom(replace(found, record=record))
    assert "could not be seen" in check(data)["u"]["description"]


def test_the_digest_of_a_list_of_files_is_no_hash_of_a_file(told: Project) -> None:
    found = filled(told)
    component = bom(replace(found, manifests=frozenset({found.subject})))["metadata"]["component"]
    assert "hashes" not in component
    assert properties(component)["aisec:sha256-of-the-list-of-files"] == found.node.sha256


def test_the_same_lineage_gives_the_same_bytes_but_for_the_time(told: Project) -> None:
    one, other = bom(filled(told)), bom(filled(told))
    later = replace(filled(told), record=replace(filled(told).record, at="2030-01-01T00:00:00+00:00"))
    assert json.dumps(bom(later)["serialNumber"]) == json.dumps(one["serialNumber"])
    for each in (one, other):
        each["metadata"].pop("timestamp")
    assert json.dumps(one) == json.dumps(other)
    changed = replace(filled(told), logged=replace(LOGGED, parameters={"depth": "4"}))
    assert bom(changed)["serialNumber"] != one["serialNumber"]


def test_every_licence_that_we_know_is_one(told: Project) -> None:
    data = bom(filled(told))
    data["components"][0]["licenses"] = [{"license": {"id": each.spdx}} for each in _known().values()]
    check(data)


@settings(deadline=None, max_examples=25)
@given(st.text(min_size=1), st.text(min_size=1))
def test_any_text_stays_text(name: str, answer: str) -> None:
    found = _invented({"source": answer, "licence": answer, "owner": answer, "sensitivity": answer}, name=name)
    model = Node("m", AssetKind.MODEL, answer, answer, None, documentation=DocumentState.DOCUMENTED)
    record = found.record
    graph = Graph((model, *record.graph.nodes), (Edge("1", "m", Verb.SAVED, None, Certainty.OBSERVED),))
    logged = Logged(None, {answer: name}, (LoggedMetric(name, answer),), {name: answer})
    data = bom(replace(found, record=replace(record, graph=graph), subject="m", logged=logged))
    component = check(data)["1"]
    assert component["name"] == name
    assert component["data"][0]["description"] == answer
