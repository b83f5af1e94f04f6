from __future__ import annotations

import copy
import json
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import pyshacl
import pytest
from rdflib import Graph
from rocrate.rocrate import ROCrate

from jupyter_aisec import digest
from jupyter_aisec.commands.export import export
from jupyter_aisec.export.crate import METADATA
from jupyter_aisec.journal import Journal
from jupyter_aisec.model import AisecError, AssetKind, Hashed, Session, Use, Verb
from jupyter_aisec.project import Project
from tests.export.conftest import SAYING, at

# The context of the specification, and the shapes of what it demands from CRS4's validator; both Apache-2.0.
_SCHEMAS = Path(__file__).parents[1] / "schemas" / "ro-crate-1.2"
_CONTEXT = json.loads((_SCHEMAS / "context.jsonld").read_text())["@context"]
# Of rdflib 7 about itself.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
_BASE = "file:///crate/"


@cache
def _shapes() -> Graph:
    shapes = Graph()
    for path in sorted(_SCHEMAS.glob("*.ttl")):
        shapes.parse(path, format="turtle", publicID=_BASE)
    return shapes


def check(data: Any, folder: Path) -> dict[str, Any]:
    """By the words of the context, the library that reads crates, and the shapes. The entities by id."""
    entities = {each["@id"]: each for each in data["@graph"]}
    assert len(entities) == len(data["@graph"])
    assert entities[METADATA]["conformsTo"]["@id"] == "https://w3id.org/ro/crate/1.2"
    assert not unknown_words(data)
    for entity in entities.values():
        for value in entity.values():
            for each in value if isinstance(value, list) else [value]:
                reference = each.get("@id", "") if isinstance(each, dict) else ""
                assert reference in {"", "https://w3id.org/ro/crate/1.2"} or reference in entities
    (folder / METADATA).write_text(json.dumps(data))
    read = ROCrate(folder)
    assert read.version == "1.2"
    assert {each.id for each in read.get_entities()} == set(entities)
    graph = Graph().parse(data=json.dumps(data | {"@context": _CONTEXT}), format="json-ld", publicID=_BASE)
    conforms, _, said = pyshacl.validate(graph, shacl_graph=_shapes(), advanced=True, iterate_rules=True)
    assert conforms, said
    return entities


def unknown_words(data: Any) -> set[str]:
    """Types and properties that the context doesn't have."""
    found = set()
    for entity in data["@graph"]:
        types = entity["@type"]
        found |= {*(types if isinstance(types, list) else [types]), *entity} - {"@id", "@type"}
    return found - set(_CONTEXT)


def packed(project: Project, folder: str, name: str | None = None, *, with_files: bool = False) -> Any:
    export(project, "ro-crate", name, output=project.root / folder, with_files=with_files)
    return json.loads((project.root / folder / METADATA).read_text())


def test_the_crate_is_valid_with_files(history: Project, commit: str) -> None:
    data = packed(history, "out", with_files=True)
    entities = check(data, history.root / "out")
    there = {each.relative_to(history.root / "out").as_posix() for each in (history.root / "out").rglob("*.*")}
    files = {"data/a.csv", "model.joblib", "scores ä.csv", "train.ipynb", ".aisec/assets/data/a.csv.toml"}
    assert there - {".aisec"} == {METADATA, *files}
    for path in files:
        assert entities[path.replace(" ", "%20")]["contentSize"] == str((history.root / path).stat().st_size)
    assert entities["train.ipynb"]["version"] == commit
    assert entities[".aisec/assets/data/a.csv.toml"]["about"] == {"@id": "data/a.csv"}


def test_the_crate_is_valid_without_files(history: Project) -> None:
    entities = check(packed(history, "out", "model.joblib"), history.root / "out")
    assert [each.name for each in (history.root / "out").iterdir()] == [METADATA]
    assert entities[entities["./"]["mainEntity"]["@id"]]["localPath"] == "model.joblib"
    [csv] = [each for each in entities.values() if each.get("localPath") == "data/a.csv"]
    assert csv["description"] == SAYING
    assert entities[csv["license"]["@id"]]["name"] == "CC-BY-4.0"


