"""What can be said of a live object without running any code of its class: what it is, and how large."""

from __future__ import annotations

from jupyter_aisec.model import AssetKind

_MODEL_METHODS = ("predict", "transform", "state_dict")


def _has(value: object, name: str) -> bool:
    return any(name in vars(each) for each in type(value).__mro__)


def kind(value: object) -> AssetKind:
    """A thing that predicts, transforms or has weights is a model; all else is data."""
    frame = _has(value, "shape")  # a DataFrame has a method `transform` too
    is_model = not frame and any(_has(value, name) for name in _MODEL_METHODS)
    return AssetKind.MODEL if is_model else AssetKind.DATASET


def is_data(value: object) -> bool:
    """Whether an argument holds data whose source matters: an array, a table, or a container that is not empty."""
    if isinstance(value, (str, bytes)):
        return False
    if isinstance(value, (list, tuple, dict, set)):
        return len(value) > 0
    return _has(value, "shape") and not callable(value)


def facts(value: object) -> dict[str, str | int | float]:
    """``rows`` and ``columns`` of a table or an array."""
    if isinstance(value, tuple) and value:
        return facts(value[0])
    if isinstance(value, dict):
        return facts(value.get("data"))
    shape = getattr(value, "shape", None) if _has(value, "shape") else None
    if not isinstance(shape, tuple) or not all(isinstance(each, int) for each in shape):
        return {}
    found: dict[str, str | int | float] = {}
    if shape:
        found["rows"] = shape[0]
    if len(shape) > 1:
        found["columns"] = shape[1]
    return found


def class_name(value: object) -> str:
    """The qualified name of an object's class."""
    return f"{type(value).__module__}.{type(value).__qualname__}"
