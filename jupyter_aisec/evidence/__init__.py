"""Weighs evidence for the claims of the guidelines: what the product can show by itself, and what people said.

A claim's evidence is one decorated function (`function.judges`), found by walking this package; it is given a `Case`
and looks at nothing else.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from jupyter_aisec.evidence.function import Function


@cache
def functions() -> Mapping[str, Function]:
    """The function of each claim that has one, by the claim's id."""
    modules = (importlib.import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__))
    found = {value.claim: value for module in modules for value in vars(module).values() if isinstance(value, Function)}
    return {claim: found[claim] for claim in sorted(found)}
