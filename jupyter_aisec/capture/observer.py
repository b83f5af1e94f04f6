"""Turns watched calls into uses, and hands them to whoever records them."""

from __future__ import annotations

import ast
import contextlib
import importlib
import logging
import os
import sys
import weakref
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any, TypeGuard

from jupyter_aisec import knowledge
from jupyter_aisec.capture import look
from jupyter_aisec.capture.closure import Call, caller
from jupyter_aisec.capture.flow import Flow, Lines, Site, site
from jupyter_aisec.capture.handles import Handle, Handles, of_path, watched
from jupyter_aisec.capture.hashing import Done, Hasher
from jupyter_aisec.capture.imports import ImportWatch
from jupyter_aisec.capture.locate import Found, is_address, locate
from jupyter_aisec.capture.names import NONE, Origins
from jupyter_aisec.capture.origins import Origins as LiveOrigins
from jupyter_aisec.capture.sources import SELF, UNSEEN, Selected, fitted_on, given, sources, written
from jupyter_aisec.capture.steady import Read, Steady, Step
from jupyter_aisec.capture.told import Told
from jupyter_aisec.capture.unsaid import Content, Unsaid
from jupyter_aisec.capture.watch import Watch
from jupyter_aisec.capture.whereabouts import find, told
from jupyter_aisec.digest import UnhashableError, stamp
from jupyter_aisec.journal import now
from jupyter_aisec.knowledge import Act, Api
from jupyter_aisec.model import AssetKind, Certainty, Hashed, RunRef, Source, Stamp, Use, Verb

_log = logging.getLogger(__name__)

_PATCH = "safe_patch_function"
"""What mlflow/utils/autologging_utils/safety.py puts round each method that autologging watches."""

_PATH = 4096

_READS, _LOADS, _OPENS, _FITS = Act.READS, Act.LOADS, Act.OPENS, Act.FITS
"""To look a member up in its enum takes as long as the rest of what is done about a call that repeats."""

_CHANGED_SINCE = "the file changed since it was last read, perhaps during this read"

_READING = frozenset({"r", "rb", "rt"})

_ELSEWHERE = object()
"""Noted of a handle that may be anything, and that a library opened on its own account."""

_CALLER = 2
"""Frames from `caller` to the one that called a watched function: after, the closure, the caller."""


@dataclass(frozen=True, slots=True)
class Tracking:
    """Where MLflow would put a run now, as far as the kernel's memory knows."""

    run: RunRef | None = None
    uri: str | None = None
    experiment: str | None = None


