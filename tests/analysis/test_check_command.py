from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

KEYS = {
    *("rule", "severity", "confidence", "message", "path", "cell_id", "cell_index", "line", "column"),
    *("end_line", "end_column", "fix"),
}
UNSAFE = "import torch\nw = torch.load('w.pt', weights_only=False)\n"


def aisec(*words: str, cwd: Path, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "jupyter_aisec", *words], cwd=cwd, input=given, capture_output=True, check=False
    )


def notebook(*sources: str) -> bytes:
    cells = [
        {"cell_type": "markdown", "source": "# A", "metadata": {}, "id": "head"},
        *(
            {"cell_type": "code", "source": source, "outputs": [], "metadata": {}, "id": f"cell-{number}"}
            for number, source in enumerate(sources)
        ),
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}).encode()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("[tool.aisec]\n")
    (tmp_path / "a.ipynb").write_bytes(notebook("x = 1", UNSAFE))
    (tmp_path / "b.py").write_text(UNSAFE)
    (tmp_path / "clean.py").write_text("x = 1\n")
    return tmp_path


def test_json_contract(project: Path) -> None:
    done = aisec("check", "--format", "json", "a.ipynb", "b.py", cwd=project)
    said = json.loads(done.stdout)
    assert done.returncode == 1
    assert {"findings", "not_analysed", "files", "rules"} <= set(said)
    assert said["files"] == ["a.ipynb", "b.py"]
    assert "torch-load-full-pickle" in said["rules"]
    first, second = said["findings"]
    assert set(first) == KEYS
    assert (first["rule"], first["severity"], first["confidence"]) == ("torch-load-full-pickle", "high", "high")
    assert (first["path"], first["cell_id"], first["cell_index"]) == ("a.ipynb", "cell-1", 2)
    assert (first["line"], first["column"], first["end_line"], first["end_column"]) == (2, 5, 2, 43)
    assert set(first["fix"]) == {"description", "safe", "edits"}
    assert (second["path"], second["cell_index"], second["line"]) == ("b.py", None, 2)


def test_text(project: Path) -> None:
    done = aisec("check", "a.ipynb", cwd=project)
    lines = done.stdout.decode().splitlines()
    assert lines[0] == "a.ipynb: cell 3, line 2:5: high torch-load-full-pickle"
    assert "weights_only=True" in lines[1]


def test_nothing_found_is_not_called_safe(project: Path) -> None:
    done = aisec("check", "clean.py", cwd=project)
    assert done.returncode == 0
    said = done.stdout.decode().lower()
    assert "no known pattern found by" in said
    assert "secure" not in said
    assert "safe" not in said


def test_folder_without_what_git_ignores(project: Path) -> None:
    (project / ".gitignore").write_text("ignored/\n/b.py\n")
    for folder in ("ignored", "kept", ".ipynb_checkpoints", "node_modules", "kept/deep"):
        (project / folder).mkdir()
        (project / folder / "n.ipynb").write_bytes(notebook(UNSAFE))
    (project / "kept" / ".gitignore").write_text("deep/*\n!deep/again.py\n")
    (project / "kept" / "deep" / "again.py").write_text(UNSAFE)
    done = aisec("check", "--format", "json", ".", cwd=project)
    assert json.loads(done.stdout)["files"] == ["a.ipynb", "clean.py", "kept/deep/again.py", "kept/n.ipynb"]


def test_named_file_is_checked_even_if_ignored(project: Path) -> None:
    (project / ".gitignore").write_text("b.py\n")
    assert aisec("check", "b.py", cwd=project).returncode == 1


def test_standard_input(project: Path) -> None:
    for given, index in ((notebook(UNSAFE), 1), (UNSAFE.encode(), None)):
        done = aisec("check", "-", "--stdin-name", "x.ipynb", "--format", "json", cwd=project, given=given)
        (finding,) = json.loads(done.stdout)["findings"]
        assert (finding["path"], finding["cell_index"], finding["line"]) == ("x.ipynb", index, 2)
        assert done.returncode == 1


def test_file_that_can_not_be_read_hides_no_other(project: Path) -> None:
    (project / "broken.ipynb").write_bytes(notebook(UNSAFE)[:-9])
    done = aisec("check", "--format", "json", "broken.ipynb", "missing.py", "b.py", cwd=project)
    said = json.loads(done.stdout)
    assert done.returncode == 2
    assert [finding["path"] for finding in said["findings"]] == ["b.py"]
    assert [(missed["path"], missed["cell_index"]) for missed in said["not_analysed"]] == [
        ("broken.ipynb", None),
        ("missing.py", None),
    ]
    assert "Traceback" not in done.stderr.decode()


def test_check_needs_a_path(project: Path) -> None:
    done = aisec("check", cwd=project)
    assert done.returncode == 2
    assert b"needs a path" in done.stderr


def test_explain(project: Path) -> None:
    done = aisec("explain", "pickle-load", cwd=project)
    assert done.returncode == 0
    said = done.stdout.decode()
    assert "Bad:" in said
    assert "OWASP ML Top 10 2023: ML06" in said
    wrong = aisec("explain", "pickel-laod", cwd=project)
    assert wrong.returncode == 2
    assert b"did you mean `pickle-load`?" in wrong.stderr


def test_rules(project: Path) -> None:
    done = aisec("rules", "--format", "json", cwd=project)
    assert {"name", "severity", "family", "default", "title"} <= set(json.loads(done.stdout)[0])


def test_checking_runs_nothing(project: Path) -> None:
    marker = project / "marker"
    write = f"open({str(marker)!r}, 'w')"
    source = f"{write}\n!touch {marker}\n%run {marker}.py\n%time {write}\nx = f'{{{write}}}'\n"
    cells = (source, f"%%bash\ntouch {marker}", f"%%time\n{write}", f"{{{write}: 1}}")
    (project / "run.ipynb").write_bytes(notebook(*cells))
    aisec("check", "run.ipynb", cwd=project)
    assert not marker.exists()
