"""Whether a text can be a secret, or only stands for one: placeholders, words, names and sequences are none.

Nearly all strings under a secret's name in public notebooks are placeholders, so what is in doubt is none.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from math import log2

SHORTEST = 8
"""Characters of the shortest password that is taken for one."""
LONGEST = 400
_WHOLE = 20
"""Characters below which a text that ends in a hyphen is the beginning of a key, as ``sk-proj-``."""
_LONG = 16
"""Characters from which on a text must look random, and need not look like a password."""
_FILLER = re.compile(
    r"your|example|sample|dummy|fake|placeholder|redact|insert|replac|chang|enter|todo|demo|test|here|secret|token|key"
    r"|passw|passphrase|credential|hidden|mask|removed|deleted|null|none|undefined|optional|required|foo|bar|string"
    r"|xxx|\*\*|\.\.\.|\u2026|[<>{}$%\[\]]|^my[-_]|azerty|qwert|asdf|admin|guest|welcome|letmein|default|value|abc123"
    r"|postgres|mysql|neo4j|minio|redis|rabbit|elastic|langchain|openai|hugging|jupyter|lorem|localhost|paste|copy"
)
_TOKEN_FILLER = re.compile(
    r"your|example|sample|dummy|fake|placeholder|redact|insert|replac|enter|changeme|xxxx|\*\*|\.\.\.|[<>{}$]"
)
_LEET = str.maketrans("0134578@$!", "oleastbasi")
_SEQUENCES = tuple(
    text[start : start + 5]
    for text in (string.digits + "0", string.digits[::-1], string.ascii_lowercase, "0987654321")
    for start in range(len(text) - 4)
)
_RUN = re.compile(r"(.)\1{3}")
_HALVES = re.compile(r"(.{4,}?)\1{2,}|(.{8,})\2")
_PARTS = re.compile(r"[-_./:~+=]+")
_CHANGES = re.compile(r"(?<=[a-z])[A-Z0-9]|(?<=[A-Z])[a-z0-9]|(?<=[0-9])[A-Za-z]")
_CAPITALS = re.compile(r"[A-Z]{2,}")
_WORDS = 2
_UUID = re.compile(r"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_FILE = re.compile(
    r"^(?:[a-z][a-z0-9+.-]*://|[~.]{0,2}/|[A-Za-z]:\\|www\.)|\.(?:json|txt|pem|py|env|yaml|csv|com|org)$"
)
_EMAIL = re.compile(r"[^@\s]+@[\w-]+\.[\w.]+")
_RANDOM = 3.0
_WORD = 12
"""Characters of one part that are no word any more."""


def is_random(text: str) -> bool:
    """Whether the characters behind a known prefix look drawn by lot."""
    lower = text.lower()
    return not (_TOKEN_FILLER.search(lower) or _is_regular(lower)) and entropy(text) >= _RANDOM


def is_secret(text: str) -> bool:
    """Whether this can be a password or a key."""
    if not SHORTEST <= len(text) <= LONGEST or not text.isascii() or not text.isprintable() or " " in text:
        return False
    lower = text.lower()
    if _FILLER.search(lower) or _FILLER.search(lower.translate(_LEET)) or _is_regular(lower):
        return False
    if _FILE.search(text) or _EMAIL.fullmatch(text) or (len(text) < _WHOLE and text.endswith(("-", "_"))):
        return False
    return is_key(text) if len(text) >= _LONG else _is_password(text)


def is_key(text: str) -> bool:
    """Whether a long text looks drawn by lot: no name that is made of words, no sentence."""
    if _UUID.fullmatch(text):
        return entropy(text) >= _RANDOM
    part = max(_PARTS.split(text), key=len)
    if len(part) < _WORD or entropy(text) < _RANDOM:
        return False
    digits = sum(map(str.isdigit, part))
    return digits < len(part) and len(_CHANGES.findall(part)) * 5 >= len(part) and (digits > 1 or _is_mixed(part))


def is_placeholder(text: str) -> bool:
    """Whether this says that a secret belongs here."""
    lower = text.lower()
    return bool(text) and bool(_TOKEN_FILLER.search(lower) or re.search(r"_here\b|^my[-_]|api[-_]?key|^sk-$", lower))


def entropy(text: str) -> float:
    """Shannon's, in bits for each character."""
    size = len(text)
    return -sum(count / size * log2(count / size) for count in Counter(text).values()) if size else 0.0


def _is_password(text: str) -> bool:
    """Of three kinds of characters, with a digit among them, and not one word with a number behind it."""
    kinds = (str.islower, str.isupper, str.isdigit, lambda each: not each.isalnum())
    there = [any(map(kind, text)) for kind in kinds]
    is_word = re.fullmatch(r"[A-Za-z]+[-_.]?[0-9]{1,4}[!.?#@]?", text) is not None
    return there[2] and sum(there) > 2 and not is_word  # noqa: PLR2004 - of four kinds


def _is_mixed(text: str) -> bool:
    """Letters only: several capitals in a row, in several places, are no words joined."""
    return len(_CHANGES.findall(text)) * 3 >= len(text) or len(_CAPITALS.findall(text)) > _WORDS


def _is_regular(lower: str) -> bool:
    return bool(_RUN.search(lower) or any(each in lower for each in _SEQUENCES) or _HALVES.search(lower[:100]))
