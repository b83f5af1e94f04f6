"""The things besides `Call` and `Command` that a rule can ask to see."""

from __future__ import annotations

import msgspec

from jupyter_aisec.analysis.context import Context
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.values import Ref
from jupyter_aisec.model import Severity
from jupyter_aisec.notebook.syntax import Span


class _Seen(msgspec.Struct, frozen=True):
    span: Span

    def found(self, message: str, *, severity: Severity | None = None) -> Hit:
        """Say something about it."""
        return Hit(self.span, message, severity)


class Setting(_Seen, frozen=True):
    """An environment variable is set: ``os.environ``, ``%env``, ``export``. ``value`` is None when unknown."""

    name: str
    value: str | None
    context: Context


class LineMagic(_Seen, frozen=True):
    """``%name text``; ``text`` with Python names filled in, or None when one is unknown."""

    name: str
    text: str | None
    written: str = ""
    parts: tuple[Ref, ...] = ()
    """The results of calls that are filled in."""


class CellMagic(_Seen, frozen=True):
    """``%%name text`` and the lines below it, as they stand."""

    name: str
    text: str
    body: str


class Suppression(_Seen, frozen=True):
    """A comment that says a finding is known. ``unused`` names what it names in vain, ``unknown`` what is no rule."""

    rules: tuple[str, ...]
    reason: str
    unused: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    known: tuple[str, ...] = ()


class Unreadable(_Seen, frozen=True):
    """A cell, or a Python file (``is_script``), that can't be analysed, and why; ``in_part``: the rest of it was."""

    reason: str
    is_script: bool = False
    in_part: bool = False
