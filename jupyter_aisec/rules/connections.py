"""Credentials inside addresses and settings: ``scheme://user:password@host``, ``?api_key=…``, ``NAME_KEY=…``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from jupyter_aisec.rules.placeholders import is_key, is_secret
from jupyter_aisec.rules.tokens import has_token

_SIGN = "://"
_WIDTH = 600
_PUBLIC = "alt=media"
"""An address of a public file in a store whose keys are only long names."""
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,30}\Z")
_LOGIN = re.compile(r"[^\s:/@'\"<>{}$|\\]{0,80}:([^\s@/'\"<>{}$|\\]{3,200})@[\w.{-]+")
_QUERY = re.compile(
    r"[?&](?:api[-_]?key|key|token|access[-_]token|auth|password|passwd|secret|client_secret|sig|signature"
    r"|x-(?:amz|goog)-signature)=([^&\s'\"<>{}$#\\]{8,400})",
    re.IGNORECASE,
)
_UUID = re.compile(r"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\W*")
_NAMES = ("API_KEY", "ACCESS_KEY", "SECRET_KEY", "_TOKEN", "_SECRET", "_PASSWORD")
_VALUE = re.compile(r"['\"]?\s{0,3}[:=]\s{0,3}['\"]?([^\s'\",;]{20,200})")


@dataclass(frozen=True, slots=True)
class Credential:
    """A secret inside something longer: where it and the whole stand. ``what`` says what it is in."""

    start: int
    end: int
    secret: str
    what: str


def in_urls(text: str, *, signed: bool = True) -> Iterator[Credential]:
    """Passwords and keys in addresses; ``signed``: also signatures, which cease to be good after a time."""
    at = text.find(_SIGN)
    # Most texts have addresses, and few have one with a login or a query.
    if at < 0 or not ("@" in text or "=" in text):
        return
    while at >= 0:
        found = _in_url(text, at, signed=signed)
        if found is not None:
            yield found
        at = text.find(_SIGN, at + len(_SIGN))


def has_credential(text: str) -> bool:
    """Whether there is any in an address."""
    return next(in_urls(text), None) is not None


def in_settings(text: str) -> Iterator[Credential]:
    """Keys behind the names of environment variables, as a dump of them shows."""
    for name in _NAMES:
        at = text.find(name)
        while at >= 0:
            match = _VALUE.match(text, at + len(name))
            if match is not None and is_secret(match[1]) and is_key(match[1]):
                yield Credential(at, match.end(), match[1], "an environment variable")
            at = text.find(name, at + len(name))


def _in_url(text: str, at: int, *, signed: bool) -> Credential | None:
    scheme = _SCHEME.search(text, max(0, at - 31), at)
    if scheme is None:
        return None
    login = _LOGIN.match(text, at + len(_SIGN), at + _WIDTH)
    if login is not None and is_secret(login[1]) and not has_token(login[1]):
        return Credential(scheme.start(), login.end(), login[1], f"{scheme[0]}:// address")
    rest = text[at : at + 4 * _WIDTH].split(None, 1)[0]
    if _PUBLIC in rest:
        return None
    for query in _QUERY.finditer(text, at, at + len(rest)):
        if query[0][1:].lower().startswith("key=") and _UUID.fullmatch(query[1]):
            # What it is the key of is named elsewhere: a project, a record.
            continue
        is_signature = "sig" in query[0].partition("=")[0].lower()
        if (signed or not is_signature) and is_secret(query[1]) and is_key(query[1]) and not has_token(query[1]):
            return Credential(scheme.start(), query.end(), query[1], f"{scheme[0]}:// address")
    return None
