"""Names that are given a string: a variable, an attribute, a key, an argument. What a secret is kept under."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from enum import StrEnum

import msgspec

from jupyter_aisec.analysis.evaluate import evaluate
from jupyter_aisec.analysis.hit import Hit, Repair
from jupyter_aisec.analysis.literal import Literal
from jupyter_aisec.analysis.scope import Scope
from jupyter_aisec.analysis.values import Ref, text
from jupyter_aisec.model import Confidence, Severity
from jupyter_aisec.notebook.syntax import Parsed, Span

_GIVEN = frozenset({ast.Constant, ast.Tuple, ast.List})
"""What can be a literal, or hold some."""
_LOGIN = 2
"""``auth=(name, password)``"""


class How(StrEnum):
    """By which construct a name is given its string."""

    VARIABLE = "variable"
    ATTRIBUTE = "attribute"
    KEY = "key"
    """``table["name"] = …``"""
    ENTRY = "entry"
    """``{"name": …}``"""
    ARGUMENT = "argument"
    DEFAULT = "default"
    """``def function(name=…)``"""


class Named(msgspec.Struct, frozen=True, eq=False):
    """A name and the string literal that it is given. ``owner`` has the attribute or key, or is what is called."""

    name: str
    literal: Literal
    how: How
    owner: ast.expr | None = None
    target: Span | None = None
    """Where the name stands, for a key and an attribute."""

    @property
    def text(self) -> str:
        """What the literal says."""
        return self.literal.text

    @property
    def of(self) -> str:
        """The dotted path of the owner; empty where it is unknown."""
        value = None if self.owner is None else evaluate(self.owner, self.literal.scope)
        return value.path if isinstance(value, Ref) else ""

    def found(
        self,
        message: str,
        *,
        span: Span | None = None,
        severity: Severity | None = None,
        confidence: Confidence = Confidence.HIGH,
        repair: Repair | None = None,
    ) -> Hit:
        """Say something about the literal."""
        return Hit(span or self.literal.span, message, severity, confidence, repair)


def named(node: ast.AST, scope: Scope, parsed: Parsed, least: int = 0) -> Iterable[Named]:
    """What is named by one assignment, call, dict or list of parameters; literals of ``least`` characters and more."""
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        return _targets(node, scope, parsed, least) if type(node.value) in _GIVEN else ()
    if isinstance(node, ast.Call):
        return _arguments(node, scope, parsed, least)
    if isinstance(node, ast.Dict):
        return _entries(node, scope, parsed, least)
    if isinstance(node, ast.arguments) and (node.defaults or node.kw_defaults):
        return _defaults(node, scope, parsed, least)
    return ()


def _arguments(node: ast.Call, scope: Scope, parsed: Parsed, least: int) -> Iterator[Named]:
    for keyword in node.keywords:
        name, value = keyword.arg, keyword.value
        if name == "auth" and isinstance(value, ast.Tuple) and len(value.elts) == _LOGIN:
            name, value = "password", value.elts[1]
        literal = _literal(value, least)
        if literal is not None and name:
            yield Named(name, Literal(literal, parsed, scope), How.ARGUMENT, node.func)


def _entries(node: ast.Dict, scope: Scope, parsed: Parsed, least: int) -> Iterator[Named]:
    for key, value in zip(node.keys, node.values, strict=True):
        literal = _literal(value, least)
        if literal is not None and isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield Named(key.value, Literal(literal, parsed, scope), How.ENTRY)


def _targets(node: ast.Assign | ast.AnnAssign, scope: Scope, parsed: Parsed, least: int) -> Iterator[Named]:
    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
        if node.value is not None:
            yield from _assigned(target, node.value, scope, parsed, least)


def _assigned(target: ast.expr, value: ast.expr, scope: Scope, parsed: Parsed, least: int) -> Iterator[Named]:
    if isinstance(target, (ast.Tuple, ast.List)):
        if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts):
            for part, given in zip(target.elts, value.elts, strict=True):
                yield from _assigned(part, given, scope, parsed, least)
        return
    found = _literal(value, least)
    if found is None:
        return
    literal = Literal(found, parsed, scope)
    if isinstance(target, ast.Name):
        yield Named(target.id, literal, How.VARIABLE)
    elif isinstance(target, ast.Attribute):
        yield Named(target.attr, literal, How.ATTRIBUTE, target.value, parsed.span(target))
    elif isinstance(target, ast.Subscript):
        name = text(evaluate(target.slice, scope))
        if name:
            yield Named(name, literal, How.KEY, target.value, parsed.span(target))


def _defaults(node: ast.arguments, scope: Scope, parsed: Parsed, least: int) -> Iterator[Named]:
    positional = [*node.posonlyargs, *node.args]
    given = [*zip(positional[len(positional) - len(node.defaults) :], node.defaults, strict=True)]
    given += [(name, value) for name, value in zip(node.kwonlyargs, node.kw_defaults, strict=True) if value is not None]
    for name, value in given:
        literal = _literal(value, least)
        if literal is not None:
            yield Named(name.arg, Literal(literal, parsed, scope), How.DEFAULT)


def _literal(node: ast.expr, least: int) -> ast.Constant | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)) and len(node.value) >= least:
        return node
    return None
