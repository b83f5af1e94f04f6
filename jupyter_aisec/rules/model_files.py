"""Loading a model that can run code: what torch, Keras, skops and MLflow do with the file, unless told otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.fetched import is_remote
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.subscriptions import Setting
from jupyter_aisec.analysis.values import Ref
from jupyter_aisec.model import Confidence, Severity
from jupyter_aisec.rules.deserialization import FAMILY, own_file

_TRUTHY = frozenset({"1", "true", "yes", "y"})
_MUTABLE_MODEL = re.compile(r"models:/[^/@]+(?:@.+|/(?:latest|production|staging|archived|none))", re.IGNORECASE)
_PINNED_MODEL = re.compile(r"models:/[^/@]+/\d+|models:/m-[0-9a-f]+|runs:/.+")


@FAMILY.rule(Severity.HIGH, calls=("torch.load", "torch.serialization.load"), named=("load_from_checkpoint",))
def torch_load_full_pickle(call: Call | Setting) -> Iterator[Hit]:
    """torch.load is told to run code that stands in the file.

    With `weights_only=False`, or with a pickle module of your own, the checkpoint is an ordinary pickle. Keep
    `weights_only=True`, or load safetensors.

    Bad:
        import torch
        weights = torch.load("weights.pt", weights_only=False)

    Good:
        import torch
        weights = torch.load("weights.pt", weights_only=True)
    """
    if isinstance(call, Setting):
        if call.name == "TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD" and (call.value or "").lower() in _TRUTHY:
            yield call.found(f"{call.name} makes every torch.load run code from the file; leave it unset")
        return
    if call.is_constant(False, "weights_only"):  # noqa: FBT003 - the constant that is looked for
        yield call.found(
            f"{call.called} with weights_only=False runs code that is stored in the file; use weights_only=True",
            repair=call.with_keyword("weights_only", "True", "load weights only", safe=False),
            worse=own_file(call, "f"),
        )
    elif call.path.startswith("torch.") and call.given("pickle_module", 2):
        yield call.found(f"{call.called} with a pickle_module runs code that is stored in the file; leave it out")


@FAMILY.rule(Severity.LOW, calls=("torch.load", "torch.serialization.load"), guidelines=("2.1",))
def torch_load_implicit(call: Call) -> Iterator[Hit]:
    """torch.load does not say that only weights may be loaded.

    Before torch 2.6 the default was a full pickle, which runs code from the file; since 2.6 it is weights only. Say
    `weights_only=True`, so that an older installation does not run what stands in the file openly, and keep torch up to
    date: there have been ways round it before 2.6 (CVE-2025-32434) and before 2.10 (CVE-2026-24747). High where torch
    is known to be older than 2.6, a mere note where it is known to be newer.

    Bad:
        import torch
        weights = torch.load("weights.pt")

    Good:
        import torch
        weights = torch.load("weights.pt", weights_only=True)
    """
    if call.given("weights_only") is not False or call.given("pickle_module", 2) is not False:
        return
    older = call.context.older("torch", 2, 6)
    severity = {True: Severity.HIGH, False: Severity.INFO, None: Severity.LOW}[older]
    what = "runs code that is stored in the file" if older else "runs code from the file on torch before 2.6"
    yield call.found(
        f"{call.called} without weights_only {what}; add weights_only=True",
        severity=severity,
        repair=call.with_keyword("weights_only", "True", "load weights only", safe=False),
    )


@FAMILY.rule(
    Severity.HIGH,
    calls=(
        *("keras.models.load_model", "keras.saving.load_model", "keras.Model.from_config"),
        *("keras.config.enable_unsafe_deserialization", "keras.models.model_from_json"),
    ),
)
def keras_unsafe_mode(call: Call) -> Iterator[Hit]:
    """Keras is told to run code that stands in the model file.

    A Lambda layer is stored as Python bytecode. Safe mode refuses it; without safe mode it runs when the model is
    loaded. Keep safe mode on and write a registered layer in place of a Lambda.

    Bad:
        import keras
        model = keras.models.load_model("model.keras", safe_mode=False)

    Good:
        import keras
        model = keras.models.load_model("model.keras")
    """
    if call.name == "enable_unsafe_deserialization":
        yield call.found(f"{call.called} lets every later model file run code; take it out")
    elif call.is_constant(False, "safe_mode", 3):  # noqa: FBT003 - the constant that is looked for
        yield call.found(
            f"{call.called} with safe_mode=False runs code that is stored in the model; leave it out",
            repair=call.without_keyword("safe_mode", "keep safe mode on", safe=False),
        )


@FAMILY.rule(Severity.HIGH, calls=("skops.io.load", "skops.io.loads"), guidelines=("2.1",))
def skops_trust_everything(call: Call) -> Iterator[Hit]:
    """A skops file is asked which types it wants, and all of them are trusted.

    The list of untrusted types comes from the file itself, so this is no check. Print the list, read it, and write
    the names that you do trust into the cell.

    Bad:
        import skops.io as sio
        model = sio.load("model.skops", trusted=sio.get_untrusted_types(file="model.skops"))

    Good:
        import skops.io as sio
        model = sio.load("model.skops", trusted=["mypackage.Scaler"])
    """
    trusted = call.value("trusted", 1)
    if isinstance(trusted, Ref) and trusted.path == "skops.io.get_untrusted_types()":
        yield call.found(f"{call.called} trusts every type that the file asks for; list those that you know")
    elif call.is_constant(True, "trusted", 1):  # noqa: FBT003 - the constant that is looked for
        yield call.found(f"{call.called} with trusted=True trusts every type; list those that you know")


@FAMILY.rule(Severity.MEDIUM, named=("load_model",))
def mlflow_load_executes_code(call: Call) -> Iterator[Hit]:
    """Loading an MLflow model runs code that is stored with the model.

    Most flavours unpickle, and a model may bring its own Python files. An alias, a stage or `latest` lets somebody
    else decide later which model that is. Load a numbered version, and set `MLFLOW_ALLOW_PICKLE_DESERIALIZATION` to
    `false` where the flavour allows. Low for a model that is pinned; nothing is said about a name that is not known.

    Bad:
        import mlflow
        model = mlflow.pyfunc.load_model("models:/fraud/latest")

    Good:
        import os
        os.environ["MLFLOW_ALLOW_PICKLE_DESERIALIZATION"] = "false"
        import mlflow
        model = mlflow.pyfunc.load_model("models:/fraud/12")
    """
    if not call.path.startswith("mlflow."):
        return
    uri = call.text("model_uri", 0)
    if uri is None:
        return
    if _MUTABLE_MODEL.fullmatch(uri):
        yield call.found(f"{call.called} runs code of whatever model {uri} is by then; load a numbered version")
    elif call.context.environment.get("MLFLOW_ALLOW_PICKLE_DESERIALIZATION", "").lower() not in {"false", "0"}:
        pinned = _PINNED_MODEL.fullmatch(uri) or not is_remote(uri)
        yield call.found(
            f"{call.called} runs code that is stored with {uri}; set MLFLOW_ALLOW_PICKLE_DESERIALIZATION=false",
            severity=Severity.LOW if pinned else Severity.MEDIUM,
            confidence=Confidence.MEDIUM,
        )
