"""Puts what one run is to show into MLflow, so that doing it again, or after a crash, changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_aisec.model import Hashed
from jupyter_aisec.tracking.artifacts import fingerprint, put
from jupyter_aisec.tracking.client import opened
from jupyter_aisec.tracking.datasets import add_datasets
from jupyter_aisec.tracking.models import add_consumed, add_model
from jupyter_aisec.tracking.notes import NOTE, picture, with_block
from jupyter_aisec.tracking.publication import Publication, Published, SessionRun
from jupyter_aisec.tracking.runs import GoneError, end, run_of
from jupyter_aisec.tracking.tags import LONGEST, set_run_tags

if TYPE_CHECKING:
    from mlflow import MlflowClient

LINEAGE = "aisec.lineage_sha256"


def publish(publication: Publication, tracking_uri: str) -> Published:
    """Bring the run in MLflow up to the publication; only what differs is written.

    A run that was deleted, or a model that is gone, is a line in ``problems``: trying again would change nothing.

    Raises:
        AisecError: the store can't be reached or refused, within about ten seconds; try again later.
    """
    with opened(tracking_uri) as client:
        try:
            return _published(client, publication, tracking_uri)
        except GoneError as gone:
            return Published(tracking_uri, None, None, problems=(str(gone),))


def _published(client: MlflowClient, publication: Publication, tracking_uri: str) -> Published:
    run = run_of(client, publication.run)
    run_id = run.info.run_id
    known = run.data.tags
    tags = dict(publication.tags)
    add_datasets(client, run, publication.datasets)
    add_consumed(client, run, publication.consumed)
    if publication.artifacts:
        tags[LINEAGE] = fingerprint(publication.artifacts)
        if known.get(LINEAGE) != tags[LINEAGE]:
            put(client, run_id, publication.artifacts)
    digests: list[Hashed] = []
    problems: list[str] = []
    for model in publication.models:
        outcome = add_model(client, tracking_uri, run, model)
        if isinstance(outcome, str):
            problems.append(outcome)
        else:
            digests.append(outcome)
    # The tags come last: that they are there says that all else is.
    content = f"{picture(run_id)}\n\n{publication.note}" if publication.artifacts else publication.note
    tags[NOTE] = with_block(known.get(NOTE, ""), content, LONGEST)
    set_run_tags(client, run_id, known, tags)
    if isinstance(publication.run, SessionRun):
        end(client, run, publication.run)
    return Published(tracking_uri, run_id, run.info.experiment_id, tuple(digests), tuple(problems))
