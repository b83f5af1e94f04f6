"""What crosses the network unencrypted: everybody on the way can read it, and change it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache

from jupyter_aisec import knowledge
from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.command import Command, Word
from jupyter_aisec.analysis.hit import Change, Deed, Fact, Hit, Repair, thing
from jupyter_aisec.analysis.rule import DATA, Family, Topics
from jupyter_aisec.analysis.subscriptions import Setting
from jupyter_aisec.analysis.values import Items, Ref, Table, Value
from jupyter_aisec.knowledge import Act
from jupyter_aisec.model import Severity
from jupyter_aisec.notebook.syntax import Span
from jupyter_aisec.rules.addresses import danger, host, is_own_host, is_plain, is_public_plain, outline, short
from jupyter_aisec.rules.downloads import unless_verified
from jupyter_aisec.rules.shell_downloads import downloads_of

FAMILY = Family("transport security", cwe="CWE-319", atlas="AML.T0010.002", topics=DATA, guidelines=("2.1",))

_LIBRARIES = frozenset(
    {"requests", "httpx", "urllib", "urllib3", "wget", "pandas", "polars", "geopandas", "dask", "modin", "duckdb"}
    | {"pyarrow", "keras", "torch", "torchvision", "sklearn", "numpy", "datasets", "pooch", "gdown", "skimage"}
    | {"aiohttp", "imageio", "scipy", "xarray", "tensorflow", "transformers", "huggingface_hub"}
)
_FETCHING = frozenset({"get_file", "imread", "genfromtxt", "loadtxt", "load_dataset", "open_dataset", "retrieve"})
_WAITING = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "request"})
"""Methods of clients that ask and wait for an answer."""
_SESSIONS = ("aiohttp.ClientSession().", "urllib3.")
_AT = ("url", "origin", "filepath_or_buffer", "data_files")
_UNPACKING = frozenset({"tar", "bsdtar", "gunzip", "zcat", "gzip", "bunzip2", "xz", "unxz", "zstd", "cpio", "tee"})
_READING = frozenset({Act.READS, Act.LOADS, Act.OPENS})
_SCHEME = len("http")
_QUOTES = 2


@cache
def _fetching(library: str) -> frozenset[str]:
    """The last names of its calls that fetch or read, by the facts."""
    rows = knowledge.apis(library).values()
    return frozenset(row.call.rpartition(".")[2] for row in rows if row.network or row.act in _READING)


def _may_fetch(library: str, name: str) -> bool:
    name = name.replace("()", "")
    if name.startswith(("read_", "scan_")) or name in _FETCHING or name in _WAITING:
        return True
    return name in _fetching(library)


@FAMILY.rule(Severity.MEDIUM, libraries=_LIBRARIES, within=_may_fetch)
def cleartext_download(call: Call | Command) -> Iterator[Hit]:
    """Something is fetched without encryption.

    With `http://` and `ftp://` nobody knows whom the bytes come from: everybody on the way can put others in their
    place, poisoned rows in a dataset, a pickle in place of weights. Use `https://`, or compare the SHA-256 of the file;
    then this finding disappears, in whatever cell the comparison stands. Machines of one's own network are left out;
    one picture or recording is low.

    Bad:
        import pandas as pd
        frame = pd.read_csv("http://example.org/data.csv")

    Good:
        import hashlib
        import urllib.request
        urllib.request.urlretrieve("http://example.org/data.csv", "data.csv")
        assert hashlib.sha256(open("data.csv", "rb").read()).hexdigest() == "9f" * 32
    """
    if isinstance(call, Command):
        yield from _of_command(call)
        return
    row = knowledge.api(call.path.replace("()", ""))
    if not _fetches(call, row) or (row is not None and any(call.given(name) for name in row.verifies)):
        return
    node, url = _address(call, row.at if row else None)
    if url is None:
        return
    target = call.path_text("filename", 1) or call.text("fname", 0)
    yield call.found(
        _said(call.called, url),
        severity=danger(url, target),
        repair=_literal(call, node),
        once=url,
        unless=unless_verified(target, url),
    )


def _fetches(call: Call, row: knowledge.Api | None) -> bool:
    if row is not None:
        # Of a pickle that is fetched, the rule on pickles speaks: encryption would not mend it.
        return row.network or (row.act in _READING and not row.unpickles)
    if call.path.startswith(_SESSIONS):
        return call.name in _WAITING
    return call.name.startswith(("read_", "scan_")) or call.name in _FETCHING


def _address(call: Call, at: str | None) -> tuple[ast.expr | None, str | None]:
    """The argument that is an unencrypted address, and the address."""
    places: list[tuple[str, int | None]] = [("", 0), ("", 1)]
    for name, position in [*places, *((name, None) for name in (at, *_AT) if name)]:
        for value in _flat(call.value(name, position)):
            url = value.argument if isinstance(value, Ref) and value.path.endswith("Request()") else outline(value)
            if is_public_plain(url):
                return call.argument(name, position), url
    return None, None


def _flat(value: Value | None) -> Iterable[Value | None]:
    """The elements of a list or dict of addresses, as readers of several files take it."""
    if isinstance(value, Items):
        return value.values
    return value.values.values() if isinstance(value, Table) else (value,)


def _said(called: str, url: str) -> str:
    if url.lower().startswith("ftp:"):
        return f"{called} fetches {short(url)} without encryption; compare its SHA-256, or use an https:// address"
    return f"{called} fetches {short(url)} without encryption; use https://"


def _literal(call: Call, node: ast.expr | None) -> Repair | None:
    """``http`` to ``https``, where the address is a plain literal in the call."""
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return None
    span = call.span_of(node)
    if span.line != span.end_line:
        return None
    if span.end_column - span.column - len(node.value) != _QUOTES or not node.value.startswith("http:"):
        return None
    return _with_s(span.line, span.column + 1 + _SCHEME)


def _with_s(line: int, column: int) -> Repair:
    return Repair("use https://", safe=False, changes=(Change(Span(line, column, line, column), "s"),))


def _of_command(command: Command) -> Iterator[Hit]:
    word, target = _plain_download(command)
    if word is None:
        return
    url = outline(word) or ""
    program = command.program
    called = "git clone" if program == "git" else f"the pipe into {program}" if program in _UNPACKING else program
    unless = (
        (Fact(Deed.CHECKED_OUT, thing(target or url).removesuffix(".git")),)
        if program == "git"
        else unless_verified(target, url)
    )
    at = word.written.find("http:") if command.via is None and word.span.line == word.span.end_line else -1
    yield command.found(
        _said(called, url),
        severity=danger(url, target),
        repair=_with_s(word.span.line, word.span.column + at + _SCHEME) if at >= 0 else None,
        unless=unless,
        once=url,
    )


def _plain_download(command: Command) -> tuple[Word | None, str | None]:
    if command.program == "git":
        given = command.positionals(frozenset({"-b", "--branch", "--depth", "-c", "-C", "-o", "-j"}))
        if len(given) > 1 and given[0].text == "clone" and _is_plain_repository(outline(given[1])):
            return given[1], given[2].text if len(given) > 2 else None  # noqa: PLR2004 - verb, address, folder
        return None, None
    if command.program in _UNPACKING:
        # `wget -O - ADDRESS | tar xz` keeps what it fetches as well.
        words = [word for each in command.sources() if each.program in {"wget", "curl"} for word in each.words]
        return next((word for word in words if is_public_plain(outline(word))), None), None
    plain = (each for each in downloads_of(command) if is_public_plain(outline(each[0])))
    return next(plain, (None, None))


def _is_plain_repository(url: str | None) -> bool:
    return is_public_plain(url) or is_public_plain(re.sub(r"^git://", "http://", url or ""))


_TRACKING = frozenset({"mlflow.set_tracking_uri", "mlflow.set_registry_uri"})
_CLIENTS = frozenset({"mlflow.MlflowClient", "mlflow.tracking.MlflowClient", "mlflow.client.MlflowClient"})
_SETTINGS = frozenset(
    {"MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI", "WANDB_BASE_URL", "CLEARML_API_HOST", "RAY_ADDRESS"}
    | {"LANGFUSE_HOST", "PHOENIX_COLLECTOR_ENDPOINT", "LANGCHAIN_ENDPOINT", "LANGSMITH_ENDPOINT"}
)


@FAMILY.rule(
    Severity.MEDIUM,
    calls=_TRACKING | _CLIENTS | {"ray.init", "wandb.login"},
    topics=Topics("", "LLM02", "LLM02"),
    atlas="AML.T0035",
    guidelines=("3.1", "2.2"),
)
def tracking_server_cleartext(subject: Call | Setting) -> Iterator[Hit]:
    """Runs, parameters and models are sent to a server without encryption.

    Everybody on the way reads the results and the token that is sent with them, and can put another model in the place
    of the one that is fetched later. Put the server behind HTTPS; for Ray, use a tunnel or its TLS settings. Low for a
    machine of one's own network.

    Bad:
        import mlflow
        mlflow.set_tracking_uri("http://mlflow.example.com:5000")

    Good:
        import mlflow
        mlflow.set_tracking_uri("https://mlflow.example.com")
    """
    if isinstance(subject, Setting):
        if subject.name in _SETTINGS and (said := _unencrypted(subject.value)):
            yield subject.found(f"{subject.name} is {said}", severity=_severity(subject.value or ""))
        return
    given: list[tuple[str, int | None]] = [("uri", 0)]
    if subject.path in _CLIENTS:
        given = [("tracking_uri", 0), ("registry_uri", 1)]
    elif subject.path == "ray.init":
        given = [("address", 0)]
    elif subject.path == "wandb.login":
        given = [("host", 2)]
    for name, position in given:
        url = subject.text(name, position)
        said = _unencrypted(url)
        if said and url:
            repair = _literal(subject, subject.argument(name, position))
            yield subject.found(f"{subject.called} is given {said}", severity=_severity(url), repair=repair)


def _unencrypted(url: str | None) -> str | None:
    if not url:
        return None
    if url.startswith("ray://"):
        plain = is_plain("http://" + url.removeprefix("ray://"))
        return (
            f"{short(url)}, and Ray's client does not encrypt; use a tunnel, or Ray's TLS settings" if plain else None
        )
    return f"{short(url)}, without encryption; use https://" if is_plain(url) else None


def _severity(url: str) -> Severity | None:
    return Severity.LOW if is_own_host(host(url)) else None
