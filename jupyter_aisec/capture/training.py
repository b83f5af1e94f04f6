"""Training loops of PyTorch: each step of an optimizer makes the module whose parameters it holds.

PyTorch itself tells of each step. Of the steps that go on as before, that is next to nothing: the ten-thousandth of an
epoch costs two look-ups.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import FrameType
from typing import Any

from jupyter_aisec.capture import look
from jupyter_aisec.capture.choices import NONE, Origins, settled
from jupyter_aisec.capture.closure import Call, is_inside
from jupyter_aisec.capture.feeding import Feeding
from jupyter_aisec.capture.flow import Lines, Site, site
from jupyter_aisec.capture.holdings import held
from jupyter_aisec.capture.locate import Found
from jupyter_aisec.capture.modules import holders
from jupyter_aisec.capture.provenance import UNSEEN, Provenance
from jupyter_aisec.capture.recorder import Recorder, version
from jupyter_aisec.knowledge import Act, Api
from jupyter_aisec.model import AssetKind, Certainty, RunRef, Source, Verb

_log = logging.getLogger(__name__)

_OPTIMIZERS = "torch.optim.optimizer"
_LISTS = frozenset({"ModuleList", "ModuleDict"})
"""They hold models, of which the code may take another than the one that was trained."""
_MODULES = frozenset({"torch", _OPTIMIZERS})


@dataclass(slots=True)
class _Loop:
    """An optimizer whose step was recorded. ``epoch`` and ``version`` are what things stood at then.

    ``patience`` counts the steps that pass until what is made in the loop itself is looked at again: twice as many
    each time.
    """

    alive: weakref.ref[Any]
    epoch: object
    version: int
    key: str = ""
    where: Site | None = None
    name: str = ""
    patience: int = 1
    rest: int = 1
    read: frozenset[int] = frozenset()
    """The data sets, by identity, that were being read at any look."""


class Training:
    """The loops of one session. ``lines`` gives those of the cell that runs."""

    def __init__(
        self, namespace: Mapping[str, Any], provenance: Provenance, recorder: Recorder, lines: Callable[[], Lines]
    ) -> None:
        self._namespace = namespace
        self._provenance = provenance
        self._flow = provenance.flow
        self._recorder = recorder
        self._lines = lines
        self._loops: dict[int, _Loop] = {}
        self._keys: weakref.WeakKeyDictionary[Any, str] = weakref.WeakKeyDictionary()
        self._before: dict[str, Origins] = {}
        """By key, what a model came from before its first step."""
        self._feeding = Feeding(namespace)
        self._epoch = object()
        """Another one whenever a loader starts anew, and in each cell."""
        self._said: set[tuple[str, tuple[Source, ...], RunRef | None]] = set()
        self._handle: Any = None
        self._process = os.getpid()

    def imported(self, module_name: str) -> None:
        """A module was imported: ask the library to tell of steps, if it is there by now."""
        optimizers = sys.modules.get(_OPTIMIZERS) if module_name in _MODULES else None
        register = getattr(optimizers, "register_optimizer_step_post_hook", None)
        compiling = getattr(sys.modules.get("torch.compiler"), "is_compiling", None)
        if register is not None and compiling is not None and self._handle is None:
            self._handle = register(_hook(self.stepped, compiling))

    def stop(self) -> None:
        """Be told no more."""
        if self._handle is not None:
            self._handle.remove()
            self._handle = None
        self._loops.clear()
        self._feeding.clear()

    def cell_ends(self, failed_at: int | None = None) -> None:
        """What was made since the last look went in as well. ``failed_at`` is the line of an error."""
        for loop in self._loops.values():
            if loop.where is not None and loop.version != self._flow.version:
                self._say(loop, loop.where)
        self._epoch = object()
        self._loops.clear()
        self._said.clear()
        self._feeding.cell_ends(failed=failed_at is not None)

    def bind(self) -> None:
        """The cell has run to its end: the names that hold a model stand for it in the code of the next ones."""
        names = self._flow.names
        held = {id(each): key for each, key in self._keys.items() if type(each).__name__ not in _LISTS}
        for name, value in list(self._namespace.items()) if held else ():
            if id(value) in held and not name.startswith("_"):
                names.origins[name] = names.name(name) | {held[id(value)]}

    def fed(self, call: Call, iterator: object) -> None:
        """A loader begins to hand out its data."""
        self._feeding.begins(call.args[0], iterator)
        self._epoch = object()

    def stepped(self, optimizer: Any) -> None:  # noqa: ANN401 - a class of the library
        """An optimizer has made a step."""
        loop = self._loops.get(id(optimizer))
        if loop is not None and loop.epoch is self._epoch:
            if loop.version == self._flow.version:
                return
            loop.rest -= 1
            if loop.rest:
                return
        try:
            self._look(optimizer, sys._getframe(2))  # noqa: SLF001 - the documented way
        except Exception:  # the second law
            _log.exception("could not record a step of a training")

    def _look(self, optimizer: Any, frame: FrameType) -> None:  # noqa: ANN401 - likewise
        if threading.current_thread() is not threading.main_thread() or os.getpid() != self._process or is_inside():
            return  # the step of a trainer that has a row of its own
        loop = self._loops.get(id(optimizer))
        read = frozenset(identity for _, identity in self._feeding.being_read())
        if loop is not None and read <= loop.read and loop.version == self._flow.version:
            loop.epoch = self._epoch  # another turn through the same data
            return
        if loop is None:
            forget = self._loops.pop
            identity = id(optimizer)
            alive = weakref.ref(optimizer, lambda _: forget(identity, None))
            loop = self._loops[identity] = _Loop(alive, self._epoch, self._flow.version)
        loop.epoch, loop.read = self._epoch, loop.read | read
        loop.patience = loop.rest = loop.patience * 2
        where = site(self._namespace, self._lines(), frame)
        modules = holders(optimizer, frame, self._namespace) if where is not None else []
        if where is not None and modules:
            self._trained(loop, modules, where)
            self._say(loop, where)
        loop.version = self._flow.version

    def _trained(self, loop: _Loop, modules: list[Any], where: Site) -> None:
        """The modules are what the loop trains, the first of them by name."""
        live = self._provenance.live
        key = next((self._keys[each] for each in modules if each in self._keys), None)
        if key is None:
            key = self._recorder.key(AssetKind.MODEL)
            self._before[key] = NONE.union(*(live.of(each) for each in modules))
        for each in modules:
            # Weights may have been loaded into it since.
            self._before[key] |= live.known(each) - {key}
            self._keys[each] = key
            live.put(each, frozenset({key}))
        loop.key, loop.where, loop.name = key, where, look.class_name(modules[0])
        self._flow.produced(where, key, whole=False)

    def _say(self, loop: _Loop, where: Site) -> None:
        before = self._before[loop.key]
        seen = NONE.union(*(held(each, self._provenance.live) for each, _ in self._feeding.being_read())) - {loop.key}
        told = settled(self._flow.loss(where)) - seen - before - {loop.key}
        went_in = [Source(each, Certainty.OBSERVED) for each in sorted(before | seen)]
        went_in += [Source(each, Certainty.INFERRED) for each in sorted(told)]
        if not seen and not told:
            went_in.append(UNSEEN)
        said = (loop.key, tuple(went_in), self._recorder.tracking.run())
        if said in self._said:
            return
        self._said.add(said)
        optimizer = loop.alive()
        call = Call(Api(call=f"{look.class_name(optimizer)}.step", act=Act.FITS, asset="model"), (), (), {})
        facts = {**version(call.row), "class": loop.name}
        found = Found(loop.name.rpartition(".")[2], None)
        use = self._recorder.use(
            Verb.FITTED, AssetKind.MODEL, loop.key, call, where, found, went_in=tuple(went_in), facts=facts
        )
        self._recorder.say(use)


def _hook(stepped: Callable[[Any], None], is_compiling: Callable[[], bool]) -> Callable[..., None]:
    """What PyTorch calls after a step. Of one that it compiles, nothing of ours becomes a part."""

    def hook(optimizer: Any, args: object, kwargs: object) -> None:  # noqa: ANN401 - a class of the library
        del args, kwargs
        if not is_compiling():
            stepped(optimizer)

    return hook
