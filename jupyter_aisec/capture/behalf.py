"""Fits that a library makes on its own account: in a metric, or on the way of a transformer that has others inside."""

from __future__ import annotations

from types import FrameType

from jupyter_aisec.capture import look
from jupyter_aisec.capture.selection import Selected
from jupyter_aisec.capture.variables import variables
from jupyter_aisec.model import AssetKind

_BETWEEN = frozenset({"jupyter_aisec", "joblib"})
"""Packages whose frames stand between those of a library."""

_DECORATORS = frozenset({"wrapped", "wrapper", "inner_f"})
"""Code that scikit-learn puts round its methods."""


def asked_from_outside(frame: FrameType, library: str) -> FrameType | None:
    """The function of the library that others called, when the library itself calls from a frame; or else None."""
    found: FrameType | None = None
    above: FrameType | None = frame
    while above is not None:
        package = str(above.f_globals.get("__name__", "")).partition(".")[0]
        if package == library:
            found = found if above.f_code.co_name in _DECORATORS else above
        elif package not in _BETWEEN:
            break
        above = above.f_back
    return found


def estimator(frame: FrameType) -> object:
    """The model that a frame fits; None for a function, and for a method that fits something only to tell a figure."""
    if not frame.f_code.co_name.startswith("fit"):
        return None
    names = frame.f_code.co_varnames[: frame.f_code.co_argcount]
    found = variables(frame).get("self") if names[:1] == ("self",) else None
    return found if look.kind(found) is AssetKind.MODEL else None


def given(frame: FrameType) -> list[Selected]:
    """What the method was given, as far as it is data."""
    names = frame.f_code.co_varnames[1 : frame.f_code.co_argcount]
    held = variables(frame)
    values = [(index, held.get(name)) for index, name in enumerate(names)]
    return [(index, value) for index, value in values if look.is_data(value)]
