"""The rules: one module per family, one decorated function per rule, found by walking this package."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from functools import cache

from jupyter_aisec.advisories import Advisories
from jupyter_aisec.analysis import Analyser
from jupyter_aisec.analysis.context import Documented
from jupyter_aisec.analysis.memory import Memory
from jupyter_aisec.analysis.rule import Rule
from jupyter_aisec.rules.selection import Selection
from jupyter_aisec.settings import Settings


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


def selection(settings: Settings) -> Selection:
    """Which rules run in a project. Raises `AisecError` for a name that no rule and no family has."""
    return Selection.of(all_rules(), settings)


def named(names: Iterable[str]) -> tuple[Rule, ...]:
    """The rules of these names; those that there are none of are left out."""
    wanted = frozenset(names)
    return tuple(rule for rule in all_rules() if rule.name in wanted)


def analyser(
    rules: Iterable[Rule],
    versions: Mapping[str, str] | None = None,
    documented: Documented | None = None,
    advisories: Advisories | None = None,
    memory: Memory | None = None,
) -> Analyser:
    """Make an analyser with these rules; in a kernel, give it ``analysis.versions.Installed()``."""
    return Analyser(rules, versions, documented, advisories, memory)
