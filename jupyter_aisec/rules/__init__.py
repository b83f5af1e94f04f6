"""The rules: one module per family, one decorated function per rule, found by walking this package."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from jupyter_aisec.analysis import Analyser
from jupyter_aisec.analysis.rule import Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, by name."""
    modules = (importlib.import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__))
    # A family of two modules imports nothing from the other but the family, so no rule is met twice.
    found = {value.name: value for module in modules for value in vars(module).values() if isinstance(value, Rule)}
    return tuple(found[name] for name in sorted(found))


@cache
def default_rules() -> tuple[Rule, ...]:
    """The rules that run unless somebody says otherwise."""
    return tuple(rule for rule in all_rules() if rule.default)


def analyser(versions: Mapping[str, str] | None = None) -> Analyser:
    """Make an analyser with the default rules; in a kernel, give it ``analysis.versions.Installed()``."""
    return Analyser(default_rules(), versions)
