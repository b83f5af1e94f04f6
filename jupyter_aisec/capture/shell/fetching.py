"""Programs that fetch: what they are asked for, and where they put it."""

from __future__ import annotations

import os.path
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from jupyter_aisec.capture.shell import options
from jupyter_aisec.capture.shell.command import Command, Word, given, leading, place, texts
from jupyter_aisec.capture.shell.move import How, Move, absolute, existing, is_remote, last_part

_ASKED = {"wget": options.WGET, "curl": options.CURL, "aria2c": options.ARIA}
_DRIVE = "https://drive.google.com/uc?id="
_LIKE_SCP = re.compile(r"(?:[\w.-]+@)?([\w.-]+\.[A-Za-z]+):(?!//)(.+)")

Meant = Callable[[Command, str], Iterator[Move]]


def addresses(command: Command) -> tuple[str, ...]:
    """What a fetching program is asked for."""
    values = _ASKED.get(command.program)
    if values is None:
        return ()
    named = command.option("--url")
    asked = [*command.positionals(values), *([named] if named is not None else [])]
    if found := [each for each in texts(asked) if is_remote(each)]:
        return tuple(found)
    return tuple(f"http://{each}" for each in texts(_hosts(command, asked, values)) if "." in each)


def _hosts(command: Command, asked: Sequence[Word], values: frozenset[str]) -> list[Word]:
    """Words that may be addresses without a scheme: not behind an option of which a token may be the value."""
    letters, flags = options.FLAGS[command.program]
    found: list[Word] = []
    before = ""
    for word in command.words:
        free = before[:1] != "-" or before in flags or before.startswith("--no-") or set(before[1:]) <= letters
        if any(word is each for each in asked) and (free or before == "--url"):
            found.append(word)
        before = "" if before in values else word.text or "-?"
    return found


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
    option = command.option("--id")
    asked = given(option) if option is not None else next(iter(leading(command.positionals(options.GDOWN))), None)
    output = command.option("-O", "--output", behind="qc")
    if asked is None or (output is not None and output.text is None):
        return
    address = asked if is_remote(asked) else f"{_DRIVE}{asked}"
    to = given(output)
    if to is None or to.endswith("/"):
        yield Move(How.FETCHED, (address,), into=absolute(to or ".", folder))
    else:
        yield Move(How.FETCHED, (address,), to=absolute(to, folder))


def _git(command: Command, folder: str) -> Iterator[Move]:
    found = command.positionals(options.GIT)
    words = leading(found)
    if words[:1] != ["clone"] or len(words) < 2 or len(words) < len(found):  # noqa: PLR2004 - `clone` and what
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
    words = leading(command.positionals(options.KAGGLE))
    into = place(command.option("-p", "--path"))
    if words[1:2] != ["download"] or into is None:
        return
    option = command.option("-d", "--dataset", "-c", "--competition")
    asked = given(option) if option is not None else next(iter(words[2:]), None)
    if asked is not None:
        yield Move(How.FETCHED, (f"https://www.kaggle.com/{words[0]}/{asked}",), into=absolute(into, folder))


def _hub(command: Command, folder: str) -> Iterator[Move]:
    words = leading(command.positionals(options.HUB))
    into = given(command.option("--local-dir"))
    if words[:1] == ["download"] and len(words) > 1 and into is not None:
        kind = given(command.option("--repo-type"))
        address = f"https://huggingface.co/{f'{kind}s/' if kind in {'dataset', 'space'} else ''}{words[1]}"
        at = absolute(into, folder)
        # A folder that is there already, such as the project itself, holds other things too.
        stands = os.path.isdir(at)  # noqa: PTH112 - no object is made of it
        yield Move(How.FETCHED, (address,), into=at) if stands else Move(How.FETCHED, (address,), to=at)


def _cloud(command: Command, folder: str) -> Iterator[Move]:
    """``aws s3 cp``, ``gsutil -m cp``, ``gcloud storage cp``: from a bucket to the disk."""
    words = leading(command.positionals(options.CLOUD))
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
