"""A small world of four models in a real MLflow store, as four notebooks on another machine would have left it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from mlflow import MlflowClient

from jupyter_aisec.journal import Journal, read_all
from jupyter_aisec.lineage import build
from jupyter_aisec.mirror import mirror
from jupyter_aisec.model import AssetKind, CellRun, RunRef, Session, Verb
from tests.tracking.conftest import Kernel

A, B, C = (hashlib.sha256(each).hexdigest() for each in (b"a", b"b", b"c"))

# By name: what MLflow wrote down of the packages, and parameters of the run.
RECORDED = {
    "old": ("scikit-learn==1.4.0\nnumpy==1.26.4\n", {"depth": "3"}),
    "new": ("scikit-learn==1.6.1\nnumpy==1.26.4\npandas==2.2.3\n", {"depth": "5"}),
    "other": ("torch==2.6.0 ; python_version > '3'\npandas\n", {}),
    "fetched": ("", {}),
}


@dataclass
class World:
    """``old`` was trained on a.csv, ``new`` on b.csv, which was made of a.csv, ``other`` on c.csv.

    ``fetched`` was trained on what came over the network, and has no list of packages.
    """

    folder: Path
    uri: str
    runs: dict[str, str] = field(default_factory=dict)
    models: dict[str, str] = field(default_factory=dict)

    @property
    def client(self) -> MlflowClient:
        return MlflowClient(self.uri, registry_uri=self.uri)

    def make(self) -> None:
        self.client.create_registered_model("credit")
        self._notebook("old", "a.csv", A)
        self._notebook("new", "b.csv", B, made_of=("a.csv", A))
        self._notebook("other", "c.csv", C)
        self._notebook("fetched", "a_b.csv", None, location="https://example.org/data/a_b.csv?token=***")
        self.client.set_registered_model_alias("credit", "champion", "2")
        journals = list(read_all(self.folder / "journal"))
        graph = build(journals)
        for log in journals:
            mirror(log, graph, {}, self.uri, live=False)

    def _notebook(
        self, name: str, data: str, sha256: str | None, made_of: tuple[str, str] | None = None, **more: str
    ) -> None:
        requirements, params = RECORDED[name]
        run_id = self.runs[name] = self.client.create_run("0", run_name=name).info.run_id
        for key, value in params.items():
            self.client.log_param(run_id, key, value)
        model = self.client.create_logged_model("0", name=name, source_run_id=run_id)
        self.models[name] = str(model.model_id)
        files = self.folder / name
        files.mkdir()
        (files / "MLmodel").write_text(f"name: {name}\n")
        if requirements:
            (files / "requirements.txt").write_text(requirements)
            (files / "python_env.yaml").write_text("python: 3.11.9\n")
        self.client.log_model_artifacts(model.model_id, str(files))
        self.client.finalize_logged_model(model.model_id, "READY")
        if name in ("old", "new"):
            self.client.create_model_version("credit", f"models:/{model.model_id}", run_id, model_id=model.model_id)
        journal = Journal(self.folder / "journal" / f"{name}.jsonl")
        journal.write(Session(name, "2026-01-02T03:04:00+00:00", f"{name}.ipynb", 1, "3.11"))
        kernel = Kernel(journal, name, RunRef(self.uri, run_id, "0"))
        if made_of:
            key = kernel.data(*made_of)
            key = kernel.use(Verb.WROTE, AssetKind.DATASET, data, key, sha256=sha256, location=f"data/{data}")
        else:
            place = {"location": f"data/{data}"} | more
            key = kernel.use(Verb.READ, AssetKind.DATASET, data, sha256=sha256, **place)
        kernel.logged(name, self.models[name], kernel.fitted("Forest", key))
        source = hashlib.sha256(name.encode()).hexdigest()
        journal.write(CellRun(1, "2026-01-02T03:04:00+00:00", "cell-1", source, {"high": 1} if name == "old" else {}))
        journal.close()