class Capture:
    """Watches one kernel. ``record`` takes uses and digests, from any thread; ``tracking`` is asked at each use."""

    def __init__(
        self,
        namespace: MutableMapping[str, Any],
        root: Path,
        record: Callable[[Use | Hashed], None],
        tracking: Callable[[], Tracking],
        hasher: Hasher,
    ) -> None:
        self.hasher = hasher
        self._namespace = namespace
        self._root = root
        self._record = record
        self._tracking = tracking
        self._flow = Flow()
        self._live = LiveOrigins()
        self._being_fitted: dict[str, object] = {}
        self._fitted: set[str] = set()
        self._count = 0
        self._cell: tuple[int, str | None] = (0, None)
        self._lines = Lines()
        self._unfinished: dict[str, str] = {}
        self._said: set[tuple[str, tuple[Source, ...], Site, RunRef | None]] = set()
        self._handles = Handles()
        self._unsaid = Unsaid()
        self._fetched: dict[str, str] = {}
        self._steady = Steady(namespace)
        self._watch = Watch(self, namespace, self._live)
        self._imports = ImportWatch(knowledge.libraries(), _modules, self._watch.library)

    def start(self) -> None:
        """Watch what is imported already, and what will be."""
        self._flow.names.modules |= {name for name, value in self._namespace.items() if isinstance(value, ModuleType)}
        self._imports.start()

    def stop(self) -> None:
        """Leave the libraries as they were found."""
        self._imports.stop()
        self._watch.stop()
        self._live.table.clear()

    def cell_begins(self, number: int, cell_id: str | None, tree: ast.Module | None, lines: Lines) -> None:
        """A cell is about to run; ``tree`` is its code with the lines of its source, None when that can't be read."""
        self._cell = (number, cell_id)
        self._lines = lines
        self._flow.begin(tree)

    def cell_ends(self, failed_at: int | None) -> None:
        """The cell has run, or stopped with an error at a line; files that were still open are closed by now."""
        self._flow.end(failed_at)
        self._being_fitted.clear()
        self._said.clear()
        self._steady.clear()
        try:
            for handle in self._handles.changed():
                self._changed(handle)
        except Exception:  # the second law
            _log.exception("could not record what was written")
        for key in list(self._unfinished):
            self._finish(key)

    # The watch tells

    def before(self, call: Call) -> object:
        """What must be known before the call: how a file stood, and the key of a model that is about to be fitted.

        A fit gets its key before it starts, because autologging logs the model from inside it.
        """
        act = call.row.act
        if act is _OPENS:
            if call.row.asset == "object" and not _asked_for(caller(_CALLER + 1), self._namespace):
                return _ELSEWHERE
            return _before(call.argument(call.row.at) if call.parameters else next(iter(call.args), None))
        if act is _READS or act is _LOADS:
            at = call.argument(call.row.at)
            return self._steady.read(call, at, caller(_CALLER + 1)) or _stamped(at)
        if act is not _FITS:
            return None
        if call.row.value != SELF or not call.args:
            return self._key(AssetKind.MODEL)
        known = self._live.of(call.args[0]) & self._fitted
        again = call.row.call.endswith(".partial_fit") and len(known) == 1
        key = next(iter(known)) if again else self._key(AssetKind.MODEL)
        self._being_fitted[key] = call.args[0]
        return key

    def failed(self, noted: object) -> None:
        """The call raised: what it was about to make does not exist."""
        if isinstance(noted, str):
            self._being_fitted.pop(noted, None)

    def after(self, call: Call, result: object, noted: object) -> None:
        """The call came back: make a use of it. A failure of ours is logged, never raised."""
        try:
            frame = caller(_CALLER)
            if noted is _ELSEWHERE or self._repeats(call, result, noted, frame):
                return
            where = site(self._namespace, self._lines, frame)
            if where is None or _of_a_library(call, frame):
                return  # completion, autologging: what a library does on its own account
            match call.row.act:
                case Act.READS | Act.LOADS:
                    self._arrived(call, result, where, noted, frame)
                case Act.WRITES | Act.SAVES:
                    self._left(call, result, where)
                case Act.FITS:
                    self._fit(call, result, str(noted), where, frame)
                case Act.OPENS:
                    self._opened(call, result, where, noted)
                case Act.FETCHES:
                    self._fetch(call, result, where)
                case Act.LOGS:
                    self._logged(call, result, where)
                case _:
                    pass
        except Exception:  # the second law
            _log.exception("could not record %s", call.row.call)

    # Steps of a loop of which nothing new can be said

    def _repeats(self, call: Call, result: object, noted: object, frame: FrameType) -> bool:
        if isinstance(noted, Read):
            if type(result) is not noted.kind or not noted.still():
                self._steady.forget(noted)
                return False
            noted.times += 1
            if not self._steady.is_latest(noted):
                self._flow.produced(noted.where, noted.key, whole=True)
            self._live.put(result, noted.keys)
            return True
        if not isinstance(noted, str) or noted not in self._fitted:
            return False
        repeats = self._steady.repeats(self._step(call, noted), frame)
        if repeats:
            self._being_fitted.pop(noted, None)
        return repeats

    def _step(self, call: Call, key: str) -> Step:
        given = tuple(map(self._live.of, (*call.args, *call.kwargs.values())))
        return key, given, self._flow.version, self._tracking().run

    # Acts

    def _arrived(self, call: Call, result: object, where: Site, noted: object, frame: FrameType) -> None:
        said = told(call, result)
        if said is None or (_is_making(call) and not _is_path(said.at)):
            return  # an object that is made of data in memory
        found = find(call.row, said, self._root)
        before = noted.before() if isinstance(noted, Read) else noted
        if isinstance(before, Stamp) and found.files and found.files != (before,):
            problem = _CHANGED_SINCE if isinstance(noted, Read) else "the file changed while it was read"
            found = replace(found, files=(), problem=problem)
        arrived = call.args[0] if call.row.value == SELF else result
        kind = look.kind(arrived) if call.row.asset == "object" else AssetKind(call.row.asset)
        key = self._key(kind)
        went_in = self._behind(call, said, found, where)
        self._live.remember(arrived, frozenset({key}))
        self._flow.produced(where, key, whole=arrived is result or _is_making(call))
        verb = Verb.LOADED if kind is AssetKind.MODEL else Verb.READ
        facts = look.facts(arrived) | _version(call.row) | dict(said.facts)
        self._say(self._use(verb, kind, key, call, where, found, went_in=went_in, facts=facts))
        self._hash(key, found)
        if found.files == (before,) and arrived is result and self._live.known(result):
            self._steady.keep(call, before, key, where, type(result), frame)

    def _behind(self, call: Call, said: Told, found: Found, where: Site) -> tuple[Source, ...]:
        """What stands behind what arrives: of memory and of databases all that is known, of a file where it is from."""
        at = given(call, call.row.at) if call.row.at else []
        known: set[Source] = set()
        unknown = False
        for name in said.names:
            value = self._namespace.get(name)
            seen = self._live.of(value)
            told_by_code = self._flow.named(where, name) if value is None or look.is_data(value) else NONE
            known |= {Source(key, Certainty.OBSERVED) for key in seen}
            known |= {Source(key, Certainty.INFERRED) for key in told_by_code - seen}
            unknown |= not seen and not told_by_code
        if unknown or (found.location is None and not said.names):
            known |= set(self._sources(at, call, where))
        if found.location is None or said.names:
            return tuple(sorted(known - {UNSEEN}, key=lambda each: each.key))
        if not self._fetched:
            return ()
        # The same place is the same asset; another place in a folder that was fetched comes from it.
        return tuple(
            each
            for each in self._sources(at, call, where)
            if each.key in self._fetched and self._fetched[each.key] != found.location
        )

    def _fetch(self, call: Call, result: object, where: Site) -> None:
        said = told(call, result)
        path = call.argument(call.row.to) or (result[0] if isinstance(result, tuple) else result)
        if said is None or not _is_path(path):
            return
        there, here = find(call.row, said, self._root), locate(path, self._root)
        kind = AssetKind(call.row.asset)
        origin, key = self._key(kind), self._key(kind)
        loaded, saved = (Verb.LOADED, Verb.SAVED) if kind is AssetKind.MODEL else (Verb.READ, Verb.WROTE)
        files = there.files or here.files
        problem = None if files else here.problem
        there, here = replace(there, files=files, problem=problem), replace(here, files=files, problem=problem)
        self._say(self._use(loaded, kind, origin, call, where, there, facts=dict(said.facts)))
        self._say(self._use(saved, kind, key, call, where, here, went_in=(Source(origin, Certainty.OBSERVED),)))
        if here.location is not None:
            self._fetched[key] = here.location
        self._flow.produced(where, key, whole=True)
        self._hash(origin, there)
        self._hash(key, here)

    def _opened(self, call: Call, result: object, where: Site, noted: object) -> None:
        said = told(call, result)
        anything = call.row.asset == "object"
        if said is None:
            return
        mode = said.mode or call.argument(call.row.mode) or "r"
        if anything and isinstance(noted, Stamp) and mode in _READING and not self._fetched:
            self._may_be_read(call, where, noted, said)
            return
        found = find(call.row, said, self._root)
        location = found.location
        if location is None or not isinstance(mode, str):
            return
        kind = AssetKind.DATASET
        there = bool(found.files) if noted is None else noted is not False
        reads = mode[:1] not in ("w", "x") and (there or is_address(location))
        if isinstance(noted, Stamp):
            found = replace(found, files=(noted,))
        key = self._key(kind)
        writes = bool(set(mode) & set("wxa+")) and not is_address(location)
        alone = where.direct and not where.functions
        outer = NONE if alone or not writes else self._flow.around(Site(where.span))
        self._live.remember(result, frozenset({key}))
        self._flow.produced(where, key, whole=True)
        if reads:
            went_in = self._behind(call, said, found, where)
            facts = look.facts(result) | dict(said.facts)
            use = self._use(Verb.READ, kind, key, call, where, found, went_in=went_in, facts=facts)
            content = Content(said.content, self.hasher) if said.content is not None else None

            def say() -> None:
                self._say(use)
                content.tell(self._done(key)) if content is not None else self._hash(key, found)

            if anything:
                self._unsaid.keep(key, say)
            else:
                say()
        if writes:
            path = str(self._root / location)
            before = of_path(path) if reads else None
            put_in = self._sources(written(call), call, where) if call.row.value else ()
            self._flow.names.gathered[key] = {each.key for each in put_in if each != UNSEEN}
            rest = self._flow.rest(where)
            self._handles.add(Handle(key, path, found, call, where, reads, rest, outer, before, watched(result)))

    def _may_be_read(self, call: Call, where: Site, stamped: Stamp, said: Told) -> None:
        """A file was opened that may be anything: the little that must be known now, for there may be thousands."""
        key = self._key(AssetKind.DATASET)
        self._flow.produced(where, key, whole=True)
        at, (cell, cell_id) = now(), self._cell

        def say() -> None:
            found = replace(locate(stamped.path, self._root), files=(stamped,))
            use = self._use(Verb.READ, AssetKind.DATASET, key, call, where, found, facts=dict(said.facts))
            self._say(replace(use, at=at, cell=cell, cell_id=cell_id))
            self._hash(key, found)

        self._unsaid.keep(key, say)

    def _changed(self, handle: Handle) -> None:
        """A file was written through a handle."""
        handle.rest()
        gathered = self._flow.names.gathered.get(handle.key, set()) or handle.around
        went_in = tuple(Source(key, Certainty.INFERRED) for key in sorted(gathered - {handle.key}))
        anything = handle.call.row.asset == "object"
        if anything and not went_in:
            return  # a log, a note: nothing that is data
        if handle.reads:
            went_in = (Source(handle.key, Certainty.OBSERVED), *went_in)
        key = self._key(AssetKind.DATASET) if handle.reads else handle.key
        found = locate(handle.path, self._root)
        self._say(self._use(Verb.WROTE, AssetKind.DATASET, key, handle.call, handle.where, found, went_in=went_in))
        self._hash(key, found)

    def _left(self, call: Call, result: object, where: Site) -> None:
        said = told(call, result)
        if said is None:
            return  # `to_csv()` without a path gives text back
        found = find(call.row, said, self._root)
        chosen = written(call)
        value = chosen[0][1] if chosen else None
        asset = look.kind(value) if call.row.asset == "object" else AssetKind(call.row.asset)
        location = found.location
        if location is None:
            return  # into memory: it goes on living there
        key = self._key(asset)
        went_in = self._sources(chosen, call, where)
        verb = Verb.SAVED if asset is AssetKind.MODEL else Verb.WROTE
        at = call.argument(call.row.at)
        unfinished = not is_address(location) and (not found.files or not isinstance(at, (str, Path)))
        if unfinished:
            self._finish_later(key, at, location)
            found = replace(found, files=(), problem=None)
        facts = look.facts(value) | dict(said.facts)
        self._say(self._use(verb, asset, key, call, where, found, went_in=went_in, facts=facts))
        self._handles.wrote_otherwise(location)
        if not unfinished:
            self._hash(key, found)

    def _finish_later(self, key: str, at: object, location: str) -> None:
        """A file that is still being written is hashed when its object is gone, at the latest when the cell ends.

        The object itself is never held: it would stay open longer than the user's code has it.
        """
        self._unfinished[key] = str(self._root / location)
        with contextlib.suppress(TypeError):  # a path takes no weak reference, and needs none
            weakref.finalize(at, self._finish, key).atexit = False

    def _finish(self, key: str) -> None:
        path = self._unfinished.pop(key, None)
        if path is not None:
            self._hash(key, locate(path, self._root))

    def _fit(self, call: Call, result: object, key: str, where: Site, frame: FrameType) -> None:
        estimator = _fitted(call, result)
        if estimator is None:
            return
        went_in = self._sources(fitted_on(call), call, where)
        kept = NONE.union(*(self._live.of(each) for each in _kept(call))) - {key}
        went_in += tuple(Source(each, Certainty.OBSERVED) for each in sorted(kept))
        self._fitted.add(key)
        self._live.remember(estimator, frozenset({key}))
        self._being_fitted.pop(key, None)
        self._flow.produced(where, key, whole=_gives_itself(call))
        if call.row.call.endswith(".partial_fit"):
            self._steady.trained(self._step(call, key), frame)
        said = (key, went_in, where, self._tracking().run)
        if said in self._said:
            return  # one more step of a loop that fits the same model on the same data
        self._said.add(said)
        found = Found(type(estimator).__name__, None)
        facts = _version(call.row) | {"class": look.class_name(estimator)}
        self._say(self._use(Verb.FITTED, AssetKind.MODEL, key, call, where, found, went_in=went_in, facts=facts))

    def _logged(self, call: Call, result: object, where: Site) -> None:
        model_id = getattr(result, "model_id", None)
        uri = f"models:/{model_id}" if model_id else getattr(result, "model_uri", None)
        name = call.argument("name") or getattr(result, "artifact_path", None) or "model"
        found = Found(str(name), uri, problem="its files are in MLflow, where mirroring hashes them")
        facts: dict[str, str | int | float] = {"model_id": model_id} if model_id else {}
        key = self._key(AssetKind.MODEL)
        went_in = self._sources(written(call), call, where)
        self._say(self._use(Verb.LOGGED, AssetKind.MODEL, key, call, where, found, went_in=went_in, facts=facts))

    # Parts of a use

    def _sources(self, chosen: list[Selected], call: Call, where: Site) -> tuple[Source, ...]:
        live: Mapping[int, Origins] = {id(value): self._origins(value) for _, value in chosen}
        return sources(chosen, live, self._flow, where, call.row.call.rpartition(".")[2])

    def _origins(self, value: object) -> Origins:
        fitting = frozenset(key for key, each in self._being_fitted.items() if each is value)
        return fitting or self._live.of(value)

    def _key(self, kind: AssetKind) -> str:
        self._count += 1
        return f"{kind.value}-{self._count}"

    def _use(
        self,
        verb: Verb,
        kind: AssetKind,
        key: str,
        call: Call,
        where: Site,
        found: Found,
        *,
        went_in: tuple[Source, ...] = (),
        facts: Mapping[str, str | int | float] | None = None,
    ) -> Use:
        self._count += 1
        tracking = self._tracking()
        return Use(
            id=f"use-{self._count}",
            at=now(),
            verb=verb,
            kind=kind,
            key=key,
            name=found.name,
            location=found.location,
            call=call.row.call,
            cell=self._cell[0],
            cell_id=self._cell[1],
            line=where.line,
            sources=went_in,
            run=tracking.run,
            tracking_uri=tracking.uri,
            experiment=tracking.experiment,
            facts=facts or {},
            problem=found.problem,
            files=found.files,
        )

    def _say(self, use: Use) -> None:
        """Record a use, after those that were worth no word until it."""
        for source in use.sources:
            self._unsaid.say(source.key)
        self._record(use)

    def _hash(self, key: str, found: Found) -> None:
        if found.files:
            self.hasher.add(found.files, self._done(key))
        elif found.problem is not None:
            self._record(Hashed(key, now(), None, None, found.problem))

    def _done(self, key: str) -> Done:
        def done(sha256: str | None, size: int | None, problem: str | None) -> None:
            self._record(Hashed(key, now(), sha256, size, problem))

        return done


