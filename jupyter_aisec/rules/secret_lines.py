"""Secrets in addresses and in shell lines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jupyter_aisec.analysis.command import Command, Word
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.source import Code
from jupyter_aisec.model import Confidence, Severity
from jupyter_aisec.rules.connections import has_credential, in_urls
from jupyter_aisec.rules.placeholders import is_secret
from jupyter_aisec.rules.secret_names import is_secret_name
from jupyter_aisec.rules.secrets import FAMILY
from jupyter_aisec.rules.tokens import has_token

_OPTIONS = (
    *(
        "--token",
        "--api-key",
        "--apikey",
        "--api_key",
        "--password",
        "--passwd",
        "--pass",
        "--secret",
        "--client-secret",
    ),
    *("--access-token", "--auth-token", "--access_token", "--hf-token", "--hf_token", "--secret-key", "--with-token"),
    *("--admin-password", "--docker-password", "--http-password", "--oauth2-bearer", "--key"),
)
_SHORT = {
    "docker": "-p",
    "podman": "-p",
    "mysql": "-p",
    "mysqldump": "-p",
    "sshpass": "-p",
    "twine": "-p",
    "oc": "-p",
    "az": "-p",
    "unzip": "-P",
    "7z": "-p",
}
_LOGIN = frozenset({"-u", "--user", "--proxy-user"})
_HEADER = re.compile(
    r"(?i)(?:authorization|x-api-key|api-key|private-token|x-auth-token)\s*:\s*(?:(?:bearer|token|basic)\s+)?(\S+)"
)
_LAST = {
    "wandb": ("login",),
    "ngrok": ("authtoken", "add-authtoken"),
    "vastai": ("api-key",),
    "floyd": ("login",),
    "comet": ("login",),
    "aws": ("aws_secret_access_key", "aws_session_token"),
    "tensorboard": (),
}
_WRITERS = frozenset({"echo", "printf"})


@FAMILY.rule(Severity.HIGH, screen=has_credential)
def credentials_in_url(cell: Code) -> Iterator[Hit]:
    """An address contains a password, a key or a signature.

    Addresses are shown, logged and passed on where nobody thinks of secrets: in error messages, in the history of a
    shell, in `git remote -v`, in the logs of proxies. Keep the whole address, or the password, in the environment.

    Bad:
        url = "postgresql://ann:Tr0ub4dor&3xyz@db.bigbank.co.uk/prod"

    Good:
        import os
        url = os.environ["DATABASE_URL"]
    """
    for found in in_urls(cell.text):
        literal = cell.literal(found.start, found.end)
        repair = None
        if literal is not None:
            repair = literal.instead('os.environ["DATABASE_URL"]', "os", "read it from the environment")
        yield cell.found(
            found.start,
            found.end,
            f"this {found.what} contains a password or key; keep it in the environment, and change what stood here",
            confidence=Confidence.MEDIUM,
            repair=repair,
        )


@FAMILY.rule(Severity.HIGH)
def secret_on_shell_line(command: Command) -> Iterator[Hit]:
    """A secret is written into a shell command.

    It is saved with the notebook, and while the command runs, everybody on the machine can read it in the list of
    processes. Let the command ask for it or read it from the environment; `hf auth login` and `wandb login` do both.

    Bad:
        !hf auth login --token q7Zt2mXv9Kc4Lw8Rb3Np6Js1Hd5Gf0Ya

    Good:
        !hf auth login
    """
    if not command.words:
        return
    for name, word in _given(command):
        secret = _secret(word)
        if secret and (is_secret(secret) or has_token(secret)):
            yield command.found(
                f"{command.program} is given a secret {name}; let it ask, or read it from the environment",
                span=word.span,
                confidence=Confidence.MEDIUM,
                once=secret,
            )
            return


def _given(command: Command) -> Iterator[tuple[str, Word]]:
    """What a command is given where it takes a secret, and by which way."""
    for option in _OPTIONS:
        word = command.option(option)
        if word is not None:
            yield f"by {option}", word
    short = command.option(_SHORT[command.program]) if command.program in _SHORT else None
    if short is not None:
        yield f"by {_SHORT[command.program]}", short
    if command.program in {"curl", "wget", "http", "https"}:
        yield from _of_request(command)
    for index, word in enumerate(command.words):
        before = command.words[index - 1].text if index else ""
        if before in _LAST.get(command.program, ()):
            yield "as an argument", word
        name, equals, value = (word.text or "").partition("=")
        if command.program in _WRITERS and equals and is_secret_name(name.split()[-1] if name.split() else ""):
            yield "to write", Word(value.strip("\"'\n "), word.written, word.span)


def _of_request(command: Command) -> Iterator[tuple[str, Word]]:
    for word in command.words:
        header = _HEADER.search(word.text or "")
        if header is not None:
            yield "in a header", Word(header[1].strip("\"'"), word.written, word.span)
    login = command.option(*_LOGIN)
    if login is not None and ":" in (login.text or ""):
        yield "as a login", Word((login.text or "").partition(":")[2], login.written, login.span)


def _secret(word: Word) -> str | None:
    """The text, where it stands there: what a variable gives is reported where that gets it."""
    return None if "$" in word.written or "{" in word.written else word.text
