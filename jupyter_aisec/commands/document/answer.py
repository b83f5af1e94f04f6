"""What `document` says: the state of a document, what is known, and what is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_aisec.commands.document.form import Form
from jupyter_aisec.documents import as_words, missing
from jupyter_aisec.model import Document, DocumentState
from jupyter_aisec.report.sources import call
from jupyter_aisec.report.words import state_words, visible


@dataclass(frozen=True, slots=True)
class Documented:
    """A document as it is now; ``asks`` is set when nothing was answered and a host can ask."""

    document: Document
    path: Path
    questions: dict[str, Any]
    derived: Mapping[str, str]
    mouth: str
    asks: Form | None = None
    exit_code: int = 0

    def text(self) -> str:
        """The state, what is known, and what is asked, with an example each."""
        document = self.document
        lines = [f"{visible(document.name)}: {state_words[document.state]} ({visible(str(self.path))})"]
        if document.problem:
            lines.append(f"  {visible(document.problem)}")
        if document.state is DocumentState.UNKNOWN:
            return "\n".join([*lines, "Mend it by hand, then look again."])
        if document.later is not None and document.state is not DocumentState.DOCUMENTED:
            lines.append(f"  nobody is reminded before {document.later}")
        lines += [f"      {visible(key)}: {visible(value)}" for key, value in self.derived.items()]
        for key in self.questions["properties"]:
            lines += self._question(key)
        given = document.answers.keys() | document.inapplicable.keys()
        names = (document.name,)
        if document.state is DocumentState.STALE:
            lines.append(f"If all of it still holds: {call(self.mouth, names, '--confirm')}")
        elif missing(self.questions, given):
            lines.append(f"Answer with: {call(self.mouth, names, '--set KEY=VALUE')}, or in a notebook cell:")
            lines.append(f"  {call('%%aisec', names)}")
            lines.append(f'  {self.questions["required"][0]} = "…"')
        return "\n".join(lines)

    def _question(self, key: str) -> Iterator[str]:
        question = self.questions["properties"][key]
        given = {**self.document.answers, **as_words(self.document.inapplicable)}
        answer = given.get(key)
        need = "" if key in self.questions["required"] else " (optional)"
        if answer:
            yield f"  [x] {key}: {visible(str(answer))}"
        else:
            yield f"  [ ] {key}{need}: {question['title']}"
            example = ", ".join(each["const"] for each in question.get("oneOf", ())) or question["examples"][0]
            yield f"        for example: {example}"
        if "description" in question:
            yield f"        {question['description']}"

    def html(self) -> str | None:
        """The text says it best."""
        return None

    def data(self) -> object:
        """The document as an object."""
        document = self.document
        return {
            "name": document.name,
            "kind": document.kind.value,
            "state": document.state.value,
            "sha256": document.sha256,
            "answers": dict(document.answers),
            "not_applicable": dict(document.inapplicable),
            "later": document.later.isoformat() if document.later else None,
            "known": dict(self.derived),
            "problem": document.problem,
            "path": str(self.path),
        }
