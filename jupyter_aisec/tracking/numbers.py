"""What a SQLite store has of a model, for a form: read in milliseconds, and without MLflow.

The tables are not documented: a test binds them. Of a store that can't be read so, nothing is shown.
"""

from __future__ import annotations

from jupyter_aisec.tracking.packages import PACKAGES, of_tag
from jupyter_aisec.tracking.tables import rows

_MOST = 20
_OF_RUN = {
    "parameters": "SELECT key, value FROM params WHERE run_uuid = ? ORDER BY key",
    "metrics": "SELECT key, value FROM latest_metrics WHERE run_uuid = ? ORDER BY key",
}
_TAG = "SELECT tag_key, tag_value FROM logged_model_tags WHERE model_id = ?"


def of_model(tracking_uri: str, run_id: str, model_id: str | None) -> dict[str, str]:
    """``parameters`` and ``metrics`` of its run, and ``packages`` of the logged model, each in one line."""
    found = {what: rows(tracking_uri, query, (run_id,)) or [] for what, query in _OF_RUN.items()}
    tags = dict(rows(tracking_uri, _TAG, (model_id,)) or []) if model_id else {}
    said = {what: [f"{key} = {_short(value)}" for key, value in pairs] for what, pairs in found.items()}
    said["packages"] = [f"{name} {version}".strip() for name, version in of_tag(tags.get(PACKAGES, "")).items()]
    return {what: _listed(each) for what, each in said.items() if each}


def _short(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _listed(said: list[str]) -> str:
    more = f" and {len(said) - _MOST} more" if len(said) > _MOST else ""
    return f"{', '.join(said[:_MOST])}{more}"
