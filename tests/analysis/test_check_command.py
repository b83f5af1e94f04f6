from __future__ import annotations

import argparse
import html
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_aisec.analysis.rule import Rule
from jupyter_aisec.commands import check, explain, rules
from jupyter_aisec.kernel import Kernel
from jupyter_aisec.model import AisecError, Cell, CellKind
from jupyter_aisec.project import Project
from jupyter_aisec.report.words import visible
from jupyter_aisec.rules import all_rules

KEYS = {
    *("rule", "severity", "confidence", "message", "path", "cell_id", "cell_index", "line", "column"),
    *("end_line", "end_column", "fix", "part", "output", "fingerprint"),
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


def test_named_folder_is_checked_even_if_ignored(project: Path) -> None:
    files = ("data/a.py", "data/own.py", "data/sub/b.py", "data/sub/nested.py", "src/c.py", "src/left.py")
    for name in files:
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(UNSAFE)
    (project / ".git").mkdir()
    (project / "data" / ".gitignore").write_text("own.py\n")
    (project / "data" / "sub" / ".gitignore").write_text("nested.py\n")

    def found(*words: str) -> list[str]:
        said: list[str] = json.loads(aisec("check", "--format", "json", *words, cwd=project).stdout)["files"]
        return said

    for rule in ("data/", "data", "/data/*", "data/**", "*"):
        (project / ".gitignore").write_text(f"left.py\n{rule}\n")
        assert found("data") == ["data/a.py", "data/sub/b.py"]
        assert found("data/sub") == ["data/sub/b.py"]
    (project / ".gitignore").write_text("left.py\ndata/\n")
    assert found("src") == ["src/c.py"]
    assert found(".") == ["a.ipynb", "b.py", "clean.py", "src/c.py"]


def deep_below(folder: Path) -> Path:
    """A folder whose path is longer than the system opens: it can't be read, not even by root."""
    name = "n" * 250
    here = os.open(folder, os.O_RDONLY)
    for _ in range(17):
        os.mkdir(name, dir_fd=here)
        here, outer = os.open(name, os.O_RDONLY, dir_fd=here), here
        os.close(outer)
    os.close(here)
    return folder / name


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX folders")
def test_folder_that_can_not_be_read_hides_no_other(project: Path) -> None:
    deep_below(project)
    (project / "z.py").write_text(UNSAFE)
    done = aisec("check", "--format", "json", ".", cwd=project)
    said = json.loads(done.stdout)
    assert done.returncode == 2
    assert [finding["path"] for finding in said["findings"]] == ["a.ipynb", "b.py", "z.py"]
    (missed,) = said["not_analysed"]
    assert missed["path"].startswith("nnn")
    assert "this folder can't be read" in missed["reason"]
    assert "check its permissions" in missed["reason"]
    assert said["files"] == ["a.ipynb", "b.py", "clean.py", "z.py"]
    assert b"in 4 files; 1 folder not analysed" in aisec("check", ".", cwd=project).stdout


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("mode", [0o000, 0o444])
def test_closed_folder_hides_no_other(project: Path, mode: int) -> None:
    (project / "closed").mkdir()
    (project / "closed" / "x.py").write_text(UNSAFE)
    (project / "closed").chmod(mode)
    said = json.loads(aisec("check", "--format", "json", ".", cwd=project).stdout)
    (project / "closed").chmod(0o755)
    assert [finding["path"] for finding in said["findings"]] == ["a.ipynb", "b.py"]
    assert [missed["path"] for missed in said["not_analysed"]] == ["closed"]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX links")
def test_link_in_a_circle_is_one_entry(project: Path) -> None:
    (project / "loop.py").symlink_to("loop.py")
    said = json.loads(aisec("check", "--format", "json", ".", cwd=project).stdout)
    assert [finding["path"] for finding in said["findings"]] == ["a.ipynb", "b.py"]
    assert [missed["path"] for missed in said["not_analysed"]] == ["loop.py"]


def test_only_what_was_analysed_is_counted(project: Path) -> None:
    (project / "r").mkdir()
    (project / "r" / "r.ipynb").write_bytes(
        notebook("x <- 1").replace(
            b'"metadata": {}, "cells"', b'"metadata": {"kernelspec": {"language": "R"}}, "cells"'
        )
    )
    (project / "broken.py").write_text("x = (")
    named = aisec("check", "r/r.ipynb", cwd=project)
    assert named.returncode == 2
    assert named.stdout.decode().splitlines() == [
        "r/r.ipynb: not analysed: written in r; only Python is analysed",
        "nothing was checked; 1 file not analysed",
    ]
    beside = aisec("check", "r", cwd=project)
    assert beside.returncode == 0
    assert b"only Python is analysed" in beside.stdout
    both = aisec("check", "r", "clean.py", "missing.py", cwd=project).stdout.decode()
    assert both.splitlines()[-1].endswith(" rules in 1 file; 2 files not analysed")
    broken = aisec("check", "broken.py", cwd=project)
    assert broken.returncode == 2
    said = broken.stdout.decode()
    assert "this file is not analysed" in said
    assert "mend it\n" in said
    assert "delete" not in said
    assert said.splitlines()[-1] == "1 finding (1 info); 1 file not analysed"


def test_malformed_cell_is_listed_with_its_index(project: Path) -> None:
    cells = [1, {"cell_type": "code"}, {"cell_type": "code", "source": UNSAFE}]
    (project / "odd.ipynb").write_text(json.dumps({"nbformat": 4, "cells": cells}))
    done = aisec("check", "--format", "json", "odd.ipynb", cwd=project)
    said = json.loads(done.stdout)
    assert done.returncode == 1
    assert [(each["rule"], each["cell_index"]) for each in said["findings"]] == [
        ("not-analysed", 0),
        ("not-analysed", 1),
        ("torch-load-full-pickle", 2),
    ]
    assert [(each["path"], each["cell_index"], bool(each["reason"])) for each in said["not_analysed"]] == [
        ("odd.ipynb", 0, True),
        ("odd.ipynb", 1, True),
    ]


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
    assert said.partition("References:\n")[2].partition("\n\n")[0].split("\n") == [
        "    CWE-502 Deserialization of Untrusted Data",
        "      https://cwe.mitre.org/data/definitions/502.html",
        "    OWASP ML Top 10 2023, ML06 AI Supply Chain Attacks",
        "      https://owasp.org/www-project-machine-learning-security-top-10/docs/ML06_2023-AI_Supply_Chain_Attacks",
        "    OWASP LLM Top 10 2025, LLM03 Supply Chain",
        "      https://genai.owasp.org/llm-top-10/",
        "    OWASP LLM Top 10 2026, LLM04 Supply Chain",
        "      https://genai.owasp.org/resource/owasp-genai-llm-top-10-2026/",
        "    MITRE ATLAS 5.6.1, AML.T0011.000 User Execution: Unsafe AI Artifacts",
        "      https://atlas.mitre.org/techniques/AML.T0011.000",
        "    NCSC/CISA secure AI guidelines 2023, 2.1 Secure your supply chain",
        "    NCSC/CISA secure AI guidelines 2023, 3.2 Protect your model continuously",
        "      https://www.ncsc.gov.uk/collection/guidelines-secure-ai-system-development",
    ]
    wrong = aisec("explain", "pickel-laod", cwd=project)
    assert wrong.returncode == 2
    assert b"did you mean `pickle-load`?" in wrong.stderr
    far = aisec("explain", "nothing", cwd=project)
    assert far.returncode == 2
    assert b"did you mean" not in far.stderr
    assert b"`jupyter aisec rules` lists them all" in far.stderr


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.name)
def test_every_reference_has_a_name_and_an_address(rule: Rule) -> None:
    page = explain.page_of(rule)
    assert len(page.links) == len(rule.references)
    for link in page.links:
        assert link.name
        assert link.url.startswith("https://")
        assert "{" not in link.url
        assert link.url in page.plain()
        assert link.url in page.markdown()
        assert page.plain().count(f"{link.id} {link.name}\n") == 1


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.name)
def test_a_page_in_a_notebook_is_escaped(rule: Rule) -> None:
    shown = explain.Explanation(rule).html()
    assert shown is not None
    tags = set(re.findall(r"<(/?\w+)", shown))
    assert tags <= {
        f"{end}{tag}" for end in ("", "/") for tag in ("div", "h3", "p", "b", "pre", "ul", "li", "a", "code")
    }
    text = html.unescape(re.sub(r"<[^>]*>", "", shown))
    for line in "\n".join((*rule.bad, *rule.good)).split("\n"):
        assert visible(line) in text


