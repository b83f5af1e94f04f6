"""All that the commands of one line are to bring about, and what of it is there when the line has run."""

from __future__ import annotations

import filecmp
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from jupyter_aisec.capture.places import OWN
from jupyter_aisec.capture.shell.command import Command, leading
from jupyter_aisec.capture.shell.fetching import FETCHING
from jupyter_aisec.capture.shell.move import How, Move, absolute
from jupyter_aisec.capture.shell.moving import MOVING, redirected

_MANY = 10_000
_LARGE = 1 << 26
"""Bytes that the user's next line need not wait for."""

_HIDDEN = (".", "__")
_WORD = re.compile(r">|\b(?:" + "|".join(map(re.escape, sorted({*FETCHING, *MOVING}))) + r")\b")

State = tuple[int, int, int, int] | None
"""Size, times of change and of the entry, and identity; None for what is not there."""


@dataclass(frozen=True, slots=True, eq=False)
class Awaited:
    """A move that is about to be made, and how its place stood: by name, where it is a folder.

    ``of_folders``: it is folders that are copied, and not files. ``instead_of`` are those in front of its ``||``.
    """

    program: str
    move: Move
    stood: Mapping[str, State]
    of_folders: bool
    instead_of: tuple[Awaited, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrival:
    """Paths that are new since the line began to run, and where they come from."""

    program: str
    move: Move
    paths: tuple[str, ...]


def may_move(given: str | Sequence[str]) -> bool:
    """Whether it is worth asking what the text means."""
    return bool(_WORD.search(given if isinstance(given, str) else " ".join(given[:3])))


def awaited(commands: Sequence[Command], folder: str) -> list[Awaited]:
    """What is to be looked at when the commands have run. ``folder`` is where they begin to."""
    found: list[Awaited] = []
    of: dict[int, list[Awaited]] = {}
    for command in commands:
        if command.program in {"cd", "pushd"}:
            words = command.positionals()
            asked = leading(words)
            if (words and not asked) or asked[:1] == ["-"]:
                break  # nobody can say where the others run
            folder = absolute(asked[0] if asked else "~", folder)
            continue
        meant = FETCHING.get(command.program) or MOVING.get(command.program)
        moves = (*(meant(command, folder) if meant is not None else ()), *redirected(command, folder))
        others = tuple(each for other in command.instead_of for each in of.get(id(other), ()))
        of[id(command)] = [
            Awaited(command.program, move, _stood(move), any(map(os.path.isdir, move.origins)), others)
            for move in moves
        ]
        found += of[id(command)]
    return found


def arrivals(expected: Sequence[Awaited]) -> Iterator[Arrival]:
    """What has come of it. What was on the way only, such as an archive that is removed again, is left out."""
    gone: dict[str, tuple[str, ...]] = {}
    taken: set[str] = set()
    for each in _decided(expected):
        move = replace(each.move, origins=tuple(_beyond(each.move.origins, gone)))
        named = move.to is not None or bool(move.names)
        if paths := [path for path in _new(each) if named or (path not in taken and not _of_others(path, each))]:
            # Two commands that put something into one folder: what the first brought is not the second's.
            taken.update(paths)
            yield Arrival(each.program, move, tuple(paths))
        else:
            gone |= {path: move.origins for path in _planned(each) if not os.path.lexists(path)}


def _decided(expected: Sequence[Awaited]) -> list[Awaited]:
    """Of several moves to one place, only one of which ``||`` lets be made, that one; without origins if it is open."""
    found: list[Awaited] = []
    for each in expected:
        rivals = [other for other in found if other in each.instead_of and _place(other) == _place(each)]
        found = [other for other in found if other not in rivals]
        made = {one: _was_made(one.move) for one in (*rivals, each)} if rivals else {each: None}
        sure = [one for one, was in made.items() if was] or [one for one, was in made.items() if was is None]
        if len({one.move.origins for one in sure}) > 1:
            sure = [replace(each, move=replace(each.move, origins=()))]
        found.append((sure or [each])[-1])
    return found


def _place(each: Awaited) -> tuple[str | None, ...]:
    return each.move.to, each.move.into, *each.move.names[-1:]


def _was_made(move: Move) -> bool | None:
    """Whether what lies there is of this move: a copy of a file has its bytes. None where that can't be said."""
    if move.how is How.MOVED and any(map(os.path.lexists, move.origins)):
        return False
    if move.how is not How.COPIED or len(move.origins) != 1:
        return None
    here = move.to or os.path.join(move.into or ".", *move.names)  # noqa: PTH118 - no object is made of it
    # As bytes, for which nobody asks: to open a data file by its name would be seen as something that the user does.
    paths = os.fsencode(move.origins[0]), os.fsencode(here)
    try:
        there, size = map(os.path.getsize, paths)
        return (None if size > _LARGE else filecmp.cmp(*paths, shallow=False)) if there == size else False
    except OSError:
        return False  # one of them is not there, or a folder


def _of_others(path: str, each: Awaited) -> bool:
    """What programs write at any time: the tracking store, and the notebook that is saved while its cell runs."""
    name = os.path.basename(path)  # noqa: PTH119 - no object is made of it
    return name in OWN or name.startswith("mlflow.db") or (name.endswith(".ipynb") and name in each.stood)


def _planned(each: Awaited) -> list[str]:
    """Where it would be, had nobody taken it away since."""
    if each.move.to is None:
        return [os.path.join(each.move.into or "", name) for name in each.move.names]  # noqa: PTH118 - no object is made
    return [each.move.to, *_inner(each)]


def _inner(each: Awaited) -> list[str]:
    """Files that are put into a folder of which it was not to be known before that it is one: ``mkdir d; cp a d``."""
    copies = each.move.how in (How.COPIED, How.MOVED) and not each.of_folders
    if each.move.to is None or not copies or not os.path.isdir(each.move.to):  # noqa: PTH112 - no object is made of it
        return []
    return [os.path.join(each.move.to, os.path.basename(origin)) for origin in each.move.origins]  # noqa: PTH118, PTH119


def _beyond(origins: Sequence[str], gone: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for each in origins:
        yield from gone.get(each, (each,))


def _stood(move: Move) -> Mapping[str, State]:
    if move.to is not None:
        return {"": _state(move.to)}
    return _named(move) if _is_plain(move) else _listed(move.into or ".")


def _new(each: Awaited) -> list[str]:
    move = each.move
    if move.to is not None:
        state = _state(move.to)
        if state is None or state == each.stood.get(""):
            return []
        inner = _inner(each)
        return [path for path in inner if os.path.exists(path)] if inner else [move.to]  # noqa: PTH110 - likewise
    into = move.into or "."
    plain = _is_plain(move)
    there = _named(move) if plain else _listed(into)
    found = [name for name, state in there.items() if state is not None and state != each.stood.get(name)]
    if move.names and not plain:
        found = [name for name in found if any(_is(name, wanted) for wanted in move.names)]
    return [os.path.join(into, name) for name in found]  # noqa: PTH118 - no object is made of it


def _is_plain(move: Move) -> bool:
    """Whether it keeps the names: then the rest of the folder, which may be large, need not be looked at."""
    return bool(move.names) and move.how in (How.COPIED, How.MOVED)


def _named(move: Move) -> dict[str, State]:
    wanted = [each for each in move.names if each and not each.startswith(_HIDDEN)]
    return {each: _state(os.path.join(move.into or ".", each)) for each in wanted}  # noqa: PTH118 - no object is made


def _is(name: str, wanted: str) -> bool:
    """A second file of a name gets a number behind it."""
    return name == wanted or (name.startswith(f"{wanted}.") and name[len(wanted) + 1 :].isdigit())


def _state(path: str) -> State:
    try:
        found = os.stat(path)  # noqa: PTH116 - no object is made of it
    except (OSError, ValueError):
        return None
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def _listed(folder: str) -> dict[str, State]:
    try:
        with os.scandir(folder) as entries:
            names = [each.name for _, each in zip(range(_MANY), entries, strict=False)]
    except OSError:
        return {}
    return {each: _state(os.path.join(folder, each)) for each in sorted(names) if not each.startswith(_HIDDEN)}  # noqa: PTH118
