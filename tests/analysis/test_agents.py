from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jupyter_aisec.model import Severity
from jupyter_aisec.rules import all_rules

if TYPE_CHECKING:
    from tests.analysis.conftest import Analyse, Check

RULES = {rule.name: rule for rule in all_rules()}

CODE = [
    "from langchain_experimental.utilities import PythonREPL as P\nP()",
    "from langchain_experimental.tools.python.tool import PythonAstREPLTool\nPythonAstREPLTool(locals={'df': df})",
    "from langchain_experimental import agents\nagents.create_pandas_dataframe_agent(llm, df)",
    "from langchain_experimental.agents import create_csv_agent\ncreate_csv_agent(llm, p, allow_dangerous_code=True)",
    "from langchain_experimental.pal_chain import PALChain\nPALChain.from_math_prompt(llm)",
    "from langchain_experimental.pal_chain import PALChain\nPALChain(llm_chain=c, allow_dangerous_code=True)",
    "from smolagents import CodeAgent\nCodeAgent(tools=[], model=m, additional_authorized_imports=['os', 'json'])",
    "from smolagents import CodeAgent\nCodeAgent([], m, additional_authorized_imports=['*'], executor_type='local')",
    "from smolagents import LocalPythonExecutor\nLocalPythonExecutor(['subprocess'])",
    "from autogen.coding import LocalCommandLineCodeExecutor\nLocalCommandLineCodeExecutor(work_dir='w')",
    "from autogen_ext.code_executors.local import LocalCommandLineCodeExecutor as L\nasync with L() as e: pass",
    "import autogen\nautogen.UserProxyAgent('u', code_execution_config={'work_dir': 'w', 'use_docker': False})",
    "import os\nos.environ['AUTOGEN_USE_DOCKER'] = 'False'",
    "from ag2.tools import SandboxCodeTool, LocalEnvironment\nSandboxCodeTool(LocalEnvironment())",
    "from crewai import Agent\nAgent(role='r', allow_code_execution=True, code_execution_mode='unsafe')",
    "from crewai_tools import CodeInterpreterTool\nCodeInterpreterTool(unsafe_mode=True)",
    "from llama_index.tools.code_interpreter import CodeInterpreterToolSpec\nCodeInterpreterToolSpec()",
    "from llama_index.experimental.query_engine import PandasQueryEngine\nPandasQueryEngine(df=df)",
]


@pytest.mark.parametrize("source", CODE)
def test_python_for_a_model_is_found_once(source: str, check: Check) -> None:
    assert check(source) == [("agent-code-tool", 0, 2)]


SHELL = [
    "from langchain_community.tools.shell import ShellTool\nShellTool()",
    "from langchain_experimental.llm_bash.base import LLMBashChain\nLLMBashChain.from_llm(llm)",
    "from langchain_community.agent_toolkits import FileManagementToolkit\nFileManagementToolkit()",
    "from langchain.agents.middleware import ShellToolMiddleware\nShellToolMiddleware(workspace_root='w')",
    "from langchain.agents import middleware as m\nm.ShellToolMiddleware(execution_policy=m.HostExecutionPolicy())",
    (
        "from langchain_community.agent_toolkits.load_tools import load_tools\n"
        "load_tools(['terminal', 'wikipedia'], llm=llm, allow_dangerous_tools=True)"
    ),
    "from ag2.tools import SandboxShellTool\nSandboxShellTool()",
]


@pytest.mark.parametrize("source", SHELL)
def test_shell_for_a_model_is_found_once(source: str, check: Check) -> None:
    assert check(source) == [("agent-shell-tool", 0, 2)]


