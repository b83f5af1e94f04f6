"""Takes out of the lineage what is this machine's own, and what might be a key: an export leaves the house."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath, PureWindowsPath

from jupyter_aisec.capture.locate import is_address, without_secrets
from jupyter_aisec.model import Graph, Node

_SEVERAL = re.compile(r"(.*) … (.*)( \(\d+ files\))", re.DOTALL)
_PATH = re.compile(r"(?<![\w.:/\\])(?:~|[A-Za-z]:)?(?:[/\\][^\s/\\:'\"]+)+")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://[^\s'\"]+")


def cleaned(graph: Graph, root: Path) -> Graph:
    """The graph with places as the project names them: a file that lies elsewhere has its name and no folder."""
    places = (PurePosixPath(node.location or "") for node in graph.nodes)
    folders = {str(place.parent) for place in places if place.is_absolute()}
    known = sorted({str(root), *folders} - {"/"}, key=len, reverse=True)
    return Graph(tuple(_node(node, root, known) for node in graph.nodes), graph.edges)


def plain(text: str, root: Path) -> str:
    """A sentence or a value without secrets in addresses, and without paths of this machine."""
    return _said(text, [str(root)])


def _node(node: Node, root: Path, known: Sequence[str]) -> Node:
    facts = {key: _said(value, known) if isinstance(value, str) else value for key, value in node.facts.items()}
    problem = _said(node.problem, known) if node.problem else node.problem
    name = _place(node.name, root) or node.name
    return replace(node, location=_place(node.location, root), name=name, problem=problem, facts=facts)


def _place(location: str | None, root: Path) -> str | None:
    if location is None:
        return None
    if is_address(location):
        return _address(location)
    several = _SEVERAL.fullmatch(location)
    if several:
        return f"{_place(several[1], root)} … {_place(several[2], root)}{several[3]}"
    for path in (Path(location), PureWindowsPath(location)):
        if path.is_absolute():
            inside = isinstance(path, Path) and path.is_relative_to(root)
            return path.relative_to(root).as_posix() if inside else path.name or "/"
    return location


def _address(text: str) -> str:
    """Without who asks and with what key; an address that can't be taken apart says only its scheme."""
    try:
        return without_secrets(text)
    except ValueError:
        return f"{text.partition('://')[0]}://"


def _said(text: str, known: Sequence[str]) -> str:
    """A sentence or a value: each address without its secrets, of each path from the top only the last part.

    Where a path with blanks in it ends nobody can tell, unless its folder is known.
    """
    parts = []
    end = 0
    for found in _ADDRESS.finditer(text):
        parts += [_paths(text[end : found.start()], known), _address(found[0])]
        end = found.end()
    return "".join([*parts, _paths(text[end:], known)])


def _paths(text: str, known: Sequence[str]) -> str:
    for folder in known:
        text = text.replace(f"{folder}/", "")
    return _PATH.sub(lambda found: re.split(r"[/\\]", found[0])[-1], text)
