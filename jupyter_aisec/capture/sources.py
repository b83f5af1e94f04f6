"""Which assets went into a call: what its live arguments are known to come from, and what the code says beside that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from jupyter_aisec.capture import look
from jupyter_aisec.capture.closure import Call
from jupyter_aisec.capture.flow import Flow, Site
from jupyter_aisec.capture.names import NONE, Origins
from jupyter_aisec.model import AssetKind, Certainty, Source

UNSEEN = Source("unknown", Certainty.INFERRED)
"""Data went in, and nobody knows where it came from."""

SELF = "self"
_OBJECTS = frozenset({SELF, "cls"})

Selected = tuple[str | int, object]
"""An argument by its name or its position in the code of the call (``"self"``: the object), and its value."""


def fitted_on(call: Call) -> list[Selected]:
    """What a model was fitted on: the inputs of the row, or else all that was given, but for the estimator itself."""
    if call.row.inputs:
        return [each for name in call.row.inputs for each in given(call, name)]
    return [*enumerate(call.args[1:]), *call.kwargs.items()]


def written(call: Call) -> list[Selected]:
    """The object that is written, saved or logged; without a word in the row, all that was given but the place."""
    if call.row.value is not None:
        return given(call, call.row.value)
    place = call.position(call.row.at or "")
    others = [(index, value) for index, value in enumerate(call.args) if index != place]
    return [*others, *((key, value) for key, value in call.kwargs.items() if key != call.row.at)]


def given(call: Call, name: str) -> list[Selected]:
    """The argument of that name, if it was given."""
    if name == SELF:
        return [(SELF, call.args[0])] if call.args else []
    if name in call.kwargs:
        return [(name, call.kwargs[name])]
    index = call.position(name)
    if index is None or index >= len(call.args):
        return []
    # The code of a call has no argument for the object of a method.
    return [(index - (call.parameters[0] in _OBJECTS), call.args[index])]


def sources(
    chosen: Iterable[Selected], live: Mapping[int, Origins], flow: Flow, where: Site, function: str
) -> tuple[Source, ...]:
    """The sources of a call. ``live``: what is known of the values, by identity.

    A link that was seen on the live object is *observed*; one that only the code shows is *inferred*; data of which
    neither knows anything adds the unseen source.
    """
    stated = flow.arguments(where, function)
    around = flow.around(where) if stated is None else NONE
    observed: set[str] = set()
    inferred: set[str] = set()
    unseen = False
    for selector, value in chosen:
        seen = live.get(id(value), NONE)
        told = around if stated is None else stated.get(selector, NONE)
        observed |= seen
        if not (seen and look.kind(value) is AssetKind.MODEL):
            # What went into a model is that model's own affair.
            inferred |= told
        unseen |= not seen and not told and look.is_data(value)
    found = [Source(key, Certainty.OBSERVED) for key in sorted(observed)]
    found += [Source(key, Certainty.INFERRED) for key in sorted(inferred - observed)]
    return (*found, UNSEEN) if unseen else tuple(found)
