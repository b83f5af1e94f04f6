"""One MLflow client per store, opened so that it says in one line what is wrong, and soon."""

from __future__ import annotations

import contextlib
import logging
import os
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

from jupyter_aisec.model import AisecError
from jupyter_aisec.tracking.active import SQLITE
from jupyter_aisec.tracking.reach import UnreachableError, be_brief, check, database
from jupyter_aisec.tracking.store import prepare

if TYPE_CHECKING:
    from mlflow import MlflowClient

ARTIFACT_ROOT = "_MLFLOW_SERVER_ARTIFACT_ROOT"
"""Where MLflow's SQL store looks for the folder that artifacts of new experiments go to, else below the working folder.

Undocumented, bound by a test.
"""

LONGEST_REASON = 200


@contextlib.contextmanager
def opened(tracking_uri: str) -> Iterator[MlflowClient]:
    """A client of the store.

    Raises:
        AisecError: the store can't be reached or opened, or refused something within the ``with`` block.
    """
    check(tracking_uri)
    be_brief()
    with said_in_one_line(tracking_uri):
        from mlflow import MlflowClient

        for name in ("alembic", "mlflow.store.artifact.artifact_repo"):
            # The first use of a SQLite store tells each of its sixty migrations.
            logging.getLogger(name).setLevel(logging.WARNING)
        # The same, and of an error that we say in one line the whole traceback.
        logging.getLogger("mlflow.store.db.utils").setLevel(logging.CRITICAL)
        if tracking_uri.startswith(SQLITE):
            prepare(database(tracking_uri))
        with _artifacts_beside(tracking_uri):
            client = MlflowClient(tracking_uri=tracking_uri, registry_uri=tracking_uri)
        yield client


@contextlib.contextmanager
def said_in_one_line(tracking_uri: str) -> Iterator[None]:
    """Turn whatever MLflow, its HTTP client or its database raise into one error of ours."""
    try:
        yield
    except AisecError:
        raise
    except Exception as error:  # any of three libraries below MLflow may raise
        place = tracking_uri.rpartition("@")[2]
        said = " ".join(str(error).split()) or type(error).__name__
        if "timed out" in said.lower():
            raise UnreachableError(
                f"MLflow at {place} did not answer in time; nothing is lost, run sync later"
            ) from error
        reason = textwrap.shorten(said, LONGEST_REASON, placeholder=" …")
        raise AisecError(f"MLflow at {place} did not take it: {reason}; nothing is lost, run sync again") from error


@contextlib.contextmanager
def _artifacts_beside(tracking_uri: str) -> Iterator[None]:
    """A new SQLite store keeps its artifacts in ``mlruns`` beside it, whatever folder this process works in."""
    if not tracking_uri.startswith(SQLITE) or ARTIFACT_ROOT in os.environ:
        yield
        return
    os.environ[ARTIFACT_ROOT] = str(database(tracking_uri).parent / "mlruns")
    try:
        yield
    finally:
        del os.environ[ARTIFACT_ROOT]
