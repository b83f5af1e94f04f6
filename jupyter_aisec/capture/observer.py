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
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

from jupyter_aisec import knowledge
from jupyter_aisec.capture import look
from jupyter_aisec.capture.closure import Call, caller
from jupyter_aisec.capture.flow import Flow, Lines, Site, site
from jupyter_aisec.capture.hashing import Hasher
from jupyter_aisec.capture.imports import ImportWatch
from jupyter_aisec.capture.locate import Found, locate
from jupyter_aisec.capture.names import NONE, Origins
from jupyter_aisec.capture.origins import Origins as LiveOrigins
from jupyter_aisec.capture.sources import Selected, fitted_on, sources, written
from jupyter_aisec.capture.watch import Watch
from jupyter_aisec.digest import UnhashableError, stamp
from jupyter_aisec.journal import now
from jupyter_aisec.knowledge import Act, Api
from jupyter_aisec.model import AssetKind, Certainty, Hashed, RunRef, Source, Stamp, Use, Verb

_log = logging.getLogger(__name__)

_PATCH = "safe_patch_function"
"""What mlflow/utils/autologging_utils/safety.py puts round each method that autologging watches."""

_PATH = 4096

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
        self._watch = Watch(self, namespace, self._live)
        self._imports = ImportWatch(_modules(), self._watch.library)

    def start(self) -> None:
        """Watch what is imported already, and what will be."""
        self._flow.names.modules |= {name for name, value in self._namespace.items() if isinstance(value, ModuleType)}
        self._imports.start()

    def stop(self) -> None:
        """Leave the libraries as they were found."""
        self._imports.stop()
        self._watch.stop()
        self._live.clear()

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
        for key in list(self._unfinished):
            self._finish(key)

    # The watch tells

    def before(self, call: Call) -> object:
        """What must be known before the call: how a file stood, and the key of a model that is about to be fitted.

        A fit gets its key before it starts, because autologging logs the model from inside it.
        """
        if call.row.act in (Act.READS, Act.LOADS):
            return _stamped(call.argument(call.row.at))
        if call.row.act is not Act.FITS or not call.args:
            return None
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
            where = site(self._namespace, self._lines, frame)
            if where is None or _of_a_library(call, frame):
                return  # completion, autologging: what a library does on its own account
            match call.row.act:
                case Act.READS | Act.LOADS:
                    self._arrived(call, result, where, noted)
                case Act.WRITES | Act.SAVES:
                    self._left(call, result, where)
                case Act.FITS:
                    self._fit(call, str(noted), where)
                case Act.LOGS:
                    self._logged(call, result, where)
                case _:
                    pass
        except Exception:  # the second law
            _log.exception("could not record %s", call.row.call)

    # Acts

    def _arrived(self, call: Call, result: object, where: Site, noted: object) -> None:
        found = self._find(call, result)
        if isinstance(noted, Stamp) and found.files and found.files != (noted,):
            found = replace(found, files=(), problem="the file changed while it was read")
        kind = look.kind(result) if call.row.asset == "object" else AssetKind(call.row.asset)
        key = self._key(kind)
        self._live.remember(result, frozenset({key}))
        self._flow.produced(where, key, whole=True)
        verb = Verb.LOADED if kind is AssetKind.MODEL else Verb.READ
        facts = look.facts(result) | _version(call.row)
        self._use(verb, kind, key, call, where, found, facts=facts)
        self._hash(key, found)

    def _left(self, call: Call, result: object, where: Site) -> None:
        at = call.argument(call.row.at)
        if at is None:
            return  # `to_csv()` without a path gives text back
        found = self._find(call, result)
        chosen = written(call)
        value = chosen[0][1] if chosen else None
        asset = look.kind(value) if call.row.asset == "object" else AssetKind(call.row.asset)
        if found.location is None:
            return  # into memory: it goes on living there
        key = self._key(asset)
        went_in = self._sources(chosen, call, where)
        verb = Verb.SAVED if asset is AssetKind.MODEL else Verb.WROTE
        unfinished = not found.files or not isinstance(at, (str, Path))
        if unfinished:
            self._finish_later(key, at, found.location)
            found = replace(found, files=(), problem=None)
        self._use(verb, asset, key, call, where, found, went_in=went_in, facts=look.facts(value))
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

    def _fit(self, call: Call, key: str, where: Site) -> None:
        estimator = call.args[0]
        went_in = self._sources(fitted_on(call), call, where)
        kept = NONE.union(*(self._live.of(each) for each in _kept(call))) - {key}
        went_in += tuple(Source(each, Certainty.OBSERVED) for each in sorted(kept))
        self._fitted.add(key)
        self._live.remember(estimator, frozenset({key}))
        self._being_fitted.pop(key, None)
        self._flow.produced(where, key, whole=_gives_itself(call))
        said = (key, went_in, where, self._tracking().run)
        if said in self._said:
            return  # one more step of a loop that fits the same model on the same data
        self._said.add(said)
        found = Found(type(estimator).__name__, None)
        facts = _version(call.row) | {"class": look.class_name(estimator)}
        self._use(Verb.FITTED, AssetKind.MODEL, key, call, where, found, went_in=went_in, facts=facts)

    def _logged(self, call: Call, result: object, where: Site) -> None:
        model_id = getattr(result, "model_id", None)
        uri = f"models:/{model_id}" if model_id else getattr(result, "model_uri", None)
        name = call.argument("name") or getattr(result, "artifact_path", None) or "model"
        found = Found(str(name), uri, problem="its files are in MLflow, where mirroring hashes them")
        facts: dict[str, str | int | float] = {"model_id": model_id} if model_id else {}
        key = self._key(AssetKind.MODEL)
        went_in = self._sources(written(call), call, where)
        self._use(Verb.LOGGED, AssetKind.MODEL, key, call, where, found, went_in=went_in, facts=facts)

    # Parts of a use

    def _find(self, call: Call, result: object) -> Found:
        row = call.row
        library = row.call.partition(".")[0]
        if row.files:
            folder = Path(sys.modules[library].__file__ or "").parent
            return self._of_library(row, [folder / each for each in row.files])
        special = importlib.import_module(f"jupyter_aisec.capture.special.{library}") if _has_code(row) else None
        if row.cached and special is not None:
            home = special.data_home(call)
            return self._of_library(row, [home / each for each in row.cached])
        at = call.argument(row.at)
        if row.special and special is not None:
            at = getattr(special, row.special)(call, result)
            if row.at is None:
                return self._of_library(row, [at] if at is not None else [])
        return locate(at, self._root)

    def _of_library(self, row: Api, files: list[Path]) -> Found:
        """A data set that the library brings or fetches: the name is the library's, the bytes are files here."""
        library, _, function = row.call.rpartition(".")
        short = function.removeprefix("load_").removeprefix("fetch_")
        found = locate(files, self._root) if files else Found("", None, problem="the library keeps no file of it")
        return Found(f"{library.partition('.')[0]}/{short}", row.call, found.files, found.problem)

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
    ) -> None:
        self._count += 1
        tracking = self._tracking()
        self._record(
            Use(
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
        )

    def _hash(self, key: str, found: Found) -> None:
        def done(sha256: str | None, size: int | None, problem: str | None) -> None:
            self._record(Hashed(key, now(), sha256, size, problem))

        if found.files:
            self.hasher.add(found.files, done)
        elif found.problem is not None:
            self._record(Hashed(key, now(), None, None, found.problem))


def _modules() -> frozenset[str]:
    """Every module whose import may bring something that has a row."""
    calls = [call for each in knowledge.derivations() for call in each.calls]
    for library in knowledge.libraries():
        calls += [row.defined or row.call for row in knowledge.apis(library).values() if row.act is not None]
    split = [call.split(".") for call in calls]
    return frozenset(".".join(parts[:count]) for parts in split for count in range(1, len(parts)))


def _has_code(row: Api) -> bool:
    return bool(row.special or row.cached)


def _gives_itself(call: Call) -> bool:
    """By convention ``fit`` and ``partial_fit`` return the estimator."""
    return call.row.call.endswith(("fit", "partial_fit"))


def _of_a_library(call: Call, frame: FrameType) -> bool:
    """Whether a fit is MLflow's own: its autologging fits encoders for its metrics, beside the user's estimator."""
    patches = others = 0
    above: FrameType | None = frame if call.row.act is Act.FITS else None
    while above is not None and above.f_code.co_name != "<module>":
        if str(above.f_globals.get("__name__", "")).startswith("mlflow."):
            patches += above.f_code.co_name == _PATCH
            others += 1
        above = above.f_back
    # One patch is round the user's own call; a second one inside it, or none at all, is round a call of MLflow's.
    return others > 0 and patches != 1


def _stamped(at: object) -> Stamp | None:
    """How the file behind a path stands; None for anything else, and for what is not there."""
    if isinstance(at, (str, Path)) and len(str(at)) < _PATH:
        with contextlib.suppress(OSError, ValueError, UnhashableError):
            stamped = stamp(os.path.abspath(os.path.expanduser(at)))  # noqa: PTH100, PTH111 - as `locate` does
            return stamped if stamped.size >= 0 else None
    return None


def _kept(call: Call) -> list[object]:
    """The models whose earlier fit this one keeps or builds on."""
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
