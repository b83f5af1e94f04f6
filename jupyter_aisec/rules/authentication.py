"""Servers that let everybody in, or every web page."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jupyter_aisec.analysis.assigned import Assigned
from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.command import Command, Word
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.rule import Family, Topics
from jupyter_aisec.analysis.subscriptions import Setting
from jupyter_aisec.analysis.values import Constant, Items, Ref, Value, text
from jupyter_aisec.model import Severity

FAMILY = Family(
    "hygiene and exposure",
    cwe="CWE-306",
    atlas="AML.T0049",
    topics=Topics("", "LLM06", "LLM03"),
    guidelines=("3.1",),
)

_TOKENS = frozenset({"token", "auth_token"})
_PASSWORDS = frozenset({"password", "hashed_password"})
_JUPYTER = re.compile(
    r"--(?:ServerApp|NotebookApp|LabApp|IdentityProvider|PasswordIdentityProvider|KernelGatewayApp|GatewayWebSocket)"
    r"\.(?P<name>\w+)(?:=(?P<value>.*))?"
)
_CONFIG = re.compile(
    r"c\.(?:ServerApp|NotebookApp|LabApp|IdentityProvider|PasswordIdentityProvider|KernelGatewayApp)\.\w+"
)
_PAGE = Severity.MEDIUM
"""Where a page in the same browser is what can reach the server."""
_STREAMLIT = frozenset({"--server.enableXsrfProtection", "--server.enableCORS"})


@FAMILY.rule(
    Severity.HIGH,
    named=("add_middleware", "CORS"),
)
def server_without_auth(subject: Call | Command | Setting | Assigned) -> Iterator[Hit]:
    """A server asks nobody who they are, or lets every web page use it.

    Jupyter with an empty token and password gives a shell to everybody who reaches its port; such servers are found
    and taken over by scanning bots (Cado Security described the Qubitstrike campaign in 2023). A page that is open in
    the same browser can reach it too, where `allow_origin` or CORS admits every origin: that alone is medium. Leave the
    token as it is, and name the origins.

    Bad:
        !jupyter lab --ServerApp.token='' --ServerApp.password=''

    Good:
        !jupyter lab
    """
    if isinstance(subject, Setting):
        if subject.name == "JUPYTER_TOKEN" and subject.value in {"", "''", '""'}:
            yield subject.found("an empty JUPYTER_TOKEN lets everybody in who reaches the server; leave it unset")
        elif subject.name == "OLLAMA_ORIGINS" and subject.value == "*":
            yield subject.found("OLLAMA_ORIGINS=* lets every web page use the model; name the origins", severity=_PAGE)
    elif isinstance(subject, Assigned):
        if _CONFIG.fullmatch(subject.written):
            yield from _configured(subject)
    elif isinstance(subject, Command):
        yield from _commanded(subject)
    else:
        yield from _cross_origin(subject)


def _open_by(name: str, value: str) -> tuple[str, Severity | None] | None:
    """What is wrong with a setting of Jupyter."""
    given = value.strip("\"'")
    if name in _TOKENS and not given:
        return f"an empty {name} lets everybody in who reaches the server; leave it out", None
    if name == "allow_origin" and given == "*":
        return "allow_origin=* lets every web page use the server; name the origin", _PAGE
    if name == "disable_check_xsrf" and given.lower() == "true":
        return "disable_check_xsrf lets every web page send commands to the server; leave it out", _PAGE
    return None


def _commanded(command: Command) -> Iterator[Hit]:
    settings = dict(_settings(command))
    has_password = any((settings.get(name) or "").strip("\"'") for name in _PASSWORDS)
    found = [
        wrong
        for name, value in settings.items()
        if not (has_password and name in _TOKENS) and (wrong := _open_by(name, value))
    ]
    if command.program == "streamlit":
        found += [
            (f"{word.text} lets every web page use the app; leave it out", _PAGE)
            for word in command.words
            if (word.text or "").partition("=")[0] in _STREAMLIT and _is_false(command, word)
        ]
    elif command.program == "code-server" and (auth := command.option("--auth")) and auth.text == "none":
        found.append(("--auth none lets everybody in who reaches the server; leave it out", None))
    if found:
        said, severity = min(found, key=lambda each: each[1] is not None)
        yield command.found(f"{command.program}: {said}", severity=severity)


def _settings(command: Command) -> Iterator[tuple[str, str]]:
    """The options of Jupyter's servers, by their last names."""
    for word in command.words:
        match = _JUPYTER.fullmatch(word.text or "")
        if match:
            value = match["value"]
            if value is None:
                behind = command.option(word.text or "")
                value = behind.text if behind is not None else "true"
            if value is not None:
                yield match["name"], value


def _is_false(command: Command, word: Word) -> bool:
    given = command.option((word.text or "").partition("=")[0])
    return given is not None and (given.text or "").lower() == "false"


def _configured(assigned: Assigned) -> Iterator[Hit]:
    value = assigned.value
    if isinstance(value, Constant) and value.value is not None:
        wrong = _open_by(assigned.name, str(value.value))
        if wrong:
            yield assigned.found(wrong[0], severity=wrong[1])


def _cross_origin(call: Call) -> Iterator[Hit]:
    if call.name == "add_middleware":
        first = call.value("middleware_class", 0)
        if not (isinstance(first, Ref) and first.path.endswith("CORSMiddleware")):
            return
        name = "allow_origins"
    elif call.path == "flask_cors.CORS":
        name = "origins"
    else:
        return
    if _is_any(call.value(name)):
        credentials = call.is_constant(True, "allow_credentials") or call.is_constant(True, "supports_credentials")  # noqa: FBT003
        yield call.found(
            f'{call.called} with {name}="*" lets every web page use the server; name the origins',
            severity=None if credentials else _PAGE,
        )


def _is_any(value: Value | None) -> bool:
    return any(text(each) == "*" for each in (value.values if isinstance(value, Items) else (value,)))
