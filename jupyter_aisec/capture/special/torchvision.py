"""Where torchvision keeps a data set below the folder that it is given."""

from __future__ import annotations

import os
from pathlib import Path

from jupyter_aisec.capture.closure import Call


def folder(call: Call, result: object) -> object:
    """Those of MNIST have a folder of their own, CIFAR names one: https://docs.pytorch.org/vision/stable/datasets.html."""
    del result
    root = call.argument("root")
    if not isinstance(root, (str, os.PathLike)):
        return None
    kind = type(call.args[0])
    base = next((vars(each)["base_folder"] for each in kind.__mro__ if "base_folder" in vars(each)), None)
    inner = Path(root) / (base if isinstance(base, str) else f"{kind.__name__}/raw")
    return inner if inner.is_dir() else root
