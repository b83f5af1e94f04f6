"""What can be said of a live object without running any code of its class: what it is, and how large."""

from __future__ import annotations

import itertools
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

from jupyter_aisec.model import AssetKind

_MODEL_METHODS = ("predict", "transform", "state_dict")
_TABLES = frozenset({"numpy", "pandas", "polars", "pyarrow", "scipy", "torch", "tensorflow", "jax", "jaxlib", "xarray"})
_MOST_COLUMNS = 100
_MOST_KEYS = 20
_WEIGHTS = frozenset({"weight", "bias", "running_mean", "in_proj_weight", "weight_ih_l0", "cls_token", "pos_embed"})
"""The last part of the name of the first parameter, in nearly every network."""
_LONGEST_NAME = 60
_EVERYBODYS = (type, ModuleType, FunctionType, BuiltinFunctionType, MethodType)


def _owner(value: object, name: str) -> type | None:
    """The class that defines an attribute of the object."""
    return next((each for each in type(value).__mro__ if name in vars(each)), None)


def _shape(value: object) -> object:
    """The ``shape`` of an array or table of a known library; reading that of another might run anything."""
    owner = _owner(value, "shape")
    if owner is None:
        return None
    return getattr(value, "shape", None) if owner.__module__.partition(".")[0] in _TABLES else None


def kind(value: object) -> AssetKind:
    """A thing that predicts, transforms or has weights is a model; all else is data."""
    if isinstance(value, _EVERYBODYS) or _owner(value, "shape") is not None:  # a DataFrame has a `transform` too
        return AssetKind.DATASET
    is_model = any(_owner(value, name) is not None for name in _MODEL_METHODS)
    return AssetKind.MODEL if is_model or _is_state(value) else AssetKind.DATASET


def _is_state(value: object, depth: int = 0) -> bool:
    """Whether this is what ``state_dict`` of PyTorch gives, or a checkpoint with such in it."""
    if not isinstance(value, dict):
        return False
    for key, each in itertools.islice(dict.items(value), _MOST_KEYS):
        if isinstance(each, dict):
            if depth == 0 and _is_state(each, 1):
                return True
        elif type(each).__module__.startswith("torch") and isinstance(key, str):
            return key.rpartition(".")[2] in _WEIGHTS
    return False


def is_data(value: object) -> bool:
    """Whether an argument holds data whose source matters: an array, a table, or a container that is not empty."""
    if isinstance(value, (str, bytes, *_EVERYBODYS)):
        return False
    if isinstance(value, list):
        return list.__len__(value) > 0
    if isinstance(value, tuple):
        return tuple.__len__(value) > 0
    if isinstance(value, dict):
        return dict.__len__(value) > 0
    return _owner(value, "shape") is not None


def facts(value: object) -> dict[str, str | int | float]:
    """``rows`` and ``columns`` of a table or an array; ``schema`` has the names of the columns with their types."""
    if isinstance(value, tuple) and tuple.__len__(value):
        return facts(tuple.__getitem__(value, 0))
    if isinstance(value, dict):
        return facts(dict.get(value, "data"))
    shape = _shape(value)
    if not isinstance(shape, tuple) or not all(isinstance(each, int) for each in shape):
        return {}
    found: dict[str, str | int | float] = {}
    if shape:
        found["rows"] = shape[0]
    if len(shape) > 1:
        found["columns"] = shape[1]
        schema = _schema(value) if shape[1] <= _MOST_COLUMNS and _is_table(value) else ""
        if schema:
            found["schema"] = schema
    return found


def _is_table(value: object) -> bool:
    """Whether it is a table of a known library, with columns that nobody else has defined anew."""
    owners = [_owner(value, each) for each in ("columns", "dtypes")]
    return all(each is not None and each.__module__.partition(".")[0] in ("pandas", "polars") for each in owners)


def _schema(value: Any) -> str:  # noqa: ANN401 - a table of either library
    """``rooms: int64, price: float64``; a name that is no text has no place in it."""
    pairs = zip(list(value.columns), list(value.dtypes), strict=True)
    return ", ".join(
        f"{name[:_LONGEST_NAME]}: {str(kind)[:_LONGEST_NAME]}" for name, kind in pairs if type(name) is str
    )


def class_name(value: object) -> str:
    """The qualified name of an object's class."""
    return f"{type(value).__module__}.{type(value).__qualname__}"
