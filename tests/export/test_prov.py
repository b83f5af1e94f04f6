from __future__ import annotations

import copy
import importlib.resources
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from prov.model import (
    ProvActivity,
    ProvAgent,
    ProvDerivation,
    ProvDocument,
    ProvEntity,
    ProvException,
    ProvGeneration,
    ProvInfluence,
    ProvUsage,
)

from jupyter_aisec.commands.export import export
from jupyter_aisec.journal import Journal
from jupyter_aisec.model import AssetKind, Certainty, Session, Source, Use, Verb
from jupyter_aisec.project import Project
from tests.export.conftest import SAYING, at

# The schema of the W3C submission, as the library brings it.
_SCHEMA = json.loads(importlib.resources.files("prov.tests").joinpath("schemas", "prov-json.schema.json").read_text())


def check(data: Any) -> ProvDocument:
    """By the schema of PROV-JSON, by the library that reads it, and that all that is spoken of is there."""
    jsonschema.Draft4Validator(_SCHEMA, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER).validate(data)
    document = ProvDocument.deserialize(content=json.dumps(data), format="json")
    there = {each.identifier: type(each) for each in document.get_records((ProvEntity, ProvActivity, ProvAgent))}
    kinds = {"entity": ProvEntity, "activity": ProvActivity, "agent": ProvAgent, "plan": ProvEntity}
    for relation in document.get_records():
        if type(relation) in kinds.values():
            continue
        for name, value in relation.formal_attributes:
            role = "entity" if name.localpart.endswith("Entity") else name.localpart
            known = there.get(value)
            if value is not None and role != "time" and (known is None or kinds.get(role, known) is not known):
                raise ProvException(f"{relation}: {value} is no {role}")
    _constraints(document)
    return document


def _constraints(document: ProvDocument) -> None:
    """PROV-CONSTRAINTS 24 and 55: one generation for each entity; and no entity comes of itself, however far."""
    generated = [each.args[0] for each in document.get_records(ProvGeneration)]
    if len(generated) != len(set(generated)):
        raise ProvException("generated twice")
    comes: dict[Any, set[Any]] = {}
    for each in document.get_records(ProvDerivation):
        comes.setdefault(each.args[0], set()).add(each.args[1])
    done: set[Any] = set()
    while set(comes) - done:
        free = {each for each in set(comes) - done if not (comes[each] & set(comes)) - done}
        if not free:
            raise ProvException("comes of itself")
        done |= free


def document(project: Project, name: str | None = None) -> dict[str, Any]:
    found = export(project, "prov", name)
    assert json.loads(found.text()) == found.document
    assert isinstance(found.document, dict)
    return found.document


def labels(found: ProvDocument) -> dict[Any, str]:
    return {each.identifier: str(each.label) for each in found.get_records((ProvEntity, ProvActivity))}


def test_the_document_is_valid_and_survives_the_library(history: Project) -> None:
    found = check(document(history))
    again = check(json.loads(found.serialize(format="json")))
    assert again == found


@pytest.mark.parametrize(
    "broken",
    [
        lambda data: data.update(notes={}),
        lambda data: data["prefix"].update(aisec=7),
        lambda data: data["prefix"].pop("aisec"),
        lambda data: _first(data["used"]).pop("prov:activity") and _first(data["used"]).pop("prov:entity"),
        lambda data: _first(data["used"]).update({"prov:entity": "aisec:nobody"}),
        lambda data: _first(data["wasDerivedFrom"]).pop("prov:usedEntity"),
        lambda data: _first(data["wasAssociatedWith"]).update({"prov:agent": next(iter(data["entity"]))}),
        lambda data: _first(data["activity"]).update({"prov:startTime": "yesterday"}),
        lambda data: _first(data["entity"]).update({"aisec:size": None}),
        lambda data: data["wasGeneratedBy"].update({"_:more": {**_first(data["wasGeneratedBy"]), "aisec:call": "x"}}),
        lambda data: data["wasDerivedFrom"].update({"_:more": _turned(_first(data["wasDerivedFrom"]))}),
    ],
)
def test_a_broken_document_is_refused(history: Project, broken: Any) -> None:
    data = copy.deepcopy(document(history))
    broken(data)
    with pytest.raises((jsonschema.ValidationError, ProvException, Warning)):
        check(data)


