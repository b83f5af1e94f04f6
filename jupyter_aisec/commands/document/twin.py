"""Finds what was said about the same bytes under another name: of a file that was renamed, moved or copied."""

from __future__ import annotations

import shlex

from jupyter_aisec import knowledge
from jupyter_aisec.documents import as_words
from jupyter_aisec.model import AisecError, AssetKind, Document, DocumentState, Node
from jupyter_aisec.project import Project
from jupyter_aisec.report.sources import call
from jupyter_aisec.report.words import visible

_KEY = "same bytes as"


def hint(project: Project, node: Node, document: Document) -> dict[str, str]:
    """Whose answers can be taken over, and how; nothing where the asset is described, or nobody described its bytes."""
    if document.state is not DocumentState.MISSING or node.sha256 is None:
        return {}
    shelf = project.documents
    for name in shelf.names():
        other = shelf.read(name)
        is_like = name != node.name and other.kind is node.kind and other.sha256 == node.sha256
        if is_like and _is_said(other) and other.state is not DocumentState.STALE:
            how = call(project.mouth, (node.name,), _like(name))
            return {_KEY: f"{visible(name)}, which is described. To take that over: {how}"}
    return {}


def _like(name: str) -> str:
    """The option as it is typed; ``-x.csv`` behind a space would be taken for an option itself."""
    return f"--like{'=' if name.startswith('-') else ' '}{shlex.quote(visible(name))}"


def answers_like(project: Project, name: str, kind: AssetKind, sha256: str | None, own: Document) -> dict[str, object]:
    """What another document about the same bytes answers and ``own`` does not.

    Raises `AisecError` where it is about others, its review is over, or one of the two can't be read.
    """
    other = project.documents.read(name)
    if own.state is DocumentState.UNKNOWN or other.state is DocumentState.UNKNOWN:
        raise AisecError((own.problem if own.state is DocumentState.UNKNOWN else other.problem) or "")
    if other.state is DocumentState.STALE:
        raise AisecError(f"{visible(name)} can't be taken over: {other.problem}")
    if not _is_said(other) or other.kind is not kind:
        raise AisecError(f"nobody described a {kind} called {visible(name)}: there is nothing to take over")
    if sha256 is None or other.sha256 != sha256:
        raise AisecError(f"the document of {visible(name)} is about other bytes: answer the questions instead")
    said = {**other.answers, **as_words(other.inapplicable)}
    asked = knowledge.form(kind)["properties"].keys() - own.inapplicable.keys()
    return {key: value for key, value in said.items() if value and key in asked and not own.answers.get(key)}


def _is_said(document: Document) -> bool:
    return bool(document.answers or document.inapplicable)