SILENT = [
    "from smolagents import CodeAgent\nCodeAgent(tools=[], model=m)",
    "from smolagents import CodeAgent\nCodeAgent([], m, additional_authorized_imports=['numpy', 'pandas'])",
    "from smolagents import CodeAgent\nCodeAgent([], m, additional_authorized_imports=['os'], executor_type='docker')",
    "from smolagents import CodeAgent\nCodeAgent([], m, additional_authorized_imports=names)",
    "import autogen\nautogen.UserProxyAgent('u', code_execution_config={'use_docker': True})",
    "import autogen\nautogen.UserProxyAgent('u', code_execution_config=False)",
    "import autogen\nautogen.UserProxyAgent('u', code_execution_config={'use_docker': docker})",
    "from autogen_ext.code_executors.docker import DockerCommandLineCodeExecutor\nDockerCommandLineCodeExecutor()",
    "from crewai import Agent\nAgent(role='r', allow_code_execution=True)",
    "from mylibrary import PythonREPLTool, ShellTool\nPythonREPLTool(); ShellTool()",
    "class ShellTool: pass\nShellTool()",
    "from langchain.agents import middleware as m\nm.ShellToolMiddleware(execution_policy=m.DockerExecutionPolicy())",
    "from langchain_community.agent_toolkits import FileManagementToolkit\nFileManagementToolkit(root_dir=folder)",
    "from langchain_community.agent_toolkits.load_tools import load_tools\nload_tools(['wikipedia'])",
    "from ag2.tools import SandboxShellTool\nSandboxShellTool(allowed=['git', 'ls'])",
    "from agents import Agent\nAgent(name='a', model='gpt-4o')",
    "from langchain_community.vectorstores import FAISS\nFAISS.load_local('i', e, allow_dangerous_deserialization=no)",
    "from langchain_community.vectorstores import FAISS\nFAISS.load_local('i', allow_dangerous_deserialization=False)",
    "from langchain_core.load import loads\nloads(t)",
    "from langchain_core.load import loads\nloads(t, allowed_objects=[AIMessage])",
    "import json\njson.loads(t)",
    "from mcp import StdioServerParameters as S\nS(command='npx', args=['-y', '@org/server@1.2.3'])",
    "from mcp import StdioServerParameters as S\nS(command='npx', args=['-y', './server'])",
    "from mcp import StdioServerParameters as S\nS(command='python', args=['server.py'])",
    "from mcp import StdioServerParameters as S\nS(command='uvx', args=['mcp-server-fetch==2025.4.7'])",
    "from mcp import StdioServerParameters as S\nS(command='uvx', args=['mcp-server-fetch@2025.4.7', '--flag'])",
    f"from mcp import StdioServerParameters as S\nS(command='uvx', args=['--from', 'git+h://r@{'0f' * 20}', 's'])",
    "from mcp import StdioServerParameters as S\nS(command='uv', args=['run', 'server.py'])",
    "from mcp import StdioServerParameters as S\nS(command='docker', args=['run', '-i', '-e', 'K', 'org/image:1.2'])",
    "from mcp import StdioServerParameters as S\nS(command=command, args=arguments)",
    "from mcp import StdioServerParameters as S\nS(command='npx', args=['-y', package])",
    "from mcp.client.sse import sse_client\nsse_client('http://localhost:8000/sse')",
    "from mcp.client.sse import sse_client\nsse_client('https://example.org/sse')",
    "from httpx import Client\nClient(base_url='http://example.org')",
    "!npx -y create-react-app app",
    "from fastmcp.client.transports import NpxStdioTransport as T\nT('server-mail', project_directory='.')",
    "from fastmcp.client.transports import UvxStdioTransport as T\nT('mail', from_package='server-mail==1.2')",
]


@pytest.mark.parametrize("source", SILENT)
def test_what_is_bounded_pinned_or_unknown_is_silent(source: str, check: Check) -> None:
    assert check(source) == []


