"""Two columns of a SQLite store, read without MLflow: its search makes an object of all that each model has.

That takes half a millisecond a model, and a question about a package is about all of them. The tables are not
documented: a test binds them, and where they are not as known here, MLflow's own search answers.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jupyter_aisec.tracking.active import SQLITE
from jupyter_aisec.tracking.reach import database

PATIENCE = 10.0
"""Seconds to wait for somebody who writes."""

_MODELS = """
SELECT m.model_id, m.name, m.creation_timestamp_ms, m.source_run_id, t.tag_value
FROM logged_models m
JOIN experiments e ON e.experiment_id = m.experiment_id AND e.lifecycle_stage = 'active'
LEFT JOIN logged_model_tags t ON t.model_id = m.model_id AND t.tag_key = ?
WHERE m.lifecycle_stage = 'active'
ORDER BY m.creation_timestamp_ms DESC
"""

_VERSIONS = "SELECT name, version, source FROM model_versions WHERE current_stage IS NOT 'Deleted_Internal'"


@dataclass(frozen=True, slots=True)
class Row:
    """A logged model, and what one of its tags says; None where it has no such tag."""

    model_id: str
    name: str
    at: int
    run_id: str | None
    tag: str | None


def models(tracking_uri: str, tag: str) -> list[Row] | None:
    """Every logged model, the newest first; None when the store can't be read so."""
    found = rows(tracking_uri, _MODELS, (tag,))
    return None if found is None else [Row(*row) for row in found]


def versions(tracking_uri: str) -> dict[str, list[str]] | None:
    """``name/version`` of all that was registered, by the id of its logged model; None as above."""
    found = rows(tracking_uri, _VERSIONS, ())
    if found is None:
        return None
    made: dict[str, list[str]] = {}
    for name, version, source in found:
        model_id = str(source or "").removeprefix("models:/").partition("/")[0]
        made.setdefault(model_id, []).append(f"{name}/{version}")
    return made


def rows(tracking_uri: str, query: str, values: Sequence[str]) -> list[Any] | None:
    """What a query gives; None where this is no SQLite store, or not with these tables."""
    if not tracking_uri.startswith(SQLITE):
        return None
    uri = f"{database(tracking_uri).absolute().as_uri()}?mode=ro"
    try:
        with contextlib.closing(sqlite3.connect(uri, uri=True, timeout=PATIENCE)) as file:
            return file.execute(query, values).fetchall()
    except sqlite3.Error:
        return None
