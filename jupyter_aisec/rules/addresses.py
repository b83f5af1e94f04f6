"""Addresses as rules judge and show them: what crosses a network unencrypted, which hosts are one's own."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from jupyter_aisec.analysis.command import Word
from jupyter_aisec.analysis.fetched import is_remote
from jupyter_aisec.analysis.strings import path_text
from jupyter_aisec.analysis.values import HOLE, Built, Value
from jupyter_aisec.model import Severity

_PLAIN = ("http://", "ftp://")
_OWN_NAMES = (
    *(".local", ".localhost", ".localdomain", ".internal", ".intranet", ".lan", ".home", ".home.arpa", ".svc"),
    # RFC 2606: nobody can have these names on the Internet.
    *(".test", ".example", ".invalid"),
)
_OWN_NUMBERS = re.compile(
    r"10(?:\.\d{1,3}){3}|192\.168(?:\.\d{1,3}){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2}|169\.254(?:\.\d{1,3}){2}"
    r"|f[cd][0-9a-f]{2}:[0-9a-f:]+|fe80:[0-9a-f:]+"
)
_BLANK = re.compile(
    r"[<>{}$\s\ue000-\ue002" + HOLE + r"]|your|(?:^|[.-])(?:xxx+|placeholder|host(?:name)?|domain)(?:[.-]|$)"
)
_SHOWN = 80
_SHOWS = (
    *(".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".svg", ".tif", ".tiff", ".ico"),
    *(".mp3", ".wav", ".ogg", ".flac", ".m4a", ".aac", ".mp4", ".avi", ".mov", ".mkv", ".webm"),
)
"""Ends of addresses of what is looked at or heard, one by one: data to train on come in tables and archives."""
_GALLERIES = frozenset({"images.unsplash.com", "picsum.photos", "loremflickr.com", "i.imgur.com", "img.youtube.com"})
"""Hosts that send pictures only, whatever the address ends in."""


def host(url: str) -> str:
    """The name or number of the machine; empty where there is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def is_own_host(name: str) -> bool:
    """Whether a host is one of the author's own network: a name without a dot, or one that no public server has."""
    return ("." not in name.strip(".") and ":" not in name) or bool(
        name.endswith(_OWN_NAMES) or ".svc." in name or _OWN_NUMBERS.fullmatch(name)
    )


def is_plain(url: str | None) -> bool:
    """Whether what is sent to or got from this address crosses a network without encryption.

    Not this machine. An address that somebody still has to fill in is none.
    """
    return bool(url) and (url or "")[:7].lower().startswith(_PLAIN) and is_remote(url) and not is_blank(url or "")


def is_blank(url: str) -> bool:
    """Whether the host is a gap to be filled in, as in ``http://<your-server>``."""
    name = re.split(r"[/?#]", url.partition("://")[2], maxsplit=1)[0].rpartition("@")[2].partition(":")[0].lower()
    return not name or bool(_BLANK.search(name))


def is_public_plain(url: str | None) -> bool:
    """`is_plain`, and the host is not one of the author's own network."""
    return is_plain(url) and not is_own_host(host(url or ""))


def danger(url: str, target: str | None = None) -> Severity | None:
    """How bad it is to take what this address sends, into this file; None: as bad as the rule says."""
    names = (url.split("?", 1)[0].lower(), (target or "").lower())
    return Severity.LOW if any(name.endswith(_SHOWS) for name in names) or host(url) in _GALLERIES else None


def outline(given: Value | Word | None) -> str | None:
    """An address of which some parts may be unknown: whether it is encrypted stands at its beginning."""
    if isinstance(given, Word):
        return given.text if given.text is not None else given.written.strip("\"'")
    return given.template if isinstance(given, Built) else path_text(given)


def short(url: str) -> str:
    """The address without a query or user information, for a message."""
    shown = re.sub(r"//[^/@]*@", "//", url.split("?", 1)[0]).replace(HOLE, "…")
    return shown if len(shown) <= _SHOWN else shown[:60] + "…" + shown[-16:]