SERVERS = [
    "from mcp import StdioServerParameters as S\nS(command='npx', args=['-y', '@org/server@latest', '/data'])",
    "from mcp import StdioServerParameters as S\nS(command='uvx', args=['mcp-server-fetch'])",
    "from mcp import StdioServerParameters as S\nS(command='uv', args=['tool', 'run', 'mcp-server-fetch'])",
    "from mcp import StdioServerParameters as S\nS(command='cmd', args=['/c', 'npx', '-y', 'server-mail'])",
    "from mcp import StdioServerParameters as S\nS(command='docker', args=['run', '-i', '-e', 'K', 'org/image'])",
    "from mcp import StdioServerParameters as S\nS(command='npx', args=['--package=server-mail', 'mail'])",
    "from agents.mcp import MCPServerStdio\nMCPServerStdio(params={'command': 'npx', 'args': ['server-mail']})",
    "from pydantic_ai.mcp import MCPServerStdio\nMCPServerStdio('uvx', args=['server-mail'])",
    (
        "from langchain_mcp_adapters.client import MultiServerMCPClient\n"
        "MultiServerMCPClient({'m': {'command': 'npx', 'args': ['-y', 'server-mail'], 'transport': 'stdio'}})"
    ),
    "from fastmcp import Client\nClient({'mcpServers': {'m': {'command': 'uvx', 'args': ['server-mail']}}})",
    "from fastmcp.client.transports import NpxStdioTransport\nNpxStdioTransport(package='server-mail')",
    "from mcp.client.streamable_http import streamablehttp_client as c\nc('http://example.org/mcp')",
    "from fastmcp import Client\nClient('http://example.org/mcp')",
    "from pydantic_ai.mcp import MCPToolset\nMCPToolset({'mcpServers': {'m': {'command': 'uvx', 'args': ['mail']}}})",
    "from mcp import Client\nClient('http://example.org/mcp')",
    "from agno.tools.mcp import MCPTools\nMCPTools(command='npx -y @org/server')",
    "from agno.tools.mcp import MultiMCPTools\nMultiMCPTools(['npx -y @org/server@1.2.3', 'uvx server-mail'])",
    "!pip list\n!npx -y @modelcontextprotocol/inspector",
]


@pytest.mark.parametrize("source", SERVERS)
def test_tool_server_that_can_change_is_found(source: str, check: Check) -> None:
    assert check(source) == [("mcp-server-unpinned", 0, 2)]


def test_servers_in_a_table_of_another_cell_are_found(check: Check) -> None:
    table = "servers = {'a': {'command': 'npx', 'args': ['-y', 'a-mcp']}, 'b': {'command': 'uvx', 'args': ['b-mcp']}}"
    use = "from langchain_mcp_adapters.client import MultiServerMCPClient\nMultiServerMCPClient(servers)"
    assert check(table, use) == [("mcp-server-unpinned", 1, 2)]


FLAGS = [
    ("FAISS.load_local('index', e, allow_dangerous_deserialization=True)", Severity.HIGH),
    ("FAISS.load_local(folder_path=path, embeddings=e, allow_dangerous_deserialization=True)", Severity.HIGH),
    ("GraphCypherQAChain.from_llm(llm, graph=g, allow_dangerous_requests=True)", Severity.HIGH),
]


@pytest.mark.parametrize(("source", "severity"), FLAGS)
def test_dangerous_switch_is_found(source: str, severity: Severity, analyse: Analyse) -> None:
    imports = (
        "from langchain_community.vectorstores import FAISS\n"
        "from langchain_community.chains.graph_qa.cypher import GraphCypherQAChain"
    )
    found = analyse(imports, source).findings
    assert [(each.rule, each.severity) for each in found] == [("allow-dangerous-flag", severity)]


@pytest.mark.parametrize(("saved", "loaded"), [("'index'", "'index'"), ("path", "where")])
def test_index_that_the_notebook_saved_is_less_dangerous(saved: str, loaded: str, analyse: Analyse) -> None:
    load = (
        "from langchain_community.vectorstores import FAISS\n"
        f"FAISS.load_local({loaded}, e, allow_dangerous_deserialization=True)"
    )
    assert [each.severity for each in analyse(f"store.save_local({saved})", load).findings] == [Severity.LOW]
    assert [each.severity for each in analyse(load, f"store.save_local({saved})").findings] == [Severity.LOW]


def test_agent_that_asks_before_it_runs_code_is_medium(analyse: Analyse) -> None:
    config = "config = {'use_docker': False}"
    source = "import autogen\nautogen.UserProxyAgent('u', human_input_mode='ALWAYS', code_execution_config=config)"
    assert [each.severity for each in analyse(config, source).findings] == [Severity.MEDIUM]