@cache
def _modules(library: str) -> frozenset[str]:
    """The modules of a library that hold something to watch. The rows of one that is absent are never read."""
    calls = [row.defined or row.call for row in knowledge.apis(library).values() if row.act is not None]
    calls += [call for each in knowledge.derivations() for call in each.calls if call.startswith(library + ".")]
    split = [call.split(".") for call in calls]
    return frozenset(".".join(parts[:count]) for parts in split for count in range(1, len(parts)))


def _is_path(value: object) -> TypeGuard[str | os.PathLike[str]]:
    return isinstance(value, (str, os.PathLike))


def _is_making(call: Call) -> bool:
    """Whether the row names a class, so that the call makes an object of it."""
    return call.row.call.rpartition(".")[2][:1].isupper()


def _asked_for(frame: FrameType, namespace: Mapping[str, Any]) -> bool:
    """Whether the user's code opened it: itself, or through a path's ``read_text`` and the like."""
    above: FrameType | None = frame
    while above is not None and str(above.f_globals.get("__name__", "")).startswith("pathlib"):
        above = above.f_back
    return above is not None and above.f_globals is namespace


def _fitted(call: Call, result: object) -> object:
    """The model: what the call gives, the object that was asked, or what the code for the library says."""
    if call.row.special:
        said = told(call, result)
        return said.at if said is not None else None
    return result if call.row.value == "return" else call.args[0] if call.args else None


