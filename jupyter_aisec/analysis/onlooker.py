"""What a walk over a cell shows to whoever looks on."""

from __future__ import annotations

import ast

from jupyter_aisec.analysis.scope import Scope
from jupyter_aisec.analysis.values import Value


class Onlooker:
    """Who wants to see what a walk comes by; this one wants nothing."""

    statement: ast.stmt | None = None
    """The statement that is being walked."""

    def on_call(self, node: ast.Call, scope: Scope) -> None:
        """A call."""

    def on_compare(self, node: ast.Compare, scope: Scope) -> None:
        """A comparison."""

    def on_item(self, target: ast.Subscript, value: Value | None, scope: Scope) -> None:
        """``target[key] = value``."""

    def on_given(self, node: ast.Call | ast.Dict | ast.Assign | ast.AnnAssign | ast.arguments, scope: Scope) -> None:
        """A construct that gives values to names: variables, keys, arguments, parameters."""

    def on_attribute(self, target: ast.Attribute, value: ast.expr, scope: Scope) -> None:
        """``target.name = value``."""
