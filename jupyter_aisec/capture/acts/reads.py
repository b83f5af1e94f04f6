"""Data and models that arrive: from a file, an address, a database, or out of other objects."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import FrameType

from jupyter_aisec.capture import look
from jupyter_aisec.capture.acts.series import Series
from jupyter_aisec.capture.closure import Call
from jupyter_aisec.capture.flow import Site
from jupyter_aisec.capture.locate import is_path
from jupyter_aisec.capture.placed import lying
from jupyter_aisec.capture.provenance import Provenance
from jupyter_aisec.capture.recorder import Recorder, version
from jupyter_aisec.capture.selection import SELF
from jupyter_aisec.capture.steady import Read, Steady
from jupyter_aisec.capture.whereabouts import find, told
from jupyter_aisec.model import AssetKind, Stamp, Verb

_CHANGED = "the file changed while it was read"
_CHANGED_SINCE = "the file changed since it was last read, perhaps during this read"


class Reads:
    """Reads of data and loads of models; ``steady`` knows those that the cell made already."""

    def __init__(self, root: Path, provenance: Provenance, recorder: Recorder, steady: Steady) -> None:
        self._root = root
        self._provenance = provenance
        self._flow = provenance.flow
        self._live = provenance.live
        self._recorder = recorder
        self._steady = steady
        self._series = Series(root, provenance, recorder)

    def cell_ends(self) -> None:
        """What was read by the dozen has been read."""
        self._series.cell_ends()

    def repeats(self, read: Read, call: Call, result: object, frame: FrameType) -> bool:
        """Whether a read gave the same once more, so that no new use is to be made of it."""
        if not read.came(call.args, call.kwargs, result):
            self._steady.forget(read)
            return False
        self._steady.is_last(read, frame)
        return True

    def after(self, call: Call, result: object, where: Site, noted: object, frame: FrameType) -> None:
        """Something arrived. ``noted``: how its file stood before, or the earlier read of it."""
        if self._series.goes_on(call, result, where):
            return
        said = told(call, result)
        if said is None or (_is_making(call) and not is_path(said.at)):
            return  # an object that is made of data in memory
        found = find(call.row, said, self._root)
        before = noted.before() if isinstance(noted, Read) else noted
        if isinstance(before, Stamp) and found.files and found.files != (before,):
            found = replace(found, files=(), problem=_CHANGED_SINCE if isinstance(noted, Read) else _CHANGED)
        arrived = call.args[0] if call.row.value == SELF else result
        kind = look.kind(arrived) if call.row.asset == "object" else AssetKind(call.row.asset)
        key = self._recorder.key(kind)
        went_in = self._provenance.behind(call, said, found, where)
        went_in = (*went_in, *lying(self._provenance, self._recorder, found, kind, went_in))
        self._live.remember(arrived, frozenset({key}))
        if _is_making(call):
            self._live.put(arrived, frozenset({key}))  # a data set, whatever it looks like
        self._flow.produced(where, key, whole=arrived is result or _is_making(call))
        verb = Verb.LOADED if kind is AssetKind.MODEL else Verb.READ
        facts = look.facts(arrived) | version(call.row) | dict(said.facts)
        use = self._recorder.use(verb, kind, key, call, where, found, went_in=went_in, facts=facts)

        def say() -> None:
            self._recorder.say(use)
            self._recorder.hash(key, found)

        if not self._series.keeps(call, where, key, say):
            say()
        if any(each.size < 0 for each in found.files):
            self._series.whole(found.location, key)
        if found.files == (before,) and arrived is result and self._live.known(result):
            self._steady.keep(call, before, key, where, type(result), frame)


def _is_making(call: Call) -> bool:
    """Whether the row names a class, so that the call makes an object of it."""
    return call.row.call.rpartition(".")[2][:1].isupper()
