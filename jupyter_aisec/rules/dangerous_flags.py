"""Opt-ins that a library names dangerous itself, and LangChain's own way to load objects."""

from __future__ import annotations

from collections.abc import Iterator

from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.experiments import SOME
from jupyter_aisec.analysis.hit import Deed, Fact, Hit, own
from jupyter_aisec.analysis.rule import MODEL, Topics
from jupyter_aisec.model import Severity
from jupyter_aisec.rules.agent_tools import FAMILY, loads_shell, runs_python

_FLAGS = {
    "allow_dangerous_deserialization": "unpickles the file, which runs code in it",
    "allow_dangerous_code": "runs code that a model writes, on this machine",
    "allow_dangerous_requests": "lets a model send requests of its own, with your rights",
    "allow_dangerous_request": "lets a model send requests of its own, with your rights",
    "allow_dangerous_tools": "gives a model tools that reach this machine or its network",
    "allow_dangerous_paths": "reads whatever files the prompt names",
    "allow_dangerous_xml_parsing": "parses XML that can read files and addresses",
    "dangerously_pull_public_prompt": "takes a prompt, and the model it names, from anybody",
}
_STEPS = {
    "allow_dangerous_deserialization": "load only an index that you wrote, or use a store without pickle",
    "allow_dangerous_requests": "leave it out, or give the model an account with few rights",
}


@FAMILY.rule(
    Severity.HIGH,
    named=("load_local", "from_llm", "load_tools", "load_prompt", "from_documents", "pull_prompt"),
    libraries=("langchain_community", "langchain_experimental", "langchain_neo4j", "langchain_classic", "langchain"),
    cwe="CWE-502",
    atlas="AML.T0011.000",
    topics=Topics("ML06", "LLM06", "LLM03"),
    guidelines=("2.1", "1.3"),
)
def allow_dangerous_flag(call: Call) -> Iterator[Hit]:
    """A switch is set that the library itself calls dangerous.

    LangChain refuses to unpickle an index, to run code or to send requests for a model until you say that you know
    what that means. What is loaded or asked by somebody else then acts as you. Low for an index that the same
    notebook saved. Tools that run Python are said by agent-code-tool.

    Bad:
        from langchain_community.vectorstores import FAISS
        store = FAISS.load_local("index", embeddings, allow_dangerous_deserialization=True)

    Good:
        from langchain_chroma import Chroma
        store = Chroma(persist_directory="index", embedding_function=embeddings)
    """
    flags = [part.arg for part in call.node.keywords if part.arg in _FLAGS]
    if not flags or runs_python(call) or loads_shell(call):
        return
    for flag in flags:
        if flag is not None and call.is_constant(True, flag):  # noqa: FBT003 - the constant that is looked for
            folder = (call.path_text("folder_path", 0) or SOME) if call.name == "load_local" else None
            yield call.found(
                f"{call.called} with {flag}=True {_FLAGS[flag]}; {_STEPS.get(flag, 'leave it out')}",
                repair=call.without_keyword(flag, "leave the library's check on", safe=False),
                worse=() if folder is None else _own(folder),
            )


def _own(folder: str) -> tuple[tuple[Fact, Severity], ...]:
    """That the notebook saved the index; of one that it saved to a folder that is not known it may be as well."""
    return (Fact(Deed.WROTE, own(folder)), Severity.LOW), (Fact(Deed.WROTE, SOME), Severity.MEDIUM)


_LOADS = frozenset(
    f"{module}.{name}"
    for module in ("langchain_core.load", "langchain_core.load.load", "langchain.load", "langchain_classic.load")
    for name in ("load", "loads")
)


@FAMILY.rule(
    Severity.HIGH,
    calls=_LOADS,
    named=("pull_prompt",),
    cwe="CWE-502",
    atlas="AML.T0011",
    topics=MODEL,
    guidelines=("2.1",),
)
def langchain_unsafe_load(call: Call) -> Iterator[Hit]:
    """LangChain objects are loaded with more allowed than messages need.

    The text decides which class is made and with which arguments: a chat model that talks to somebody else's server,
    or a secret taken from your environment (CVE-2025-68664). Say `allowed_objects="messages"` or list the classes,
    and leave `secrets_from_env` out. Before langchain-core 0.3.81 and 1.2.5 both were open unless closed.

    Bad:
        from langchain_core.load import loads
        message = loads(text, allowed_objects="all")

    Good:
        from langchain_core.load import loads
        message = loads(text, allowed_objects="messages")
    """
    if call.is_constant(True, "secrets_from_env"):  # noqa: FBT003 - the constant that is looked for
        if call.path in _LOADS or call.path.startswith("langsmith."):
            yield call.found(
                f"{call.called} with secrets_from_env=True hands environment variables to what it loads; leave it out",
                repair=call.without_keyword("secrets_from_env", "keep secrets out of what is loaded", safe=False),
            )
    elif call.path not in _LOADS:
        return
    elif call.text("allowed_objects") == "all":
        yield call.found(
            f'{call.called} with allowed_objects="all" makes any LangChain object; pass "messages" or list the classes',
            repair=call.with_keyword("allowed_objects", '"messages"', "allow messages only", safe=False),
        )
    elif call.given("allowed_objects") is False and _is_open(call):
        yield call.found(f"{call.called} reads secrets from the environment (CVE-2025-68664); update langchain-core")


def _is_open(call: Call) -> bool:
    """Whether the installed version has neither an allow-list nor closed secrets."""
    if call.given("secrets_from_env") is not False:
        return False
    older = call.context.older
    return bool(older("langchain-core", 0, 3, 81) or (older("langchain-core", 1, 0) is False and _before_fix(call)))


def _before_fix(call: Call) -> bool:
    return bool(call.context.older("langchain-core", 1, 2, 5))
