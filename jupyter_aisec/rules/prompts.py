"""Prompts: templates that run, prompts that others can change, and instructions that nobody keeps."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.experiments import REGISTERED
from jupyter_aisec.analysis.fetched import is_remote
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.rule import MODEL, Family, Topics
from jupyter_aisec.analysis.values import Constant, Items, Ref, Table, Value, text
from jupyter_aisec.model import Severity
from jupyter_aisec.rules.agent_tools import FAMILY

_TEMPLATES = frozenset(
    {"PromptTemplate", "ChatPromptTemplate", "SystemMessagePromptTemplate", "HumanMessagePromptTemplate"}
    | {"AIMessagePromptTemplate", "FewShotPromptTemplate", "from_template", "from_messages", "from_string"}
)


@FAMILY.rule(
    Severity.MEDIUM,
    named=_TEMPLATES,
    calls=("jinja2.Template", "jinja2.environment.Template"),
    default=False,
    cwe="CWE-1336",
    atlas="AML.T0051",
    topics=Topics("", "LLM01", "LLM01"),
    guidelines=("2.1",),
)
def prompt_template_jinja2(call: Call) -> Iterator[Hit]:
    """A Jinja2 template is made from text that the notebook does not hold.

    A Jinja2 template is a program: from text that somebody else wrote it reaches attributes, and through them Python
    itself. Write the template into the notebook and pass values to it, use f-string templates, or render it in
    `jinja2.sandbox.SandboxedEnvironment`.

    Bad:
        from langchain_core.prompts import PromptTemplate
        prompt = PromptTemplate.from_template(template, template_format="jinja2")

    Good:
        from langchain_core.prompts import PromptTemplate
        prompt = PromptTemplate.from_template("Translate {text} to French.")
    """
    if call.path.startswith("jinja2."):
        is_jinja = call.name == "Template" or call.path in {
            "jinja2.Environment().from_string",
            "jinja2.environment.Environment().from_string",
        }
        source = call.argument("source", 0)
        value = call.value("source", 0)
    else:
        is_jinja = call.path.startswith("langchain") and call.text("template_format") == "jinja2"
        source = call.argument("template", 0) or call.argument("messages", 0)
        value = call.value("template", 0) or call.value("messages", 0)
    if is_jinja and source is not None and not _is_written(value):
        yield call.found(f"{call.called} runs a Jinja2 template that is not written here; use an f-string template")


def _is_written(value: Value | None) -> bool:
    """Whether the text stands in the notebook, or in a file of its project."""
    if isinstance(value, Items):
        return all(_is_written(part) for part in value.values)
    return isinstance(value, Constant) or (
        isinstance(value, Ref) and value.path.startswith(("builtins.open()", "pathlib."))
    )


_PULLS = frozenset({"langchain.hub.pull", "langchain_classic.hub.pull", "langchainhub.pull"})
_COMMIT = re.compile(r":[0-9a-f]{7,64}$")


@FAMILY.rule(
    Severity.LOW,
    calls=_PULLS,
    named=("pull_prompt", "load_prompt"),
    default=False,
    cwe="CWE-494",
    atlas="AML.T0010",
    topics=MODEL,
    guidelines=("2.1", "2.3"),
)
def prompt_hub_unpinned(call: Call) -> Iterator[Hit]:
    """A prompt is pulled from a hub without its commit.

    Its owner can change what your system tells the model, and with it the model that answers, between two runs. End
    the name with a colon and the commit that you have read.

    Bad:
        from langchain_classic import hub
        prompt = hub.pull("example/rag-prompt")

    Good:
        from langchain_classic import hub
        prompt = hub.pull("example/rag-prompt:50442af1")
    """
    if call.path in _PULLS or (call.name == "pull_prompt" and call.path.startswith("langsmith.")):
        name = call.text("prompt_identifier" if call.name == "pull_prompt" else "owner_repo_commit", 0)
        if name and not _COMMIT.search(name):
            yield call.found(f"{call.called} takes whatever {name} says that day; append : and a commit", once=name)
    elif call.name == "load_prompt" and call.path.startswith("langchain"):
        path = call.path_text("path", 0) or ""
        if is_remote(path) or path.startswith("lc:"):
            yield call.found(f"{call.called} takes whatever {path} says that day; keep the prompt here", once=path)


PROVENANCE = Family(
    "data protection and provenance",
    cwe="CWE-1059",
    atlas="AML.T0056",
    topics=Topics("", "LLM07", "LLM08"),
    guidelines=("2.3",),
)

_SERVICES = ("openai.", "anthropic.", "mistralai.", "groq.", "litellm.", "google.g", "together.")
_ASKS = re.compile(r"chat\b|messages|responses|ChatCompletion|models")
_LENGTH = 20
"""Characters of the shortest instruction that is worth keeping."""


@PROVENANCE.rule(Severity.INFO, named=("create", "generate_content", "parse", "stream"), default=False)
def prompt_not_registered(call: Call) -> Iterator[Hit]:
    """A system prompt stands in the notebook only.

    What a system was told decides what it does, as much as its model. A prompt registry gives each text a version
    that a run can name. Silent where the notebook puts prompts into MLflow's registry or takes them from there.

    Bad:
        from openai import OpenAI
        answer = OpenAI().responses.create(
            model="gpt-4o-2024-08-06", instructions="You are a loan officer. Decide on this form.", input=form
        )

    Good:
        import mlflow
        from openai import OpenAI
        prompt = mlflow.genai.load_prompt("prompts:/loan/3")
        answer = OpenAI().responses.create(model="gpt-4o-2024-08-06", instructions=prompt.template, input=form)
    """
    if not (call.path.startswith(_SERVICES) and _ASKS.search(call.path)):
        return
    written = next((each for each in _instructions(call) if each is not None and len(each) >= _LENGTH), None)
    if written:
        yield call.found(
            f"{call.called} is told what to do by text that has no version; keep it with mlflow.genai.register_prompt",
            once=written[:200],
            unless=(REGISTERED,),
        )


def _instructions(call: Call) -> Iterator[str | None]:
    yield call.text("instructions")
    yield call.text("system")
    messages = call.value("messages") or call.value("input")
    for message in messages.values if isinstance(messages, Items) else ():
        if isinstance(message, Table) and text(message.values.get("role")) in {"system", "developer"}:
            yield text(message.values.get("content"))