def _gives_itself(call: Call) -> bool:
    """By convention ``fit`` and ``partial_fit`` return the estimator."""
    return call.row.value == "return" or call.row.call.endswith("fit")


def _of_a_library(call: Call, frame: FrameType) -> bool:
    """Whether MLflow calls on its own account: autologging fits encoders and draws pictures beside the user's fit."""
    act = call.row.act
    if act in {Act.LOGS, Act.EVALUATES}:
        return False
    patches = others = 0
    above: FrameType | None = frame
    while above is not None and above.f_code.co_name != "<module>":
        module = str(above.f_globals.get("__name__", ""))
        if module == "__main__" and act is not Act.FITS:
            break  # the user's function, whoever calls it
        if module.startswith("mlflow."):
            patches += above.f_code.co_name == _PATCH
            others += 1
        above = above.f_back
    # One patch is round the user's own fit; a second one inside it, or none at all, is round one of MLflow's.
    return others > 0 and (act is not Act.FITS or patches != 1)


def _stamped(at: object) -> Stamp | None:
    """How the file behind a path stands; None for anything else, and for what is not there."""
    if isinstance(at, (str, Path)) and len(str(at)) < _PATH:
        with contextlib.suppress(OSError, ValueError, UnhashableError):
            stamped = stamp(os.path.abspath(os.path.expanduser(at)))  # noqa: PTH100, PTH111 - as `locate` does
            return stamped if stamped.size >= 0 else None
    return None


def _before(at: object) -> Stamp | bool | None:
    """Whether there is something to open, and how it stands; None for what is no path of this disk."""
    if not _is_path(at) or is_address(os.fsdecode(at)):
        return None
    return _stamped(at) or os.path.exists(os.path.expanduser(at))  # noqa: PTH110, PTH111 - as `locate` does


def _kept(call: Call) -> list[object]:
    """The models whose earlier fit this one keeps or builds on."""
    if call.row.value != SELF:
        return []
    estimator = call.args[0]
    special = importlib.import_module("jupyter_aisec.capture.special.sklearn")
    found: list[object] = special.kept(estimator)
    return [*found, estimator] if call.row.call.endswith(".partial_fit") else found


def _version(row: Api) -> dict[str, str | int | float]:
    if not row.files and not row.cached and row.act is not Act.FITS:
        return {}
    module = sys.modules.get(row.call.partition(".")[0])
    version = getattr(module, "__version__", None)
    return {"library": f"{row.call.partition('.')[0]} {version}"} if isinstance(version, str) else {}
