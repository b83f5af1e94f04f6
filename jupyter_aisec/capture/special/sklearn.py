"""Where scikit-learn keeps what it fetched."""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import urlsplit

from jupyter_aisec.capture.closure import Call

_DEEPEST = 3
"""How far down a pipeline of searches of ensembles is looked."""


def data_home(call: Call) -> Path:
    """The library's data folder for this call, as ``sklearn.datasets.get_data_home`` finds it."""
    given = call.argument("data_home")
    return Path(sys.modules["sklearn.datasets"].get_data_home(given))


def fetched_file(call: Call, result: object) -> object:
    """The local path that ``fetch_file`` gives back."""
    del call
    return result


def openml(call: Call, result: object) -> object:
    """The cached download behind the data: its path mirrors that of the URL that the data set's details name."""
    details = getattr(result, "details", None)
    url = details.get("url") if isinstance(details, dict) else None
    if not isinstance(url, str):
        return None
    name = urlsplit(url).path.lstrip("/") + ".gz"
    return next(iter(sorted((data_home(call) / "openml").rglob(name))), None)


def kept(estimator: object) -> list[object]:
    """Fitted models that a new ``fit`` of this estimator keeps: itself on a warm start, frozen ones inside it.

    https://scikit-learn.org/stable/glossary.html#term-warm_start, https://scikit-learn.org/stable/modules/generated/
    sklearn.frozen.FrozenEstimator.html
    """
    found: list[object] = []
    queue = [estimator]
    for _ in range(_DEEPEST):
        inner: list[object] = []
        for each in queue:
            state = getattr(each, "__dict__", {})
            if type(each).__name__ == "FrozenEstimator":
                found.append(state.get("estimator"))
            elif state.get("warm_start") is True:
                found.append(each)
            for value in state.values():
                inner += [part for pair in value for part in _flat(pair)] if type(value) is list else [value]
        queue = [each for each in inner if hasattr(type(each), "fit")]
    return found


def _flat(value: object) -> tuple[object, ...]:
    return value if type(value) is tuple else (value,)
