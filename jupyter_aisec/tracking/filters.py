"""Parts of MLflow's search expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_aisec.model import AisecError

if TYPE_CHECKING:
    from mlflow import MlflowClient

PAGE = 1000
"""Entries of one page, the most that a tracking server gives of everything that is searched here."""


def quoted(text: str) -> str:
    """The text as a literal; MLflow's expressions know no way to write both kinds of quotes."""
    for mark in ("'", '"'):
        if mark not in text:
            return f"{mark}{text}{mark}"
    raise AisecError(f"MLflow can't search for {text!r}: it has both kinds of quotes in it. Use the digest instead")


def experiments(client: MlflowClient) -> list[str]:
    """The ids of all experiments, page by page."""
    found: list[str] = []
    token: str | None = None
    while True:
        page = client.search_experiments(max_results=PAGE, page_token=token)
        found += [str(each.experiment_id) for each in page]
        token = page.token
        if not token:
            return found
