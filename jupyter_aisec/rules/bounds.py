"""Bounds that are taken off a model: how long an agent may go on, and what its makers keep it from."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from jupyter_aisec.analysis.assigned import Assigned
from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.rule import Topics
from jupyter_aisec.analysis.values import Constant, Items, Ref, Table, Value, text
from jupyter_aisec.model import Severity
from jupyter_aisec.rules.agent_tools import FAMILY

_LIMITS = {
    "AgentExecutor": ("max_iterations", ("langchain",)),
    "from_agent_and_tools": ("max_iterations", ("langchain",)),
    "initialize_agent": ("max_iterations", ("langchain",)),
    "run": ("max_turns", ("agents.",)),
    "run_sync": ("max_turns", ("agents.",)),
    "run_streamed": ("max_turns", ("agents.",)),
    "UsageLimits": ("request_limit", ("pydantic_ai.",)),
}
"""The parameter that bounds an agent, where None means no bound, and whose it is."""
_TEAMS = frozenset({"RoundRobinGroupChat", "SelectorGroupChat", "Swarm", "GraphFlow"})
_USUAL = {"max_iterations": "15", "max_turns": "10", "request_limit": "50"}


@FAMILY.rule(
    Severity.LOW,
    named=(*_LIMITS, *_TEAMS),
    default=False,
    cwe="CWE-770",
    atlas="AML.T0034.002",
    topics=Topics("", "LLM10", "LLM06"),
    guidelines=("4.1", "1.3"),
)
def agent_unbounded(call: Call) -> Iterator[Hit]:
    """An agent may go on for ever.

    Each step costs money and is one more chance to do harm; two agents that thank each other never stop. Set the
    number of steps, or a condition that ends it.

    Bad:
        from langchain_classic.agents import AgentExecutor
        executor = AgentExecutor(agent=agent, tools=tools, max_iterations=None)

    Good:
        from langchain_classic.agents import AgentExecutor
        executor = AgentExecutor(agent=agent, tools=tools, max_iterations=15)
    """
    if call.name in _TEAMS:
        ends = call.given("termination_condition") is not False or call.given("max_turns") is not False
        if call.path.startswith("autogen_agentchat.") and not ends and call.name != "GraphFlow":
            yield call.found(f"{call.called} has neither a termination condition nor max_turns; give it one")
        return
    parameter, libraries = _LIMITS[call.name]
    if call.path.startswith(libraries) and call.is_constant(None, parameter):
        is_timed = call.given("max_execution_time") is not False and not call.is_constant(None, "max_execution_time")
        if not is_timed:
            yield call.found(
                f"{call.called} with {parameter}=None never has to stop; give a number",
                repair=call.with_keyword(parameter, _USUAL[parameter], "bound the steps", safe=False),
            )


_OFF = frozenset({"BLOCK_NONE", "OFF"})
_THRESHOLDS = frozenset({"SafetySetting", "GenerativeModel", "generate_content", "GenerateContentConfig", "start_chat"})


@FAMILY.rule(
    Severity.LOW,
    named=(*_THRESHOLDS, "ChatGoogleGenerativeAI", "ChatVertexAI", "from_pretrained", "from_single_file"),
    default=False,
    cwe="CWE-693",
    atlas="AML.T0054",
    topics=Topics("", "LLM09", "LLM07"),
    guidelines=("3.4",),
)
def model_safety_disabled(call: Call | Assigned) -> Iterator[Hit]:
    """A model's safety filter is switched off.

    There may be good reasons in an experiment; in what you release, the filter is what keeps a harmful picture or
    text from the user. Leave it on, or note in the model card what takes its place.

    Bad:
        from diffusers import DiffusionPipeline
        pipe = DiffusionPipeline.from_pretrained(
            "example/model", revision="0f3c2b7a9d8e4f5061728394a5b6c7d8e9f0a1b2", safety_checker=None
        )

    Good:
        from diffusers import DiffusionPipeline
        pipe = DiffusionPipeline.from_pretrained("example/model", revision="0f3c2b7a9d8e4f5061728394a5b6c7d8e9f0a1b2")
    """
    if isinstance(call, Assigned):
        is_off = call.value == Constant(None) or isinstance(call.value_node, ast.Lambda)
        if call.name == "safety_checker" and is_off:
            yield call.found(f"{call.written} is taken out; leave it on, or say in the model card what replaces it")
    elif call.name in {"from_pretrained", "from_single_file"}:
        if call.is_constant(None, "safety_checker"):
            yield call.found(
                f"{call.called} with safety_checker=None shows every picture; leave it out",
                repair=call.without_keyword("safety_checker", "keep the safety checker", safe=False),
            )
    else:
        for name in ("threshold", "safety_settings"):
            node = call.argument(name)
            if node is not None and (_is_off(call.value(name)) or _names_off(node)):
                yield call.found(
                    f"{call.called} switches the safety filter off; leave {name} out",
                    repair=call.without_keyword(name, "keep the safety filter", safe=False)
                    if name == "safety_settings"
                    else None,
                )


def _is_off(value: Value | None) -> bool:
    if isinstance(value, (Items, Table)):
        parts = value.values.values() if isinstance(value, Table) else value.values
        return any(_is_off(part) for part in parts)
    return text(value) in _OFF or (isinstance(value, Ref) and value.path.endswith("HarmBlockThreshold.BLOCK_NONE"))


def _names_off(node: ast.expr) -> bool:
    """Whether a table whose keys are constants of the library says so."""
    return isinstance(node, ast.Dict) and any(
        isinstance(value, ast.Attribute) and value.attr in _OFF for value in node.values
    )
