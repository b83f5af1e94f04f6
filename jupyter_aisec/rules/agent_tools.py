"""Tools that hand the machine to a language model: Python and shells that run what it writes."""

from __future__ import annotations

from collections.abc import Iterator

from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.rule import Family, Topics
from jupyter_aisec.analysis.subscriptions import Setting
from jupyter_aisec.analysis.values import Constant, Items, Ref, Table, text
from jupyter_aisec.model import Severity

AGENCY = Topics("ML09", "LLM06", "LLM03")
"""More agency than the task needs."""
FAMILY = Family(
    "injection and language models", cwe="CWE-94", atlas="AML.T0053", topics=AGENCY, guidelines=("3.1", "1.3")
)

_LANGCHAIN = ("langchain.", "langchain_experimental.", "langchain_community.", "langchain_classic.")
_AUTOGEN = ("autogen.", "autogen_ext.", "autogen_core.", "autogen_agentchat.", "ag2.", "pyautogen.")
_PYTHON = {
    **dict.fromkeys(("PythonREPL", "PythonREPLTool", "PythonAstREPLTool", "create_python_agent"), _LANGCHAIN),
    **dict.fromkeys(("create_csv_agent", "create_pandas_dataframe_agent"), _LANGCHAIN),
    **dict.fromkeys(("create_spark_dataframe_agent", "create_xorbits_agent", "PALChain", "CPALChain"), _LANGCHAIN),
    **dict.fromkeys(("from_math_prompt", "from_colored_object_prompt"), _LANGCHAIN),
    **dict.fromkeys(("LocalCommandLineCodeExecutor", "EmbeddedIPythonCodeExecutor", "LocalJupyterServer"), _AUTOGEN),
    "JupyterCodeExecutor": ("autogen_ext.",),
    "CodeInterpreterToolSpec": ("llama_index.",),
    **dict.fromkeys(("PandasQueryEngine", "PolarsQueryEngine"), ("llama_index.",)),
    "UnsafeLocalCodeExecutor": ("google.adk.",),
    "PythonTools": ("agno.", "phi."),
}
"""What runs Python that a model writes, on this machine, whatever its arguments are; and whose it is."""
_PYTHON_IF = frozenset(
    {"CodeAgent", "ReactCodeAgent", "LocalPythonExecutor", "PythonInterpreterTool", "Agent", "CodeInterpreterTool"}
    | {"AssistantAgent", "UserProxyAgent", "ConversableAgent", "RetrieveUserProxyAgent", "SandboxCodeTool"}
    | {"GPTAssistantAgent", "MathUserProxyAgent"}
)
"""What does so with some arguments."""
_OPEN_IMPORTS = frozenset(
    {"*", "os", "os.*", "posix", "subprocess", "sys", "shutil", "pathlib", "socket", "builtins", "importlib", "ctypes"}
    | {"multiprocessing", "pty", "runpy", "code"}
)
"""Modules that lead from smolagents' interpreter to the machine."""
_LOCAL = "; run it in a container or a sandbox service"
_FALSY = frozenset({"0", "false", "no"})


@FAMILY.rule(Severity.HIGH, named=(*_PYTHON, *_PYTHON_IF))
def agent_code_tool(call: Call | Setting) -> Iterator[Hit]:
    """A language model is given a Python that runs on this machine.

    Whoever can put words before the model, in a document, a web page or a data frame, can have it write code that
    reads your files and keys. This is no theory: CVE-2023-29374 (LangChain's LLMMathChain) and CVE-2023-39662
    (LlamaIndex' PandasQueryEngine) are such prompts. Run the code in a container without network and without
    credentials, or give the model narrow functions. smolagents' own interpreter is found where it may import what
    leads out of it.

    Bad:
        from langchain_experimental.tools import PythonREPLTool
        tools = [PythonREPLTool()]

    Good:
        from autogen_ext.code_executors.docker import DockerCommandLineCodeExecutor
        executor = DockerCommandLineCodeExecutor(image="python:3.12-slim", work_dir="coding")
    """
    if isinstance(call, Setting):
        if call.name == "AUTOGEN_USE_DOCKER" and (call.value or "").lower() in _FALSY:
            yield call.found(f"{call.name}={call.value} runs what models write on this machine; leave it unset")
    elif runs_python(call):
        yield call.found(f"{call.called} runs Python that a model writes, on this machine{_LOCAL}")
    elif call.name in {"CodeAgent", "ReactCodeAgent", "LocalPythonExecutor", "PythonInterpreterTool"}:
        yield from _interpreter(call)
    elif call.path.startswith(_AUTOGEN):
        yield from _autogen(call)
    elif call.path.startswith(("crewai.", "crewai_tools.")):
        is_unsafe = call.text("code_execution_mode") == "unsafe" and call.is_constant(True, "allow_code_execution")  # noqa: FBT003 - the constants that are looked for
        if is_unsafe or call.is_constant(True, "unsafe_mode"):  # noqa: FBT003 - as above
            yield call.found(f"{call.called} in unsafe mode runs Python that a model writes, on this machine{_LOCAL}")


