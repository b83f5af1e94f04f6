"""A real MLflow server, a real browser, and journals as a kernel would have left them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from jupyter_aisec.journal import Journal, Log, read
from jupyter_aisec.model import AssetKind, Certainty, Hashed, RunRef, Session, Source, Use, Verb
from tests.stores import served


@dataclass
class Kernel:
    """Writes what a watched kernel would write."""

    journal: Journal
    session: str
    run: RunRef | None = None
    count: int = field(default=0)

    def use(
        self, verb: Verb, kind: AssetKind, name: str, *sources: str, sha256: str | None = None, **more: object
    ) -> str:
        """One use, of an asset whose key is its name; hashed at once where a digest is given."""
        self.count += 1
        values: dict[str, Any] = {
            "id": f"{self.session}-{self.count}",
            "at": f"2026-01-02T03:04:{self.count % 60:02}+00:00",
            "key": f"{name}#{self.count}",
            "location": None,
            "call": f"some.{verb}",
            "cell": self.count,
            "cell_id": f"cell-{self.count}",
            "line": 1,
            "run": self.run,
        } | more
        use = Use(
            verb=verb, kind=kind, name=name, sources=tuple(Source(key, Certainty.OBSERVED) for key in sources), **values
        )
        self.journal.write(use)
        if sha256 is not None:
            self.journal.write(Hashed(use.key, use.at, sha256, 1234))
        return use.key

    def data(self, name: str, sha256: str | None, **more: object) -> str:
        return self.use(Verb.READ, AssetKind.DATASET, name, sha256=sha256, location=f"data/{name}", **more)

    def fitted(self, name: str, *sources: str) -> str:
        return self.use(Verb.FITTED, AssetKind.MODEL, name, *sources)

    def logged(self, name: str, model_id: str, *sources: str) -> str:
        return self.use(Verb.LOGGED, AssetKind.MODEL, name, *sources, location=f"models:/{model_id}")

    def log(self) -> Log:
        self.journal.close()
        found = read(self.journal.path)
        assert found is not None
        return found


@pytest.fixture
def kernel(tmp_path: Path) -> Callable[..., Kernel]:
    def start(session: str = "5e551011", notebook: str | None = "notebooks/credit.ipynb") -> Kernel:
        journal = Journal(tmp_path / ".aisec" / "journal" / f"{session}.jsonl")
        journal.write(Session(session, "2026-01-02T03:04:00+00:00", notebook, 1, "3.11"))
        return Kernel(journal, session)

    return start


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A stock ``mlflow server`` with a store and artifacts of its own."""
    with served(tmp_path_factory.mktemp("mlflow-server")) as uri:
        yield uri


@pytest.fixture
def fresh_mlflow(monkeypatch: pytest.MonkeyPatch) -> None:
    """MLflow in this process as a user finds it: nothing set, and nothing left set for the next test."""
    monkeypatch.setattr("mlflow.tracking._tracking_service.utils._tracking_uri", None)
    monkeypatch.setattr("mlflow.tracking.fluent._active_experiment_id", None)
    for name in ("MLFLOW_TRACKING_URI", "MLFLOW_EXPERIMENT_ID", "MLFLOW_EXPERIMENT_NAME", "MLFLOW_RUN_ID"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


@pytest.fixture
def store(tmp_path: Path) -> str:
    """The embedded default of a project."""
    return f"sqlite:///{tmp_path / 'mlflow.db'}"


@pytest.fixture(params=["embedded", "server"])
def uri(request: pytest.FixtureRequest) -> str:
    """Both kinds of store."""
    return str(request.getfixturevalue("store" if request.param == "embedded" else "server"))
