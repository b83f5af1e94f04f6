"""Whether the bytes that a record names are still those: hashed anew, and compared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from jupyter_aisec.digest import UnhashableError, measure, stamp
from jupyter_aisec.journal import Log
from jupyter_aisec.lineage.assets import assets
from jupyter_aisec.lineage.identity import LOGGED_MODEL
from jupyter_aisec.model import AssetKind, Graph, Node


class Standing(StrEnum):
    """What became of an asset since it was recorded, worst last."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    VANISHED = "vanished"
    UNREADABLE = "unreadable"
    UNKNOWN = "unknown"
    """There is no digest on record that anything could be compared with."""


@dataclass(frozen=True, slots=True)
class Verified:
    """One asset; ``found`` is the digest that its bytes have now, ``reason`` says why there is none to compare."""

    node: Node
    standing: Standing
    found: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where the bytes of a node were: absolute paths, and the MLflow store that its session wrote to."""

    files: tuple[str, ...] = ()
    tracking_uri: str | None = None


def places(logs: Iterable[Log]) -> dict[str, Place]:
    """By node id, the place that the newest use of the asset names."""
    found: dict[str, Place] = {}
    for log in logs:
        named = assets(log)
        for use in log.uses:
            node, known = named[use.key].id, found.get(named[use.key].id, Place())
            files = tuple(each.path for each in use.files) or known.files
            found[node] = Place(files, use.run.tracking_uri if use.run else use.tracking_uri or known.tracking_uri)
    return found


def to_verify(graph: Graph) -> list[Node]:
    """What has bytes, or should have: no notebook without digest, and no model that only ever was in memory."""
    return [node for node in graph.nodes if node.sha256 or _has_bytes(node)]


def _has_bytes(node: Node) -> bool:
    return node.kind in (AssetKind.DATASET, AssetKind.UNKNOWN) or (
        node.kind is AssetKind.MODEL and node.location is not None
    )


def latest(graph: Graph) -> Graph:
    """Of each place only what was recorded there last: a file that was written again is no longer what it was."""
    newest = {(node.kind, node.location): node.id for node in graph.nodes if node.location}
    nodes = tuple(node for node in graph.nodes if node.location and newest[node.kind, node.location] == node.id)
    return Graph(nodes, ())


class Verifier:
    """Hashes what nodes stand for; files that several nodes share, once."""

    def __init__(self, root: Path, places: dict[str, Place]) -> None:
        self._root = root
        self._places = places
        self._known: dict[tuple[str, ...], tuple[Standing, str]] = {}

    def __call__(self, node: Node) -> Verified:
        """Compare the bytes on this disk with the record."""
        if node.sha256 is None:
            unseen = "it went in unseen" if node.kind is AssetKind.UNKNOWN else node.problem
            return Verified(node, Standing.UNKNOWN, reason=unseen or "it was never hashed")
        files = self._files(node)
        if not files:
            return Verified(node, Standing.UNREADABLE, reason="it is not on this disk")
        if files not in self._known:
            self._known[files] = _measured(files)
        standing, said = self._known[files]
        if standing is not Standing.UNCHANGED:
            return Verified(node, standing, reason=said)
        return compared(node, said)

    def _files(self, node: Node) -> tuple[str, ...]:
        """As the record names them; what lies in the project is looked for in the project, which may have moved."""
        recorded = self._places.get(node.id, Place()).files
        location = node.location
        if location is None or len(recorded) > 1 or is_address(location):
            return recorded
        # A library's own data set has a name for a place, and its files in a cache.
        is_path = not recorded or Path(recorded[0]).as_posix().endswith(location)
        return (str(self._root / location),) if is_path else recorded


def is_address(location: str) -> bool:
    """Whether this is no path: of the web, of a database, of MLflow."""
    return "://" in location or location.startswith("models:/")


def compared(node: Node, found: str) -> Verified:
    """The digest that was found, against the one on record."""
    return Verified(node, Standing.UNCHANGED if found == node.sha256 else Standing.CHANGED, found)


def model_id(node: Node) -> str | None:
    """The id of a model whose files MLflow keeps."""
    location = node.location or ""
    return location.removeprefix("models:/").partition("/")[0] if location.startswith(LOGGED_MODEL) else None


def _measured(files: tuple[str, ...]) -> tuple[Standing, str]:
    """The digest, as `Standing.UNCHANGED`, or what is in its way."""
    try:
        return Standing.UNCHANGED, measure([stamp(each) for each in files])[0]
    except FileNotFoundError:
        return Standing.VANISHED, "the file is gone"
    except UnhashableError as error:
        return Standing.UNREADABLE, str(error)
    except OSError as error:
        return Standing.UNREADABLE, f"can't be read: {error.strerror}"
