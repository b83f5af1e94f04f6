"""What `status` costs in a large project: 200 sources, 50 models, 5,000 runs. It is to be under two seconds."""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from jupyter_aisec.digest import stamp
from jupyter_aisec.journal import Journal
from jupyter_aisec.model import AssetKind, CellRun, Certainty, Hashed, RunRef, Session, Source, Use, Verb

EACH = 4
"""Sources of a run; the last run reads all of them."""
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def main() -> None:
    """Fill a project, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, default=200)
    parser.add_argument("--models", type=int, default=50)
    parser.add_argument("--runs", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        fill(root, options.sources, options.models, options.runs)
        for form in ("text", "json", "html"):
            took = [ask(root, form) for _ in range(options.rounds)]
            first, best, cpu = took[0][0], min(took)[0], min(each[1] for each in took)
            print(f"status --format {form:<5} first {first:.2f} s, best {best:.2f} s, processor {cpu:.2f} s")


def ask(root: Path, form: str) -> tuple[float, float]:
    """Seconds that the command takes in a process of its own, by the clock and of the processor."""
    started, before = time.perf_counter(), os.times()
    command = [sys.executable, "-m", "jupyter_aisec", "status", "--format", form]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    took, after = time.perf_counter() - started, os.times()
    if form == "json":
        assert len(json.loads(done.stdout)["rows"]) == 17, done.stderr
    used = after.children_user - before.children_user + after.children_system - before.children_system
    return took, used


def fill(root: Path, sources: int, models: int, runs: int) -> None:
    """A journal for each run, notebooks, data and documents."""
    shelf = root / ".aisec" / "assets"
    shelf.mkdir(parents=True)
    for number in range(sources):
        (root / f"d{number}.csv").write_text(f"a,b\n{number},1\n")
        text = f'name = "d{number}.csv"\nkind = "dataset"\nsource = "made"\nlicence = "CC0"\n'
        (shelf / f"d{number}.csv.toml").write_text(text + 'collected = "2026"\nsensitivity = "public"\n')
    source = "import pandas as pd\nframe = pd.read_csv('d0.csv')"
    for number in range(models):
        (root / f"m{number}.bin").write_bytes(bytes([number % 256]))
        cell = {"cell_type": "code", "id": "one", "source": source, "metadata": {}, "outputs": [], "execution_count": 1}
        notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        (root / f"n{number}.ipynb").write_text(json.dumps(notebook))
    for run in range(runs):
        read = range(sources) if run == runs - 1 else [(run * EACH + each) % sources for each in range(EACH)]
        record(root, run, run % models, list(read), hashlib.sha256(source.encode()).hexdigest())


def record(root: Path, run: int, model: int, read: list[int], cell: str) -> None:
    """One session: reads, a fit, a model saved."""
    at = (START + dt.timedelta(minutes=run)).isoformat()
    ref = RunRef("sqlite:///mlflow.db", f"{run:032x}", "0")
    journal = Journal(root / ".aisec" / "journal" / f"{run:05}.jsonl")
    fit = tuple(Source(f"d{each}", Certainty.OBSERVED) for each in read)
    journal.write(
        Session(f"s{run}", at, f"n{model}.ipynb", 1, "3.11"),
        CellRun(1, at, "one", cell),
        *(_use(f"d{each}", f"d{each}.csv", Verb.READ, AssetKind.DATASET, at, ref, root) for each in read),
        Use("f", at, Verb.FITTED, AssetKind.MODEL, "f", "Forest", None, "Forest.fit", 1, "one", 1, fit, ref),
        _use("m", f"m{model}.bin", Verb.SAVED, AssetKind.MODEL, at, ref, root, (Source("f", Certainty.OBSERVED),)),
        *(Hashed(f"d{each}", at, _sha256(root / f"d{each}.csv"), 1) for each in read),
        Hashed("m", at, _sha256(root / f"m{model}.bin"), 1),
    )
    journal.close()


def _use(
    key: str, name: str, verb: Verb, kind: AssetKind, at: str, run: RunRef, root: Path, sources: tuple[Source, ...] = ()
) -> Use:
    files = (stamp(str(root / name)),)
    return Use(key, at, verb, kind, key, name, name, "some.call", 1, "one", 1, sources, run, files=files)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
