"""What the things in an RO-Crate are called: a path in it, an address, or a name that holds in this crate only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from jupyter_aisec.export.record import Record

_RESERVED = "%/:=&?~#+!$,;'@()*[]"


@dataclass(frozen=True, slots=True)
class Held:
    """The files that a crate holds, as paths in it.

    ``assets`` by the ids of their nodes, ``papers``, which are documents, by the names of the assets that they are
    about; ``sizes`` in bytes by path.
    """

    assets: Mapping[str, str] = field(default_factory=dict)
    papers: Mapping[str, str] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)

    def size_of(self, node_id: str) -> int | None:
        """Of the file of an asset."""
        path = self.assets.get(node_id)
        return None if path is None else self.sizes.get(path)


def identifiers(record: Record, held: Mapping[str, str]) -> dict[str, str]:
    """The path of what the crate holds, the address of what can be fetched; of one address, the first asset has it."""
    found = {node_id: escaped(path) for node_id, path in held.items()}
    for node in record.graph.nodes:
        address = node.location if node.location and is_web(node.location) else None
        is_new = address is not None and address not in found.values()
        found.setdefault(node.id, address if address and is_new else f"#asset-{node.id}")
    return found


def is_web(text: str) -> bool:
    """Whether this may be fetched, as it stands."""
    try:
        parts = urlsplit(text)
        is_whole = "***" not in text and quote(text, safe=_RESERVED) == text
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and is_whole


def escaped(path: str) -> str:
    """As the specification wants it: only what may not stand in an IRI is escaped."""
    return "".join(quote(each) if each.isascii() else each for each in path)
