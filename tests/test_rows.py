"""Every row of knowledge/apis holds for the library that is installed."""

from __future__ import annotations

import importlib
import inspect

import pytest

from jupyter_aisec import knowledge
from jupyter_aisec.knowledge import Api

NOT_INSTALLED = {
    "anthropic",
    "catboost",
    "keras",
    "imageio",
    "klepto",
    "langchain",
    "gdown",
    "hickle",
    "lightning",
    "pyspark",
    "pytorch_lightning",
    "sentence_transformers",
    "skimage",
    "tensorflow",
    "torch",
    "torchvision",
    "transformers",
    "vllm",
    "wget",
    "whisper",
}
"""Too large, or too old, for a test environment: their rows are checked where somebody has them, and skipped aloud."""


def rows() -> list[Api]:
    return [row for library in sorted(knowledge.libraries()) for row in knowledge.apis(library).values()]


def resolve(row: Api, call: str) -> object:
    parts = call.split(".")
    for count in range(len(parts) - 1, 0, -1):
        name = ".".join(parts[:count])
        try:
            found: object = importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name in NOT_INSTALLED:
                pytest.skip(f"{error.name} is not installed")
            if error.name != name:
                raise
            continue
        # A row for all subclasses stands for methods that the base class itself may not have.
        for part in parts[count : -1 if row.subclasses else None]:
            found = getattr(found, part)
        return found
    raise ModuleNotFoundError(call)


def parameters_in_subclasses(base: type, method: str) -> set[str]:
    """The parameters that a method has in any class of the library; those of scikit-learn are loaded for it."""
    if base.__module__.startswith("sklearn."):
        importlib.import_module("sklearn.utils").all_estimators()
    found: set[str] = set()
    queue = [base]
    while queue:
        each = queue.pop()
        queue += each.__subclasses__()
        own = vars(each).get(method)
        found |= set(inspect.signature(own).parameters) if inspect.isfunction(own) else set()
    return found


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.call)
def test_a_row_names_a_real_call_and_its_real_parameters(row: Api) -> None:
    function = resolve(row, row.call)
    assert callable(function)
    named = {row.at, row.to, row.mode, row.query, row.value, *row.inputs, *row.pins, *row.verifies}
    named -= {None, "self", "return"}
    if row.subclasses and inspect.isclass(function):
        assert named <= parameters_in_subclasses(function, row.call.rpartition(".")[2])
        return
    try:
        parameters = inspect.signature(function).parameters
    except ValueError:
        # A function of C that tells nobody: the code for its library counts the arguments.
        assert row.special or not named
        return
    takes_any = any(each.kind is inspect.Parameter.VAR_KEYWORD for each in parameters.values())
    assert named <= set(parameters) or takes_any, (
        f"{sorted(map(str, named))} of {row.call}{inspect.signature(function)}"
    )


@pytest.mark.parametrize("row", [row for row in rows() if row.defined], ids=lambda row: row.call)
def test_a_function_is_where_the_row_says_that_it_is_defined(row: Api) -> None:
    assert row.defined is not None
    assert resolve(row, row.call) == resolve(row, row.defined)


@pytest.mark.parametrize("row", [row for row in rows() if row.special or row.cached], ids=lambda row: row.call)
def test_the_code_that_a_row_names_exists(row: Api) -> None:
    module = importlib.import_module(f"jupyter_aisec.capture.special.{row.call.partition('.')[0].lower()}")
    assert callable(getattr(module, row.special or "data_home"))
