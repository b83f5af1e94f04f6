"""Models that are logged to MLflow."""

from __future__ import annotations

from jupyter_aisec.capture.closure import Call
from jupyter_aisec.capture.flow import Site
from jupyter_aisec.capture.locate import Found
from jupyter_aisec.capture.provenance import Provenance
from jupyter_aisec.capture.recorder import Recorder
from jupyter_aisec.capture.selection import written
from jupyter_aisec.model import AssetKind, Verb


class Logs:
    """Logged models, by the id and the address that MLflow gave them."""

    def __init__(self, provenance: Provenance, recorder: Recorder) -> None:
        self._provenance = provenance
        self._recorder = recorder

    def after(self, call: Call, result: object, where: Site) -> None:
        """A model was logged."""
        model_id = getattr(result, "model_id", None)
        uri = f"models:/{model_id}" if model_id else getattr(result, "model_uri", None)
        name = call.argument("name") or getattr(result, "artifact_path", None) or "model"
        found = Found(str(name), uri, problem="its files are in MLflow, mirroring hashes them")
        facts: dict[str, str | int | float] = {"model_id": model_id} if model_id else {}
        kind, key = AssetKind.MODEL, self._recorder.key(AssetKind.MODEL)
        went_in = self._provenance.sources(written(call), call, where)
        self._recorder.say(self._recorder.use(Verb.LOGGED, kind, key, call, where, found, went_in=went_in, facts=facts))
