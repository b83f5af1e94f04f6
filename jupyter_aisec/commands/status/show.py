"""Puts the table into MLflow, where a release is reviewed, and keeps what stands there true.

What was put there once is noted beside the journals. From then on it follows: each delivery of the journals looks
whether anything that it rests on is another, and writes what differs.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec

from jupyter_aisec.asking import ask
from jupyter_aisec.claims import Coverage, State, Thing
from jupyter_aisec.commands.status.gather import Gathered, gathered_with_run
from jupyter_aisec.documents import put
from jupyter_aisec.evidence.registry import COMMIT, NOTEBOOKS
from jupyter_aisec.knowledge.guidelines import About
from jupyter_aisec.model import AisecError
from jupyter_aisec.project import FOLDER, Project
from jupyter_aisec.report import coverage, coverage_page
from jupyter_aisec.tracking.questions import Show
from jupyter_aisec.tracking.shown import PREFIX, STAMP

_FILE = "shown.json"
_MOST = 5
"""Models whose table is kept true, those that were shown last."""
_PASSING = frozenset({"at", "since"})


class Shown(msgspec.Struct, frozen=True):
    """The models whose table stands in MLflow, the last one last, and a digest of what it rested on."""

    models: tuple[str, ...] = ()
    rested_on: str = ""


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
    places = _put(project, found, joined | _tags(found.coverage), _files(found.coverage))
    _note(project, found)
    return found, tuple(places)


def follow(project: Project) -> None:
    """Bring what stands in MLflow up to what is so now; where that can't be, it stays as it is until next time."""
    known = _read(project)
    if not known.models:
        return
    rested_on = _rested_on(project)
    if rested_on == known.rested_on:
        return
    for name in known.models:
        with contextlib.suppress(AisecError):
            show(project, name)
    _write(project, Shown(known.models, rested_on))


def tell(project: Project) -> None:
    """Somebody said something: where a table stands in MLflow, it is to follow."""
    if _read(project).models:
        project.tell()


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


def _tags(table: Coverage) -> dict[str, str]:
    """The whole in few words, the state of each row, and how much was put off."""
    counts = Counter(row.state for row in table.rows)
    tags = {PREFIX: ", ".join(f"{each.value} {counts[each]}" for each in State if counts[each])}
    tags |= {f"{PREFIX}.{row.guideline.id}": row.state.value for row in table.rows}
    since = min((each.since for each in table.debts if each.since), default=None)
    tags["aisec.debt"] = f"{len(table.debts)}, the oldest of {since}" if since else str(len(table.debts))
    said = json.dumps(_lasting(coverage.as_data(table)), sort_keys=True)
    return tags | {STAMP: hashlib.sha256(said.encode()).hexdigest()}


def _lasting(data: object) -> object:
    """Without the times at which it was looked at: they are others each time."""
    if isinstance(data, dict):
        return {key: _lasting(value) for key, value in data.items() if key not in _PASSING}
    return [_lasting(each) for each in data] if isinstance(data, list) else data


def _files(table: Coverage) -> dict[str, str]:
    return {
        "coverage.html": coverage_page.page(table),
        "coverage.json": json.dumps(coverage.as_data(table), indent=1),
    }


def _note(project: Project, found: Gathered) -> None:
    """The model by what it is found again with: a logged one by its place, another by its bytes."""
    model = found.coverage.candidate
    name = f"models:/{found.model_id}" if found.model_id else model and (model.sha256 or model.name)
    if name:
        known = [each for each in _read(project).models if each != name]
        _write(project, Shown((*known, name)[-_MOST:], _rested_on(project)))


def _rested_on(project: Project) -> str:
    """Changes with the journals, with what people wrote, and with the notebooks."""
    digester = hashlib.sha256()
    for path in _grounds(project):
        with contextlib.suppress(OSError):
            found = path.stat()
            digester.update(repr((path.name, found.st_size, found.st_mtime_ns)).encode("utf-8", "replace"))
    return digester.hexdigest()


def _grounds(project: Project) -> Iterator[Path]:
    yield from sorted((project.root / FOLDER).glob("*.toml"))
    yield from sorted(project.documents.folder.rglob("*.toml"))
    for folder in project.journal_folders:
        yield from sorted(folder.glob("*.jsonl"))
    notebooks = {log.session.notebook for log in project.logs() if log.session.notebook}
    yield from (project.root / name for name in sorted(notebooks))


def _read(project: Project) -> Shown:
    path = project.journals / _FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=Shown)
    except (OSError, msgspec.DecodeError):
        return Shown()


def _write(project: Project, shown: Shown) -> None:
    with contextlib.suppress(OSError):  # it only saves work
        put(project.journals / _FILE, msgspec.json.encode(shown))
