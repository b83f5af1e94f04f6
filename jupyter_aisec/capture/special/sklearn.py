"""Where scikit-learn keeps what it fetched."""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import urlsplit

from jupyter_aisec.capture.watch import Call


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
