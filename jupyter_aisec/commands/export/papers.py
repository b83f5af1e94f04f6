"""The descriptions of one asset: which there are, and where MLflow keeps one beside a model."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from jupyter_aisec.asking import ask
from jupyter_aisec.commands.export.describe import described, in_mlflow
from jupyter_aisec.commands.status import shown
from jupyter_aisec.export.bom import bom
from jupyter_aisec.export.card import card
from jupyter_aisec.export.croissant import croissant
from jupyter_aisec.export.described import Described
from jupyter_aisec.model import AisecError, AssetKind
from jupyter_aisec.project import Project
from jupyter_aisec.report.card import card_text
from jupyter_aisec.tracking.artifacts import FOLDER
from jupyter_aisec.tracking.questions import Attach

_AT_NO_TIME = "1970-01-01T00:00:00.000+00:00"


def as_json(data: object) -> str:
    """Indented, for people who look into it."""
    return f"{json.dumps(data, indent=2)}\n"


@dataclass(frozen=True, slots=True)
class Paper:
    """A description of one asset: of which kinds, what makes plain data of it, and what makes text of that.

    ``suffix`` is how its file ends in MLflow.
    """

    kinds: tuple[AssetKind, ...]
    make: Callable[[Described], dict[str, Any]]
    write: Callable[[dict[str, Any]], str] = as_json
    suffix: str = ".json"

    @property
    def is_of_models(self) -> bool:
        """Whether a model can be described so."""
        return AssetKind.MODEL in self.kinds


papers: Mapping[str, Paper] = MappingProxyType(
    {
        "card": Paper((AssetKind.DATASET, AssetKind.MODEL), card, card_text, ".card.md"),
        "croissant": Paper((AssetKind.DATASET,), croissant),
        "bom": Paper((AssetKind.MODEL,), bom, suffix=".cdx.json"),
    }
)
"""The descriptions of one asset."""


def attached(project: Project, standard: str, found: Described, words: str) -> str:
    """Put it beside the model, where it follows from now on; where it is, in words.

    A run may have made several models: the name of the file says of which it is.

    Raises:
        AisecError: the model is in no run, or MLflow can't be asked.
    """
    where = in_mlflow(project, found, project.logs())
    if where is None:
        raise AisecError("there is no place in MLflow for it: the model went into no run. Train in one, then try again")
    stem = re.sub(r"[^A-Za-z0-9_-]+", "-", found.node.name).strip("-")[:60] or "model"
    file = f"{stem}{papers[standard].suffix}"
    run_id = ask(project, Attach(where.tracking_uri, where.model_id, where.run_id, {standard: (file, words)}), str)
    name = f"models:/{where.model_id}" if where.model_id else found.node.sha256 or found.node.id
    shown.write(project, shown.read(project).with_paper(shown.Paper(standard, name, _says(standard, found))))
    return f"{FOLDER}/{file} of run {run_id}"


def kept_true(project: Project, known: shown.Paper) -> None:
    """Put a paper there anew where it would say something else now. Raises `AisecError`."""
    found = described(project, known.model, (AssetKind.MODEL,))
    if _says(known.standard, found) != known.sha256:
        paper = papers[known.standard]
        attached(project, known.standard, found, paper.write(paper.make(found)))


def _says(standard: str, found: Described) -> str:
    """A digest of the paper as it would be if it were made at one and the same time always."""
    timeless = replace(found, record=replace(found.record, at=_AT_NO_TIME))
    paper = papers[standard]
    return hashlib.sha256(paper.write(paper.make(timeless)).encode()).hexdigest()
