"""Uses that are worth a word only when something is made of them: an open file, the answer of a service."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from jupyter_aisec.capture.hashing import Done, Hasher
from jupyter_aisec.model import Certainty, Source

_MANY = 1000


class Unsaid:
    """What would be recorded, by the key of the asset, until another use names that."""

    def __init__(self) -> None:
        self._waiting: dict[str, Callable[[], None]] = {}
        self._merged: dict[str, str] = {}

    def keep(self, key: str, say: Callable[[], None]) -> None:
        """Remember how to say it; of very many, the oldest are forgotten."""
        if len(self._waiting) >= _MANY:
            del self._waiting[next(iter(self._waiting))]
        self._waiting[key] = say

    def becomes(self, key: str, other: str) -> None:
        """What has not been said yet is a part of something else, and goes by the key of that."""
        if self._waiting.pop(key, None) is not None:
            self._merged[key] = other

    def spoken_of(self, sources: tuple[Source, ...]) -> tuple[Source, ...]:
        """The same sources, by the keys under which they are spoken of: each once, as it is known best."""
        if not self._merged:
            return sources
        best: dict[str, Source] = {}
        for each in sources:
            key = self._merged.get(each.key, each.key)
            if key not in best or each.certainty is Certainty.OBSERVED:
                best[key] = Source(key, each.certainty)
        return tuple(best.values())

    def say(self, key: str) -> None:
        """Something was made of it."""
        say = self._waiting.pop(key, None)
        if say is not None:
            say()


class Content:
    """The digest of bytes in memory: taken at once, on the thread of the hasher, so that nobody need hold them."""

    def __init__(self, content: bytes, hasher: Hasher) -> None:
        self._hasher = hasher
        self._known: list[tuple[str, int]] = []
        self._hasher.run(lambda: self._known.append((hashlib.sha256(content).hexdigest(), len(content))))

    def tell(self, done: Done) -> None:
        """Give the digest to ``done``, on the thread."""
        self._hasher.run(lambda: done(*self._known[0], None))
