"""Secrets that are written where they are used, known by the name that they are given."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.named import How, Named
from jupyter_aisec.analysis.source import Code
from jupyter_aisec.analysis.subscriptions import CellMagic, Setting
from jupyter_aisec.model import Confidence, Severity
from jupyter_aisec.rules.placeholders import SHORTEST, is_placeholder, is_secret
from jupyter_aisec.rules.secret_names import is_secret_name, is_token_name, variable
from jupyter_aisec.rules.secrets import FAMILY
from jupyter_aisec.rules.tokens import has_token

_SCHEME = re.compile(r"(?i)^(?:bearer|basic|token|apikey|key)\s+")
_PART = re.compile(r"(?i)(?:^|;)\s*(?:password|pwd|accountkey|sharedaccesskey|accesskey)\s*=\s*([^;'\"]+)")
_HEADERS = frozenset(
    {"authorization", "x-api-key", "api-key", "x-auth-token", "ocp-apim-subscription-key", "private-token"}
)
_LONG = 20
_QUOTED = re.compile(r"""(?<![\w"'])["']([A-Za-z0-9+/_=-]{32,200})["']""")
_IDENTIFIER = re.compile(r"^[0-9a-f]+$|[0-9a-f]{40}|[0-9a-f]{8}-[0-9a-f]{4}-|/")
"""Digests, commits, identifiers, paths."""
_ENVIRONMENT = "os.environ"
_ENV_FILE = re.compile(r"(?:^|[/\s\w-])\.env(?:\.\w+)?$")
_LINE = re.compile(r"(?m)^[ \t]*(?:export[ \t]+)?(\w{1,80})[ \t]*=[ \t]*['\"]?([^\s'\"#]{8,400})")


@FAMILY.rule(Severity.HIGH, shortest=SHORTEST)
def secret_literal_assigned(given: Named) -> Iterator[Hit]:
    """A password or key is written into the code.

    It is shared with the notebook, stays in the history of the repository, and can't be changed without changing the
    code. Ask for it when the notebook runs, or read it from the environment; and change the one that stood here, for
    others may have it.

    Bad:
        db_password = "Tr0ub4dor&3xyz"

    Good:
        import getpass
        db_password = getpass.getpass()
    """
    is_header = given.how is How.ENTRY and given.name.lower() in _HEADERS
    if given.how is How.ARGUMENT or is_header or (given.how is How.KEY and given.of == _ENVIRONMENT):
        return
    if _is_secret(given.name, given.text):
        yield given.found(
            f'{given.name} is given what looks like a secret; read it from os.environ["{variable(given.name)}"], '
            "and change the one that stood here",
            repair=given.literal.instead(f'os.environ["{variable(given.name)}"]', "os", "read it from the environment"),
            confidence=Confidence.MEDIUM,
        )


@FAMILY.rule(Severity.HIGH, named=("login", "HTTPBasicAuth"), shortest=SHORTEST)
def secret_literal_argument(given: Named | Call) -> Iterator[Hit]:
    """A password or key is written into a call.

    It is shared with the notebook and stays in the history of the repository. Most clients read their key from the
    environment when none is given; else pass `os.environ[...]` or what `getpass.getpass()` asks for. Change the key
    that stood here, for others may have it.

    Bad:
        from openai import OpenAI
        client = OpenAI(api_key="q7Zt2mXv9Kc4Lw8Rb3Np6Js1Hd5Gf0Ya")

    Good:
        from openai import OpenAI
        client = OpenAI()
    """
    if isinstance(given, Call):
        yield from _of_login(given)
        return
    is_header = given.how is How.ENTRY and given.name.lower() in _HEADERS
    if not (is_header or given.how is How.ARGUMENT) or given.of.startswith(_ENVIRONMENT):
        return
    text = _SCHEME.sub("", given.text)
    if _is_secret(given.name, text) or (is_header and len(text) >= _LONG and is_secret(text) and not has_token(text)):
        scheme = given.text[: len(given.text) - len(text)]
        value = f'os.environ["{variable(given.name)}"]'
        yield given.found(
            f"{given.name} is given what looks like a secret; read it from {value}, and change the one that stood here",
            repair=given.literal.instead(
                f'"{scheme}" + {value}' if scheme else value, "os", "read it from the environment"
            ),
            confidence=Confidence.MEDIUM,
        )


@FAMILY.rule(Severity.HIGH, shortest=SHORTEST)
def secret_literal_environ(given: Named | Setting | CellMagic) -> Iterator[Hit]:
    """A secret is written into the notebook to put it into the environment.

    The environment keeps secrets out of the code; written in a cell, they are in it again, and shared with it. Set the
    variable outside (a `.env` file that git ignores, a secret store such as the one of Colab), or ask for it.

    Bad:
        import os
        os.environ["OPENAI_API_KEY"] = "q7Zt2mXv9Kc4Lw8Rb3Np6Js1Hd5Gf0Ya"

    Good:
        import getpass
        import os
        os.environ["OPENAI_API_KEY"] = getpass.getpass()
    """
    if isinstance(given, Named):
        if given.how is How.KEY and given.of == _ENVIRONMENT and _is_secret(given.name, given.text):
            repair = given.literal.instead(f'getpass.getpass("{given.name}: ")', "getpass", "ask for it")
            yield given.found(_of_environment(given.name), span=given.target, repair=repair)
    elif isinstance(given, CellMagic):
        if given.name in {"writefile", "file"} and _ENV_FILE.search(given.text):
            for name, value in _LINE.findall(given.body):
                if _is_secret(name, value):
                    yield given.found(_of_environment(name))
                    return
    elif _is_secret(given.name, (given.value or "").strip("\"'")):
        yield given.found(_of_environment(given.name))


@FAMILY.rule(Severity.INFO, default=False, cwe="CWE-1188", guidelines=("3.1",))
def secret_placeholder_pattern(given: Named) -> Iterator[Hit]:
    """A placeholder asks for a secret to be pasted into the code.

    Who runs the notebook puts a key in its place, and saves it. Leave the argument out where the client looks for its
    key by itself, or ask with `getpass.getpass()`.

    Bad:
        from huggingface_hub import login
        login(token="YOUR_HF_TOKEN")

    Good:
        from huggingface_hub import login
        login()
    """
    is_named = is_secret_name(given.name) or is_token_name(given.name)
    if is_named and is_placeholder(given.text) and not is_secret(given.text):
        yield given.found(
            f"the placeholder for {given.name} invites to paste a secret here; ask for it with getpass.getpass()",
            repair=given.literal.instead(f'getpass.getpass("{given.name}: ")', "getpass", "ask for it"),
        )


@FAMILY.rule(Severity.INFO, default=False, guidelines=("2.2",))
def high_entropy_string(cell: Code) -> Iterator[Hit]:
    """A string looks drawn by lot, as keys do.

    It may be a key whose format and name nobody knows, and as well a digest or an identifier. Look at it.

    Bad:
        blob = "q7Zt2mXv9Kc4Lw8Rb3Np6Js1Hd5Gf0YaUi7Eo2Px"

    Good:
        blob = "the quick brown fox jumps over the lazy dog"
    """
    for match in _QUOTED.finditer(cell.text):
        is_identifier = _IDENTIFIER.search(match[1]) is not None
        if not is_identifier and is_secret(match[1]) and not has_token(match[1]):
            message = "this string looks drawn by lot; if it is a key, keep it outside the notebook"
            yield cell.found(match.start(1), match.end(1), message, confidence=Confidence.LOW)


def _of_login(call: Call) -> Iterator[Hit]:
    """A key or password that is given by its position."""
    for position in range(min(len(call.node.args), 3)):
        literal = call.literal(position)
        text = literal.text if literal is not None else ""
        if literal is not None and (position or len(text) >= _LONG) and is_secret(text) and not has_token(text):
            value = 'os.environ["PASSWORD"]'
            yield Hit(
                literal.span,
                f"{call.called} is given what looks like a secret; read it from {value}, "
                "and change the one that stood here",
                confidence=Confidence.MEDIUM,
                repair=literal.instead(value, "os", "read it from the environment"),
            )


def _of_environment(name: str) -> str:
    return f"{name} is set to what looks like a secret; set it outside the notebook, and change the one that stood here"


def _is_secret(name: str, text: str) -> bool:
    """Whether this is a secret, of a format that no other rule knows."""
    if is_secret_name(name):
        part = _PART.search(text)
        found = is_secret(part[1] if part else text)
    else:
        found = len(text) >= _LONG and is_token_name(name) and is_secret(text)
    return found and not has_token(text)
