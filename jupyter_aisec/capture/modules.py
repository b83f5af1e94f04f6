"""Which module of the user's an optimizer trains: the one that has its parameters."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from types import FrameType
from typing import Any

from jupyter_aisec.capture.variables import variables

_MOST = 5000


def holders(optimizer: Any, frame: FrameType, namespace: Mapping[str, Any]) -> list[Any]:  # noqa: ANN401
    """The modules that names of the user's hold and that share parameters with an optimizer of PyTorch.

    First the one that has the most of them and the least beside: of a network and the two that it is made of, the one
    that is being trained. Modules that only stand round another, such as a compiled one, come after that.
    """
    base = getattr(sys.modules.get("torch.nn"), "Module", None)
    if base is None:
        return []
    trained = {id(each) for group in optimizer.param_groups for each in group["params"]}
    found: dict[int, tuple[int, int, int, Any]] = {}
    for module in _named(frame, namespace, base):
        if id(module) not in found:
            own = {id(each) for each in module.parameters()}
            shared = len(own & trained)
            if shared:
                round_another = hasattr(module, "_orig_mod") or type(module).__module__.startswith("torch.nn.parallel")
                found[id(module)] = (-shared, len(own), round_another, module)
    return [each[-1] for each in sorted(found.values(), key=lambda each: each[:-1])]


def _named(frame: FrameType | None, namespace: Mapping[str, Any], base: type) -> Iterator[Any]:
    """From the step out to the cell, all that local names hold, and what their objects do."""
    while frame is not None and frame.f_globals is not namespace:
        frame = frame.f_back
    above = frame
    while above is not None:
        if above.f_globals is namespace:
            yield from _modules(variables(above), base)
            if above.f_code.co_name == "<module>":
                break
        above = above.f_back
    yield from _modules(namespace, base)


def _modules(names: Mapping[str, Any], base: type) -> Iterator[Any]:
    for value in list(names.values())[:_MOST]:
        if isinstance(value, base):
            # A compiled module, or one that runs on several machines, stands round the user's own.
            inner = [vars(value).get("_modules", {}).get(each) for each in ("_orig_mod", "module")]
            yield from (each for each in inner if isinstance(each, base))
            yield value
        elif type(value).__module__ == "__main__":
            # A trainer of the user's own, which holds its model.
            yield from (each for each in getattr(value, "__dict__", {}).values() if isinstance(each, base))
