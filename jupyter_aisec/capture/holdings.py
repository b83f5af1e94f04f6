"""What data the objects hold that hand it out: data sets and loaders, and what stands inside them."""

from __future__ import annotations

from jupyter_aisec.capture.choices import NONE, Origins
from jupyter_aisec.capture.origins import LiveOrigins

_DEEPEST = 5
_MOST = 200


_LOADERS = "torch.utils.data"


def handed_out(value: object, live: LiveOrigins) -> Origins:
    """The origins of what a loader or a data set of PyTorch hands out; none for anything else."""
    own = any(each.__module__.startswith(_LOADERS) for each in type(value).__mro__)
    return held(value, live) if own else NONE


def held(value: object, live: LiveOrigins, depth: int = 0) -> Origins:
    """The origins of an object or, where none are known of it, of what its attributes hold. No code of it is run."""
    found = live.of(value)
    if found or depth >= _DEEPEST:
        return found
    if isinstance(value, (list, tuple)):
        parts = list(value)[:_MOST]
    elif isinstance(value, dict):
        parts = list(dict.values(value))[:_MOST]
    else:
        parts = list(getattr(value, "__dict__", {}).values())[:_MOST]
    inner = (each for each in parts if hasattr(each, "__dict__") or isinstance(each, (list, tuple, dict)))
    return NONE.union(*(held(each, live, depth + 1) for each in inner if not isinstance(each, type)))
