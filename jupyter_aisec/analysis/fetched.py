"""Values that came from the network, and addresses: what is remote, what names fixed content."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from jupyter_aisec.analysis.outside import worst
from jupyter_aisec.analysis.values import Ref, Value
from jupyter_aisec.knowledge import Origin

_HASH = re.compile(r"(?:^|[/@=:#-])(?:[0-9a-f]{40}|[0-9a-f]{64})(?:$|[/.?&#])")
_LOCAL = re.compile(r"localhost|127(?:\.\d+){3}|\[?::1\]?|0\.0\.0\.0|host\.docker\.internal", re.IGNORECASE)
_SCHEMES = frozenset({"http", "https", "ftp", "ftps"})


def is_remote(url: str | None) -> bool:
    """Whether this names something on another machine."""
    if not url or "://" not in url:
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme.lower() in _SCHEMES and not _LOCAL.fullmatch(parts.hostname or "")
    except ValueError:
        return False


def is_pinned(url: str) -> bool:
    """Whether an address holds a full commit or digest, so that its content can't change unnoticed."""
    return bool(_HASH.search(url.lower()))


def fetched(value: Value | None) -> bool:
    """Whether a value is what a network call gave, or a part of it."""
    return isinstance(value, Ref) and worst(value, Origin.NETWORK) is not None
