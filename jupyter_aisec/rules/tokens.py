"""Credentials that are known by their format: found quickly, and tested before anything is said about them."""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice

from jupyter_aisec import knowledge
from jupyter_aisec.rules.placeholders import is_random

SHORTEST = 20
"""Characters of the shortest word that holds a token."""
_KEY_BLOCK = "PRIVATE KEY"
_BEFORE = re.compile(r"[A-Za-z0-9_+-]")
_BEHIND = re.compile(r"[A-Za-z0-9_]")
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SHOWN = 2
_DAY = 24 * 60 * 60
_TRIED = 20_000
"""Prefixes in one text that are looked at."""


@dataclass(frozen=True, slots=True)
class Token:
    """One credential: where it stands in the text, and whose it is."""

    start: int
    end: int
    format: knowledge.SecretFormat
    text: str

    @property
    def shown(self) -> str:
        """Enough of it to find it by, and no more."""
        prefix = next((each for each in self.format.prefixes if self.text.startswith(each)), "")
        if self.format.check == "pem":
            return self.text.split("-----", 2)[1].lower()
        return f"{self.text[: len(prefix) + _SHOWN]}\u2026"

    @property
    def is_brief(self) -> bool:
        """Whether it holds for a day at most, by its own words: it is dead when most people read it."""
        return self.format.check == "jwt" and _is_brief(self.text)


def tokens(text: str) -> Iterator[Token]:
    """The credentials in a text, each where it stands first.

    Only long words are looked at, for splitting a text costs a quarter of searching it.
    """
    if len(text) < SHORTEST:
        return
    words = [word for word in text.split() if len(word) >= SHORTEST]
    places = [_in("\n".join(words), _prefixes())] if words else []
    if _KEY_BLOCK in text:
        places.append(_in(text, _key_blocks()))
    seen: set[str] = set()
    for form, token in chain.from_iterable(places):
        if token not in seen:
            seen.add(token)
            start = text.find(token)
            yield Token(start, start + len(token), form, token)


def has_token(text: str) -> bool:
    """Whether there is any."""
    return next(tokens(text), None) is not None


def _in(text: str, prefixes: re.Pattern[str]) -> Iterator[tuple[knowledge.SecretFormat, str]]:
    end = 0
    for prefix in islice(prefixes.finditer(text), _TRIED):
        if prefix.start() < end:
            continue
        inside = _is_inside(text, prefix.start())
        for form in _formats()[prefix[0]]:
            match = None if inside and not form.behind else _match(form, text, prefix)
            if match is not None and _CHECKS[form.check](match[0], form):
                end = match.end()
                yield form, match[0]
                break


def _match(form: knowledge.SecretFormat, text: str, prefix: re.Match[str]) -> re.Match[str] | None:
    pattern = _pattern(form.pattern)
    if form.behind:
        match = pattern.search(text, max(0, prefix.start() - form.behind), prefix.end() + 200)
    else:
        match = pattern.match(text, prefix.start())
    if match is None or _is_inside(text, match.start()) or _BEHIND.match(text, match.end()):
        return None
    return None if form.signs and _is_signed(form, text, match) else match


def _is_signed(form: knowledge.SecretFormat, text: str, match: re.Match[str]) -> bool:
    """Whether it stands in a signed link, where the name of a key is for everybody, and a token for hours at most."""
    return text.endswith(form.signs, 0, match.start()) and (form.check != "jwt" or _is_brief(match[0]))


def _is_brief(web_token: str) -> bool:
    payload = _decoded(web_token.split(".")[1])
    begin, end = payload.get("iat", payload.get("nbf")), payload.get("exp")
    return isinstance(begin, (int, float)) and isinstance(end, (int, float)) and end - begin <= _DAY


def _is_inside(text: str, start: int) -> bool:
    """Whether a word goes on there, so that nothing begins."""
    return start > 0 and _BEFORE.match(text, start - 1) is not None


@cache
def _formats() -> Mapping[str, list[knowledge.SecretFormat]]:
    """By prefix; one prefix can begin several formats, and a longer one is also its shorter."""
    found: dict[str, list[knowledge.SecretFormat]] = defaultdict(list)
    forms = knowledge.secret_formats()
    for form in forms:
        for prefix in form.prefixes:
            found[prefix] += [each for each in forms if any(prefix.startswith(one) for one in each.prefixes)]
    return found


@cache
def _prefixes() -> re.Pattern[str]:
    """All prefixes, the longest first; grouped by their first letter, which is compared only once."""
    groups: dict[str, list[str]] = defaultdict(list)
    for prefix in sorted(_formats(), key=len, reverse=True):
        if not prefix.startswith("-"):
            groups[prefix[0]].append(re.escape(prefix[1:]))
    return re.compile("|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in groups.items()))


@cache
def _key_blocks() -> re.Pattern[str]:
    return re.compile("-----BEGIN")


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _is_drawn(token: str, form: knowledge.SecretFormat) -> bool:
    prefix = next((each for each in form.prefixes if token.startswith(each)), "")
    return is_random(token[len(prefix) :])


def _has_checksum(token: str, form: knowledge.SecretFormat) -> bool:
    """GitHub's and npm's tokens end in the CRC-32 of what is in front, in base 62."""
    del form
    body, _, rest = token.rpartition("_")
    del body
    number, digits = zlib.crc32(rest[:-6].encode()), ""
    while number:
        number, digit = divmod(number, 62)
        digits = _BASE62[digit] + digits
    return digits.rjust(6, "0") == rest[-6:]


def _is_jwt(token: str, form: knowledge.SecretFormat) -> bool:
    """A header that names an algorithm; not the one that every tutorial shows."""
    del form
    header, payload = (_decoded(part) for part in token.split(".")[:2])
    return "alg" in header and bool(payload) and payload.get("sub") != "1234567890"


def _decoded(part: str) -> dict[str, object]:
    try:
        found = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _is_pem(token: str, form: knowledge.SecretFormat) -> bool:
    del form
    return is_random("".join(token.split("-----")[2].replace("\\n", "").split())[:200])


_CHECKS: Mapping[str, Callable[[str, knowledge.SecretFormat], bool]] = {
    "random": _is_drawn,
    "crc32": _has_checksum,
    "jwt": _is_jwt,
    "pem": _is_pem,
}
