"""Metrics that run the code which a model wrote."""

from __future__ import annotations

from collections.abc import Iterator

from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.command import Command
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.rule import Topics
from jupyter_aisec.analysis.subscriptions import Setting
from jupyter_aisec.model import Severity
from jupyter_aisec.rules.remote_code import FAMILY

_STEP = "do so in a container without network"


@FAMILY.rule(
    Severity.MEDIUM,
    named=("simple_evaluate",),
    default=False,
    cwe="CWE-94",
    atlas="AML.T0050",
    topics=Topics("ML09", "LLM05", "LLM10"),
    guidelines=("3.1",),
)
def code_eval_metric_enabled(use: Setting | Call | Command) -> Iterator[Hit]:
    """A benchmark is allowed to run the programs that a model writes.

    HumanEval and its like run each answer, here and as you. The libraries refuse to until you switch it on: do that
    in a container that has no network and none of your files.

    Bad:
        import os
        os.environ["HF_ALLOW_CODE_EVAL"] = "1"

    Good:
        !docker run --network none --rm example/evaluation:1.0
    """
    if isinstance(use, Setting):
        if use.name == "HF_ALLOW_CODE_EVAL" and use.value == "1":
            yield use.found(f"{use.name} lets metrics run the code that a model wrote; {_STEP}")
    elif isinstance(use, Command):
        flag = "--confirm_run_unsafe_code"
        if flag in use.known:
            yield use.found(f"{flag} runs the code that a model wrote; {_STEP}")
    elif use.is_constant(True, "confirm_run_unsafe_code"):  # noqa: FBT003 - the constant that is looked for
        yield use.found(f"{use.called} runs the code that a model wrote; {_STEP}")
