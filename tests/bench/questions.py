"""What a question about lineage costs, over a large MLflow store and a project with as many journals.

The store is MLflow's own SQLite, made by MLflow and then filled row by row: through its client, 10,000 runs would take
half an hour. MLflow's import is measured beside it, for it is paid once by whoever asks.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from jupyter_aisec import journal
from jupyter_aisec.model import AssetKind, Certainty, Hashed, RunRef, Session, Source, Use, Verb

VERSIONS_OF = 10
"""Every so many-th model is registered."""

EACH = 3
"""Data sets of a run."""


def main() -> None:
    """Fill a store and a project, ask, print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--datasets", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=5, help="how often each question is asked")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        print(json.dumps(ask(json.loads(options.worker), options.rounds)))
        return
    from tests.stores import served

    with tempfile.TemporaryDirectory() as folder:
        uri = fill(Path(folder), options.runs, options.datasets)
        record(Path(folder) / "with journals", uri, options.runs, options.datasets)
        (Path(folder) / "empty" / ".aisec").mkdir(parents=True)
        print(f"{options.runs} runs, {options.datasets} data sets, a model each; {options.rounds} questions each\n")
        print("goal: under 2 s each\n")
        print(f"{'':<58}{'first':>9}{'later':>9}{'processor':>11}{'found':>8}")
        for said, words, place in questions(options.datasets):
            found = worker(words, uri, Path(folder) / place, options.rounds)
            print(line(said, found))
        with served(Path(folder)) as server:
            print("\nthe same, asked of a tracking server\n")
            for said, words, place in questions(options.datasets):
                if place == "empty":
                    print(line(said, worker(words, server, Path(folder) / place, options.rounds)))
        print(f"\nimport of MLflow, paid before the first question: {found['import']:.2f} s")


def line(said: str, found: dict[str, float]) -> str:
    """A line of the table."""
    return f"{said:<58}{found['first']:>7.2f} s{found['later']:>7.2f} s{found['cpu']:>9.2f} s{found['found']:>8}"


