"""A model in its second version, in git and in a real MLflow store, with a baseline on the same data."""

from __future__ import annotations

import hashlib
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mlflow import MlflowClient
from mlflow.entities import LoggedModel

from jupyter_aisec.digest import stamp
from jupyter_aisec.journal import Journal, now
from jupyter_aisec.model import AssetKind, CellRun, Certainty, Hashed, RunRef, Session, Source, Use, Verb
from tests.status.conftest import notebook, sha256

CELL = "import pandas as pd\nframe = pd.read_csv('train.csv')"


def git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=Ada Lovelace", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


@dataclass
class Released:
    """``runs`` and ``models`` by name: a baseline that was fitted only, and two versions of credit."""

    folder: Path
    uri: str
    runs: dict[str, str] = field(default_factory=dict)
    models: dict[str, str] = field(default_factory=dict)

    @property
    def client(self) -> MlflowClient:
        return MlflowClient(self.uri, registry_uri=self.uri)

    def make(self) -> None:
        (self.folder / ".aisec").mkdir()
        (self.folder / "train.csv").write_text("a,y\n1,0\n")
        notebook(self.folder / "nb.ipynb", CELL)
        git(self.folder, "init", "-q")
        git(self.folder, "add", "nb.ipynb")
        git(self.folder, "commit", "-q", "-m", "First")
        self.client.create_registered_model("credit")
        self._session("baseline", "sklearn.linear_model.LogisticRegression", {"accuracy": 0.8})
        self._session("one", "sklearn.ensemble.RandomForestClassifier", {"accuracy": 0.85})
        self._session("two", "sklearn.ensemble.RandomForestClassifier", {"accuracy": 0.9, "robust_accuracy": 0.7})

    def _session(self, name: str, estimator: str, metrics: dict[str, float]) -> None:
        run_id = self.runs[name] = self.client.create_run("0", run_name=name).info.run_id
        run = RunRef(self.uri, run_id, "0")
        model = self._model(name, run_id) if name != "baseline" else None
        for key, value in metrics.items():
            self.client.log_metric(run_id, key, value, model_id=model.model_id if model else None)
        journal = Journal(self.folder / ".aisec" / "journal" / f"{name}.jsonl")
        data = stamp(str(self.folder / "train.csv"))
        journal.write(
            Session(name, now(), "nb.ipynb", 1, "3.11"),
            CellRun(1, now(), "c1", hashlib.sha256(CELL.encode()).hexdigest()),
            _use("d", Verb.READ, AssetKind.DATASET, "train.csv", run, location="train.csv", files=(data,)),
            Hashed("d", now(), sha256(self.folder / "train.csv"), 1),
            _use("f", Verb.FITTED, AssetKind.MODEL, "Fit", run, sources=("d",), facts={"class": estimator}),
        )
        if model is not None:
            place = f"models:/{model.model_id}"
            facts = {"model_id": str(model.model_id)}
            journal.write(
                _use("m", Verb.LOGGED, AssetKind.MODEL, "credit", run, location=place, sources=("f",), facts=facts),
                Hashed("m", now(), hashlib.sha256(name.encode()).hexdigest(), 1),
            )
        journal.close()

    def _model(self, name: str, run_id: str) -> LoggedModel:
        model = self.client.create_logged_model("0", name="credit", source_run_id=run_id)
        self.models[name] = str(model.model_id)
        self.client.finalize_logged_model(model.model_id, "READY")
        self.client.create_model_version("credit", f"models:/{model.model_id}", run_id, model_id=model.model_id)
        return model


def _use(
    key: str, verb: Verb, kind: AssetKind, name: str, run: RunRef, sources: tuple[str, ...] = (), **more: Any
) -> Use:
    values: dict[str, Any] = {"location": None} | more
    went_in = tuple(Source(each, Certainty.OBSERVED) for each in sources)
    return Use(key, now(), verb, kind, key, name, values.pop("location"), "call", 1, "c1", 1, went_in, run, **values)
