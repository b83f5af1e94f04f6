"""Which of a call's arguments matter for where its data comes from."""

from __future__ import annotations

from jupyter_aisec.capture.closure import Call

SELF = "self"
_OBJECTS = frozenset({SELF, "cls"})

Selected = tuple[str | int, object]
"""An argument by its name or its position in the code of the call (``"self"``: the object), and its value."""


def fitted_on(call: Call) -> list[Selected]:
    """What a model was fitted on: the inputs of the row, or else all that was given, but for the estimator itself."""
    if found := [each for name in call.row.inputs for each in given(call, name)]:
        return found
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