def test_explain_offers_every_rule(project: Path) -> None:
    assert explain.words(Project(project)) == [rule.name for rule in all_rules()]


def test_rules(project: Path) -> None:
    done = aisec("rules", "--format", "json", cwd=project)
    assert {"name", "severity", "family", "default", "title"} <= set(json.loads(done.stdout)[0])
    shown = aisec("rules", cwd=project).stdout.decode().splitlines()
    assert shown[-1] == "More: `jupyter aisec explain RULE`"


def test_in_a_notebook_the_words_are_those_of_the_notebook(project: Path) -> None:
    here = Project(project, Kernel({}, project))
    assert rules.run(here, argparse.Namespace()).text().endswith("More: `%aisec explain RULE`")
    with pytest.raises(AisecError, match="`%aisec rules` lists them all"):
        explain.run(here, argparse.Namespace(rule="nothing"))


def test_kernel_is_checked_behind_what_was_imported_before(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = Kernel({}, project)
    kernel.prelude = "import pickle as p"
    ran = (Cell(3, CellKind.CODE, "m = p.load(f)", "d", 4), Cell(5, CellKind.CODE, "x = 1", "e", 6))
    monkeypatch.setattr(Kernel, "executed", property(lambda _: ran))
    said = check.run(Project(project, kernel), argparse.Namespace(paths=[])).text().splitlines()
    assert said[0].endswith(": cell 4, line 1:5: high pickle-load")
    assert said[2:4] == ["    1 | m = p.load(f)", "      |     ^^^^^^^^^"]
    assert len(said) == 5


def test_checking_runs_nothing(project: Path) -> None:
    marker = project / "marker"
    write = f"open({str(marker)!r}, 'w')"
    source = f"{write}\n!touch {marker}\n%run {marker}.py\n%time {write}\nx = f'{{{write}}}'\n"
    cells = (source, f"%%bash\ntouch {marker}", f"%%time\n{write}", f"{{{write}: 1}}")
    (project / "run.ipynb").write_bytes(notebook(*cells))
    aisec("check", "run.ipynb", cwd=project)
    assert not marker.exists()
