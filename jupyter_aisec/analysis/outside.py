"""Values that somebody else wrote: a language model, a server, a file, a person at the keyboard."""

from __future__ import annotations

import msgspec

from jupyter_aisec import knowledge
from jupyter_aisec.analysis.paths import plain
from jupyter_aisec.analysis.values import Ref, Value, leaves
from jupyter_aisec.knowledge import Origin

_WRITERS = {
    Origin.MODEL: "a language model wrote",
    Origin.NETWORK: "came from the network",
    Origin.FILE: "came out of a file",
    Origin.PERSON: "somebody types in",
}
_FOUND = (".metadata", ".source_nodes")
"""What answers say beside the words of the model: what was looked up for it."""
_WORST = tuple(Origin)


class Outside(msgspec.Struct, frozen=True):
    """One origin of a value: whose words, by which call, and its first literal argument."""

    origin: Origin
    call: str
    argument: str | None

    @property
    def phrase(self) -> str:
        """What completes "… what"."""
        return _WRITERS[self.origin]


def outside(value: Value | None) -> tuple[Outside, ...]:
    """Who else has a say in a value; language models first."""
    found = [each for leaf in leaves(value) if (each := _origin(leaf)) is not None]
    return tuple(sorted(dict.fromkeys(found), key=lambda each: _WORST.index(each.origin)))


def worst(value: Value | None, *origins: Origin) -> Outside | None:
    """The first of `outside`, of these origins only where some are named."""
    return next((each for each in outside(value) if not origins or each.origin in origins), None)


def _origin(leaf: Ref) -> Outside | None:
    end = leaf.path.find("()")
    while end > 0:
        # What a call gave can be called itself, as a pipeline of transformers is.
        call = plain(leaf.path[:end]) + (".__call__" if leaf.path.endswith("()", 0, end) else "")
        given = knowledge.origin(call)
        if given is Origin.MODEL and leaf.path.startswith(_FOUND, end + 2):
            return None
        if given is not None:
            return Outside(given, call, leaf.argument)
        end = leaf.path.find("()", end + 1)
    return None
