"""Secrets that can be guessed, because of how they are made."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from jupyter_aisec.analysis.evaluate import evaluate
from jupyter_aisec.analysis.hit import Change, Hit, Repair
from jupyter_aisec.analysis.imports import importing
from jupyter_aisec.analysis.rule import Family, Topics
from jupyter_aisec.analysis.source import Code
from jupyter_aisec.analysis.values import Ref
from jupyter_aisec.model import Severity
from jupyter_aisec.rules.secret_names import is_secret_name, is_token_name, snaked

FAMILY = Family(
    "hygiene and exposure",
    cwe="CWE-338",
    atlas="AML.T0055",
    topics=Topics("", "LLM02", "LLM02"),
    guidelines=("3.1",),
)
_WEAK = ("random.", "numpy.random.")
_STRONG = "random.SystemRandom"
_MORE_NAMES = frozenset({"salt", "nonce", "otp", "csrf", "session_id", "iv", "token"})


@FAMILY.rule(Severity.LOW, default=False)
def weak_random_secret(cell: Code) -> Iterator[Hit]:
    """A secret is made with a generator of random numbers that can be predicted.

    `random` is for simulations: from some of its numbers the next ones follow, and a seed gives them all. Take secrets
    from `secrets`, which asks the operating system.

    Bad:
        import random
        token = "".join(random.choices("abcdef0123456789", k=32))

    Good:
        import secrets
        token = secrets.token_urlsafe(32)
    """
    if cell.parsed is None or cell.scope is None or "rand" not in cell.text:
        return
    for node in ast.walk(cell.parsed.tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if _is_secret(name) and _is_weak(node.value, cell):
                span = cell.parsed.span(node.value)
                changes = (
                    *importing("secrets", node.value, cell.scope, cell.parsed),
                    Change(span, "secrets.token_urlsafe(32)"),
                )
                yield Hit(
                    span,
                    f"{name} is made with numbers that can be predicted; take secrets.token_urlsafe(32)",
                    repair=Repair("make it with secrets", safe=False, changes=changes),
                )


def _is_secret(name: str) -> bool:
    return is_secret_name(name) or is_token_name(name) or snaked(name) in _MORE_NAMES


def _is_weak(value: ast.expr, cell: Code) -> bool:
    assert cell.scope is not None
    for node in ast.walk(value):
        if isinstance(node, ast.Call):
            found = evaluate(node.func, cell.scope)
            if isinstance(found, Ref) and found.path.startswith(_WEAK) and not found.path.startswith(_STRONG):
                return True
    return False
