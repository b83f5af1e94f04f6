"""An attribute that is set, as rules see it: ``session.verify = False``."""

from __future__ import annotations

import ast

from jupyter_aisec.analysis.context import Context
from jupyter_aisec.analysis.evaluate import evaluate
from jupyter_aisec.analysis.hit import Change, Hit, Repair
from jupyter_aisec.analysis.scope import Scope
from jupyter_aisec.analysis.values import Ref, Value
from jupyter_aisec.model import Confidence, Severity
from jupyter_aisec.notebook.syntax import Parsed, Span


class Assigned:
    """One attribute and what is assigned to it; nothing is looked up before a rule asks."""

    __slots__ = ("_parsed", "_scope", "context", "name", "target", "value_node")

    def __init__(self, target: ast.Attribute, value: ast.expr, scope: Scope, parsed: Parsed, context: Context) -> None:
        self.target = target
        self.value_node = value
        self.name = target.attr
        """The last name: what is set, whatever it is set on."""
        self.context = context
        self._scope = scope
        self._parsed = parsed

    @property
    def path(self) -> str:
        """The dotted path of what is set, as of a call; empty where the object is unknown."""
        found = evaluate(self.target, self._scope)
        return found.path if isinstance(found, Ref) else ""

    @property
    def value(self) -> Value | None:
        """What is assigned; None when it is unknown."""
        return evaluate(self.value_node, self._scope)

    @property
    def written(self) -> str:
        """The target as it stands, for a message."""
        return ast.unparse(self.target)

    @property
    def span(self) -> Span:
        """Where the target stands."""
        return self._parsed.span(self.target)

    def found(
        self,
        message: str,
        *,
        severity: Severity | None = None,
        confidence: Confidence = Confidence.HIGH,
        repair: Repair | None = None,
    ) -> Hit:
        """Say something about it."""
        return Hit(self.span, message, severity, confidence, repair)

    def with_value(self, source: str, description: str, *, safe: bool) -> Repair:
        """Repair: assign something else."""
        return Repair(description, safe, (Change(self._parsed.span(self.value_node), source),))
