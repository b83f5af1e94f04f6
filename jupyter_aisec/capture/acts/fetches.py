"""What is fetched into a file or a folder: it arrives from its address, and lies here from then on."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from jupyter_aisec.capture import suffixes
from jupyter_aisec.capture.closure import Call
from jupyter_aisec.capture.flow import Site
from jupyter_aisec.capture.locate import is_path, locate
from jupyter_aisec.capture.places import Place
from jupyter_aisec.capture.provenance import Provenance
from jupyter_aisec.capture.recorder import Recorder
from jupyter_aisec.capture.whereabouts import find, told
from jupyter_aisec.journal import now
from jupyter_aisec.model import AssetKind, Certainty, Source, Verb


class Fetches:
    """Fetches of data and models: two uses each, the second made of the first."""

    def __init__(self, root: Path, provenance: Provenance, recorder: Recorder) -> None:
        self._root = root
        self._provenance = provenance
        self._recorder = recorder

    def after(self, call: Call, result: object, where: Site) -> None:
        """Something was fetched."""
        said = told(call, result)
        path = call.argument(call.row.to) or (result[0] if isinstance(result, tuple) else result)
        if said is None or not is_path(path):
            return
        there, here = find(call.row, said, self._root), locate(path, self._root)
        kind = AssetKind(call.row.asset)
        kind = suffixes.kind(here.location or "") if kind is AssetKind.DATASET else kind
        origin, key = self._recorder.key(kind), self._recorder.key(kind)
        loaded, saved = (Verb.LOADED, Verb.SAVED) if kind is AssetKind.MODEL else (Verb.READ, Verb.WROTE)
        files = there.files or here.files
        problem = None if files else here.problem
        there, here = replace(there, files=files, problem=problem), replace(here, files=files, problem=problem)
        use, went_in = self._recorder.use, (Source(origin, Certainty.OBSERVED),)
        facts = {"obtained": now()[:10], **said.facts}
        self._recorder.say(use(loaded, kind, origin, call, where, there, facts=facts))
        self._recorder.say(use(saved, kind, key, call, where, here, went_in=went_in))
        if here.location is not None:
            self._provenance.fetched[key] = here.location
            self._provenance.places.put(Place(here.location, key, kind, time.time_ns()))
        self._provenance.flow.produced(where, key, whole=True)
        self._recorder.hash(origin, there)
        self._recorder.hash(key, here)
