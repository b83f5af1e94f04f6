"""The commands of a shell text, or of a list of words, that a notebook really ran: its variables have values."""

from __future__ import annotations

import os
from collections.abc import Sequence

from jupyter_aisec.analysis.command import Command, Word
from jupyter_aisec.analysis.context import Context
from jupyter_aisec.analysis.programs import base, build
from jupyter_aisec.analysis.shell import ShellParser
from jupyter_aisec.analysis.values import Constant
from jupyter_aisec.notebook.syntax import Span

_SHELLS = frozenset({"bash", "sh", "zsh", "dash"})
_NOWHERE = Span(1, 1, 1, 1)


def commands(given: str | Sequence[str]) -> list[Command]:
    """Every simple command, in the order in which they stand; a list of words is one, or a shell with its script."""
    if isinstance(given, str):
        return ShellParser(given, _span, _variable, Context(), expands=True).commands()
    words = [Word(each, each, _NOWHERE) for each in given]
    if not words:
        return []
    made = build(words, _NOWHERE, Context(), None)
    script = made.option("-c") if base(given[0]) in _SHELLS else None
    return commands(script.text) if script is not None and script.text else [made]


def _span(start: int, end: int) -> Span:
    return Span(1, start + 1, 1, end + 1)


def _variable(name: str) -> Constant | None:
    value = os.environ.get(name)
    return None if value is None else Constant(value)
