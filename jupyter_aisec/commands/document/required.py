"""Whether a release waits for documents: only where the project says ``documentation = "require"``."""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_aisec.model import Document, DocumentState
from jupyter_aisec.project import Project
from jupyter_aisec.report.sources import command
from jupyter_aisec.report.words import shortened, state_words
from jupyter_aisec.settings import Documentation

_MOST = 3
_WIDTH = 60


def refusal(project: Project, documents: Iterable[Document]) -> str:
    """Why a model can't be released, and what to do, in one line; empty where nothing stands against it.

    ``documents`` are those of all that it rests on, each as it is for the bytes that went in.
    """
    if project.settings.documentation is not Documentation.REQUIRE:
        return ""
    whole = list(documents)
    lacking = [each for each in whole if each.state is not DocumentState.DOCUMENTED]
    if not lacking:
        return ""
    named = ", ".join(f"{shortened(each.name, _WIDTH)} ({state_words[each.state]})" for each in lacking[:_MOST])
    more = f" and {len(lacking) - _MOST} more" if len(lacking) > _MOST else ""
    count = f"{len(lacking)} of {len(whole)} documents {'is' if len(lacking) == 1 else 'are'} not as required"
    return f"✗ Not to be released: {count}: {named}{more}. Next: {command(lacking[0].name, project.mouth)}"
