"""What the lineage of one watched shell shows, as a person would ask it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from jupyter_aisec import lineage
from jupyter_aisec.journal import Log
from jupyter_aisec.lineage.fold import UNKNOWN_SOURCE
from jupyter_aisec.model import Graph, Hashed, Node, Session, Use
from tests.capture.conftest import Watched


def graph_of(watched: Watched) -> Graph:
    assert watched.capture.hasher.settle(20)
    session = Session("s", "2026-01-01T00:00:00.000+00:00", "n.ipynb", 1, "3")
    uses = tuple(each for each in watched.records if isinstance(each, Use))
    hashes = tuple(each for each in watched.records if isinstance(each, Hashed))
    return lineage.build([Log(Path("j.jsonl"), session, (), uses, hashes, 0, 0)])


def node(graph: Graph, location: str) -> Node:
    found = [each for each in graph.nodes if each.location == location]
    assert len(found) == 1, [(each.name, each.location, each.sha256) for each in graph.nodes]
    return found[0]


def above(graph: Graph, location: str) -> dict[str, str | None]:
    """Digest by name of all that went into what lies there, and what nobody saw."""
    own = node(graph, location)
    found = lineage.upstream(graph, {own.id}).nodes
    return {each.location or each.name: each.sha256 for each in found if each.id != own.id}


def sha(path: str | Path) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def sha_of_folder(folder: str | Path) -> str:
    lines = sorted(
        (path.relative_to(folder).as_posix(), sha(path)) for path in Path(folder).rglob("*") if path.is_file()
    )
    return hashlib.sha256("".join(f"{digest}  {name}\n" for name, digest in lines).encode()).hexdigest()


__all__ = ["UNKNOWN_SOURCE", "above", "graph_of", "node", "sha", "sha_of_folder"]
