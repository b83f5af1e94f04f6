"""Models that their constructor loads from a folder or from the hub."""

from __future__ import annotations

from jupyter_aisec.capture.closure import Call
from jupyter_aisec.capture.special import transformers


def pretrained(call: Call, result: object) -> object:
    """https://sbert.net/docs/package_reference/sentence_transformer/SentenceTransformer.html."""
    return transformers.pretrained(call, result)
