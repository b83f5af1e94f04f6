"""Reads what claims ask of MLflow: from the tables of a SQLite store in milliseconds, from others by MLflow itself.

The tables are not documented: a test binds both ways to each other, and where the tables are not as known here, MLflow
answers.
"""

from __future__ import annotations

import contextlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from jupyter_aisec.kept import Kept, KeptModel, KeptRun, Metric, Version
from jupyter_aisec.tracking.filters import quoted
from jupyter_aisec.tracking.notes import without_block
from jupyter_aisec.tracking.recall import model_of
from jupyter_aisec.tracking.tables import rows

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities.model_registry import ModelVersion

MOST = 50
"""Runs that are asked for one by one; the first ones matter most."""

_RUNS = "SELECT run_uuid, artifact_uri FROM runs WHERE lifecycle_stage = 'active' AND run_uuid IN ({})"
_TAGS = "SELECT run_uuid, key, value FROM tags WHERE run_uuid IN ({})"
_METRICS = "SELECT run_uuid, key, timestamp FROM latest_metrics WHERE run_uuid IN ({})"
_OF_MODEL = """
SELECT model_id, metric_name, max(metric_timestamp_ms) FROM logged_model_metrics
WHERE model_id IN ({}) GROUP BY model_id, metric_name
"""
_VERSIONS = """
SELECT name, version, description, run_id, source FROM model_versions WHERE current_stage IS NOT 'Deleted_Internal'
AND name IN (SELECT name FROM model_versions WHERE source IN ({}) AND current_stage IS NOT 'Deleted_Internal')
"""
_ALIASES = "SELECT name, alias, version FROM registered_model_aliases"


def here(tracking_uri: str, run_ids: Sequence[str], model_ids: Sequence[str]) -> Kept | None:
    """What a SQLite store keeps of these; None where it is no such store, or can't be read so."""
    ids = json.dumps(list(run_ids))
    runs = rows(tracking_uri, _RUNS.format("SELECT value FROM json_each(?)"), (ids,))
    tags = rows(tracking_uri, _TAGS.format("SELECT value FROM json_each(?)"), (ids,))
    numbers = rows(tracking_uri, _METRICS.format("SELECT value FROM json_each(?)"), (ids,))
    models = json.dumps(list(model_ids))
    places = json.dumps([f"models:/{each}" for each in model_ids])
    of_models = rows(tracking_uri, _OF_MODEL.format("SELECT value FROM json_each(?)"), (models,))
    versions = rows(tracking_uri, _VERSIONS.format("SELECT value FROM json_each(?)"), (places,))
    aliases = rows(tracking_uri, _ALIASES, ())
    if None in (runs, tags, numbers, of_models, versions, aliases):
        return None
    named: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
    for name, alias, version in aliases or ():
        named[name, int(version)].append(str(alias))
    registered = [
        (
            str(source or "").removeprefix("models:/").partition("/")[0],
            Version(
                name, int(version), tuple(sorted(named[name, int(version)])), without_block(note or ""), run or None
            ),
        )
        for name, version, note, run, source in versions or ()
    ]
    metrics = _metrics(numbers or ())
    by_run: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for run, key, value in tags or ():
        by_run[run][key] = value
    found = {str(run): KeptRun(by_run[run], metrics[run], place or "") for run, place in runs or ()}
    gone = tuple(each for each in run_ids if each not in found)
    return Kept(found, _models(model_ids, _metrics(of_models or ()), registered), gone)


def asked(client: MlflowClient, run_ids: Sequence[str], model_ids: Sequence[str]) -> Kept:
    """The same, by MLflow's own functions."""
    from mlflow.exceptions import MlflowException

    runs: dict[str, KeptRun] = {}
    gone: list[str] = []
    for run_id in run_ids[:MOST]:
        try:
            run = client.get_run(run_id)
        except MlflowException as error:
            if error.error_code != "RESOURCE_DOES_NOT_EXIST":
                raise
            gone.append(run_id)
            continue
        if run.info.lifecycle_stage == "active":
            metrics = tuple(Metric(each.key, each.timestamp) for each in run.data._metric_objs)  # noqa: SLF001 - the only way to their times
            runs[run_id] = KeptRun(dict(run.data.tags), metrics, run.info.artifact_uri or "")
        else:
            gone.append(run_id)
    numbers: dict[str, tuple[Metric, ...]] = {}
    registered: list[tuple[str, Version]] = []
    for model_id in model_ids:
        with contextlib.suppress(MlflowException):
            numbers[model_id] = _newest(client.get_logged_model(model_id).metrics or ())
        for name in {each.name for each in client.search_model_versions(f"source_path = 'models:/{model_id}'")}:
            aliases = client.get_registered_model(name).aliases
            registered += [
                (model_of(each) or "", _version(each, aliases))
                for each in client.search_model_versions(f"name = {quoted(name)}")
            ]
    return Kept(runs, _models(model_ids, numbers, list(dict.fromkeys(registered))), tuple(gone))


def _version(found: ModelVersion, aliases: Mapping[str, object]) -> Version:
    own = tuple(sorted(alias for alias, version in aliases.items() if str(version) == str(found.version)))
    note = without_block(found.description or "")
    return Version(str(found.name), int(found.version), own, note, found.run_id or None)


def _models(
    model_ids: Sequence[str], metrics: Mapping[str, tuple[Metric, ...]], registered: Sequence[tuple[str, Version]]
) -> dict[str, KeptModel]:
    found: dict[str, KeptModel] = {}
    for model_id in model_ids:
        own = tuple(version for made_of, version in registered if made_of == model_id)
        names = {each.name for each in own}
        others = tuple(each for made_of, each in registered if each.name in names and made_of != model_id)
        found[model_id] = KeptModel(metrics.get(model_id, ()), own, others)
    return found


def _metrics(found: Sequence[Any]) -> defaultdict[str, tuple[Metric, ...]]:
    made: defaultdict[str, tuple[Metric, ...]] = defaultdict(tuple)
    for owner, name, at in found:
        made[owner] += (Metric(str(name), int(at or 0)),)
    return made


def _newest(found: Sequence[Any]) -> tuple[Metric, ...]:
    last: dict[str, int] = {}
    for each in found:
        last[each.key] = max(each.timestamp, last.get(each.key, 0))
    return tuple(Metric(name, at) for name, at in last.items())
