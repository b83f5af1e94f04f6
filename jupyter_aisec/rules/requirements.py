"""What an installation with pip asks for, sorted by how it is named."""

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
    # Not pip's; people write them, and a message must not repeat what stands behind.
    | {"--token", "--password", "--api-key"}
)
_NAME = re.compile(r"[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?(?:\[[^\]]*\])?")
_PINNED = re.compile(r"={2,3}\s*([^*\s]+)$")
_ARCHIVE = re.compile(r"\.(?:whl|zip|tar\.gz|tgz|tar\.bz2)$")


@dataclass(frozen=True, slots=True)
class Requirement:
    """A package by name; ``version`` is the exact one that is asked for, or None."""

    name: str
    """With the extras, as it stands."""
    version: str | None
    word: Word

    @property
    def distribution(self) -> str:
        """The name as indexes compare it: without extras, small, one dash for every run of separators."""
        return re.sub(r"[-_.]+", "-", self.name.partition("[")[0]).lower()


@dataclass(frozen=True, slots=True)
class Install:
    """The requirements of one command. ``constrained``: versions or hashes come from somewhere else."""

    named: tuple[Requirement, ...]
    urls: tuple[Word, ...]
    git: tuple[Word, ...]
    files: tuple[Word, ...]
    constrained: bool

    @property
    def unpinned(self) -> tuple[str, ...]:
        """The names without an exact version."""
        return () if self.constrained else tuple(each.name for each in self.named if each.version is None)


def install_of(command: Command) -> Install | None:
    """What the command installs, or None when it is not an installation with pip."""
    if command.program != "pip":
        return None
    given = command.positionals(_VALUES)
    if not given or given[0].text != "install":
        return None
    named: list[Requirement] = []
    urls: list[Word] = []
    git: list[Word] = []
    for word in given[1:]:
        if word.text is None:
            continue
        target = word.text.split("@", 1)[1].strip() if re.match(r"[\w.\[\],-]+\s*@\s*\S+:", word.text) else word.text
        if re.match(r"git\+(?:\w+://|git@)[^/]", target):
            git.append(Word(target, word.written, word.span))
        elif re.match(r"(?:https?|ftp)://", target):
            urls.append(Word(target, word.written, word.span))
        elif not target.startswith("git+") and (found := _requirement(target, word)) is not None:
            named.append(found)
    constrained = command.option("-c", "--constraint") is not None or command.flag("--require-hashes")
    return Install(tuple(named), tuple(urls), tuple(git), _files(command), constrained)


def _files(command: Command) -> tuple[Word, ...]:
    """The values of all ``-r``."""
    found: list[Word] = []
    for index, word in enumerate(command.words):
        text = word.text or ""
        if text in {"-r", "--requirement"} and index + 1 < len(command.words):
            found.append(command.words[index + 1])
        elif text.startswith("--requirement="):
            found.append(Word(text.partition("=")[2], word.written, word.span))
        elif text.startswith("-r") and len(text) > 2:  # noqa: PLR2004 - a dash and a letter
            found.append(Word(text[2:], word.written, word.span))
    return tuple(found)


def _requirement(requirement: str, word: Word) -> Requirement | None:
    """A requirement by name; None for a path or an archive."""
    text = requirement.partition(";")[0].strip()
    match = _NAME.match(text)
    if match is None or "/" in text or "\\" in text or _ARCHIVE.search(text) or text.endswith(","):
        return None
    rest = text[match.end() :].strip()
    if rest and rest[0] not in "<>=!~(":
        return None
    pinned = _PINNED.match(rest)
    return Requirement(match[0], pinned[1] if pinned else None, word)
