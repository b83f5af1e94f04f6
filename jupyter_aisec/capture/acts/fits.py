"""Models that are fitted, at once or step by step."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from types import FrameType

from jupyter_aisec.capture import autologging, behalf, look
from jupyter_aisec.capture.choices import NONE
from jupyter_aisec.capture.closure import Call
from jupyter_aisec.capture.flow import Site
from jupyter_aisec.capture.locate import Found
from jupyter_aisec.capture.origins import identity
from jupyter_aisec.capture.provenance import Provenance
from jupyter_aisec.capture.recorder import Recorder, version
from jupyter_aisec.capture.selection import SELF, fitted_on
from jupyter_aisec.capture.steady import Given, Steady, Step
from jupyter_aisec.capture.whereabouts import told
from jupyter_aisec.model import AssetKind, Certainty, RunRef, Source, Verb

_STEP = ".partial_fit"


class Fits:
    """Fits of one session; ``steady`` knows the steps that the cell made already."""

    def __init__(self, provenance: Provenance, recorder: Recorder, steady: Steady) -> None:
        self._provenance = provenance
        self._live = provenance.live
        self._flow = provenance.flow
        self._being_fitted = provenance.being_fitted
        self._recorder = recorder
        self._steady = steady
        self._fitted: set[str] = set()
        self._inside: set[tuple[tuple[Source, ...], Site]] = set()
        self._said: set[tuple[str, tuple[Source, ...], Site, RunRef | None]] = set()

    def before(self, call: Call) -> str:
        """The key of a model that is about to be fitted: autologging logs it from inside the fit."""
        if call.row.value != SELF or not call.args:
            return self._recorder.key(AssetKind.MODEL)
        known = self._live.of(call.args[0]) if call.row.call.endswith(_STEP) else NONE
        if len(known) != 1 or not known <= self._fitted:
            known &= self._fitted
        if len(known) == 1:
            (key,) = known
        else:
            key = self._recorder.key(AssetKind.MODEL)
        self._being_fitted[key] = call.args[0]
        return key

    def failed(self, key: str) -> None:
        """The fit raised: the model that it was about to make does not exist."""
        self._being_fitted.pop(key, None)

    def repeats(self, call: Call, key: str, frame: FrameType) -> bool:
        """Whether this is one more step of a training, of which no new use is to be made."""
        if key not in self._fitted:
            return False
        step = self._steady.step(frame)
        repeats = step is not None and step.key == key and step.came(call.args, call.kwargs, None)
        if repeats:
            self._being_fitted.pop(key, None)
        return repeats

    def after(self, call: Call, result: object, where: Site, key: str, frame: FrameType) -> None:
        """A model was fitted."""
        if autologging.fits(frame):
            return
        estimator = _estimator(call, result)
        if estimator is None:
            return
        asked = behalf.asked_from_outside(frame, call.row.call.partition(".")[0])
        outer = None if asked is None else behalf.estimator(asked)
        if asked is not None and outer is not estimator and (call.row.value == SELF or outer is None):
            estimator = outer
            went_in = self._provenance.sources(behalf.given(asked), call, where, asked.f_code.co_name)
            if outer is None or (went_in, where) in self._inside:
                self._being_fitted.pop(key, None)
                return  # a metric that fits something for itself, or one more part of a transformer
            self._inside.add((went_in, where))
        else:
            went_in = self._provenance.sources(fitted_on(call), call, where)
        kept = NONE.union(*(self._live.of(each) for each in _kept(call))) - {key}
        went_in += tuple(Source(each, Certainty.OBSERVED) for each in sorted(kept))
        self._fitted.add(key)
        self._live.remember(estimator, frozenset({key}))
        if call.args and call.args[0] is not estimator and look.kind(call.args[0]) is AssetKind.MODEL:
            self._live.put(call.args[0], frozenset({key}))  # the trainer, which saves what it has trained
        self._being_fitted.pop(key, None)
        self._flow.produced(where, key, whole=_gives_itself(call))
        if call.row.call.endswith(_STEP):
            self._steady.trained(self._step(call, key, estimator, frame), frame)
        said = (key, went_in, where, self._recorder.tracking.run())
        if said in self._said:
            return  # one more step of a loop that fits the same model on the same data
        self._said.add(said)
        kind, found = AssetKind.MODEL, Found(type(estimator).__name__, None)
        facts = version(call.row) | {"class": look.class_name(estimator)}
        self._recorder.say(self._recorder.use(Verb.FITTED, kind, key, call, where, found, went_in=went_in, facts=facts))

    def cell_ends(self) -> None:
        """No fit is under way any more, and those of another cell are uses of its own."""
        self._being_fitted.clear()
        self._said.clear()
        self._inside.clear()

    def _step(self, call: Call, key: str, estimator: object, frame: FrameType) -> Step:
        entry = self._live.table.get(identity(estimator))
        given = self._given(call.args, call.kwargs)
        return Step(call.row, frame.f_code, key, entry, given, self._live, self._given)

    def _given(self, args: tuple[object, ...], kwargs: Mapping[str, object]) -> Given:
        """What a step of a training rests on; the first argument is the model."""
        data = args[1:]
        origins = self._live.of_each((*data, *kwargs.values()) if kwargs else data)
        return origins, self._flow.version, self._recorder.tracking.run()


def _estimator(call: Call, result: object) -> object:
    """The model: what the call gives, the object that was asked, or what the code for the library says."""
    if call.row.special:
        said = told(call, result)
        return said.at if said is not None else None
    if call.row.value not in {"return", SELF, None}:
        return call.argument(call.row.value)
    return result if call.row.value == "return" else call.args[0] if call.args else None


def _gives_itself(call: Call) -> bool:
    """By convention ``fit`` and ``partial_fit`` return the estimator."""
    return call.row.value == "return" or call.row.call.endswith("fit")


def _kept(call: Call) -> list[object]:
    """The models whose earlier fit this one keeps or builds on."""
    if call.row.value != SELF:
        return []
    estimator = call.args[0]
    special = importlib.import_module("jupyter_aisec.capture.special.sklearn")
    found: list[object] = special.kept(estimator)
    return [*found, estimator] if call.row.call.endswith(_STEP) else found
