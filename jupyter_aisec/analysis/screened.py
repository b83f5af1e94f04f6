"""Which rules that read text have anything to say of a notebook: its texts are asked together, for most have nothing.

A rule's ``screen`` holds of a text as soon as it holds of some of its lines; so a rule whose screen holds of none of
the pieces need not be asked about any cell.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

import msgspec

from jupyter_aisec.analysis.rule import Rule

_PIECE = 20_000
"""Characters of texts that are asked together: fewer than the signs of one kind that a rule looks at in one text."""


_TEXTS = 20_000
"""Digests of texts that are remembered."""


class Spoken(msgspec.Struct, frozen=True):
    """The rules that may say something of each sort of text: all of them, where nobody asked before."""

    code: tuple[Rule, ...] = ()
    prose: tuple[Rule, ...] = ()
    outputs: tuple[Rule, ...] = ()
    metadata: tuple[Rule, ...] = ()


class Silent:
    """Texts about which all rules were silent, by their digests: many notebooks have the same prose."""

    def __init__(self) -> None:
        self._known: set[bytes] = set()

    def speaking(self, rules: tuple[Rule, ...], texts: Iterable[str]) -> tuple[Rule, ...]:
        """As `speaking`, of the texts that were not met before; the rules are the same each time."""
        new = {_digest(text): text for text in texts}
        for digest in self._known.intersection(new):
            del new[digest]
        found = speaking(rules, new.values()) if new else ()
        if not found:
            if len(self._known) > _TEXTS:
                self._known.clear()
            self._known.update(new)
        return found


def speaking(rules: tuple[Rule, ...], texts: Iterable[str]) -> tuple[Rule, ...]:
    """Those that may say something of any of these texts."""
    quiet = [rule for rule in rules if rule.screen is not None]
    if not quiet:
        return rules
    for piece in _pieces(texts):
        quiet = [rule for rule in quiet if rule.screen is not None and not rule.screen(piece)]
        if not quiet:
            return rules
    return tuple(rule for rule in rules if rule not in quiet)


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=20).digest()


def _pieces(texts: Iterable[str]) -> Iterator[str]:
    """Texts on lines of their own, together; a long one by itself."""
    waiting: list[str] = []
    size = 0
    for text in texts:
        if waiting and size + len(text) >= _PIECE:
            yield "\n".join(waiting)
            waiting, size = [], 0
        waiting.append(text)
        size += len(text) + 1
    if waiting:
        yield "\n".join(waiting)
