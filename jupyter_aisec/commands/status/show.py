"""Puts the table into MLflow, where a release is reviewed; what was put there once follows from then on."""

from __future__ import annotations

import hashlib
import json
from collections import Counter

from jupyter_aisec.asking import ask
from jupyter_aisec.claims import State, Thing
from jupyter_aisec.commands.status.gather import Gathered, gathered_with_run
from jupyter_aisec.commands.status.shown import read, write
from jupyter_aisec.evidence.registry import COMMIT, NOTEBOOKS
from jupyter_aisec.knowledge.guidelines import About
from jupyter_aisec.model import AisecError
from jupyter_aisec.project import Project
from jupyter_aisec.report import coverage, coverage_page
from jupyter_aisec.tracking.questions import Show
from jupyter_aisec.tracking.shown import PREFIX, STAMP

_PASSING = frozenset({"at", "since"})


def show(project: Project, name: str | None) -> tuple[Gathered, tuple[str, ...]]:
    """The coverage of a model, and on what in MLflow it stands now, in words. Raises `AisecError`."""
    found = gathered_with_run(project, name)
    if found.run is None:
        why = "no model is recorded" if found.coverage.candidate is None else "it went into no run of MLflow"
        raise AisecError(f"there is no place in MLflow for the table: {why}. Train in a notebook, then run `sync`")
    joined = _joined(found)
    if joined:
        # First what joins the run to its code, because the table speaks of that.
        _put(project, found, joined, {})
    found = gathered_with_run(project, name, asks_mlflow=True)
    places = _put(project, found, joined | _tags(found), _files(found))
    _note(project, found)
    return found, tuple(places)


def _put(project: Project, found: Gathered, tags: dict[str, str], files: dict[str, str]) -> list[str]:
    assert found.run is not None
    question = Show(found.run.tracking_uri, found.run.run_id, found.model_id, tags, files)
    return ask(project, question, list[str])


def _joined(found: Gathered) -> dict[str, str]:
    """The commit and the notebooks, as far as both are what made the model."""
    notebooks = [each for each in found.coverage.things if each.about is About.NOTEBOOK and _is_as_it_ran(each)]
    tags = {NOTEBOOKS: f";{''.join(f'{each.name}@{each.sha256};' for each in notebooks)}"} if notebooks else {}
    return tags | ({COMMIT: found.checkout.commit} if found.checkout.commit and notebooks else {})


def _is_as_it_ran(notebook: Thing) -> bool:
    return notebook.sha256 is not None and not notebook.changed


def _tags(found: Gathered) -> dict[str, str]:
    """The whole in few words, the state of each row, and how much was put off."""
    table = found.coverage
    counts = Counter(row.state for row in table.rows)
    tags = {PREFIX: ", ".join(f"{each.value} {counts[each]}" for each in State if counts[each])}
    tags |= {f"{PREFIX}.{row.guideline.id}": row.state.value for row in table.rows}
    since = min((each.since for each in table.debts if each.since), default=None)
    tags["aisec.debt"] = f"{len(table.debts)}, the oldest of {since}" if since else str(len(table.debts))
    said = json.dumps(_lasting(_data(found)), sort_keys=True)
    return tags | {STAMP: hashlib.sha256(said.encode()).hexdigest()}


def _lasting(data: object) -> object:
    """Without the times at which it was looked at: they are others each time."""
    if isinstance(data, dict):
        return {key: _lasting(value) for key, value in data.items() if key not in _PASSING}
    return [_lasting(each) for each in data] if isinstance(data, list) else data


def _files(found: Gathered) -> dict[str, str]:
    return {
        "coverage.html": coverage_page.page(found.coverage, found.refused),
        "coverage.json": json.dumps(_data(found), indent=1),
    }


def _data(found: Gathered) -> dict[str, object]:
    """The table, and why the project does not want the model released yet, or null."""
    return {**coverage.as_data(found.coverage), "refused": found.refused or None}


def _note(project: Project, found: Gathered) -> None:
    """The model by what it is found again with: a logged one by its place, another by its bytes."""
    model = found.coverage.candidate
    name = f"models:/{found.model_id}" if found.model_id else model and (model.sha256 or model.name)
    if name:
        write(project, read(project).with_model(name))
