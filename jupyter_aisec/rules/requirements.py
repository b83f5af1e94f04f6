"""What a ``pip install`` line asks for, sorted by how it is named."""

from __future__ import annotations

import re
from dataclasses import dataclass

from jupyter_aisec.analysis.command import Command, Word

_VALUES = frozenset(
    {"-r", "--requirement", "-c", "--constraint", "-i", "--index-url", "--extra-index-url", "-f", "--find-links"}
    | {"-t", "--target", "--prefix", "--root", "--src", "--python-version", "--platform", "--abi", "--implementation"}
    | {"--only-binary", "--no-binary", "--trusted-host", "--proxy", "--timeout", "--retries", "--cache-dir", "--log"}
    | {"--progress-bar", "--global-option", "--config-settings", "--upgrade-strategy", "--python", "-p", "--report"}
    | {"--index-strategy", "--torch-backend", "--cert", "--client-cert", "--exists-action", "--use-feature"}
)
_EDITABLE = frozenset({"-e", "--editable"})
_NAME = re.compile(r"[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?(?:\[[^\]]*\])?")
_PINNED = re.compile(r"={2,3}\s*[^*\s]+$")
_ARCHIVE = re.compile(r"\.(?:whl|zip|tar\.gz|tgz|tar\.bz2)$")


@dataclass(frozen=True, slots=True)
class Install:
    """The requirements of one command, each with the word it stands in."""

    unpinned: tuple[str, ...]
    urls: tuple[Word, ...]
    git: tuple[Word, ...]


def install_of(command: Command) -> Install | None:
    """What the command installs, or None when it is not an installation with pip."""
    if command.program != "pip":
        return None
    given = command.positionals(_VALUES)
    if not given or given[0].text != "install":
        return None
    unpinned: list[str] = []
    urls: list[Word] = []
    git: list[Word] = []
    constrained = command.option("-c", "--constraint") is not None or command.flag("--require-hashes")
    for word in given[1:]:
        if word.text is None:
            continue
        target = word.text.split("@", 1)[1].strip() if re.match(r"[\w.\[\],-]+\s*@\s*\S+:", word.text) else word.text
        if target.startswith("git+"):
            git.append(Word(target, word.written, word.span))
        elif re.match(r"(?:https?|ftp)://", target):
            urls.append(Word(target, word.written, word.span))
        elif (name := _unpinned(target)) and not constrained:
            unpinned.append(name)
    return Install(tuple(unpinned), tuple(urls), tuple(git))


def _unpinned(requirement: str) -> str | None:
    """The name of a requirement without an exact version; None for a pinned one, a path or an archive."""
    text = requirement.partition(";")[0].strip()
    match = _NAME.match(text)
    if match is None or "/" in text or "\\" in text or _ARCHIVE.search(text) or text.endswith(","):
        return None
    rest = text[match.end() :].strip()
    if rest and rest[0] not in "<>=!~(":
        return None
    return None if _PINNED.match(rest) else match[0]