def test_what_went_into_a_fit_and_what_of_it_is_inferred(history: Project) -> None:
    entities = {each["@id"]: each for each in packed(history, "out", "model.joblib")["@graph"]}
    [fit] = [each for each in entities.values() if each.get("name") == "train.ipynb, cell [2]"]
    assert fit["@type"] == "CreateAction"
    went_in = [entities[each["@id"]]["name"] for each in fit["object"]]
    assert went_in == ["data/a.csv", "https://data.example.org/b.csv", "secret.parquet"]
    model = entities[fit["result"]["@id"]]
    assert (model["name"], len(model["isBasedOn"])) == ("m", 3)
    inferred = entities[fit["additionalProperty"]["@id"]]
    assert (inferred["name"], entities[inferred["valueReference"]["@id"]]["name"]) == ("inferred", "secret.parquet")


def _root(data: Any) -> Any:
    return next(each for each in data["@graph"] if each["@id"] == "./")


@pytest.mark.parametrize(
    "broken",
    [
        lambda data: data["@graph"].pop(0),
        lambda data: data["@graph"].remove(_root(data)),
        lambda data: data["@graph"][0].update(conformsTo={"@id": "https://w3id.org/ro/crate/9"}),
        lambda data: _root(data).update(lineage="made up"),
        lambda data: _root(data)["hasPart"].append({"@id": "lost.csv"}),
        lambda data: _root(data).pop("license"),
        lambda data: _root(data).update(datePublished="yesterday"),
        lambda data: data["@graph"].append({"@id": "lost.csv", "@type": "File", "name": "lost"}),
    ],
)
def test_a_broken_crate_is_refused(history: Project, broken: Any) -> None:
    data = copy.deepcopy(packed(history, "out"))
    broken(data)
    with pytest.raises((AssertionError, KeyError, ValueError)):
        check(data, history.root / "out")


def test_a_file_that_is_not_what_was_recorded_stays_outside(history: Project) -> None:
    (history.root / "model.joblib").write_text("other weights")
    (history.root / "data" / "a.csv").unlink()
    (history.root / "data" / "a.csv").symlink_to("/etc/hostname")
    found = export(history, "ro-crate", "model.joblib", output=history.root / "out", with_files=True)
    assert found.left_out["model.joblib"] == "it has changed since"
    assert found.left_out["data/a.csv"] == "the project has no such file"
    assert "Left out: model.joblib: it has changed since" in found.text()
    assert not (history.root / "out" / "model.joblib").exists()


@pytest.mark.parametrize("location", ["../outside.txt", "data/../../outside.txt", METADATA, "away/hosts"])
def test_a_forged_journal_gets_nothing_into_or_out_of_the_crate(project: Path, location: str) -> None:
    (project / "data").mkdir()
    (project / "away").symlink_to("/etc")
    place = project / location
    if not place.exists():
        place.write_text("secret")
    journal = Journal(Project.open(project).journals / "1.jsonl")
    journal.write(
        Session("s", at(0), "nb.ipynb", 1, "3.11"),
        Use("1", at(1), Verb.READ, AssetKind.DATASET, "a", "a", location, "call", 1, "c", 1),
        Hashed("a", at(1), digest.measure([digest.stamp(place)])[0], 6),
    )
    journal.close()
    found = export(Project.open(project), "ro-crate", output=project / "out" / "crate", with_files=True)
    assert location in found.left_out
    assert [each.name for each in (project / "out").rglob("*")] == ["crate", METADATA]


def test_a_zip_holds_the_same_and_no_times(history: Project) -> None:
    packed(history, "out", with_files=True)
    for name in ("1.zip", "2.zip"):
        export(history, "ro-crate", output=history.root / name, with_files=True)
    with zipfile.ZipFile(history.root / "1.zip") as one, zipfile.ZipFile(history.root / "2.zip") as two:
        assert one.namelist() == two.namelist()
        there = {path.relative_to(history.root / "out").as_posix() for path in (history.root / "out").rglob("*.*")}
        assert set(one.namelist()) == there - {".aisec"}
        assert {entry.date_time for entry in one.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_folder_with_something_in_it_is_left_alone(history: Project) -> None:
    before = sorted(history.root.rglob("*"))
    with pytest.raises(AisecError, match=r"is there already: name a new folder, or a file that ends in .zip"):
        export(history, "ro-crate", output=history.root / "data")
    with pytest.raises(AisecError, match="--with-files fills a crate"):
        export(history, "prov", output=history.root / "p.json", with_files=True)
    assert sorted(history.root.rglob("*")) == before