LOADS = [
    ("loads(t, allowed_objects='all')", {}, 1),
    ("loads(t, secrets_from_env=True)", {}, 1),
    ("loads(t)", {"langchain-core": "0.3.80"}, 1),
    ("loads(t)", {"langchain-core": "1.2.4"}, 1),
    ("loads(t)", {"langchain-core": "0.3.81"}, 0),
    ("loads(t)", {"langchain-core": "1.2.5"}, 0),
    ("loads(t, secrets_from_env=False)", {"langchain-core": "0.3.80"}, 0),
]


@pytest.mark.parametrize(("source", "versions", "count"), LOADS)
def test_loading_langchain_objects(source: str, versions: dict[str, str], count: int, check: Check) -> None:
    found = check(f"from langchain_core.load import loads\n{source}", versions=versions)
    assert found == [("langchain-unsafe-load", 0, 2)] * count


PROMPTS = [
    ("prompt-template-jinja2", "import jinja2\njinja2.Template(text)"),
    ("prompt-template-jinja2", "from jinja2 import Template as T\nT(requests.get('https://example.org').text)"),
    ("prompt-hub-unpinned", "from langchain import hub\nhub.pull('a/b')"),
    ("prompt-hub-unpinned", "from langchain import hub\nhub.pull('a/b:latest')"),
    ("prompt-hub-unpinned", "from langsmith import Client\nClient().pull_prompt('a')"),
    ("prompt-hub-unpinned", "from langchain_core.prompts import load_prompt\nload_prompt('lc://prompts/a.json')"),
    ("agent-unbounded", "from langchain.agents import AgentExecutor\nAgentExecutor(agent=a, max_iterations=None)"),
    ("agent-unbounded", "from agents import Runner\nRunner.run_sync(a, 'hello', max_turns=None)"),
    ("agent-unbounded", "from autogen_agentchat.teams import RoundRobinGroupChat\nRoundRobinGroupChat([a, b])"),
    ("model-safety-disabled", "from diffusers import X\nX.from_single_file('m', safety_checker=None)"),
    ("model-safety-disabled", "import diffusers\npipe.safety_checker = None"),
    (
        "model-safety-disabled",
        "from google.genai import types\ntypes.SafetySetting(category=c, threshold='BLOCK_NONE')",
    ),
    (
        "model-safety-disabled",
        (
            "import google.generativeai as g\n"
            "g.GenerativeModel('m', safety_settings={g.types.HarmCategory.X: g.types.HarmBlockThreshold.BLOCK_NONE})"
        ),
    ),
    (
        "llm-model-alias",
        "from anthropic import Anthropic\nAnthropic().messages.create(model='claude-3-5-sonnet-latest')",
    ),
    ("llm-model-alias", "from langchain.chat_models import init_chat_model\ninit_chat_model('openai:gpt-4o-mini')"),
    ("llm-model-alias", "from langchain_openai import ChatOpenAI\nChatOpenAI(model_name='gpt-4')"),
]


@pytest.mark.parametrize(("rule", "source"), PROMPTS)
def test_practice_that_is_asked_for_is_found(rule: str, source: str, check: Check) -> None:
    assert (rule, 0, 2) in check(source, rule=RULES[rule])