def runs_python(call: Call) -> bool:
    """Whether a call makes something that runs a model's Python here, whatever its arguments are."""
    libraries = _PYTHON.get(call.name)
    if libraries is None or not call.path.startswith(libraries):
        return False
    return not call.name.startswith("from_") or "PALChain." in call.path


def _interpreter(call: Call) -> Iterator[Hit]:
    if not call.path.startswith(("smolagents.", "transformers.")) or call.given("executor") is not False:
        return
    place = call.given("executor_type")
    if (place is not False and call.text("executor_type") != "local") or call.given("use_e2b_executor") is not False:
        return
    is_first = call.name == "LocalPythonExecutor"
    given = call.value("additional_authorized_imports", 0 if is_first else None) or call.value("authorized_imports")
    names = [text(part) for part in given.values] if isinstance(given, Items) else []
    found = [name for name in names if name in _OPEN_IMPORTS]
    if found:
        yield call.found(f"{call.called} lets what a model writes import {', '.join(map(str, found))}{_LOCAL}")


def _autogen(call: Call) -> Iterator[Hit]:
    if call.name == "SandboxCodeTool":
        environment = call.value("environment", 0)
        if isinstance(environment, Ref) and environment.path.endswith("LocalEnvironment()"):
            yield call.found(f"{call.called} runs code that a model writes, on this machine{_LOCAL}")
        return
    config = call.value("code_execution_config")
    docker = config.values.get("use_docker") if isinstance(config, Table) else None
    if isinstance(docker, Constant) and docker.value is False:
        is_asked = call.text("human_input_mode") == "ALWAYS"
        yield call.found(
            f"{call.called} with use_docker=False runs code that a model writes, on this machine; leave it out",
            severity=Severity.MEDIUM if is_asked else None,
        )


_SHELL = {
    **dict.fromkeys(("ShellTool", "BashProcess", "LLMBashChain"), _LANGCHAIN),
    "ShellTools": ("agno.", "phi."),
    "LocalShellBackend": ("deepagents.",),
}
"""What runs commands that a model writes, on this machine; and whose it is."""
_SHELL_IF = frozenset(
    {"ShellToolMiddleware", "ClaudeBashToolMiddleware", "SandboxShellTool", "FileManagementToolkit", "load_tools"}
    | {"from_llm"}
)
_HOSTS = ("HostExecutionPolicy()",)


@FAMILY.rule(Severity.HIGH, named=(*_SHELL, *_SHELL_IF), cwe="CWE-78")
def agent_shell_tool(call: Call) -> Iterator[Hit]:
    """A language model is given a shell, or all files, of this machine.

    Words that the model reads anywhere become commands that run as you. Give it functions that do one thing each;
    where it needs a shell, run that in a container, and name the folder that file tools may work in.

    Bad:
        from langchain_community.tools import ShellTool
        tools = [ShellTool()]

    Good:
        from langchain_community.agent_toolkits import FileManagementToolkit
        tools = FileManagementToolkit(root_dir="workspace").get_tools()
    """
    libraries = _SHELL.get(call.name)
    if (libraries and call.path.startswith(libraries)) or call.path.endswith(".LLMBashChain.from_llm"):
        yield call.found(f"{call.called} runs commands that a model writes, on this machine{_LOCAL}")
    elif call.name in {"ShellToolMiddleware", "ClaudeBashToolMiddleware"}:
        policy = call.value("execution_policy")
        is_host = isinstance(policy, Ref) and policy.path.endswith(_HOSTS)
        if call.path.startswith("langchain") and (is_host or call.given("execution_policy") is False):
            yield call.found(
                f"{call.called} runs commands that a model writes, on this machine; pass a DockerExecutionPolicy"
            )
    elif call.name == "SandboxShellTool" and call.path.startswith("ag2."):
        yield from _sandbox(call)
    elif call.name == "FileManagementToolkit" and call.path.startswith(_LANGCHAIN):
        if call.given("root_dir") is False or call.is_constant(None, "root_dir"):
            yield call.found(f"{call.called} without root_dir opens every file to the model; name a folder")
    elif loads_shell(call):
        yield call.found(f"{call.called} gives the model a terminal of this machine{_LOCAL}")


def loads_shell(call: Call) -> bool:
    """Whether ``load_tools`` is asked for a terminal."""
    names = call.value("tool_names", 0)
    is_asked = isinstance(names, Items) and any(text(part) == "terminal" for part in names.values)
    return call.name == "load_tools" and call.path.startswith("langchain") and is_asked


def _sandbox(call: Call) -> Iterator[Hit]:
    environment = call.value("environment", 0)
    is_local = isinstance(environment, Ref) and environment.path.endswith("LocalEnvironment()")
    is_bounded = call.given("allowed") is not False or call.given("readonly") is not False
    if (is_local or call.given("environment", 0) is False) and not is_bounded:
        yield call.found(f"{call.called} runs commands that a model writes, on this machine; use DockerEnvironment")
