"""Which runs, models and versions of the whole store rest on something: by tags and digests that MLflow can search."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from jupyter_aisec.model import Certainty
from jupyter_aisec.tracking import tables
from jupyter_aisec.tracking.datasets import DIGEST_DIGITS
from jupyter_aisec.tracking.filters import PAGE, experiments, quoted
from jupyter_aisec.tracking.packages import PACKAGES, as_tag, of_tag, recorded
from jupyter_aisec.tracking.ranks import tagged_and_bare
from jupyter_aisec.tracking.search import Search
from jupyter_aisec.tracking.tables import Row
from jupyter_aisec.tracking.tags import CUT

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

DIGESTS = "aisec.digests"
ORIGINS = "aisec.origins"
TAG_DIGITS = 12
"""Hexadecimal digits of each digest in the tag."""

MOST_READ = 200
"""Models without our tags whose requirements are read, the newest ones: each costs a request or two."""

_AT_ONCE = 200
"""Ids in one search expression."""

_MANY = 10
"""So many of those expressions take as long as to ask for a thousand versions."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A run (``model_id`` None) or a logged model; ``at`` is in ms since 1970.

    ``certainty`` is *observed* where its own lineage names what was asked for, *inferred* where only its run's does.
    ``packages`` are those that were asked for, with their versions.
    """

    name: str
    at: int
    run_id: str | None
    model_id: str | None
    versions: tuple[str, ...] = ()
    certainty: Certainty = Certainty.OBSERVED
    packages: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found; ``unread`` counts models, or runs, that may be affected and were not looked at."""

    found: tuple[Hit, ...]
    unread: int = 0


def of_assets(client: MlflowClient, tracking_uri: str, digest: str | None, origin: str | None) -> Hits:
    """What rests on the bytes whose SHA-256 begins so, or on what came from this address."""
    places = experiments(client)
    tag, wanted = (DIGESTS, f";{digest[:TAG_DIGITS]}") if digest else (ORIGINS, f";{origin};")
    search = f"tags.`{tag}` LIKE {quoted(f'%{wanted}%')}"
    # An address may hold what LIKE takes for any character.
    runs = {run.info.run_id: run for run in _runs(client, places, search) if wanted in run.data.tags[tag]}
    unread = 0
    if digest:
        # As much of the digest as MLflow keeps, and also of runs whose tag has no room for all.
        begin = f"sha256:{digest[:DIGEST_DIGITS]}"
        exact = _runs(client, places, f"dataset.digest LIKE {quoted(f'{begin}%')}")
        runs |= {run.info.run_id: run for run in exact}
    else:
        cut = _runs(client, places, f"tags.`{tag}` LIKE {quoted(f'%{CUT}')}")
        unread = sum(run.info.run_id not in runs for run in cut)
    store = Search(client, tracking_uri, tag)
    models = {row.model_id: row for row in store.models(search) if wanted in (row.tag or "")}
    hits = [_of_model(row, Certainty.OBSERVED) for row in models.values()]
    for some in _batches(sorted(runs)):
        ids = ", ".join(quoted(each) for each in some)
        # One with a lineage of its own, which does not name it, is none the worse for its run.
        hits += [
            _of_model(row, Certainty.INFERRED)
            for row in store.models(f"source_run_id IN ({ids})")
            if row.model_id not in models and (row.tag is None or row.tag.endswith(CUT))
        ]
    return Hits((*with_versions(store, tracking_uri, hits), *(_of_run(run) for run in runs.values())), unread)


def of_packages(client: MlflowClient, tracking_uri: str, names: tuple[str, ...], version: str = "") -> Hits:
    """The models that were recorded with one of these packages.

    With a ``version``, those whose version neither begins so nor is unknown may be left out.
    """
    store = Search(client, tracking_uri, PACKAGES)
    rows = tables.models(tracking_uri, PACKAGES)
    if rows is None:
        meant = [f"{name}=={each}" for name in names for each in ([version, ";"] if version else [""])]
        wanted = [f"tags.`{PACKAGES}` LIKE {quoted(f'%;{each}%')}" for each in meant]
        known, bare, count = tagged_and_bare(store, wanted, MOST_READ)
    else:
        known, bare = [each for each in rows if each.tag is not None], [each for each in rows if each.tag is None]
        count = len(bare)
    for row in bare[:MOST_READ]:
        tag = as_tag(recorded(client, tracking_uri, client.get_logged_model(row.model_id)))
        known.append(replace(row, tag=tag))
    hits: list[Hit] = []
    for row in known:
        packages = of_tag(row.tag or "")
        asked = tuple((name, packages[name]) for name in names if name in packages)
        if asked:
            hits.append(replace(_of_model(row, Certainty.OBSERVED), packages=asked))
    return Hits(tuple(with_versions(store, tracking_uri, hits)), max(0, count - MOST_READ))


def with_versions(store: Search, tracking_uri: str, hits: list[Hit]) -> list[Hit]:
    """The hits with the registered versions that were made of them."""
    made = tables.versions(tracking_uri)
    if made is None:
        made = _versions(store, hits)
    return [replace(hit, versions=tuple(sorted(made.get(hit.model_id or "", ())))) for hit in hits]


def _versions(store: Search, hits: list[Hit]) -> dict[str, list[str]]:
    made: dict[str, list[str]] = {}
    wanted: list[str | None] = [f"source_path = 'models:/{hit.model_id}'" for hit in hits if not hit.run_id]
    wanted += [
        f"run_id IN ({', '.join(quoted(each) for each in some)})"
        for some in _batches(sorted({hit.run_id for hit in hits if hit.run_id}))
    ]
    for each in wanted if len(wanted) <= _MANY else [None]:
        for model_id, version in store.versions(each):
            made.setdefault(model_id, []).append(version)
    return made


def _runs(client: MlflowClient, places: list[str], wanted: str) -> Iterator[Run]:
    token: str | None = None
    while True:
        page = client.search_runs(places, wanted, max_results=PAGE, page_token=token)
        yield from page
        token = page.token
        if not token:
            return


def _batches(ids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]


def _of_run(run: Run) -> Hit:
    return Hit(run.info.run_name or run.info.run_id, run.info.start_time or 0, run.info.run_id, None)


def _of_model(row: Row, certainty: Certainty) -> Hit:
    return Hit(row.name, row.at, row.run_id, row.model_id, certainty=certainty)
