"""Packages that a notebook installs: code that runs with all rights of the author."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from jupyter_aisec.analysis.command import Command
from jupyter_aisec.analysis.fetched import is_remote
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.rule import Family
from jupyter_aisec.analysis.subscriptions import Setting
from jupyter_aisec.model import Severity
from jupyter_aisec.rules.pins import is_full_hash
from jupyter_aisec.rules.requirements import install_of

FAMILY = Family("package installs", cwe="CWE-1357", atlas="AML.T0010.001")

_FRAMEWORK_INDEXES = frozenset(
    {"pypi.org", "download.pytorch.org", "pypi.nvidia.com", "pypi.ngc.nvidia.com", "data.pyg.org", "wheels.vllm.ai"}
    | {"storage.googleapis.com", "flashinfer.ai", "abetlen.github.io", "data.dgl.ai", "us-python.pkg.dev"}
    | {"huggingface.github.io", "developer.intel.com", "pytorch-extension.intel.com", "test.pypi.org"}
)
_TAG = re.compile(r"v?\d+(?:\.\d+)+[\w.-]*|[\w-]+-v?\d+(?:\.\d+)+")


@FAMILY.rule(Severity.LOW)
def pip_unpinned(command: Command) -> Iterator[Hit]:
    """Packages are installed without an exact version.

    The next run gets other code, and a version that an attacker published an hour ago is taken at once. Write
    the versions down: `pip freeze` says what is installed now.

    Bad:
        %pip install transformers

    Good:
        %pip install transformers==5.23.0
    """
    found = install_of(command)
    if found and found.unpinned and command.via is None:
        yield command.found(f"{_listed(found.unpinned)} installed without a version; write name==version")


@FAMILY.rule(Severity.LOW)
def install_from_code(command: Command) -> Iterator[Hit]:
    """Python code installs packages without an exact version.

    Hidden in a call, an installation is easily overlooked, and what it gets changes from day to day. Use a `%pip`
    line of its own with exact versions.

    Bad:
        import os
        os.system("pip install transformers")

    Good:
        %pip install transformers==5.23.0
    """
    found = install_of(command)
    if found and found.unpinned and command.via is not None:
        yield command.found(
            f"{command.via} installs {_listed(found.unpinned, '')} without a version; use %pip with name==version"
        )


@FAMILY.rule(Severity.MEDIUM, cwe="CWE-494")
def pip_git_unpinned(command: Command) -> Iterator[Hit]:
    """A package is installed from a repository at whatever its branch is that day.

    Put the full commit behind `@`. A tag is better than a branch and can still be moved: that is low.

    Bad:
        %pip install git+https://github.com/huggingface/transformers

    Good:
        %pip install git+https://github.com/huggingface/transformers@0f3c2b7a9d8e4f5061728394a5b6c7d8e9f0a1b2
    """
    found = install_of(command)
    for word in found.git if found else ():
        url = (word.text or "").partition("#")[0]
        path = url.partition("://")[2].partition("/")[2]
        reference = path.rpartition("@")[2] if "@" in path else ""
        if not is_full_hash(reference):
            what = f"at {reference}, which can move" if reference else "at whatever its branch holds that day"
            yield command.found(
                f"{_clean(url)} is installed {what}; append @ and the full commit",
                span=word.span if command.via is None else None,
                severity=Severity.LOW if _TAG.fullmatch(reference) else None,
            )


@FAMILY.rule(Severity.MEDIUM, cwe="CWE-494")
def pip_url_no_hash(command: Command) -> Iterator[Hit]:
    """A package is installed from an address without its digest.

    The server decides what runs during the installation. Append `#sha256=` and the digest: pip then compares it.

    Bad:
        %pip install https://example.org/package-1.0-py3-none-any.whl

    Good:
        %pip install https://example.org/package-1.0-py3-none-any.whl#sha256=9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
    """
    found = install_of(command)
    for word in found.urls if found else ():
        url = word.text or ""
        if not re.search(r"#(?:.*&)?sha(?:256|384|512)=", url):
            yield command.found(
                f"{_clean(url)} is installed unchecked; append #sha256= and its digest",
                span=word.span if command.via is None else None,
            )


@FAMILY.rule(Severity.HIGH, cwe="CWE-295", guidelines=("2.1", "3.1"))
def pip_index_insecure(command: Command | Setting) -> Iterator[Hit]:
    """Packages come from an index that anybody on the network can imitate.

    `--trusted-host` switches certificates off, and `http://` has none. Use HTTPS, and give pip the certificate of
    your own authority with `--cert`.

    Bad:
        %pip install --trusted-host example.org --index-url https://example.org/simple package==1.0

    Good:
        %pip install --index-url https://example.org/simple package==1.0
    """
    if isinstance(command, Setting):
        value = command.value or ""
        if command.name == "PIP_TRUSTED_HOST" and value and not _is_local(value):
            yield command.found(f"PIP_TRUSTED_HOST switches certificates off for {value}; leave it unset")
        elif command.name in {"PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"} and _is_plain(value):
            yield command.found(f"{command.name} is {_clean(value)}, without encryption; use https://")
        return
    if command.program != "pip":
        return
    host = command.option("--trusted-host")
    words = command.known
    if host is not None and host.text and not _is_local(host.text):
        yield command.found(f"--trusted-host switches certificates off for {host.text}; leave it out")
    elif words[:2] == ("config", "set") and len(words) > 3 and words[2].endswith("trusted-host"):  # noqa: PLR2004
        yield command.found(f"pip is set to trust {words[3]} without a certificate; use its certificate with --cert")
    else:
        for name in ("--index-url", "-i", "--extra-index-url", "--find-links", "-f"):
            index = command.option(name)
            if index is not None and index.text and _is_plain(index.text):
                yield command.found(f"{name} {_clean(index.text)} is not encrypted; use https://")
                return


@FAMILY.rule(Severity.MEDIUM, cwe="CWE-427")
def pip_extra_index(command: Command | Setting) -> Iterator[Hit]:
    """Packages may come from two indexes, and the highest version wins.

    Whoever publishes the name of your internal package on the public index with a higher version is installed
    instead: dependency confusion. Use one index that holds or mirrors both. The wheel indexes of the well-known
    frameworks are left out.

    Bad:
        %pip install --extra-index-url https://packages.example.org/simple mypackage==1.0

    Good:
        %pip install --index-url https://packages.example.org/simple mypackage==1.0
    """
    if isinstance(command, Setting):
        url = command.value if command.name == "PIP_EXTRA_INDEX_URL" else None
    else:
        given = command.option("--extra-index-url") if command.program == "pip" else None
        url = given.text if given else None
    if url and is_remote(url) and _host(url) not in _FRAMEWORK_INDEXES:
        yield command.found(
            f"packages of {_host(url)} can be replaced by public ones of the same name; use --index-url"
        )


def _listed(names: tuple[str, ...], verb: str = " is| are") -> str:
    """At most three names, and how many more."""
    one, _, many = verb.partition("|")
    shown = ", ".join(names[:3])
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""  # noqa: PLR2004 - three names fit on a line
    return f"{shown}{more}{many if len(names) > 1 else one}"


def _clean(url: str) -> str:
    """The address without user information."""
    return re.sub(r"//[^/@]*@", "//", url)[:120]


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _is_plain(url: str) -> bool:
    return url.lower().startswith("http://") and is_remote(url)


def _is_local(host: str) -> bool:
    return not is_remote(f"https://{host}/")
