"""The product's own example project: its words are about the bytes that its notebook makes, and its reds are shown."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import tomllib
from pathlib import Path

import nbformat
import pytest

from jupyter_aisec import knowledge
from jupyter_aisec.claims import Coverage
from jupyter_aisec.commands.status.gather import gathered
from jupyter_aisec.digest import measure, stamp
from jupyter_aisec.documents import missing
from jupyter_aisec.model import DocumentState
from jupyter_aisec.project import Project
from tests.kernel.test_notebooks import execute, text

EXAMPLE = Path(__file__).resolve().parents[2] / "notebooks" / "example"
MODEL = "growers.safetensors"
WRITTEN = dt.date(2026, 11, 23)
"""The day on which people said what they say of it; in the copy that is today, so that no day ends what is tested."""
DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")
SEEN = {
    "verified": {"1.1.b", "1.3.b", "1.3.c", "1.4.b", "2.1.b", "2.1.c", "2.2.a", "2.2.d", "2.3.d", "2.4.a", "3.5.a"},
    "stated": {"1.2.b", "1.2.c", "1.3.a", "1.3.e", "1.4.a", "2.3.a", "2.3.b", "2.4.b", "3.4.b"},
    "not-applicable": {"1.3.d", "2.3.c", "3.2.c", "4.2.a", "4.2.b", "4.3.a"},
    "unknown": {"2.2.b", "3.2.a"},
}
OF_THE_MACHINE = {"2.1.a", "3.1.a"}
"""What they come to hangs on where the suite runs."""


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, nbformat.NotebookNode]:
    """A copy of it, and its notebook after it ran there."""
    root = tmp_path_factory.mktemp("here") / "example"
    passing = shutil.ignore_patterns("journal", "mlruns", "mlflow.db", MODEL, ".ipynb_checkpoints")
    shutil.copytree(EXAMPLE, root, ignore=passing, copy_function=shutil.copyfile)
    said_today(root / ".aisec")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{root}/mlflow.db")
        patch.setenv("JPY_SESSION_NAME", str(root / "growers.ipynb"))
        notebook = execute(root / "growers.ipynb")
    return Project.open(root), notebook


def said_today(folder: Path) -> None:
    """Move every day that stands there as far as it takes for them to be said today."""
    later = dt.datetime.now(dt.UTC).date() - WRITTEN
    for path in folder.rglob("*.toml"):
        moved = DAY.sub(lambda day: str(dt.date.fromisoformat(day[0]) + later), path.read_text())
        path.write_text(moved)


@pytest.fixture
def table(example: tuple[Project, nbformat.NotebookNode], monkeypatch: pytest.MonkeyPatch) -> Coverage:
    project, _ = example
    monkeypatch.chdir(project.root)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{project.root}/mlflow.db")
    return gathered(project, MODEL)


def said(example: tuple[Project, nbformat.NotebookNode], identity: str) -> str:
    return text(next(each for each in example[1].cells if each.id == identity))


@pytest.mark.parametrize("name", ["data/wine.csv", MODEL])
def test_what_people_said_is_whole_and_about_the_bytes_of_now(
    example: tuple[Project, nbformat.NotebookNode], name: str
) -> None:
    project, _ = example
    document = project.documents.read(name)
    assert document.state is DocumentState.DOCUMENTED
    assert not missing(knowledge.form(document.kind), document.answers.keys() | document.inapplicable.keys())
    assert document.sha256 == measure([stamp(project.root / name)])[0], "it is stale: look at it, then confirm it"


def test_nobody_is_asked_what_is_answered_in_git(example: tuple[Project, nbformat.NotebookNode]) -> None:
    assert "not documented" not in "".join(text(each) for each in example[1].cells if each.cell_type == "code")
    assert "Everything is documented." in said(example, "sources")
    assert said(example, "papers").count("In MLflow now: ") == 2


def test_the_table_shows_what_is_known_and_what_nobody_did(table: Coverage) -> None:
    states = {judged.claim.id: judged.state.value for row in table.rows for judged in row.claims}
    expected = dict.fromkeys(states, "missing") | {each: state for state, some in SEEN.items() for each in some}
    for each in OF_THE_MACHINE:
        del states[each], expected[each]
    assert states == expected
    assert not table.problems


def test_every_word_in_force_has_a_name_and_an_end_and_speaks_of_these_bytes(
    example: tuple[Project, nbformat.NotebookNode],
) -> None:
    folder = example[0].root / ".aisec"
    entries = [
        entry
        for name in ("statement", "decision")
        for entry in tomllib.loads((folder / f"{name}s.toml").read_text())[name]
    ]
    assert {each["by"] for each in entries} == {"Mina Adler", "Jonas Weber"}
    for each in entries:
        assert dt.timedelta(0) < each["until"] - each["on"] <= dt.timedelta(days=365)
        if "about" in each:
            assert each["sha256"] == measure([stamp(example[0].root / each["about"])])[0]


def test_the_notebook_is_kept_without_outputs() -> None:
    notebook = json.loads((EXAMPLE / "growers.ipynb").read_text())
    assert not [each for each in notebook["cells"] if each.get("outputs") or each.get("execution_count")]
    assert (EXAMPLE / ".aisec" / ".gitignore").read_text() == "journal/\n"
