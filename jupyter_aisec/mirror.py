"""Brings what a session did into MLflow: its uses by run, each run with the whole lineage of what it made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from jupyter_aisec.journal import Log
from jupyter_aisec.lineage import assets
from jupyter_aisec.lineage.session import as_made_by
from jupyter_aisec.model import AisecError, Document, Graph, Hashed, Node, Use
from jupyter_aisec.review import Touched, review
from jupyter_aisec.tracking.publication import Publication, Published, SessionRun
from jupyter_aisec.tracking.publish import publish
from jupyter_aisec.tracking.reach import UnreachableError


@dataclass(frozen=True, slots=True)
class _Place:
    """Where uses go: a store, and there a run of the user's or, without one, the session's own."""

    tracking_uri: str
    run_id: str | None


def mirror(
    log: Log,
    graph: Graph,
    documents: Mapping[str, Document],
    default_tracking_uri: str,
    *,
    live: bool = False,
    others: Sequence[Log] = (),
    down: dict[str, AisecError] | None = None,
) -> list[Published]:
    """Publish all that a session's journal says; doing it again changes nothing.

    ``graph`` is the project's whole lineage, since a model's sources may lie in other sessions; ``documents`` are by
    asset name. While the session is ``live``, digests that are still being computed are waited for, and the session's
    run stays open. ``others`` are further logs, whose uses count where they went to the same run of the user's. Stores
    in ``down`` are not tried: whoever mirrors many sessions waits only once for one that hangs.

    Raises:
        AisecError: a store could not be reached or refused; what went to other stores is there, the rest can be
            tried again.
    """
    down = {} if down is None else down
    published, failed = _attempt(log, graph, documents, default_tracking_uri, live=live, others=others, down=down)
    complete = _with_digests(graph, assets(log), [digest for each in published for digest in each.digests])
    if complete != graph:
        # The models' own digests, which MLflow's files just gave, belong into the picture too.
        published, failed = _attempt(
            log, complete, documents, default_tracking_uri, live=live, others=others, down=down
        )
    if failed:
        raise next(iter(failed.values()))
    return published


def _attempt(
    log: Log,
    graph: Graph,
    documents: Mapping[str, Document],
    default_tracking_uri: str,
    *,
    live: bool,
    others: Sequence[Log],
    down: dict[str, AisecError],
) -> tuple[list[Published], dict[str, AisecError]]:
    """What could be published, and by store what kept the rest."""
    published: list[Published] = []
    failed: dict[str, AisecError] = {}
    for place, uses in _by_place(log.uses, default_tracking_uri).items():
        if place.tracking_uri in down:
            failed[place.tracking_uri] = down[place.tracking_uri]
        if place.tracking_uri in failed:
            continue
        publication = _publication(place, uses, log, graph, documents, live=live, others=others)
        try:
            published.append(publish(publication, place.tracking_uri))
        except UnreachableError as error:
            down[place.tracking_uri] = failed[place.tracking_uri] = error
        except AisecError as error:
            failed[place.tracking_uri] = error
    return published, failed


def _with_digests(graph: Graph, named: Mapping[str, Node], digests: Iterable[Hashed]) -> Graph:
    """The graph as it will be once the digests are in the journal."""
    found = {named[each.key].id: each for each in digests}
    nodes = [
        replace(node, sha256=found[node.id].sha256, size=found[node.id].size, problem=found[node.id].problem)
        if node.id in found and node.sha256 is None
        else node
        for node in graph.nodes
    ]
    return Graph(tuple(nodes), graph.edges)


def _by_place(uses: Iterable[Use], default: str) -> dict[_Place, list[Use]]:
    places: dict[_Place, list[Use]] = {}
    for use in uses:
        if use.run is not None:
            place = _Place(use.run.tracking_uri, use.run.run_id)
        else:
            place = _Place(use.tracking_uri or default, None)
        places.setdefault(place, []).append(use)
    return places


def _publication(
    place: _Place,
    uses: list[Use],
    log: Log,
    graph: Graph,
    documents: Mapping[str, Document],
    *,
    live: bool,
    others: Sequence[Log],
) -> Publication:
    named = assets(log)
    touched = [Touched(use, named[use.key].id) for use in uses]
    makers = [log]
    if place.run_id is not None:
        for other in others:
            if other.session.id != log.session.id:
                elsewhere = assets(other)
                same = [use for use in other.uses if use.run and use.run.run_id == place.run_id]
                touched += [Touched(use, elsewhere[use.key].id, own=False) for use in same]
                makers += [other] if same else []
    run = uses[0].run if place.run_id is not None else None
    # The same file may have come of the same steps before: that is the other run's part.
    graph = as_made_by(graph, makers)
    return review(run or _session_run(log, uses, live=live), touched, log, graph, documents, live=live)


def _session_run(log: Log, uses: list[Use], *, live: bool) -> SessionRun:
    """Everything in it is decided by the first use, so that it is the same run every time."""
    session = log.session
    name = PurePath(session.notebook).stem if session.notebook else "unnamed notebook"
    times = [use.at for use in log.uses] + [cell.at for cell in log.cells]
    ended = None if live else max(times, default=session.started)
    return SessionRun(session.id, name, session.notebook, uses[0].experiment, session.started, ended)