def questions(datasets: int) -> list[tuple[str, list[str], str]]:
    """What is asked, and from which project."""
    digest, run = sha256(datasets // 2), f"{datasets:032x}"
    return [
        ("lineage of a data set, from the journals", ["lineage", f"d{datasets // 2}.csv"], "with journals"),
        ("lineage of a run, from the journals", ["lineage", run], "with journals"),
        (
            "lineage of a version, from both",
            ["lineage", "models:/credit/7", "--up"],
            "with journals",
        ),
        ("affected by a digest", ["affected", digest], "empty"),
        ("affected by a URL", ["affected", "https://example.org/7.csv"], "empty"),
        ("affected by a version of a package (a tenth has it)", ["affected", "scikit-learn==1.3.0"], "empty"),
        ("affected by a package (all have it)", ["affected", "numpy<2"], "empty"),
    ]


def worker(words: list[str], uri: str, folder: Path, rounds: int) -> dict[str, float]:
    """Ask in a process of its own."""
    command = [sys.executable, str(Path(__file__).resolve()), "--worker", json.dumps(words), f"--rounds={rounds}"]
    environment = os.environ | {"MLFLOW_TRACKING_URI": uri}
    done = subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.PIPE, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def ask(words: list[str], rounds: int) -> dict[str, float]:
    """Seconds: MLflow's import, the first question after it, later ones, and what one takes of the processor."""
    import jupyter_aisec

    start = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        import mlflow.artifacts
        from mlflow import MlflowClient
        from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore
    del mlflow, MlflowClient, SqlAlchemyStore
    imported = time.perf_counter() - start
    took: list[float] = []
    cpu: list[float] = []
    found = 0
    for _ in range(rounds):
        start, before = time.perf_counter(), time.process_time()
        data = jupyter_aisec.ask(*words).data()
        took.append(time.perf_counter() - start)
        cpu.append(time.process_time() - before)
        assert isinstance(data, dict)
        found = len(data.get("nodes") or data["models"])
        assert found, words
    later, processor = statistics.median(took[1:] or took), statistics.median(cpu)
    return {"import": imported, "first": took[0], "later": later, "cpu": processor, "found": found}


def sha256(number: int) -> str:
    """The digest of a data set."""
    return hashlib.sha256(str(number).encode()).hexdigest()


def chosen(run: int, datasets: int) -> list[int]:
    """The data sets of a run; the same for the store and for the journals."""
    return random.Random(run).sample(range(datasets), EACH)


def fill(folder: Path, runs: int, datasets: int) -> str:
    """A store with so many runs, a model each, as publishing would have left them."""
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    path = folder / "mlflow.db"
    SqlAlchemyStore(f"sqlite:///{path}", str(folder / "mlruns")).engine.dispose()
    with contextlib.closing(sqlite3.connect(path)) as store:
        _insert(store, "registered_models", name="credit", creation_time=0, last_updated_time=0)
        for number in range(datasets):
            source = json.dumps({"uri": f"data/d{number}.csv", "sha256": sha256(number)})
            _insert(
                store, "datasets", dataset_uuid=f"{number:032x}", experiment_id=0, name=f"d{number}.csv",
                digest=f"sha256:{sha256(number)[:29]}", dataset_source_type="local", dataset_source=source,
                dataset_profile="{}",
            )  # fmt: skip
        for number in range(runs):
            _run(store, number, chosen(number, datasets))
        store.commit()
    return f"sqlite:///{path}"


def _run(store: sqlite3.Connection, number: int, inputs: list[int]) -> None:
    run, model, at = f"{number:032x}", f"m-{number:032x}", 1_700_000_000_000 + number * 60_000
    tags = {
        "aisec.digests": f";{''.join(f'{sha256(each)[:12]};' for each in inputs)}",
        "aisec.origins": f";https://example.org/{number % 100}.csv;",
        "aisec.packages": f";scikit-learn==1.{number % 10}.0;numpy==1.26.4;pandas==2.2.3;python==3.12.4;",
        "aisec.sources": ";".join(f"d{each}.csv@{sha256(each)[:12]}" for each in inputs),
        "aisec.session": str(number),
        "mlflow.note.content": "| Source | SHA-256 |\n" * 60,
    }
    _insert(
        store, "runs", run_uuid=run, name=f"r{number}", source_type="LOCAL", status="FINISHED", start_time=at,
        end_time=at + 1000, lifecycle_stage="active", artifact_uri=f"/nowhere/{run}", experiment_id=0, user_id="u",
    )  # fmt: skip
    _insert(
        store, "logged_models", model_id=model, experiment_id=0, name="credit", artifact_location=f"/nowhere/{model}",
        creation_timestamp_ms=at, last_updated_timestamp_ms=at, status=2, lifecycle_stage="active", source_run_id=run,
    )  # fmt: skip
    version = number // VERSIONS_OF + 1 if number % VERSIONS_OF == 0 else None
    if version:
        _insert(
            store, "model_versions", name="credit", version=version, creation_time=at, last_updated_time=at,
            source=f"models:/{model}", run_id=run, status="READY", current_stage="None",
        )  # fmt: skip
    for key, value in tags.items():
        _insert(store, "tags", key=key, value=value, run_uuid=run)
        _insert(store, "logged_model_tags", model_id=model, experiment_id=0, tag_key=key, tag_value=value)
        if version:
            _insert(store, "model_version_tags", key=key, value=value, name="credit", version=version)
    for each in inputs:
        uuid = f"{number:016x}{each:016x}"
        _insert(
            store, "inputs", input_uuid=uuid, source_type="DATASET", source_id=f"{each:032x}", destination_type="RUN",
            destination_id=run,
        )  # fmt: skip
        _insert(store, "input_tags", input_uuid=uuid, name="aisec.sha256", value=sha256(each))


def _insert(store: sqlite3.Connection, table: str, **values: str | int) -> None:
    marks = ", ".join("?" * len(values))
    store.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", tuple(values.values()))


def record(project: Path, uri: str, runs: int, datasets: int) -> None:
    """A project whose journals recorded the same, ten runs a session."""
    folder = project / ".aisec" / "journal"
    folder.mkdir(parents=True)
    at = "2026-01-02T03:04:05.000+00:00"
    for first in range(0, runs, 10):
        name = f"s{first:06}"
        book = journal.Journal(folder / f"{name}.jsonl")
        book.write(Session(name, at, f"{name}.ipynb", 1, "3.12"))
        for number in range(first, min(first + 10, runs)):
            keys = chosen(number, datasets)
            run = RunRef(uri, f"{number:032x}", "0")
            for key in keys:
                place = f"data/d{key}.csv"
                book.write(
                    Use(f"{number}-{key}", at, Verb.READ, AssetKind.DATASET, f"{number}-{key}", f"d{key}.csv", place,
                        "pandas.read_csv", 1, "one", 1, run=run),
                    Hashed(f"{number}-{key}", at, sha256(key), 1000),
                )  # fmt: skip
            sources = tuple(Source(f"{number}-{key}", Certainty.OBSERVED) for key in keys)
            model = Source(f"{number}-f", Certainty.OBSERVED)
            place = f"models:/m-{number:032x}"
            book.write(
                Use(f"{number}-f", at, Verb.FITTED, AssetKind.MODEL, f"{number}-f", "Forest", None, "Forest.fit", 2,
                    "two", 1, sources, run),
                Use(f"{number}-l", at, Verb.LOGGED, AssetKind.MODEL, f"{number}-l", "credit", place, "log_model", 3,
                    "three", 1, (model,), run),
            )  # fmt: skip
        book.close()


if __name__ == "__main__":
    main()
