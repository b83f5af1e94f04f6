"""The metadata of a card, in the words that Hugging Face knows; what it has no word for stands in the card's text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from jupyter_aisec.export.described import Described
from jupyter_aisec.export.identifiers import is_web
from jupyter_aisec.knowledge.licences import licence
from jupyter_aisec.model import AssetKind, Node

_SIZES = ("1K", "10K", "100K", "1M", "10M", "100M", "1B", "10B", "100B", "1T")
_LIBRARIES = frozenset({"keras", "sklearn"})
"""Those that are watched and that the hub knows by their import names."""
_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*(?:/[A-Za-z0-9][\w.-]*)?")


def dataset_metadata(described: Described) -> dict[str, Any]:
    """Name, licence and, where it was surely read as a whole, the order of size."""
    document = described.document
    rows = described.facts.get("rows")
    found: dict[str, Any] = {"pretty_name": described.node.name}
    found |= _licence((document.answers if document else {}).get("licence"))
    if isinstance(rows, int) and described.is_whole:
        found["size_categories"] = [_category(rows)]
    return found


def model_metadata(described: Described) -> dict[str, Any]:
    """Name, library, and those data sets of the hub that it was made of. Nobody is asked for a model's licence."""
    library = str(described.facts.get("class", "")).partition(".")[0]
    found: dict[str, Any] = {"model_name": described.node.name, "license": "unknown"}
    if library in _LIBRARIES:
        found["library_name"] = library
    datasets = [_dataset(node) for node in described.went_in if node.kind is AssetKind.DATASET]
    named = list(dict.fromkeys(each for each in datasets if each))
    return found | ({"datasets": named} if named else {})


def _licence(said: str | None) -> Mapping[str, str]:
    if said is None:
        return {"license": "unknown"}
    known = licence(said)
    if known and known.hugging_face:
        return {"license": known.hugging_face}
    found = {"license": "other"}
    name = re.sub(r"[^a-z0-9.]+", "-", said.lower()).strip("-.")[:80]
    if name and not is_web(said):
        found["license_name"] = name
    link = said if is_web(said) else known.url if known else None
    return found | ({"license_link": link} if link else {})


def _category(rows: int) -> str:
    """As the hub orders them: ``n<1K``, ``1K<n<10K`` and so on."""
    step = next((at for at in range(len(_SIZES)) if rows < 10 ** (at + 3)), len(_SIZES))
    if step == 0:
        return f"n<{_SIZES[0]}"
    return f"n>{_SIZES[-1]}" if step == len(_SIZES) else f"{_SIZES[step - 1]}<n<{_SIZES[step]}"


def _dataset(node: Node) -> str | None:
    """The id of a data set on the hub, from its address."""
    try:
        parts = urlsplit(node.location or "")
    except ValueError:
        return None
    path = f"{parts.netloc}{parts.path}" if parts.scheme == "hf" else parts.path.lstrip("/")
    if parts.scheme != "hf" and (parts.scheme, parts.netloc) != ("https", "huggingface.co"):
        return None
    folder, _, rest = path.partition("/")
    name = "/".join(rest.split("/")[:2]).partition("@")[0]
    return name if folder == "datasets" and _REPOSITORY.fullmatch(name) else None
