"""Certificates that are not looked at: whoever stands in between can read and change what is sent."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from jupyter_aisec.analysis.assigned import Assigned
from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.fetched import is_remote
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.rule import Family, Topics
from jupyter_aisec.analysis.values import HOLE, Constant, Items, Ref, Table, text
from jupyter_aisec.model import Severity
from jupyter_aisec.rules.addresses import is_plain, outline

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
    name = _switched_off(call)
    if name is not None:
        if call.is_constant(False, "use_ssl") or _is_here(call):  # noqa: FBT003 - the constant that is looked for
            # On this machine, or not encrypted in the first place.
            return
        node = call.argument(name)
        given = f"{name}={ast.unparse(node)}" if node is not None else name
        yield call.found(
            f"{call.called} with {given} accepts any server in place of the right one; leave it out",
            repair=call.without_keyword(name, "look at the certificate", safe=False),
        )


def _is_here(call: Call) -> bool:
    urls = list(_addresses(call))
    return bool(urls) and not any(is_remote(url) and not is_plain(url) for url in urls)


def _addresses(call: Call) -> Iterator[str]:
    """What a client is to talk to, as far as it is known."""
    for given in (call.value("url", 0), call.value("url", 1), call.value("hosts")):
        many = isinstance(given, Items)
        for each in given.values if isinstance(given, Items) else (given,):
            name = text(each.values.get("host")) if isinstance(each, Table) else None
            url = f"https://{name}/" if name else outline(each)
            if many or (url and "://" in url):
                # One of several that is not known may be anywhere.
                yield url or f"https://{HOLE}/"
    host = call.text("host")
    if host and "://" not in host:
        yield f"https://{host}/"


def _switched_off(call: Call) -> str | None:
    """The parameter that switches certificates off."""
    keywords = call.node.keywords
    if not keywords:
        return None
    library = call.path.partition(".")[0]
    named = [keyword.arg for keyword in keywords if keyword.arg]
    # What `**options` holds is asked for by name.
    asked = named if len(named) == len(keywords) else [*_OFF, *_LAX, "cert_reqs"]
    return next((name for name in asked if _is_off(call, name, library)), None)


def _is_off(call: Call, name: str, library: str) -> bool:
    if name in _OFF:
        meant = not _OFF[name] or library in _OFF[name] or (not library and call.name in _REQUESTS)
        return meant and call.is_constant(False, name)  # noqa: FBT003 - the constant that is looked for
    if name in _LAX:
        return bool(call.given(name)) and (call.is_constant(_LAX[name], name) or call.text(name) == "none")
    if name == "cert_reqs":
        value = call.value(name)
        return call.text(name) == "CERT_NONE" or (isinstance(value, Ref) and value.path == "ssl.CERT_NONE")
    return False


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
