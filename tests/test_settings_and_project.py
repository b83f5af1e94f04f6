from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_aisec import settings
from jupyter_aisec.model import AisecError
from jupyter_aisec.project import Project, find_root
from jupyter_aisec.settings import Mode


def write(folder: Path, text: str) -> None:
    (folder / "pyproject.toml").write_text(text)


def test_without_a_file_or_a_table_the_defaults_hold(tmp_path: Path) -> None:
    assert settings.load(tmp_path).mode is Mode.WARN
    write(tmp_path, "[project]\nname = 'x'\n")
    assert settings.load(tmp_path).mode is Mode.WARN


def test_the_mode_is_read(tmp_path: Path) -> None:
    write(tmp_path, "[tool.aisec]\nmode = 'block'\n")
    assert settings.load(tmp_path).mode is Mode.BLOCK


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[tool.aisec]\nmod = 'off'\n", "did you mean `mode`"),
        ("[tool.aisec]\nmode = 'loud'\n", "use one of warn, block, off"),
        ("[tool.aisec]\ndocumentation = 'always'\n", "`documentation` in .* is one of warn, require"),
        ("[tool.aisec]\ndocumentation = true\n", "`documentation` in .* is one of warn, require"),
        ("[tool.aisec\n", "can't read the settings"),
    ],
)
def test_what_is_not_understood_is_one_line(tmp_path: Path, text: str, said: str) -> None:
    write(tmp_path, text)
    with pytest.raises(AisecError, match=said) as caught:
        settings.load(tmp_path)
    assert "\n" not in str(caught.value)


def test_the_root_is_the_nearest_folder_that_says_so(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    assert find_root(inner) == inner
    (tmp_path / ".git").mkdir()
    assert find_root(inner) == tmp_path
    write(tmp_path / "a", "[tool.aisec]\n")
    assert find_root(inner) == tmp_path / "a"
    (inner / ".aisec").mkdir()
    assert find_root(inner) == inner


def test_a_project_that_can_not_be_written_keeps_its_journal_elsewhere(tmp_path: Path) -> None:
    (tmp_path / ".aisec").write_text("a file where a folder should be")
    project = Project(tmp_path)
    assert not project.journals.is_relative_to(tmp_path)
    assert project.journals.name == "journal"


def test_a_project_with_nothing_in_it_has_an_empty_lineage(tmp_path: Path) -> None:
    graph = Project(tmp_path).graph()
    assert graph.nodes == graph.edges == ()


def test_the_store_is_the_users_else_the_one_in_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Project(tmp_path).tracking_uri == f"sqlite:///{tmp_path}/mlflow.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:5999")
    assert Project(tmp_path).tracking_uri == "http://127.0.0.1:5999"
