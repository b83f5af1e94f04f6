"""Programs that fetch: what they are asked for, and where they put it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import urlsplit

from jupyter_aisec.capture.shell.command import Command, given, texts
from jupyter_aisec.capture.shell.move import How, Move, absolute, existing, is_remote, last_part

_WGET = frozenset(
    {"-O", "--output-document", "-P", "--directory-prefix", "-o", "--output-file", "-a", "-U", "--user-agent", "-t"}
    | {"--tries", "-T", "--timeout", "-i", "--input-file", "--header", "--load-cookies", "-e", "-w", "-A", "-R", "-l"}
    | {"--user", "--password", "--limit-rate", "-D", "-X", "-I", "--ca-certificate", "--referer", "--post-data"}
)
_CURL = frozenset(
    {"-o", "--output", "--output-dir", "-H", "--header", "-d", "--data", "-X", "--request", "-u", "--user", "-A", "-b"}
    | {"--user-agent", "-e", "--referer", "--retry", "--retry-delay", "--max-time", "-m", "-F", "--form", "--cookie"}
    | {"-c", "--data-raw", "--data-binary", "-x", "--proxy", "--cacert", "-w", "-T", "--connect-timeout", "-r", "-C"}
)
_ARIA = frozenset({"-o", "--out", "-d", "--dir", "-x", "-s", "-k", "-j", "-n", "--header", "-i"})
_GIT = frozenset(
    {"-b", "--branch", "--depth", "-o", "--origin", "-c", "--config", "--reference", "-j", "--filter", "-C"}
    | {"--separate-git-dir", "--shallow-since", "-u", "--upload-pack", "--template"}
)
_KAGGLE = frozenset({"-d", "--dataset", "-c", "--competition", "-f", "--file", "-p", "--path", "-m"})
_HUB = frozenset({"--repo-type", "--revision", "--include", "--exclude", "--cache-dir", "--local-dir", "--token"})
_DRIVE = "https://drive.google.com/uc?id="
_LIKE_SCP = re.compile(r"(?:[\w.-]+@)?([\w.-]+\.[A-Za-z]+):(?!//)(.+)")

Meant = Callable[[Command, str], Iterator[Move]]


def addresses(command: Command) -> tuple[str, ...]:
    """What a fetching program is asked for."""
    values = {"wget": _WGET, "curl": _CURL, "aria2c": _ARIA}.get(command.program)
    if values is None:
        return ()
    found = [each for each in texts(command.positionals(values)) if is_remote(each) or "." in each]
    named = given(command.option("--url"))
    return tuple(each if is_remote(each) else f"http://{each}" for each in ([*found, named] if named else found))


def _wget(command: Command, folder: str) -> Iterator[Move]:
    to = given(command.option("-O", "--output-document", behind="qcnvNrS"))
    if command.flag("--spider") or to == "-":
        return
    into = absolute(given(command.option("-P", "--directory-prefix", behind="qcnvNr")) or ".", folder)
    recursive = command.flag("-r", "--recursive", "-m", "--mirror", "-p", "--page-requisites")
    for each in addresses(command):
        if to is not None:
            yield Move(How.FETCHED, (each,), to=absolute(to, folder))
        else:
            name = urlsplit(each).netloc if recursive else _with_query(each)
            alone = command.flag("--content-disposition", "--trust-server-names")
            yield Move(How.FETCHED, (each,), into=into, names=() if alone else (name, last_part(each)))


def _with_query(address: str) -> str:
    query = urlsplit(address).query
    return last_part(address) + (f"?{query}" if query else "")


def _curl(command: Command, folder: str) -> Iterator[Move]:
    base = absolute(given(command.option("--output-dir")) or ".", folder)
    to = given(command.option("-o", "--output", behind="sSLfkgvJR#"))
    fetched = addresses(command)
    if to is not None and to != "-" and fetched:
        yield Move(How.FETCHED, fetched[:1], to=absolute(to, base))
        fetched = fetched[1:]
    if command.flag("-O", "--remote-name", "--remote-name-all"):
        alone = command.flag("-J", "--remote-header-name")
        for each in fetched:
            yield Move(How.FETCHED, (each,), into=base, names=() if alone else (last_part(each),))


def _aria(command: Command, folder: str) -> Iterator[Move]:
    base = absolute(given(command.option("-d", "--dir")) or ".", folder)
    to = given(command.option("-o", "--out"))
    for each in addresses(command):
        yield Move(How.FETCHED, (each,), into=base, names=(to or last_part(each),))


def _gdown(command: Command, folder: str) -> Iterator[Move]:
    asked = given(command.option("--id")) or next(iter(texts(command.positionals(frozenset({"-O", "--output"})))), None)
    if asked is None:
        return
    address = asked if is_remote(asked) else f"{_DRIVE}{asked}"
    to = given(command.option("-O", "--output", behind="qc"))
    if to is None or to.endswith("/"):
        yield Move(How.FETCHED, (address,), into=absolute(to or ".", folder))
    else:
        yield Move(How.FETCHED, (address,), to=absolute(to, folder))


def _git(command: Command, folder: str) -> Iterator[Move]:
    words = texts(command.positionals(_GIT))
    if words[:1] != ["clone"] or len(words) < 2:  # noqa: PLR2004 - `clone` and what
        return
    asked = words[1]
    like_scp = _LIKE_SCP.fullmatch(asked)
    address = f"ssh://{like_scp[1]}/{like_scp[2]}" if like_scp else asked
    origin = (address,) if is_remote(address) else existing([asked], folder)
    to = words[2] if len(words) > 2 else asked.rstrip("/").removesuffix(".git").replace(":", "/").rpartition("/")[2]  # noqa: PLR2004
    base = absolute(given(command.option("-C")) or ".", folder)
    if origin and to:
        yield Move(How.CLONED, origin, to=absolute(to, base))


def _kaggle(command: Command, folder: str) -> Iterator[Move]:
    words = texts(command.positionals(_KAGGLE))
    if words[1:2] != ["download"]:
        return
    asked = given(command.option("-d", "--dataset", "-c", "--competition")) or next(iter(words[2:]), None)
    if asked is not None:
        into = absolute(given(command.option("-p", "--path")) or ".", folder)
        yield Move(How.FETCHED, (f"https://www.kaggle.com/{words[0]}/{asked}",), into=into)


def _hub(command: Command, folder: str) -> Iterator[Move]:
    words = texts(command.positionals(_HUB))
    into = given(command.option("--local-dir"))
    if words[:1] == ["download"] and len(words) > 1 and into is not None:
        kind = given(command.option("--repo-type"))
        address = f"https://huggingface.co/{f'{kind}s/' if kind in {'dataset', 'space'} else ''}{words[1]}"
        yield Move(How.FETCHED, (address,), to=absolute(into, folder))


def _cloud(command: Command, folder: str) -> Iterator[Move]:
    """``aws s3 cp``, ``gsutil -m cp``, ``gcloud storage cp``: from a bucket to the disk."""
    words = texts(command.positionals(frozenset({"--profile", "--region", "--exclude", "--include"})))
    verb = next((each for each in words if each in {"cp", "sync", "rsync", "mv"}), None)
    named = words[words.index(verb) + 1 :] if verb is not None else []
    if len(named) > 1 and is_remote(named[0]) and not is_remote(named[-1]):
        to = absolute(named[-1], folder)
        if named[-1].endswith(("/", ".")) or len(named) > 2:  # noqa: PLR2004 - more than one and its place
            yield from (Move(How.FETCHED, (each,), into=to, names=(last_part(each),)) for each in named[:-1])
        else:
            yield Move(How.FETCHED, (named[0],), to=to)


FETCHING: Mapping[str, Meant] = {
    "wget": _wget,
    "curl": _curl,
    "aria2c": _aria,
    "gdown": _gdown,
    "git": _git,
    "kaggle": _kaggle,
    "hf": _hub,
    "huggingface-cli": _hub,
    "aws": _cloud,
    "gsutil": _cloud,
    "gcloud": _cloud,
}
"""What the programs mean, by their names."""
