"""People's words about assets: one TOML file each under ``.aisec/assets/``, written with their comments kept."""

from __future__ import annotations

from jupyter_aisec.documents.answers import NOT_APPLICABLE, as_words
from jupyter_aisec.documents.files import put
from jupyter_aisec.documents.questions import is_day, missing, problems
from jupyter_aisec.documents.shelf import SUFFIX, Shelf

__all__ = ["NOT_APPLICABLE", "SUFFIX", "Shelf", "as_words", "is_day", "missing", "problems", "put"]
