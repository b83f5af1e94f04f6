"""Models that transformers loads from a folder or from the hub, and those that its trainer fits."""

from __future__ import annotations

import os

from jupyter_aisec.capture.closure import Call
from jupyter_aisec.capture.special.huggingface_hub import cached, of_repository
from jupyter_aisec.capture.told import Told


def pretrained(call: Call, result: object) -> object:
    """https://huggingface.co/docs/transformers/main_classes/model#transformers.PreTrainedModel.from_pretrained."""
    del result
    given = call.argument(call.row.at)
    if not isinstance(given, (str, os.PathLike)):
        return None
    if os.path.exists(given) or not isinstance(given, str):  # noqa: PTH110 - no object is made of it
        return given
    revision = call.kwargs.get("revision")
    local = cached(given, revision, call.kwargs.get("cache_dir") or call.kwargs.get("cache_folder"))
    return of_repository(given, "model", revision, "", local)


def trained(call: Call, result: object) -> object:
    """https://huggingface.co/docs/transformers/main_classes/trainer: the trainer holds the model that it fits."""
    del result
    return Told(getattr(call.args[0], "__dict__", {}).get("model")) if call.args else None
