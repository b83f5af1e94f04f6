"""Deeds on hubs and in experiment trackers: a run begins, a model is trained, its data named, a repository hidden."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.command import Command
from jupyter_aisec.analysis.hit import ANYTHING, Deed, Fact
from jupyter_aisec.analysis.values import Constant, Items, Table, Value

SOME = ""
"""A repository or a folder, whichever: for what is published or written under a name that is not known."""
RUN = Fact(Deed.RUN, ANYTHING)
TOLD = Fact(Deed.TAGGED, ANYTHING)
FITTED = Fact(Deed.FITTED, ANYTHING)
INPUTS = Fact(Deed.INPUT_LOGGED, ANYTHING)
REGISTERED = Fact(Deed.REGISTERED, ANYTHING)

_TRAINING = frozenset({"fit", "train", "backward", "fit_generator", "partial_fit", "fine_tune"})
_INPUTS = frozenset({"log_input", "log_inputs"})
_WRITES = frozenset({"set_tag", "set_tags", "log_param", "log_params", "log_dict", "log_text"})
_BEGINS = frozenset({"start_run", "log_metric", "log_metrics", "log_model"})
_PROMPTS = frozenset({"register_prompt", "load_prompt"})
_VISIBLE = frozenset({"create_repo", "update_repo_settings", "update_repo_visibility"})
_DATASETS = re.compile(
    r"mlflow\.(?:(?:sklearn|xgboost|lightgbm|pytorch|tensorflow|keras|pyspark\.ml|spark|statsmodels)\.)?autolog"
)
"""What logs, by itself, the data that a model is fitted on: https://mlflow.org/docs/latest/ml/tracking/autolog/"""
_TELLING = frozenset({"Trainer", "Seq2SeqTrainer", "SFTTrainer", "DPOTrainer"})
"""What writes the name of the model it starts from into a run by itself, as the callback of transformers does."""
NAMED = _TELLING | _TRAINING | _INPUTS | _WRITES | _BEGINS | _PROMPTS | _VISIBLE | {"autolog"}
"""Last names of the calls that are such deeds."""
_WORDS = re.compile(r"[\s@:,;=|]+")
_DEPTH = 4


def of_call(call: Call) -> Iterator[Fact]:
    """What a call says about runs, prompts and repositories; of unknown receivers, only what its name can mean."""
    if call.name in _TRAINING:
        # `model.train()` without arguments only sets a mode, unless it is a trainer's.
        if call.name != "train" or call.node.args or call.node.keywords or "Trainer" in call.path:
            yield FITTED
    elif call.name in _VISIBLE:
        yield from _private(call)
    elif call.name in _TELLING or call.path == "mlflow.transformers.log_model":
        yield TOLD
    elif not call.path or call.path.startswith("mlflow."):
        yield from _tracked(call)


def _tracked(call: Call) -> Iterator[Fact]:
    """What a call of MLflow, or of a client that is not known, says about a run."""
    name = call.name
    if call.path and name in _BEGINS | _WRITES:
        yield RUN
    if name in _INPUTS:
        yield INPUTS
    elif name in _WRITES:
        yield from _written(call)
    elif name in _PROMPTS:
        yield REGISTERED
    elif _DATASETS.fullmatch(call.path) and not call.is_constant(False, "log_datasets"):  # noqa: FBT003 - the constant
        yield INPUTS


def of_command(command: Command) -> Iterator[Fact]:
    """``hf repo create NAME --private``."""
    words = command.known
    if command.program in {"hf", "huggingface-cli"} and "create" in words[:2] and command.flag("--private"):
        name = next(iter(command.positionals(frozenset({"--type", "--repo-type", "--token"}))[2:]), None)
        yield from _made_private(name.text if name else None)


def _private(call: Call) -> Iterator[Fact]:
    visibility = call.text("visibility")
    is_public = visibility == "public" or call.is_constant(False, "private")  # noqa: FBT003 - the constant
    if not is_public and (call.argument("private") is not None or call.argument("visibility") is not None):
        yield from _made_private(call.text("repo_id", 0))


def _made_private(repository: str | None) -> Iterator[Fact]:
    yield Fact(Deed.MADE_PRIVATE, repository or ANYTHING)
    yield Fact(Deed.MADE_PRIVATE, SOME)


def _written(call: Call) -> Iterator[Fact]:
    """Each word that is written into the run; anything at all where a value is not known."""
    given = [call.value("", position) for position in range(len(call.node.args))]
    given += [call.value(part.arg) for part in call.node.keywords if part.arg not in {None, "run_id"}]
    for value in given:
        for word in _words(value):
            yield Fact(Deed.TAGGED, word)


def _words(value: Value | None, depth: int = 0) -> Iterator[str]:
    if isinstance(value, Constant):
        yield from (word for word in _WORDS.split(value.value) if word) if isinstance(value.value, str) else ()
    elif isinstance(value, (Items, Table)) and depth < _DEPTH:
        parts = value.values.values() if isinstance(value, Table) else value.values
        for part in parts:
            yield from _words(part, depth + 1)
        if isinstance(value, Table) and not value.whole:
            yield ANYTHING
    else:
        yield ANYTHING
