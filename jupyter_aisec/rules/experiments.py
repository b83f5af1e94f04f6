"""What a run of MLflow says about itself: which data and which model went in, and what the result expects."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.experiments import FITTED, INPUTS, RUN
from jupyter_aisec.analysis.hit import Deed, Fact, Hit
from jupyter_aisec.analysis.rule import DATA, Family, Topics
from jupyter_aisec.model import Confidence, Severity
from jupyter_aisec.rules.pins import hub_id

FAMILY = Family(
    "data protection and provenance", cwe="CWE-778", atlas="AML.T0020", topics=DATA, guidelines=("2.2", "2.3")
)


@FAMILY.rule(Severity.INFO, calls=("mlflow.start_run",))
def dataset_not_logged(call: Call) -> Iterator[Hit]:
    """A model is trained in an MLflow run that does not say on which data.

    When the data turn out to be poisoned, wrong or withdrawn, nobody can tell which models to recall. Hand them to
    `mlflow.log_input`, or load this extension, which notes them by itself. Silent where any cell logs an input, or
    where autologging does.

    Bad:
        import mlflow
        import pandas as pd
        frame = pd.read_csv("train.csv")
        with mlflow.start_run():
            model.fit(frame[["x"]], frame["y"])

    Good:
        import mlflow
        import pandas as pd
        frame = pd.read_csv("train.csv")
        with mlflow.start_run():
            mlflow.log_input(mlflow.data.from_pandas(frame, source="train.csv"), context="training")
            model.fit(frame[["x"]], frame["y"])
    """
    yield call.found(
        "the run trains a model and does not say on which data; use mlflow.log_input or %load_ext jupyter_aisec",
        confidence=Confidence.MEDIUM,
        once="notebook",
        unless=(INPUTS,),
        needs=(FITTED,),
    )


@FAMILY.rule(Severity.INFO, named=("from_pretrained",), topics=Topics("ML07", "LLM03", "LLM04"), atlas="AML.T0010.003")
def base_model_not_logged(call: Call) -> Iterator[Hit]:
    """A model is trained further in an MLflow run that does not name the model it comes from.

    A weakness or a licence of the base model is one of all its descendants; they are found by that name. Write the
    repository and its commit into a tag or a parameter, or load this extension, which notes it by itself. Silent
    where what a run is told can't be known.

    Bad:
        import mlflow
        from transformers import AutoModel
        model = AutoModel.from_pretrained("example/model", revision="0f3c2b7a9d8e4f5061728394a5b6c7d8e9f0a1b2")
        with mlflow.start_run():
            mlflow.log_input(data)
            model.fit(batches)

    Good:
        import mlflow
        from transformers import AutoModel
        model = AutoModel.from_pretrained("example/model", revision="0f3c2b7a9d8e4f5061728394a5b6c7d8e9f0a1b2")
        with mlflow.start_run():
            mlflow.set_tag("base_model", "example/model@0f3c2b7a9d8e4f5061728394a5b6c7d8e9f0a1b2")
            mlflow.log_input(data)
            model.fit(batches)
    """
    name = call.path.removesuffix(".from_pretrained").rpartition(".")[2]
    repository = hub_id(call.text("pretrained_model_name_or_path", 0))
    if repository and _WEIGHTS.search(name):
        yield call.found(
            f"the run does not say that its model comes from {repository}; add mlflow.set_tag with its commit",
            confidence=Confidence.MEDIUM,
            once=repository,
            unless=(Fact(Deed.TAGGED, repository),),
            needs=(RUN, FITTED),
        )


_WEIGHTS = re.compile(r"Model|For[A-Z]\w+|Pipeline$")
_FLAVOURS = re.compile(
    r"mlflow\.(?:sklearn|xgboost|lightgbm|catboost|pytorch|tensorflow|keras|onnx|pyfunc|statsmodels|prophet|spark)"
    r"\.(?:log|save)_model"
)
_NEEDED = ("signature", "input_example")


@FAMILY.rule(
    Severity.INFO,
    named=("log_model", "save_model"),
    default=False,
    cwe="CWE-1059",
    atlas="AML.T0043",
    topics=Topics("ML09", "LLM09", "LLM07"),
    guidelines=("2.3", "4.2"),
)
def model_logged_bare(call: Call) -> Iterator[Hit]:
    """A model is logged without saying what input it takes.

    Without a signature, a server hands the model whatever it is sent. Give `signature=`, or `input_example=`, from
    which MLflow makes one.

    Bad:
        import mlflow
        mlflow.sklearn.log_model(model, name="model")

    Good:
        import mlflow
        mlflow.sklearn.log_model(model, name="model", input_example=features[:2])
    """
    if _FLAVOURS.fullmatch(call.path) and all(call.given(name) is False for name in _NEEDED):
        yield call.found(f"{call.called} says nothing about the model's input; add input_example= or signature=")
