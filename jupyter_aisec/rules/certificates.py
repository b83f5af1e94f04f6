"""Certificates that are not looked at: whoever stands in between can read and change what is sent."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from jupyter_aisec.analysis.assigned import Assigned
from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.command import Command
from jupyter_aisec.analysis.fetched import is_remote
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.rule import DATA, Family, Topics
from jupyter_aisec.analysis.subscriptions import Setting
from jupyter_aisec.analysis.values import Constant, Ref, Table
from jupyter_aisec.model import Severity

FAMILY = Family(
    "transport security",
    cwe="CWE-295",
    atlas="AML.T0010",
    topics=Topics("", "LLM03", "LLM04"),
    guidelines=("2.1", "3.1"),
)

_REQUESTS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "request", "stream", "send"})
_CLIENTS = frozenset(
    {"Session", "Client", "AsyncClient", "ClientSession", "TCPConnector", "PoolManager", "ProxyManager"}
)
_OTHERS = frozenset(
    {"client", "resource", "download", "cached_download", "ws_connect", "connect", "HTTPSConnectionPool"}
    | {"Elasticsearch", "AsyncElasticsearch", "OpenSearch", "AsyncOpenSearch", "ElasticsearchStore", "MongoClient"}
    | {"OpenSearchVectorSearch", "from_documents", "from_texts", "Minio", "WebBaseLoader", "get_client", "Redis"}
    | {"AsyncIOMotorClient", "QdrantClient"}
)
_OFF = {
    "verify": frozenset(
        {"requests", "httpx", "boto3", "botocore", "gdown", "aiobotocore", "hvac", "clickhouse_connect"}
    ),
    "ssl": frozenset({"aiohttp", "aiohttp_retry"}),
    "verify_ssl": frozenset(),
    "ssl_verify": frozenset(),
    "verify_certs": frozenset(),
    "cert_check": frozenset({"minio"}),
}
"""Parameters that look at certificates unless they are False, and the libraries that mean this by a common name."""
_LAX = {"tlsAllowInvalidCertificates": True, "ssl_cert_reqs": None, "tlsInsecure": True}
_HOLDERS = re.compile(r"(?i)(?:^|[._])(?:session|client|http|sess|requests)\w*\.verify$")
_UNVERIFIED = frozenset({"ssl._create_unverified_context", "ssl._create_stdlib_context"})


@FAMILY.rule(Severity.HIGH, named=_REQUESTS | _CLIENTS | _OTHERS)
def tls_verify_off(call: Call | Assigned) -> Iterator[Hit]:
    """A client does not look at the server's certificate.

    Without it, encryption protects nothing: whoever controls the network (a café's access point, a proxy, a hijacked
    route) answers in the server's place, reads the token that is sent and decides what is downloaded. Take
    `verify=False` out. For a server with a certificate of your own authority, pass that authority's file:
    `verify="ca.pem"`.

    Bad:
        import requests
        answer = requests.get("https://example.org/data", verify=False, timeout=9)

    Good:
        import requests
        answer = requests.get("https://example.org/data", timeout=9)
    """
    if isinstance(call, Assigned):
        yield from _assigned(call)
        return
    keyword = _switched_off(call)
    if keyword is not None:
        url = call.text("url", 0) or call.text("url", 1) or ""
        if "://" in url and not is_remote(url):
            return
        yield call.found(
            f"{call.called} with {keyword.arg}={ast.unparse(keyword.value)} accepts any server in place of the right"
            " one; leave it out",
            repair=call.without_keyword(keyword.arg or "", "look at the certificate", safe=False),
        )


def _switched_off(call: Call) -> ast.keyword | None:
    """The argument that switches certificates off."""
    library = call.path.partition(".")[0]
    for keyword in call.node.keywords:
        name = keyword.arg or ""
        if name in _OFF:
            meant = not _OFF[name] or library in _OFF[name] or (not library and call.name in _REQUESTS)
            if meant and call.is_constant(False, name):  # noqa: FBT003 - the constant that is looked for
                return keyword
        elif name in _LAX:
            if call.is_constant(_LAX[name], name) or call.text(name) == "none":
                return keyword
        elif name == "cert_reqs":
            value = call.value(name)
            if call.text(name) == "CERT_NONE" or (isinstance(value, Ref) and value.path == "ssl.CERT_NONE"):
                return keyword
    return None


def _assigned(assigned: Assigned) -> Iterator[Hit]:
    if assigned.name == "verify":
        path = assigned.path
        if path.startswith(("requests.", "httpx.")) or (not path and _HOLDERS.search(assigned.written)):
            value = assigned.value
            if isinstance(value, Constant) and value.value is False:
                yield assigned.found(
                    f"{assigned.written} = False accepts any server in place of the right one; leave it out",
                    repair=assigned.with_value("True", "look at the certificate", safe=False),
                )
    elif assigned.name == "requests_kwargs":
        value = assigned.value
        given = value.values.get("verify") if isinstance(value, Table) else None
        if isinstance(given, Constant) and given.value is False:
            yield assigned.found(f'{assigned.written} with "verify": False accepts any server; leave it out')


@FAMILY.rule(Severity.HIGH, calls=_UNVERIFIED)
def ssl_unverified_context(subject: Call | Assigned) -> Iterator[Hit]:
    """Python's check of certificates is switched off.

    The line that is passed around as a cure for `CERTIFICATE_VERIFY_FAILED` in `nltk.download` or in torchvision
    switches the check off for every later `urllib` call of the session: the models and packages that are downloaded
    next may come from anybody. What is missing is a list of authorities: `pip install --upgrade certifi`, or on macOS
    run `Install Certificates.command`.

    Bad:
        import ssl
        ssl._create_default_https_context = ssl._create_unverified_context

    Good:
        import os
        import certifi
        os.environ["SSL_CERT_FILE"] = certifi.where()
    """
    if isinstance(subject, Call):
        yield subject.found(
            f"{subject.called} makes a context that accepts any server; use ssl.create_default_context",
        )
        return
    name = subject.name
    if name == "_create_default_https_context":
        given = subject.value
        if isinstance(given, Ref) and given.path in _UNVERIFIED:
            yield subject.found(
                "from here on urllib accepts any server in place of the right one; update certifi in place of this",
                repair=subject.with_value("ssl.create_default_context", "look at certificates again", safe=False),
            )
    elif name == "verify_mode":
        given = subject.value
        if isinstance(given, Ref) and given.path in {"ssl.CERT_NONE", "ssl.VerifyMode.CERT_NONE"}:
            yield subject.found(
                f"{subject.written} = CERT_NONE accepts any server in place of the right one; leave it out",
                repair=subject.with_value("ssl.CERT_REQUIRED", "look at the certificate", safe=False),
            )


_CURL_TAKE_VALUE = frozenset("AbCcDdEeFHhKmoPQrTtUuwXxYyz")
_AFTER_OFF = frozenset({"false", "0", "no", "off"})


@FAMILY.rule(Severity.HIGH, topics=DATA, atlas="AML.T0010.002")
def shell_tls_off(command: Command) -> Iterator[Hit]:
    """A shell command does not look at the server's certificate.

    What arrives can come from anybody who controls the network on the way, and so can what is installed from it. Take
    the option out; for a server of your own, name its authority: `--cacert`, `--ca-certificate`, `http.sslCAInfo`.

    Bad:
        !wget --no-check-certificate https://example.org/data.zip

    Good:
        !curl https://example.org/data.json
    """
    found = switched_off(command)
    if found and not _only_here(command):
        yield command.found(
            f"{command.program} with {found} accepts any server in place of the right one; leave it out"
        )


def switched_off(command: Command) -> str | None:
    """How a command says that certificates do not matter, or None."""
    words = command.known
    program = command.program
    if program == "curl":
        return next((word for word in words if word == "--insecure" or _is_insecure_flag(word)), None)
    if program == "git":
        return _git(command)
    if program in {"conda", "mamba", "micromamba"}:
        if "ssl_verify" in words and words[-1].lower() in _AFTER_OFF:
            return "ssl_verify off"
        return "--insecure" if "--insecure" in words else None
    if program in {"npm", "yarn", "pnpm"}:
        return "strict-ssl off" if "strict-ssl" in words and words[-1] == "false" else None
    return next((word for word in words if _switch_of(program, word)), None)


def _is_insecure_flag(word: str) -> bool:
    """``-k``, also among other letters as in ``-skL``; what stands behind a letter with a value is that value."""
    if not word.startswith("-") or word.startswith("--"):
        return False
    for letter in word[1:]:
        if letter == "k":
            return True
        if letter in _CURL_TAKE_VALUE:
            return False
    return False


def _git(command: Command) -> str | None:
    words = command.known
    for word in words:
        if word.lower().startswith("http.sslverify=") and word.partition("=")[2].lower() in _AFTER_OFF:
            return word
    if words[:1] == ("config",) and words[-1].lower() in _AFTER_OFF:
        return next((f"{word} {words[-1]}" for word in words if word.lower() == "http.sslverify"), None)
    return None


def _switch_of(program: str, word: str) -> bool:
    if program in {"wget", "wget2", "gdown", "yt-dlp", "youtube-dl"}:
        return word in {"--no-check-certificate", "--no-check-certificates"}
    if program == "aria2c":
        return word.startswith("--check-certificate=") and word.partition("=")[2] in _AFTER_OFF
    if program in {"http", "https"}:
        return word in {"--verify=no", "--verify=false"}
    return program == "aws" and word == "--no-verify-ssl"


def _only_here(command: Command) -> bool:
    """Whether everything that is asked for is on this machine."""
    named = [word.text for word in command.words if word.text and "://" in word.text]
    return bool(named) and not any(is_remote(url) for url in named)


_EMPTY = frozenset({"CURL_CA_BUNDLE"})
_TRUE = frozenset({"GIT_SSL_NO_VERIFY", "MLFLOW_TRACKING_INSECURE_TLS", "WANDB_INSECURE_DISABLE_SSL"})
_FALSE = frozenset(
    {"NODE_TLS_REJECT_UNAUTHORIZED", "CLEARML_API_HOST_VERIFY_CERT", "CONDA_SSL_VERIFY", "NPM_CONFIG_STRICT_SSL"}
)


@FAMILY.rule(Severity.HIGH)
def env_tls_off(setting: Setting) -> Iterator[Hit]:
    """An environment variable switches the check of certificates off.

    It holds for every later call of the session, and for every process that is started from it. An empty
    `CURL_CA_BUNDLE` is passed around as a cure for errors of the Hub: it made requests before 2.28 skip the check
    (psf/requests, release notes of 2.28.0). Point `REQUESTS_CA_BUNDLE` or `SSL_CERT_FILE` at the certificate of your
    proxy. Low where the variable does nothing today and only shows the wish: `PYTHONHTTPSVERIFY` on Python 3, an empty
    `CURL_CA_BUNDLE` with a newer requests, and `HF_HUB_DISABLE_SSL_VERIFICATION`, which huggingface_hub never had.

    Bad:
        import os
        os.environ["CURL_CA_BUNDLE"] = ""

    Good:
        import os
        os.environ["REQUESTS_CA_BUNDLE"] = "/etc/ssl/company.pem"
    """
    name, value = setting.name, setting.value
    if value is None:
        return
    given = value.strip("\"' ").lower()
    if name.upper() in _EMPTY and not given:
        newer = setting.context.older("requests", 2, 28) is False
        yield setting.found(
            f"an empty {name} makes requests before 2.28 accept any server; name the certificate of your proxy",
            severity=Severity.LOW if newer else None,
        )
    elif (name in _TRUE and given not in {"", "0", "false"}) or (name.upper() in _FALSE and given in _AFTER_OFF):
        yield setting.found(f"{name}={value} accepts any server in place of the right one; leave it unset")
    elif (name == "PYTHONHTTPSVERIFY" and given == "0") or (name.startswith("HF_HUB_DISABLE_SSL") and given):
        yield setting.found(
            f"{name}={value} asks for no check of certificates and has no effect today; leave it unset",
            severity=Severity.LOW,
        )
