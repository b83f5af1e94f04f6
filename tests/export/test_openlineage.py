from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from referencing import Registry, Resource

from jupyter_aisec.commands.export import export
from jupyter_aisec.project import Project
from tests.export.conftest import RUN, SAYING

# The schemas of the specification, Apache-2.0.
_SCHEMAS = [json.loads(path.read_text()) for path in (Path(__file__).parents[1] / "schemas/openlineage").glob("*.json")]
_REGISTRY = Registry().with_resources((schema["$id"], Resource.from_contents(schema)) for schema in _SCHEMAS)


def check(event: Any) -> None:
    """Against the schema of events, and each facet against the one that it names; another one is not known here."""
    _against(event["schemaURL"], event)
    owners = [event["run"], event["job"], *event["inputs"], *event["outputs"]]
    for owner in owners:
        for kind in ("facets", "inputFacets", "outputFacets"):
            for name, facet in owner.get(kind, {}).items():
                _against(facet["_schemaURL"], facet)
                if not name.startswith("aisec_"):
                    _against(facet["_schemaURL"].partition("#")[0], {name: facet})


def _against(reference: str, what: object) -> None:
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    jsonschema.Draft202012Validator({"$ref": reference}, registry=_REGISTRY, format_checker=checker).validate(what)


def events(project: Project, name: str | None = None) -> list[dict[str, Any]]:
    found = export(project, "openlineage", name)
    assert [json.loads(line) for line in found.text().splitlines()] == found.document
    assert isinstance(found.document, list)
    return found.document


def test_every_event_and_every_facet_is_valid(history: Project) -> None:
    found = events(history)
    for event in found:
        check(event)
    assert {name for event in found for each in event["outputs"] for name in each["facets"]} >= {
        "version",
        "datasetType",
    }


@pytest.mark.parametrize(
    "broken",
    [
        lambda event: event.pop("eventTime"),
        lambda event: event.update(eventTime="yesterday"),
        lambda event: event.update(eventType="DONE"),
        lambda event: event["run"].update(runId="7"),
        lambda event: event["job"].pop("namespace"),
        lambda event: event["inputs"][0].pop("name"),
        lambda event: event["inputs"][0]["facets"]["dataSource"].pop("_producer"),
        lambda event: event["inputs"][0]["facets"]["version"].pop("datasetVersion"),
        lambda event: event["inputs"][0]["inputFacets"]["inputStatistics"].update(size="8"),
        lambda event: event["job"]["facets"]["sourceCodeLocation"].update(url="no address"),
        lambda event: event["run"]["facets"]["parent"].pop("job"),
    ],
)
def test_a_broken_event_is_refused(history: Project, broken: Any) -> None:
    event = copy.deepcopy(next(each for each in events(history) if each["inputs"]))
    check(event)
    broken(event)
    with pytest.raises(jsonschema.ValidationError):
        check(event)


def test_every_run_starts_and_completes_once_in_the_order_of_time(history: Project) -> None:
    found = events(history)
    runs: dict[str, list[str]] = {}
    for event in found:
        runs.setdefault(event["run"]["runId"], []).append(event["eventType"])
    assert list(runs.values()) == [["START", "COMPLETE"]] * 7  # two sessions, five cells
    assert [each["eventTime"] for each in found] == sorted(each["eventTime"] for each in found)
    parents = {event["run"]["facets"]["parent"]["run"]["runId"] for event in found if "#" in event["job"]["name"]}
    assert parents == {event["run"]["runId"] for event in found if "#" not in event["job"]["name"]}
    assert events(history) == found


def test_what_went_into_a_fit_and_how_that_is_known(history: Project) -> None:
    name = history.root.name
    done = next(
        each
        for each in events(history, "model.joblib")
        if each["job"]["name"] == "train.ipynb#c2" and each["eventType"] == "COMPLETE"
    )
    assert done["job"]["namespace"] == name
    inputs = {(each["namespace"], each["name"]): each for each in done["inputs"]}
    assert list(inputs)[:2] == [(name, "data/a.csv"), ("https://data.example.org", "/b.csv?token=***&year=2024")]
    csv = inputs[name, "data/a.csv"]
    assert csv["facets"]["version"]["datasetVersion"] == f"sha256:{csv['facets']['aisec_asset']['sha256']}"
    assert SAYING in csv["facets"]["documentation"]["description"]
    assert csv["inputFacets"]["inputStatistics"]["rowCount"] == 1
    assert [each["inputFacets"]["aisec_lineage"]["certainty"] for each in done["inputs"]] == [
        "observed",
        "observed",
        "inferred",
    ]
    assert [each["facets"]["aisec_asset"]["name"] for each in done["outputs"]] == ["m"]
    assert {"key": "mlflow.run_id", "value": RUN, "source": "jupyter-aisec"} in done["run"]["facets"]["tags"]["tags"]


def test_the_source_that_nobody_saw_is_an_input(history: Project) -> None:
    wrote = next(each for each in events(history) if each["outputs"] and each["outputs"][0]["name"] == "scores ä.csv")
    assert [each["facets"]["datasetType"]["datasetType"] for each in wrote["inputs"]] == ["MODEL", "UNKNOWN"]


def test_the_commit_is_that_which_holds_the_cell(history: Project, commit: str) -> None:
    def places() -> dict[str, dict[str, str]]:
        return {each["job"]["name"]: each["job"]["facets"]["sourceCodeLocation"] for each in events(history)}

    place = places()["train.ipynb#c2"]
    assert (place["type"], place["version"], place["path"]) == ("git", commit, "train.ipynb")
    assert place["repoUrl"] == "https://git.example.org/team/project.git"
    assert "version" not in places()["notebooks/score.ipynb#c2"]
    notebook = history.root / "train.ipynb"
    notebook.write_text(notebook.read_text().replace("model.fit(df)", "model.fit(df, y)"))
    assert places()["train.ipynb#c2"]["version"] == commit, "the file may have moved on, the commit has not"