def _first(members: dict[str, Any]) -> Any:
    return next(iter(members.values()))


def _turned(derivation: dict[str, str]) -> dict[str, str]:
    generated, used = "prov:generatedEntity", "prov:usedEntity"
    return {generated: derivation[used], used: derivation[generated]}


def test_which_cell_used_and_made_what_and_how_that_is_known(history: Project) -> None:
    found = check(document(history, "model.joblib"))
    named = labels(found)
    used = [(named[each.args[0]], named[each.args[1]]) for each in found.get_records(ProvUsage)]
    assert ("train.ipynb, cell [1]", "data/a.csv") in used
    assert ("train.ipynb, cell [2]", "data/a.csv") in used
    made = {named[each.args[0]]: named[each.args[1]] for each in found.get_records(ProvGeneration)}
    assert made == {"m": "train.ipynb, cell [2]", "model.joblib": "train.ipynb, cell [3]"}
    derived = {(named[each.args[0]], named[each.args[1]]) for each in found.get_records(ProvDerivation)}
    assert derived == {
        ("m", "data/a.csv"),
        ("m", "https://data.example.org/b.csv"),
        ("m", "secret.parquet"),
        ("model.joblib", "m"),
    }
    data = document(history, "model.joblib")
    certainty = [each["aisec:certainty"] for each in data["wasDerivedFrom"].values()]
    assert certainty == ["observed", "observed", "inferred", "observed"]


def test_bytes_are_an_entity_by_their_digest(history: Project) -> None:
    data = document(history, "data/a.csv")
    [asset] = [each for each in data["entity"].values() if each.get("prov:location") == "data/a.csv"]
    special = {each["prov:specificEntity"]: each["prov:generalEntity"] for each in data["specializationOf"].values()}
    assert f"sha256:{asset['aisec:sha256']}" in special.values()
    assert asset["aisec:said-source"] == SAYING
    assert asset["aisec:documentation"] == "documented"


def test_what_came_of_nobody_knows_what_derives_from_an_unknown_source(history: Project) -> None:
    data = document(history)
    unknown = [key for key, each in data["entity"].items() if each["prov:type"][0]["$"] == "aisec:unknown"]
    derived = [each for each in data["wasDerivedFrom"].values() if each["prov:usedEntity"] in unknown]
    assert [each["aisec:certainty"] for each in derived] == ["inferred"]


def test_steps_that_are_taken_again_generate_nothing_twice_and_go_in_no_circle(project: Path) -> None:
    journal = Journal(Project.open(project).journals / "1.jsonl")
    observed = Certainty.OBSERVED
    uses = [
        (1, Verb.READ, AssetKind.DATASET, "a", ()),
        (2, Verb.FITTED, AssetKind.MODEL, "m", ("a",)),
        (2, Verb.WROTE, AssetKind.DATASET, "a", ("m",)),
        (2, Verb.FITTED, AssetKind.MODEL, "m", ("a",)),
        (3, Verb.FITTED, AssetKind.MODEL, "m", ("a", "m")),
    ]
    journal.write(
        Session("s", at(0), "nb.ipynb", 1, "3.11"),
        *(
            Use(str(n), at(n), verb, kind, key, key, f"{key}.bin", "call", cell, "c", 1,
                tuple(Source(each, observed) for each in sources))
            for n, (cell, verb, kind, key, sources) in enumerate(uses)
        ),
    )  # fmt: skip
    journal.close()
    found = check(document(Project.open(project)))
    assert [len(list(found.get_records(kind))) for kind in (ProvGeneration, ProvDerivation)] == [1, 1]
    assert list(found.get_records(ProvInfluence)), "and yet it is said"
