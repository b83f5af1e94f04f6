"""Checkpoints whose format, or whose list of what may be loaded, lets code in."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.values import Items, Ref
from jupyter_aisec.model import Severity
from jupyter_aisec.rules.deserialization import FAMILY

_CALLING = frozenset(
    {"eval", "exec", "compile", "getattr", "setattr", "delattr", "__import__", "open", "globals", "locals", "vars"}
    | {"breakpoint", "input"}
)
_MODULES = ("os.", "posix.", "nt.", "subprocess.", "sys.", "shutil.", "importlib.", "runpy.", "pickle.", "ctypes.")


@FAMILY.rule(
    Severity.MEDIUM,
    calls=("torch.serialization.add_safe_globals", "torch.serialization.safe_globals"),
    default=False,
    guidelines=("2.1",),
)
def torch_safe_globals_widened(call: Call) -> Iterator[Hit]:
    """What a checkpoint may call is widened by functions that can do anything.

    `weights_only=True` refuses what is not on a list. With `getattr` or `eval` on it, a checkpoint reaches everything
    again. Put the classes of your own model there, and no more.

    Bad:
        import torch
        torch.serialization.add_safe_globals([getattr, eval])

    Good:
        import torch
        from mypackage import Configuration
        torch.serialization.add_safe_globals([Configuration])
    """
    node = call.argument("safe_globals", 0)
    value = call.value("safe_globals", 0)
    values = value.values if isinstance(value, Items) else ()
    nodes = node.elts if isinstance(node, (ast.List, ast.Tuple)) else []
    found = [each.path.removeprefix("builtins.") for each in values if isinstance(each, Ref) and _can_do_all(each.path)]
    # Not every builtin is known to the analysis by its path.
    names = [
        each.id for each, known in zip(nodes, values, strict=False) if known is None and isinstance(each, ast.Name)
    ]
    found += [name for name in names if name in _CALLING]
    if found:
        yield call.found(f"{call.called} lets a checkpoint call {', '.join(found)}; take it off the list")


def _can_do_all(path: str) -> bool:
    return path.startswith(_MODULES) or (path.startswith("builtins.") and path.partition(".")[2] in _CALLING)


@FAMILY.rule(
    Severity.MEDIUM,
    calls=("keras.models.load_model", "keras.saving.load_model"),
    default=False,
    guidelines=("2.1",),
)
def keras_legacy_format(call: Call) -> Iterator[Hit]:
    """A Keras model is loaded from the old HDF5 format.

    A Lambda layer in it is Python bytecode. Before Keras 3.11.3, safe mode did not look at HDF5 files at all
    (CVE-2025-9905): loading one ran the code. Save it once more as `.keras`, on a machine that you can lose.

    Bad:
        from keras.models import load_model
        model = load_model("model.h5")

    Good:
        from keras.models import load_model
        model = load_model("model.keras")
    """
    path = call.path_text("filepath", 0) or ""
    if path.lower().endswith((".h5", ".hdf5")) and not call.is_constant(False, "safe_mode", 3):  # noqa: FBT003 - keras-unsafe-mode says it
        older = call.context.older("keras", 3, 11, 3)
        yield call.found(
            f"{call.called} can run code from an HDF5 file; store the model as .keras",
            severity=Severity.LOW if older is False else None,
        )
