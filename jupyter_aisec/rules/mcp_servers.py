"""Servers of the Model Context Protocol: programs that are fetched and started for a model, and its endpoints."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.command import Command
from jupyter_aisec.analysis.fetched import is_remote
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.rule import MODEL
from jupyter_aisec.analysis.values import Items, Table, Value, text
from jupyter_aisec.model import Severity
from jupyter_aisec.rules.agent_tools import FAMILY

_STARTS = frozenset(
    {"StdioServerParameters", "StdioServerParams", "MCPServerStdio", "StdioTransport", "BasicMCPClient", "MCPStdioTool"}
    | {"MCPServerStdioParams", "StdioConnection", "MCPStdioPlugin"}
    | {"MCPTools", "MultiMCPTools"}
)
"""What takes a command and its arguments."""
_PACKAGES = {"NpxStdioTransport": "package", "UvxStdioTransport": "tool_name"}
_CONFIGURED = frozenset(
    {"MultiServerMCPClient", "Client", "MCPClient", "MCPServerAdapter", "from_mcp", "MCPConfig"} | {"MCPToolset"}
)
"""What takes a table of servers."""
_CONNECTS = frozenset(
    {"sse_client", "streamablehttp_client", "streamable_http_client", "SseServerParams", "StreamableHttpServerParams"}
    | {"MCPServerSse", "MCPServerSSE", "MCPServerHTTP", "MCPServerStreamableHttp", "MCPServerStreamableHTTP"}
    | {"StreamableHttpTransport", "SSETransport", "SseConnectionParams", "StreamableHTTPConnectionParams"}
)
"""What takes an address."""
_LIBRARIES = (
    *("mcp.", "fastmcp.", "langchain_mcp_adapters.", "agents.", "autogen_ext.", "crewai", "smolagents.", "google.adk."),
    *("llama_index.tools.mcp.", "pydantic_ai.", "mcpadapt.", "strands", "agent_framework.", "semantic_kernel.", "ag2."),
    *("autogen.", "agno."),
)
_DEPTH = 4
_EXACT = re.compile(r"(?:@[\w.-]+/)?[\w.-]+@v?\d+\.\d+[\w.+-]*")
_PYTHON_EXACT = re.compile(r"[\w.-]+(?:\[[\w,.-]*\])?(?:==|@)v?\d[\w.+!-]*")
_COMMIT = re.compile(r"[#@][0-9a-f]{40}(?:$|[#&])")
_LOCAL = re.compile(r"\.{0,2}/|~|file:|[A-Za-z]:\\|\.$")
_NODE = frozenset({"npx", "bunx", "pnpx", "npx.cmd"})
_PYTHON = frozenset({"uvx", "pipx", "uvx.exe"})
_CONTAINERS = frozenset({"docker", "podman"})
_CONTAINER_VALUES = frozenset(
    {"-e", "--env", "-v", "--volume", "--mount", "--name", "-p", "--publish", "--network", "--net", "--env-file", "-u"}
    | {"--user", "-w", "--workdir", "--entrypoint", "--platform", "--memory", "-m", "--cpus", "--add-host", "-l"}
)


@FAMILY.rule(
    Severity.MEDIUM,
    named=_STARTS | _CONFIGURED | _CONNECTS | frozenset(_PACKAGES),
    cwe="CWE-494",
    atlas="AML.T0010.005",
    topics=MODEL,
    guidelines=("2.1",),
)
def mcp_server_unpinned(call: Call | Command) -> Iterator[Hit]:
    """A server for a model's tools is fetched at whatever version is newest.

    `npx -y` and `uvx` download the newest release and run it, with your files and with the keys in `env`, at every
    start. A false postmark-mcp on npm was harmless for fifteen versions; in September 2025, version 1.0.16 began to
    send a copy of every mail to its author. Write the exact version behind the name. What is on the network must be
    asked over https.

    Bad:
        from mcp import StdioServerParameters
        server = StdioServerParameters(command="npx", args=["-y", "@example/server-mail"])

    Good:
        from mcp import StdioServerParameters
        server = StdioServerParameters(command="npx", args=["-y", "@example/server-mail@1.0.15"])
    """
    if isinstance(call, Command):
        package = _package(call.program, [word.text for word in call.words])
        if (package and "mcp" in package.lower()) or (package or "").startswith("@modelcontextprotocol/"):
            yield call.found(_newest(package or ""), once=package)
        return
    if not call.path.startswith(_LIBRARIES):
        return
    for command, arguments, url in _servers(call):
        package = _package(command or "", arguments)
        if package:
            yield call.found(_newest(package), once=package)
        elif url and url.lower().startswith("http://") and is_remote(url):
            yield call.found(f"{url} is asked without TLS, by a model that trusts its answers; use https", once=url)


def _newest(package: str) -> str:
    return f"the newest {package} is fetched and run each time; write its exact version behind the name"


_Server = tuple[str | None, list[str | None], str | None]
"""Command, arguments, address."""


def _servers(call: Call) -> Iterator[_Server]:
    if call.name in _PACKAGES:
        if call.given("project_directory") is False:  # else the project's lock file decides
            package = call.text("from_package") or call.text(_PACKAGES[call.name], 0)
            yield ("npx" if call.name.startswith("Npx") else "uvx"), [package], None
        return
    if call.name in _STARTS:
        is_named = call.name == "MCPStdioTool"
        command = call.text("command", 1 if is_named else 0) or call.text("command_or_url", 0)
        yield command, _texts(call.value("args", 2 if is_named else 1)), None
        # agno takes whole command lines.
        for line in [command, *_texts(call.value("commands", 0))]:
            if line and " " in line:
                yield line.split()[0], [*line.split()[1:]], None
    elif call.name in _CONNECTS:
        yield None, [], call.text("url", 0)
    given = [call.value("", position) for position in range(len(call.node.args))]
    given += [call.value(part.arg) for part in call.node.keywords if part.arg]
    for value in given:
        if call.name in _CONFIGURED and text(value):
            yield None, [], text(value)
        yield from _tables(value)


def _tables(value: Value | None, depth: int = 0) -> Iterator[_Server]:
    if isinstance(value, Items) and depth < _DEPTH:
        for part in value.values:
            yield from _tables(part, depth + 1)
    elif isinstance(value, Table) and depth < _DEPTH:
        yield text(value.values.get("command")), _texts(value.values.get("args")), text(value.values.get("url"))
        for part in value.values.values():
            yield from _tables(part, depth + 1)


def _texts(value: Value | None) -> list[str | None]:
    return [text(part) for part in value.values] if isinstance(value, Items) else []


def _package(command: str, words: list[str | None]) -> str | None:
    """What a launcher fetches without an exact version; None for what is exact, local, unknown or no launcher."""
    program = command.rpartition("/")[2]
    if program in {"cmd", "cmd.exe"} and len(words) > 1 and (words[0] or "").lower() == "/c":
        program, words = words[1] or "", words[2:]
    if program == "uv" and words[:2] == ["tool", "run"]:
        program, words = "uvx", words[2:]
    elif program in {"npm", "pnpm", "yarn"} and words[:1] in (["exec"], ["dlx"]):
        program, words = "npx", words[1:]
    if program == "pipx" and words[:1] != ["run"]:
        return None
    if program in _NODE:
        return _unless(_first(words, {"-p", "--package"}), _EXACT)
    if program in _PYTHON:
        return _unless(_first(words[1:] if program == "pipx" else words, {"--from", "--spec"}), _PYTHON_EXACT)
    if program in _CONTAINERS and words[:1] == ["run"]:
        image = _image(words[1:])
        tag = (image or "").rpartition("/")[2].partition(":")[2]
        return image if image and "@sha256:" not in image and tag in {"", "latest"} else None
    return None


def _unless(package: str | None, exact: re.Pattern[str]) -> str | None:
    if not package or _LOCAL.match(package) or exact.fullmatch(package) or _COMMIT.search(package):
        return None
    return package


def _first(words: list[str | None], named: set[str]) -> str | None:
    """The package: behind an option that names one, else the first word that is no option."""
    for number, word in enumerate(words):
        if word in named:
            return words[number + 1] if number + 1 < len(words) else None
        option, equals, value = (word or "").partition("=")
        if equals and option in named:
            return value
        if word is None or not word.startswith("-"):
            return next((words[at + 1] for at in range(number, len(words) - 1) if words[at] in named), word)
        if word in {"--python", "--with", "--index-url", "--registry"}:
            return _first(words[number + 2 :], named)
    return None


def _image(words: list[str | None]) -> str | None:
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word is None:
            return None
        elif word.startswith("-"):
            skip = word in _CONTAINER_VALUES
        else:
            return word
    return None
