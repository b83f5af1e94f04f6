"""Saving a model in a form that makes everybody who loads it run code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.values import Ref, Table
from jupyter_aisec.model import Severity
from jupyter_aisec.rules.deserialization import FAMILY

_SAFE = {"mlflow.sklearn": '"skops"', "mlflow.pytorch": '"pt2"', "mlflow.lightgbm": '"skops"'}
_FORMATS = {"cloudpickle": "cloudpickle", "pickle": "pickle"}
_NAMED = re.compile(r"mlflow\.sklearn\.SERIALIZATION_FORMAT_(CLOUDPICKLE|PICKLE)")


@FAMILY.rule(
    Severity.LOW,
    calls=(f"{flavour}.{verb}_model" for flavour in _SAFE for verb in ("log", "save")),
    default=False,
    atlas="AML.T0018.002",
    guidelines=("3.2",),
)
def mlflow_save_pickle(call: Call) -> Iterator[Hit]:
    """A model is logged as a pickle although its flavour has a better format.

    Whoever loads the model runs code from the file. Unless told otherwise, today's MLflow stores scikit-learn models
    with skops and PyTorch models as an exported graph; only on Databricks it still pickles.

    Bad:
        import mlflow
        mlflow.sklearn.log_model(model, name="model", serialization_format="cloudpickle")

    Good:
        import mlflow
        mlflow.sklearn.log_model(model, name="model", serialization_format="skops")
    """
    value = call.value("serialization_format")
    match = _NAMED.fullmatch(value.path) if isinstance(value, Ref) else None
    given = match[1].lower() if match else _FORMATS.get(call.text("serialization_format") or "")
    if given:
        better = _SAFE[call.path.rpartition(".")[0]]
        yield call.found(
            f"{call.called} stores the model as a {given}; pass serialization_format={better}",
            repair=call.with_keyword("serialization_format", better, "store no pickle", safe=False),
        )


_DUMPS = frozenset({"pickle.dump", "joblib.dump", "dill.dump", "cloudpickle.dump"})
_MODEL = re.compile(
    r"(?i)(?:.*_)?(?:models?|clf|classifier|regress(?:or|ion)|estimator|pipe(?:line)?|net(?:work)?|scaler|encoder"
    r"|vectori[sz]er|forest|svm|svc|xgb\w*|lgbm?|knn|kmeans|tree|tokenizer)(?:_?\w{1,8})?"
)
_LIBRARIES = ("sklearn.", "xgboost.", "lightgbm.", "catboost.", "torch.nn.", "torchvision.models.", "transformers.")


@FAMILY.rule(
    Severity.INFO, calls=_DUMPS | {"torch.save"}, default=False, atlas="AML.T0011.000", guidelines=("2.4", "3.4")
)
def model_saved_as_pickle(call: Call) -> Iterator[Hit]:
    """A model is saved as a pickle.

    Everybody who gets the file must run what stands in it to use it, and must trust you and every hand in between.
    Save the weights with safetensors, a scikit-learn model with skops; of a torch model, at least its
    `state_dict()`.

    Bad:
        import pickle
        with open("model.pkl", "wb") as file:
            pickle.dump(model, file)

    Good:
        from safetensors.torch import save_file
        save_file(model.state_dict(), "model.safetensors")
    """
    node = call.argument("obj", 0) or call.argument("value", 0)
    if node is None or not _is_model(node, call):
        return
    step = "save its state_dict() with safetensors" if call.path == "torch.save" else "use skops or safetensors"
    yield call.found(f"{call.called} makes everybody who loads the model run the file; {step}")


def _is_model(node: ast.expr, call: Call) -> bool:
    value = call.value("obj", 0) or call.value("value", 0)
    if isinstance(value, Ref):
        return value.path.startswith(_LIBRARIES) and value.path.endswith("()") and "state_dict" not in value.path
    if isinstance(value, Table):
        return False
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return value is None and bool(_MODEL.fullmatch(name))
