"""Programs that copy, unpack and filter files: from what they make what."""

from __future__ import annotations

import glob
import os.path
import re
from collections.abc import Iterator, Mapping

from jupyter_aisec.capture.shell import options
from jupyter_aisec.capture.shell.command import Command, given, leading, place, texts
from jupyter_aisec.capture.shell.fetching import Meant, addresses
from jupyter_aisec.capture.shell.move import How, Move, absolute, existing, is_remote, planned

_FILTERS = frozenset(
    {"cat", "head", "tail", "sort", "uniq", "cut", "paste", "grep", "egrep", "fgrep", "zgrep", "sed", "awk", "gawk"}
    | {"tr", "shuf", "zcat", "gzcat", "gunzip", "gzip", "bzcat", "xzcat", "zstdcat", "unzip", "iconv", "jq", "join"}
    | {"tac", "nl", "tee", "column", "rev", "csvcut", "csvgrep", "csvsort", "csvjson", "in2csv", "xsv", "dos2unix"}
)
"""What they put out is what they are given, or a part of it."""

_HOST = re.compile(r"(?:[^@:/\s]+@)?(\[[^\]/]+\]|[^@:/\s]+)(::?)(?!//)(.*)")
"""``me@host:path`` and ``host::module/path``."""

_PACKED = (".gz", ".bz2", ".xz", ".zst", ".Z", ".lz4")
_UNPACKERS = frozenset({"gunzip", "bunzip2", "unxz", "unzstd", "uncompress", "unlz4"})
_TAR = "xzvjJkpPmotawZh"
_TAR_VALUES = frozenset({"-C", "--directory", "-f", "--file", "--exclude", "-T", "--strip-components"})


def _copy(command: Command, folder: str) -> Iterator[Move]:
    how = How.MOVED if command.program == "mv" else How.COPIED
    into = given(command.option("-t", "--target-directory"))
    words = command.positionals(frozenset({"-t", "--target-directory", "-S", "-e", "--exclude", "--include"}))
    if into is None and len(words) > 1:
        into, words = given(words[-1]), words[:-1]
    origins = planned(texts(words), folder)
    if into is None or not origins:
        return
    at = absolute(into, folder)
    if into.endswith("/") or len(words) > 1 or len(origins) > 1 or os.path.isdir(at):  # noqa: PTH112 - no object is made of it
        for each in origins:
            yield Move(how, (each,), into=at, names=(os.path.basename(each),))  # noqa: PTH119 - likewise
    else:
        yield Move(how, origins, to=at)


def _remote(command: Command, folder: str) -> Iterator[Move]:
    """``rsync`` and ``scp``: from another machine, if one is named, and else as ``cp``."""
    words = command.positionals(options.SCP if command.program == "scp" else options.RSYNC)
    found = leading(words)
    if len(found) < 2 or len(found) < len(words):  # noqa: PLR2004 - what, and where to
        return
    *asked, to = found
    if _address(to) is not None:
        return  # it is sent there
    at = absolute(to, folder)
    addresses = [address for each in asked if (address := _address(each)) is not None]
    if not addresses:
        yield from _copy(command, folder)
        return
    many = to.endswith("/") or len(asked) > 1 or os.path.isdir(at)  # noqa: PTH112 - no object is made of it
    for each in addresses:
        name = each.rpartition("/")[2]
        if name and not many:
            yield Move(How.FETCHED, (each,), to=at)
        else:
            yield Move(How.FETCHED, (each,), into=at, names=(name,) if name and not glob.has_magic(name) else ())


def _address(word: str) -> str | None:
    """What a word names on another machine, without the user; None for a path of this one."""
    if is_remote(word):
        return word
    found = _HOST.fullmatch(word)
    if found is None:
        return None
    host, colons, path = found[1], found[2], found[3]
    if colons == "::":
        return f"rsync://{host}/{path}"
    # https://git-scm.com/docs/git-clone#_git_urls: what does not begin with a slash is below the user's own folder.
    return f"ssh://{host}{path}" if path.startswith("/") else f"ssh://{host}/~/{path}"