QUIET = [
    ("prompt-template-jinja2", "import jinja2\njinja2.Template('Hello {{ name }}')"),
    ("prompt-template-jinja2", "import jinja2\njinja2.Template(open('page.html').read())"),
    (
        "prompt-template-jinja2",
        "from jinja2.sandbox import SandboxedEnvironment\nSandboxedEnvironment().from_string(t)",
    ),
    ("prompt-template-jinja2", "from langchain_core.prompts import PromptTemplate\nPromptTemplate.from_template(t)"),
    ("prompt-hub-unpinned", "from langchain import hub\nhub.pull('a/b:50442af1')"),
    ("prompt-hub-unpinned", "from langchain import hub\nhub.pull(name)"),
    ("prompt-hub-unpinned", "from langchain_core.prompts import load_prompt\nload_prompt('prompt.yaml')"),
    ("agent-unbounded", "from langchain.agents import AgentExecutor\nAgentExecutor(agent=a, tools=t)"),
    (
        "agent-unbounded",
        "from langchain.agents import AgentExecutor\nAgentExecutor(agent=a, max_iterations=None, max_execution_time=9)",
    ),
    ("agent-unbounded", "from autogen_agentchat.teams import RoundRobinGroupChat\nRoundRobinGroupChat(a, max_turns=3)"),
    ("agent-unbounded", "import mlflow\nmlflow.projects.run('.', max_turns=None)"),
    ("model-safety-disabled", "from diffusers import X\nX.from_single_file('m', safety_checker=checker)"),
    ("llm-model-alias", "from openai import OpenAI\nOpenAI().chat.completions.create(model='gpt-4o-2024-08-06')"),
    ("llm-model-alias", "from openai import AzureOpenAI\nAzureOpenAI().chat.completions.create(model='gpt-4o')"),
    ("llm-model-alias", "from openai import OpenAI\nOpenAI().chat.completions.create(model='ft:gpt-4o:org::id')"),
    ("llm-model-alias", "from openai import OpenAI\nOpenAI().embeddings.create(model='text-embedding-3-small')"),
    ("prompt-not-registered", "from openai import OpenAI\nOpenAI().responses.create(instructions=text, input='x')"),
    ("prompt-not-registered", "from openai import OpenAI\nOpenAI().responses.create(instructions='Be brief.')"),
]


@pytest.mark.parametrize(("rule", "source"), QUIET)
def test_practice_that_is_asked_for_is_not_guessed(rule: str, source: str, check: Check) -> None:
    assert rule not in {name for name, _, _ in check(source, rule=RULES[rule])}


def test_prompt_of_a_notebook_with_a_registry_is_silent(check: Check) -> None:
    call = (
        "from openai import OpenAI\n"
        "OpenAI().chat.completions.create(messages=[{'role': 'system', 'content': 'You are a loan officer.'}])"
    )
    rule = RULES["prompt-not-registered"]
    assert check(call, rule=rule) == [("prompt-not-registered", 0, 2)]
    assert check(call, "import mlflow\nmlflow.genai.register_prompt('loan', template=t)", rule=rule) == []


FIXES = [
    (
        "allow-dangerous-flag",
        "langchain_community.vectorstores.FAISS.load_local('i', e, allow_dangerous_deserialization=True)",
        "langchain_community.vectorstores.FAISS.load_local('i', e)",
    ),
    (
        "langchain-unsafe-load",
        "langchain_core.load.loads(t, allowed_objects='all')",
        'langchain_core.load.loads(t, allowed_objects="messages")',
    ),
    ("langchain-unsafe-load", "langchain_core.load.loads(t, secrets_from_env=True)", "langchain_core.load.loads(t)"),
    (
        "agent-unbounded",
        "langchain.agents.AgentExecutor(agent=a, max_iterations=None)",
        "langchain.agents.AgentExecutor(agent=a, max_iterations=15)",
    ),
    (
        "model-safety-disabled",
        "langchain_google_genai.ChatGoogleGenerativeAI(model='m', safety_settings=[{'threshold': 'BLOCK_NONE'}])",
        "langchain_google_genai.ChatGoogleGenerativeAI(model='m')",
    ),
    (
        "mlflow-save-pickle",
        "mlflow.sklearn.log_model(m, serialization_format='pickle')",
        'mlflow.sklearn.log_model(m, serialization_format="skops")',
    ),
]


@pytest.mark.parametrize(("rule", "source", "expected"), FIXES)
def test_fix_takes_the_switch_back(rule: str, source: str, expected: str, analyse: Analyse) -> None:
    imports = "import langchain, langchain_community, langchain_core, langchain_google_genai, mlflow"
    found = [each for each in analyse(imports, source, rule=RULES[rule]).findings if each.rule == rule]
    (fix,) = [each.fix for each in found]
    assert fix is not None
    assert not fix.safe
    (edit,) = fix.edits
    fixed = source[: edit.place.column - 1] + edit.text + source[edit.place.end_column - 1 :]
    assert fixed == expected
