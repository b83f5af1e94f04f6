"""The things besides `Call` and `Command` that a rule can ask to see."""

from __future__ import annotations

from dataclasses import dataclass, field

from jupyter_aisec.analysis.context import Context
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.values import Ref
from jupyter_aisec.model import Severity
from jupyter_aisec.notebook.syntax import Span


@dataclass(frozen=True, slots=True)
class _Seen:
    span: Span

    def found(self, message: str, *, severity: Severity | None = None) -> Hit:
        """Say something about it."""
        return Hit(self.span, message, severity)


@dataclass(frozen=True, slots=True)
class Setting(_Seen):
    """An environment variable is set: ``os.environ``, ``%env``, ``export``. ``value`` is None when unknown."""

    name: str
    value: str | None
    context: Context


@dataclass(frozen=True, slots=True)
class LineMagic(_Seen):
    """``%name text``; ``text`` with Python names filled in, or None when one is unknown."""

    name: str
    text: str | None
    written: str = ""
    parts: tuple[Ref, ...] = ()
    """The results of calls that are filled in."""


@dataclass(frozen=True, slots=True)
class CellMagic(_Seen):
    """``%%name text`` and the lines below it, as they stand."""

    name: str
    text: str
    body: str


@dataclass(frozen=True, slots=True)
class Suppression(_Seen):
    """A comment that says a finding is known. ``unused`` names what it names in vain, ``unknown`` what is no rule."""

    rules: tuple[str, ...]
    reason: str
    unused: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    known: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Unreadable(_Seen):
    """A cell, or a Python file (``is_script``), that can't be analysed, and why; ``in_part``: the rest of it was."""

    reason: str
    is_script: bool = False
    in_part: bool = False
