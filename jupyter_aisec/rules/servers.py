"""Servers that a notebook starts, and who can reach them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jupyter_aisec.analysis.assigned import Assigned
from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.command import Command, Word
from jupyter_aisec.analysis.hit import Hit, Repair
from jupyter_aisec.analysis.rule import Family, Topics
from jupyter_aisec.analysis.subscriptions import LineMagic, Setting
from jupyter_aisec.analysis.values import Constant, Items, text
from jupyter_aisec.model import Severity
from jupyter_aisec.rules.shell_edits import replaced, without

FAMILY = Family(
    "hygiene and exposure",
    cwe="CWE-1327",
    atlas="AML.T0049",
    topics=Topics("", "LLM02", "LLM02"),
    guidelines=("3.1",),
)

_ALL = frozenset({"0.0.0.0", "::", "[::]"})  # noqa: S104 - what is looked for
_STARTS = frozenset(
    {"launch", "run", "run_app", "run_server", "run_simple", "serve", "init", "Server", "Config", "FastMCP", "start"}
    | {"create_server", "start_server", "LocalCluster", "launch_app", "show", "TCPSite", "make_server", "run_async"}
    | {"start_http_server", "listen"}
)
_SOCKETS = frozenset({"bind", "HTTPServer", "ThreadingHTTPServer", "TCPServer", "ThreadingTCPServer", "UDPServer"})
_HOSTS = ("host", "server_name", "dashboard_host", "address", "ip", "hostname", "bind_addr", "interface")
_OPTIONS = frozenset(
    {
        "--host",
        "--hostname",
        "--listen",
        "--ip",
        "--bind",
        "--address",
        "--server.address",
        "--server-name",
        "--listen-host",
    }
    | {
        "--server_name",
        "--dashboard-host",
        "--host-ip",
        "--http-host",
        "--bind-address",
        "--ServerApp.ip",
        "--LabApp.ip",
    }
    | {"--NotebookApp.ip"}
)
_VARIABLES = frozenset(
    {"OLLAMA_HOST", "GRADIO_SERVER_NAME", "STREAMLIT_SERVER_ADDRESS", "FLASK_RUN_HOST", "UVICORN_HOST", "MLFLOW_HOST"}
)
_NO_SERVERS = frozenset({"curl", "wget", "ssh", "docker", "podman", "echo", "sed", "grep", "nc", "ping"})


@FAMILY.rule(Severity.HIGH, named=_STARTS | _SOCKETS)
def bind_all_interfaces(subject: Call | Command | Setting | LineMagic) -> Iterator[Hit]:
    """A server listens on every network the machine is in.

    Everybody in the same office, café or cloud network reaches it, mostly without a password. In 2024 Ray clusters
    whose dashboard could be reached from the internet were taken over for mining (ShadowRay), and scans find open
    Ollama servers by the thousand. Medium in a file that a cell writes: it may be for a container, which is reached no
    other way. Use `127.0.0.1`; reach it from elsewhere through an SSH tunnel or JupyterHub's
    proxy.

    Bad:
        import gradio as gr
        demo = gr.Interface(answer, "text", "text")
        demo.launch(server_name="0.0.0.0")
        ---
        !mlflow server --host 0.0.0.0

    Good:
        import gradio as gr
        demo = gr.Interface(answer, "text", "text")
        demo.launch(server_name="127.0.0.1")
    """
    if isinstance(subject, Setting):
        value = subject.value or ""
        if subject.name in _VARIABLES and _is_all(value):
            yield subject.found(f"{subject.name}={value} makes the server listen on every network; use 127.0.0.1")
    elif isinstance(subject, LineMagic):
        if subject.name == "tensorboard" and subject.text and _says_all(subject.text.split()):
            yield subject.found("%tensorboard listens on every network; leave the option out")
    elif isinstance(subject, Command):
        said = None if subject.program in _NO_SERVERS else _listening(subject)
        if said:
            yield subject.found(f"{subject.program} {said[0]} listens on every network; use 127.0.0.1", repair=said[1])
    else:
        yield from _started(subject)


def _started(call: Call) -> Iterator[Hit]:
    if call.name in _SOCKETS:
        value = call.value("server_address", 0)
        pair = value.values if isinstance(value, Items) else ()
        host, port = pair[:2] if len(pair) > 1 else (None, None)
        # Port 0, and mostly one that is not known, is only bound to see whether it is free.
        is_port = isinstance(port, Constant) and port.value != 0
        if text(host) in _ALL or (text(host) == "" and is_port):
            yield call.found(f"{call.called} listens on every network; bind to 127.0.0.1")
        return
    for name in _HOSTS:
        given = call.text(name)
        if given in _ALL:
            yield call.found(
                f'{call.called} with {name}="{given}" listens on every network; use 127.0.0.1',
                severity=Severity.MEDIUM if call.context.is_file else None,
                repair=call.with_keyword(name, '"127.0.0.1"', "listen on this machine only", safe=False),
            )
            return


_HERE = "listen on this machine only"


def _listening(command: Command) -> tuple[str, Repair | None] | None:
    """The words that make a command listen everywhere, and what would mend it."""
    program = command.program
    for index, word in enumerate(command.words):
        name, equals, value = (word.text or "").partition("=")
        known = name in _OPTIONS or (name == "-b" and program == "gunicorn")
        given, holder = (value, word) if equals else _behind(command, index)
        if known and holder is not None and _is_all(given):
            return f"{name} {given}", _to_loopback(command, holder, given)
        if name == "--bind_all" and program == "tensorboard":
            return name, without(command, [word], _HERE)
        if name == "--listen" and program.startswith("python") and (holder is None or given.startswith("-")):
            return name, without(command, [word], _HERE)
    if program == "http.server" and command.option("--bind", "-b") is None:
        return "without --bind", None
    return None


def _behind(command: Command, index: int) -> tuple[str, Word | None]:
    """The value of an option; a word that is not known is some value."""
    word = next(iter(command.words[index + 1 : index + 2]), None)
    return (word.text or "") if word is not None else "", word


def _to_loopback(command: Command, word: Word, given: str) -> Repair | None:
    everywhere = next((each for each in _ALL if each in given), "*")
    return replaced(command, word, everywhere, "127.0.0.1", _HERE)


def _says_all(words: list[str]) -> bool:
    return "--bind_all" in words or any(
        _is_all(word.partition("=")[2] or behind)
        for word, behind in zip(words, [*words[1:], ""], strict=True)
        if word.startswith("--host")
    )


def _is_all(address: str) -> bool:
    host = re.sub(r":\d+$", "", address.strip("\"'").partition("://")[2] or address.strip("\"'"))
    return host in _ALL or host == "*"


_DASH = ("dash.Dash()", "jupyter_dash.JupyterDash()")
_DEBUGGED = ("flask.Flask()", "quart.Quart()", *_DASH)
_TRUE = frozenset({"1", "true", "yes", "on"})


@FAMILY.rule(Severity.MEDIUM, named=("run", "run_server", "run_simple"), cwe="CWE-489")
def debug_server(subject: Call | Command | Setting | Assigned) -> Iterator[Hit]:
    """A web server runs with its debugger.

    The page of an error has a console that runs Python on the server, behind a short PIN that can be worked out from
    facts of the machine; Patreon's stolen data in 2015 left through such a page. Leave `debug` out; high where the
    server also listens on every network, low for Dash, which starts no such console in a notebook.

    Bad:
        from flask import Flask
        app = Flask("demo")
        app.run(debug=True)

    Good:
        from flask import Flask
        app = Flask("demo")
        app.run()
    """
    if isinstance(subject, Setting):
        if subject.name == "FLASK_DEBUG" and (subject.value or "").lower() in _TRUE:
            yield subject.found("FLASK_DEBUG runs servers with a console on their error pages; leave it unset")
    elif isinstance(subject, Assigned):
        is_on = subject.name == "debug" and isinstance(subject.value, Constant) and subject.value.value is True
        if is_on and subject.path in {f"{app}.debug" for app in _DEBUGGED}:
            yield subject.found(
                f"{subject.written} = True puts a console on error pages; leave it out",
                repair=subject.with_value("False", "run without the debugger", safe=True),
            )
    elif isinstance(subject, Command):
        if subject.program == "flask" and "run" in subject.known and subject.flag("--debug"):
            yield subject.found("flask --debug puts a console on error pages; leave it out")
    elif subject.path.startswith(_DEBUGGED) or subject.path == "werkzeug.serving.run_simple":
        name = "use_debugger" if subject.name == "run_simple" else "debug"
        if subject.is_constant(True, name):  # noqa: FBT003 - the constant that is looked for
            severity = Severity.HIGH if subject.text("host", 0) in _ALL else None
            shows = "puts a console on error pages"
            if subject.path.startswith(_DASH):
                severity, shows = Severity.LOW, "shows tracebacks to everybody who opens the page"
            yield subject.found(
                f"{subject.called} with {name}=True {shows}; leave it out",
                severity=severity,
                repair=subject.without_keyword(name, "run without the debugger", safe=True),
            )
