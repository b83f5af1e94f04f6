"""What is read where something was put that comes from elsewhere."""

from __future__ import annotations

from collections.abc import Collection

from jupyter_aisec.capture.locate import Found
from jupyter_aisec.capture.provenance import Provenance
from jupyter_aisec.capture.recorder import Recorder
from jupyter_aisec.model import AssetKind, Certainty, Source


def lying(
    provenance: Provenance, recorder: Recorder, found: Found, kind: AssetKind, known: Collection[Source]
) -> tuple[Source, ...]:
    """What a file or folder comes from by its place; what was not worth a word until it is read gets one.

    At the place itself it is the same asset, unless that was taken for one of another kind.
    """
    place = provenance.places.of(found)
    if place is None or place.key in {each.key for each in known}:
        return ()
    if place.location == found.location and place.kind is kind:
        recorder.unsaid.say(place.key)
        return ()
    return (Source(place.key, Certainty.OBSERVED),)