def _tar(command: Command, folder: str) -> Iterator[Move]:
    words = leading(command.words)
    letters = words[0].lstrip("-") if words and not words[0].startswith("--") else ""
    unpacks, packs = "x" in letters or command.flag("--extract", "--get"), "c" in letters or command.flag("--create")
    option = command.option("-f", "--file", behind=_TAR)
    if letters.endswith("f"):
        option = command.words[1] if len(command.words) > 1 else None
    archive, into = place(option) if option is not None else "-", place(command.option("-C", "--directory"))
    if archive is None or into is None:
        return
    base = absolute(into, folder)
    if unpacks:
        # What is named may be fetched by the same line.
        piped = archive == "-"
        origins = _streamed(command, folder) if piped else existing([archive], folder) or (absolute(archive, folder),)
        yield Move(How.UNPACKED, origins, into=base)
    elif packs and archive != "-":
        packed = [each for each in texts(command.positionals(_TAR_VALUES)) if each not in {archive, words[0]}]
        if origins := existing(packed, base):
            yield Move(How.MADE, origins, to=absolute(archive, folder))


def _unzip(command: Command, folder: str) -> Iterator[Move]:
    words, into = leading(command.positionals(frozenset({"-d", "-x", "-P"}))), place(command.option("-d"))
    if words and into is not None and not command.flag("-l", "-p", "-t", "-z", "-v"):
        base = absolute(into, folder)
        # It may be fetched by the same line, and so not be there yet.
        name = words[0] if words[0].lower().endswith(".zip") or existing(words[:1], folder) else f"{words[0]}.zip"
        yield Move(How.UNPACKED, existing([name], folder) or (absolute(name, folder),), into=base)


def _seven(command: Command, folder: str) -> Iterator[Move]:
    words = leading(command.positionals())
    if words[:1] in (["x"], ["e"]) and len(words) > 1:
        into = next((each[2:] for each in texts(command.words) if each.startswith("-o")), ".")
        yield Move(How.UNPACKED, (absolute(words[1], folder),), into=absolute(into, folder))


def _decompress(command: Command, folder: str) -> Iterator[Move]:
    if (command.program in {"gzip", "bzip2", "xz", "zstd"} and not command.flag("-d", "--decompress")) or command.flag(
        "-c", "--stdout"
    ):
        return
    for each in texts(command.positionals()):
        path = absolute(each, folder)
        if path.endswith(_PACKED):
            yield Move(How.UNPACKED, (path,), to=path.removesuffix(next(end for end in _PACKED if path.endswith(end))))


MOVING: Mapping[str, Meant] = {
    **dict.fromkeys(("cp", "mv", "ln"), _copy),
    **dict.fromkeys(("rsync", "scp"), _remote),
    **dict.fromkeys((*_UNPACKERS, "gzip", "bzip2", "xz", "zstd"), _decompress),
    **dict.fromkeys(("7z", "7za", "7zz"), _seven),
    "tar": _tar,
    "bsdtar": _tar,
    "unzip": _unzip,
}
"""What the programs mean, by their names."""


def redirected(command: Command, folder: str) -> Iterator[Move]:
    """What ends in a file by ``>`` or ``>>``: that of a program that fetches, or filters what it is given."""
    to = given(command.outputs[-1]) if command.outputs else None
    if to is None or to.startswith("/dev/"):
        return
    origins = _streamed(command, folder, of_itself=True)
    # What a filter lets through is no longer what was fetched.
    if origins:
        how = How.FETCHED if addresses(command) and not command.appends else How.MADE
        yield Move(how, origins, to=absolute(to, folder), adds=command.appends)


def _streamed(command: Command, folder: str, *, of_itself: bool = False) -> tuple[str, ...]:
    """What comes through the pipe: addresses, and the files that are read at its other end."""
    found: list[str] = []
    for each in (*([command] if of_itself else []), *command.sources()):
        found += addresses(each)
        if each.program in _FILTERS:
            found += existing(texts(each.positionals(frozenset({"-n", "-c", "-d", "-f", "-k", "-t"}))), folder)
    return tuple(dict.fromkeys(found))
