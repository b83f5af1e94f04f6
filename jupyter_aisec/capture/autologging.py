"""What MLflow does in the user's cell on its own account: fits of encoders beside a fit, pictures, files."""

from __future__ import annotations

from types import FrameType

_PATCH = "safe_patch_function"
"""What mlflow/utils/autologging_utils/safety.py puts round each method that autologging watches."""


def fits(frame: FrameType) -> bool:
    """Whether a fit that is called from here is MLflow's own, and not the one that autologging watches."""
    patches = others = 0
    above: FrameType | None = frame
    while above is not None and above.f_code.co_name != "<module>":
        if _is_mlflows(above):
            patches += above.f_code.co_name == _PATCH
            others += 1
        above = above.f_back
    # One patch is round the user's own call; a second one inside it, or none at all, is round a call of MLflow's.
    return others > 0 and patches != 1


def reads_or_writes(frame: FrameType) -> bool:
    """Whether MLflow stands between the call that is made here and the user's code, a function of which it may call."""
    above: FrameType | None = frame
    while above is not None and above.f_globals.get("__name__") != "__main__":
        if _is_mlflows(above):
            return True
        above = above.f_back
    return False


def _is_mlflows(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__", "")).startswith("mlflow.")
