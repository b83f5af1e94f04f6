"""Hub ids and revisions: what names a repository on the Hugging Face Hub, and what fixes its content."""

from __future__ import annotations

import re
from enum import Enum

from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.hit import Deed, Fact, own
from jupyter_aisec.analysis.values import Constant

DATASET_LOADERS = frozenset({"datasets.load_dataset", "datasets.load_dataset_builder"})
OTHER_LOADERS = frozenset(f"dspy.datasets.{module}DataLoader().from_huggingface" for module in ("", "dataloader."))
"""Calls that hand their arguments, the revision among them, on to ``load_dataset``."""
PIN_IT = "pass revision= with a full commit"
"""What to do about a download that no revision fixes."""

_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]{0,95}(?:/[A-Za-z0-9][\w.-]{0,95})?")
_FILE = re.compile(
    r"\.(?:bin|ckpt|csv|gguf|h5|json|jsonl|keras|model|onnx|parquet|pkl|pt|pth|safetensors|txt|yaml|yml|zip|py)$",
    re.IGNORECASE,
)
_LOCAL_NAME = re.compile(
    r"(?i)(?:.*[-_])?(?:checkpoints?|outputs?|results?|tmp|saved[\w-]*|logs?|content|my[-_][\w-]+"
    r"|final[\w-]*|checkpoint-\d+|runs?|artifacts?)"
    # Behind a hyphen these are in names of organisations too.
    r"|(?:.*_)?(?:models?|data|datasets?)"
    r"|(?:.*-)?(?:local|new|old|prepared|processed|raw|test|train|trained|training|eval|validation|input|my)-"
    r"(?:models?|data|datasets?)"
)
_PLACEHOLDER = re.compile(
    r"(?i)(?:your|my|the)?[-_]?(?:user[-_]?name|org(?:anization)?[-_]?name|hf[-_]?user(?:name)?|namespace|repo)"
)
_FULL = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


class Pin(Enum):
    """How a download says which version it wants."""

    NONE = "none"
    MUTABLE = "mutable"
    FIXED = "fixed"
    UNKNOWN = "unknown"


def is_full_hash(text: str | None) -> bool:
    """Whether this is a whole commit or digest."""
    return bool(text) and bool(_FULL.fullmatch((text or "").lower()))


def hub_id(text: str | None) -> str | None:
    """The repository that a name means, or None for what can be a folder or a file.

    ``org/name`` is a repository unless its first part is what people call their folders; a name without a slash is
    one of the few old repositories, or a folder.
    """
    if not text or not _HUB_ID.fullmatch(text) or _FILE.search(text) or ".." in text:
        return None
    owner, slash, name = text.partition("/")
    if _PLACEHOLDER.fullmatch(owner):
        return None
    if slash and (_LOCAL_NAME.fullmatch(owner) or re.fullmatch(r"checkpoint-\d+", name)):
        return None
    if not slash and (_LOCAL_NAME.fullmatch(owner) or not re.search(r"[a-z]", owner)):
        return None
    return text


def written(repository: str) -> tuple[Fact, ...]:
    """What makes a name that of something the notebook wrote: a folder, or a repository that it pushes to."""
    return (Fact(Deed.WROTE, own(repository)),)


def pin(call: Call, name: str = "revision", position: int | None = None) -> Pin:
    """What ``revision`` says."""
    given = call.given(name, position)
    if given is None:
        return Pin.UNKNOWN
    value = call.value(name, position)
    if not given or (isinstance(value, Constant) and value.value is None):
        return Pin.NONE
    revision = call.text(name, position)
    if revision is None:
        return Pin.UNKNOWN
    return Pin.FIXED if is_full_hash(revision) else Pin.MUTABLE
