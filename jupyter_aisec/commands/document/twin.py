"""Finds what was said about the same bytes under another name: of a file that was renamed, moved or copied."""

from __future__ import annotations

import shlex

from jupyter_aisec.documents import as_words
from jupyter_aisec.model import AisecError, AssetKind, Document, DocumentState, Node
from jupyter_aisec.project import Project
from jupyter_aisec.report.words import visible

_KEY = "same bytes as"


def hint(project: Project, node: Node, document: Document) -> dict[str, str]:
    """Whose answers can be taken over, and how; nothing where the asset is described, or nobody described its bytes."""
    if document.state is not DocumentState.MISSING or node.sha256 is None:
        return {}
    shelf = project.documents
    for name in shelf.names():
        other = shelf.read(name)
        if name != node.name and other.kind is node.kind and other.sha256 == node.sha256 and _is_said(other):
            like = " --like ".join(shlex.quote(visible(each)) for each in (node.name, name))
            return {_KEY: f"{visible(name)}, which is described. To take that over: {project.mouth} document {like}"}
    return {}


def answers_like(project: Project, name: str, kind: AssetKind, sha256: str | None) -> dict[str, object]:
    """The answers of another document about the same bytes. Raises `AisecError` where it is about others."""
    other = project.documents.read(name)
    if other.problem:
        raise AisecError(other.problem)
    if not _is_said(other) or other.kind is not kind:
        raise AisecError(f"nobody described a {kind} called {visible(name)}: there is nothing to take over")
    if sha256 is None or other.sha256 != sha256:
        raise AisecError(f"the document of {visible(name)} is about other bytes: answer the questions instead")
    return {**other.answers, **as_words(other.inapplicable)}


def _is_said(document: Document) -> bool:
    return bool(document.answers or document.inapplicable)
