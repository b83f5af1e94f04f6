"""The indexes that packages come from."""

from __future__ import annotations

from collections.abc import Iterator

from jupyter_aisec.analysis.command import Command, Word
from jupyter_aisec.analysis.fetched import is_remote
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.subscriptions import Setting
from jupyter_aisec.model import Severity
from jupyter_aisec.rules.addresses import host, is_plain, short
from jupyter_aisec.rules.installs import FAMILY
from jupyter_aisec.rules.shell_edits import replaced, without

_FRAMEWORK_INDEXES = frozenset(
    {"pypi.org", "download.pytorch.org", "pypi.nvidia.com", "pypi.ngc.nvidia.com", "data.pyg.org", "wheels.vllm.ai"}
    | {"storage.googleapis.com", "flashinfer.ai", "abetlen.github.io", "data.dgl.ai", "us-python.pkg.dev"}
    | {"huggingface.github.io", "developer.intel.com", "pytorch-extension.intel.com"}
    | {"pip.repos.neuron.amazonaws.com", "developer.download.nvidia.com"}
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
        elif command.name in {"PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"} and is_plain(value):
            yield command.found(f"{command.name} is {short(value)}, without encryption; use https://")
        return
    if command.program != "pip":
        return
    trusted = command.option("--trusted-host")
    words = command.known
    if trusted is not None and trusted.text and not _is_local(trusted.text):
        yield command.found(
            f"--trusted-host switches certificates off for {trusted.text}; leave it out",
            repair=without(command, _option(command, "--trusted-host"), "look at the certificate"),
        )
    elif words[:2] == ("config", "set") and len(words) > 3 and words[2].endswith("trusted-host"):  # noqa: PLR2004
        yield command.found(f"pip is set to trust {words[3]} without a certificate; use its certificate with --cert")
    else:
        for name in ("--index-url", "-i", "--extra-index-url", "--find-links", "-f"):
            index = command.option(name)
            if index is not None and index.text and is_plain(index.text):
                yield command.found(
                    f"{name} {short(index.text)} is not encrypted; use https://",
                    repair=replaced(command, index, "http://", "https://", "use https://"),
                )
                return


def _option(command: Command, name: str) -> list[Word]:
    """The words of an option and its value."""
    for index, word in enumerate(command.words):
        if word.written.startswith(name):
            return list(command.words[index : index + (1 if "=" in word.written else 2)])
    return []


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
        extra, index = (command.value if command.name == "PIP_EXTRA_INDEX_URL" else None), None
    else:
        extra, index = _indexes(command)
    if not extra or not is_remote(extra):
        return
    own = [host(url) for url in (extra, index) if url and host(url) not in _FRAMEWORK_INDEXES]
    if own:
        yield command.found(f"packages of {own[0]} can be replaced by public ones of the same name; use --index-url")


def _indexes(command: Command) -> tuple[str | None, str | None]:
    """The second index, and the first where it is named."""
    if command.program != "pip":
        return None, None
    words = command.known
    if words[:2] == ("config", "set") and len(words) > 3:  # noqa: PLR2004 - a name and its value
        return (words[3] if words[2].endswith("extra-index-url") else None), None
    extra, index = command.option("--extra-index-url"), command.option("--index-url", "-i")
    return extra.text if extra else None, index.text if index else None


def _is_local(name: str) -> bool:
    return not is_remote(f"https://{name}/")
