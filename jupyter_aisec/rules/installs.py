"""Packages that a notebook installs: code that runs with all rights of the author."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jupyter_aisec.analysis.command import Command
from jupyter_aisec.analysis.hit import Change, Hit, Repair
from jupyter_aisec.analysis.rule import Family
from jupyter_aisec.model import Severity
from jupyter_aisec.notebook.syntax import Span
from jupyter_aisec.rules.addresses import is_public_plain, short
from jupyter_aisec.rules.pins import is_full_hash
from jupyter_aisec.rules.requirements import install_of

FAMILY = Family("package installs", cwe="CWE-1357", atlas="AML.T0010.001")

_TAG = re.compile(r"v?\d+(?:\.\d+)+[\w.-]*|[\w-]+-v?\d+(?:\.\d+)+")


@FAMILY.rule(Severity.LOW)
def pip_unpinned(command: Command) -> Iterator[Hit]:
    """Packages are installed without an exact version.

    The next run gets other code, and a version that an attacker published an hour ago is taken at once. Write
    the versions down: `pip freeze` says what is installed now, and in a running notebook the fix does.

    Bad:
        %pip install transformers

    Good:
        %pip install transformers==5.23.0
    """
    found = install_of(command)
    if found and found.unpinned and command.via is None:
        yield command.found(
            f"{listed(found.unpinned)} installed without a version; write name==version", repair=_as_installed(command)
        )


def _as_installed(command: Command) -> Repair | None:
    """The versions that are installed beside the notebook, where all of them are known."""
    if any(word.written.startswith("=") for word in command.outputs):
        # `name>=1` without quotes, which the shell takes for a file to write into.
        return None
    found = install_of(command)
    changes: list[Change] = []
    for each in found.named if found else ():
        if each.version is not None:
            continue
        version, span = command.context.versions.get(each.distribution), each.word.span
        at = each.word.written.rfind(each.name) + len(each.name)
        if version is None or each.word.text != each.name or at < len(each.name) or span.line != span.end_line:
            return None
        column = span.column + at
        changes.append(Change(Span(span.line, column, span.line, column), f"=={version}"))
    return Repair("pin what is installed now", safe=False, changes=tuple(changes)) if changes else None


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
            f"{command.via} installs {listed(found.unpinned, '')} without a version; use %pip with name==version"
        )


@FAMILY.rule(Severity.MEDIUM, cwe="CWE-494")
def pip_git_unpinned(command: Command) -> Iterator[Hit]:
    """A package is installed from a repository at whatever its branch is that day.

    An installation runs code of the package, and whoever can push to the branch decides which. Put the full commit
    behind `@`; `git ls-remote ADDRESS HEAD` says which one that is today. A tag is better than a branch and can still
    be moved: that is low.

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
                f"{short(url)} is installed {what}; append @ and the full commit",
                span=word.span if command.via is None else None,
                severity=Severity.LOW if _TAG.fullmatch(reference) else None,
            )


@FAMILY.rule(Severity.MEDIUM, cwe="CWE-494")
def pip_url_no_hash(command: Command) -> Iterator[Hit]:
    """A package is installed from an address without its digest.

    The server decides what runs during the installation. Append `#sha256=` and the digest: pip then compares it. High
    for `http://`, where everybody on the way decides as well.

    Bad:
        %pip install https://example.org/package-1.0-py3-none-any.whl

    Good:
        %pip install https://example.org/package-1.0-py3-none-any.whl#sha256=9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
    """
    found = install_of(command)
    for word in found.urls if found else ():
        url = word.text or ""
        if not re.search(r"#(?:[^#]*&)?sha(?:256|384|512)=", url):
            plain = is_public_plain(url)
            how = "unchecked, over a connection that anybody on the way can change" if plain else "unchecked"
            yield command.found(
                f"{short(url)} is installed {how}; append #sha256= and its digest",
                span=word.span if command.via is None else None,
                severity=Severity.HIGH if plain else None,
            )


def listed(names: tuple[str, ...], verb: str = " is| are") -> str:
    """At most three names, and how many more."""
    one, _, many = verb.partition("|")
    shown = ", ".join(names[:3])
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""  # noqa: PLR2004 - three names fit on a line
    return f"{shown}{more}{many if len(names) > 1 else one}"
