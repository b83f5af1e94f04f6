"""What a check says in each of its formats, and that none of them obeys what it shows."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from jupyter_aisec import commands
from jupyter_aisec.model import Confidence, Edit, Finding, Fix, NotAnalysed, Part, Place, Severity
from jupyter_aisec.notebook.edits import applied
from jupyter_aisec.notebook.positions import Positions
from jupyter_aisec.project import Project
from jupyter_aisec.report.checked import FileReport, Shown, Total
from jupyter_aisec.report.github import to_annotations
from jupyter_aisec.report.text import text
from jupyter_aisec.rules import default_rules
from tests.analysis.test_check_command import aisec, notebook

# SchemaStore's copy of the schema of OASIS, Apache-2.0.
SCHEMA = json.loads((Path(__file__).parents[1] / "schemas" / "sarif-2.1.0.json").read_text())
UNSAFE = "import torch\nw = torch.load('w.pt', weights_only=False)\n"


def finding(place: Place, message: str = "why; what", severity: Severity = Severity.HIGH) -> Finding:
    return Finding("some-rule", severity, Confidence.HIGH, message, place)


def at(line: int, column: int, end_column: int, end_line: int | None = None) -> Place:
    return Place(2, "c", line, column, end_line or line, end_column)


def lines_of(code: str, place: Place, *, colour: bool = False) -> list[str]:
    file = FileReport("a.ipynb", "a.ipynb", (Shown(finding(place), "0" * 16, code),))
    return text(Total([file], rules=("some-rule",)), colour=colour).splitlines()


# Text


@pytest.mark.parametrize(
    ("code", "place", "shown"),
    [
        ("x = f(y)", at(3, 5, 9), ["    3 | x = f(y)", "      |     ^^^^"]),
        ("\tx = f(y)", at(3, 6, 10), ["    3 | x = f(y)", "      |     ^^^^"]),
        ("日 = f(y)", at(3, 5, 9), ["    3 | 日 = f(y)", "      |      ^^^^"]),
        ("f(a,", at(12, 1, 3, end_line=14), ["    12 | f(a,", "       | ^^^^"]),
        ("x", at(1, 2, 2), ["    1 | x", "      |  ^"]),
        ("a\x1b[31m = '\u202e'", at(1, 1, 2), ["    1 | a<U+001B>[31m = '<U+202E>'", "      | ^"]),
    ],
)
def test_the_line_and_what_is_meant(code: str, place: Place, shown: list[str]) -> None:
    assert lines_of(code, place)[2:4] == shown


def test_a_long_line_is_cut_round_the_place() -> None:
    line, caret = lines_of("x" * 500 + "HERE" + "y" * 500, at(1, 501, 505))[2:4]
    assert len(line) < 120
    start = caret.index("^")
    assert line[start : start + caret.count("^")] == "HERE"


def test_no_code_where_there_is_none() -> None:
    out = Place(2, "c", 1, 1, 1, 1, Part.OUTPUT, 4)
    said = lines_of("", out)
    assert said[0] == "a.ipynb: cell 3, output 5: high some-rule"
    assert len(said) == 3


def test_a_secret_is_not_shown_once_more(tmp_path: Path) -> None:
    value = "k7Qz9v" + "Lp2XwT4mB8"
    (tmp_path / "a.py").write_text(f'import yaml\npassword = "{value}"; x = yaml.unsafe_load(f)\n')
    done = aisec("check", "a.py", cwd=tmp_path)
    for style in ("text", "json", "sarif", "github"):
        said = aisec("check", "a.py", "--format", style, cwd=tmp_path).stdout.decode()
        assert value not in said
    assert b"secret" in done.stdout


def on_a_terminal(folder: Path, **environment: str) -> str:
    ours, theirs = pty.openpty()
    words = [sys.executable, "-m", "jupyter_aisec", "check", "a.py"]
    done = subprocess.Popen(words, cwd=folder, stdout=theirs, env=os.environ | {"TERM": "xterm"} | environment)
    os.close(theirs)
    said = b""
    try:
        while data := os.read(ours, 4096):
            said += data
    except OSError:  # what Linux says when the other end is closed
        pass
    done.wait()
    os.close(ours)
    return said.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX terminals")
def test_colour_only_on_a_terminal_that_wants_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    (tmp_path / "a.py").write_text(UNSAFE)
    assert "\x1b[31mhigh\x1b[0m" in on_a_terminal(tmp_path)
    assert "\x1b" not in on_a_terminal(tmp_path, NO_COLOR="1")
    assert "\x1b" not in on_a_terminal(tmp_path, TERM="dumb")
    assert b"\x1b" not in aisec("check", "a.py", cwd=tmp_path).stdout


def test_statistics(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_bytes(notebook(UNSAFE, UNSAFE, "import pickle\npickle.load(f)"))
    said = aisec("check", "--statistics", ".", cwd=tmp_path).stdout.decode().splitlines()
    assert [line.split() for line in said[:3]] == [
        ["Findings", "Rule", "Severity", "Fixes"],
        ["2", "torch-load-full-pickle", "high", "2"],
        ["1", "pickle-load", "high"],
    ]
    counted = json.loads(aisec("check", "--statistics", "--format", "json", ".", cwd=tmp_path).stdout)["statistics"]
    assert counted == [
        {"rule": "torch-load-full-pickle", "findings": 2},
        {"rule": "pickle-load", "findings": 1},
    ]


def test_severity_is_the_least(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import torch\ntorch.load(p)\n")
    assert aisec("check", "a.py", cwd=tmp_path).returncode == 1
    assert aisec("check", "--severity", "medium", "a.py", cwd=tmp_path).returncode == 0


def test_selection_by_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(UNSAFE + "import pickle\npickle.load(f)\n")

    def found(*words: str) -> list[str]:
        said = json.loads(aisec("check", "a.py", "--format", "json", *words, cwd=tmp_path).stdout)
        return [each["rule"] for each in said["findings"]]

    assert found("--select", "pickle-load,pip-unpinned") == ["pickle-load"]
    assert found("--ignore", "pickle-load") == ["torch-load-full-pickle"]
    assert found("--select", "package-installs") == []
    (tmp_path / "pyproject.toml").write_text('[tool.aisec.per-file-ignores]\n"a.py" = ["pickle-load"]\n')
    assert found() == ["torch-load-full-pickle"]
    done = aisec("check", "a.py", "--select", "pickel-load", cwd=tmp_path)
    assert done.returncode == 2
    assert b"no rule or family `pickel-load` (--select): did you mean `pickle-load`?" in done.stderr


def test_output_file(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(UNSAFE)
    done = aisec("check", "a.py", "--format", "json", "--output-file", "out.json", cwd=tmp_path)
    assert done.returncode == 1
    assert json.loads((tmp_path / "out.json").read_text())["files"] == ["a.py"]
    assert "out.json" in done.stdout.decode()
    assert aisec("check", "a.py", "--output-file", "no/out", cwd=tmp_path).returncode == 2


def test_jobs_change_no_answer(tmp_path: Path) -> None:
    for number in range(20):
        (tmp_path / f"n{number:02}.ipynb").write_bytes(notebook("x = 1", UNSAFE))
    one = aisec("check", "--format", "json", ".", cwd=tmp_path)
    two = aisec("check", "--format", "json", "--jobs", "2", ".", cwd=tmp_path)
    assert one.stdout == two.stdout
    assert one.returncode == two.returncode == 1


# SARIF


def sarif(folder: Path, *words: str) -> tuple[dict[str, Any], int]:
    done = aisec("check", "--format", "sarif", *words, cwd=folder)
    said = json.loads(done.stdout)
    jsonschema.Draft7Validator(SCHEMA).validate(said)
    assert isinstance(said, dict)
    return said["runs"][0], done.returncode


def test_sarif_names_the_cell_and_the_place_in_it(tmp_path: Path) -> None:
    (tmp_path / "a b.ipynb").write_bytes(notebook("x = 1", UNSAFE))
    (tmp_path / "c.py").write_text(UNSAFE)
    run, code = sarif(tmp_path, ".")
    assert code == 1
    first, second = run["results"]
    assert (first["ruleId"], first["level"]) == ("torch-load-full-pickle", "error")
    assert run["tool"]["driver"]["rules"][first["ruleIndex"]]["id"] == first["ruleId"]
    (location,) = first["locations"]
    assert location["physicalLocation"]["artifactLocation"] == {"uri": "a%20b.ipynb", "uriBaseId": "%SRCROOT%"}
    region = {"startLine": 2, "startColumn": 5, "endLine": 2, "endColumn": 43}
    assert location["physicalLocation"]["region"] == region
    (cell,) = location["logicalLocations"]
    assert (cell["name"], cell["kind"], cell["fullyQualifiedName"]) == ("cell 3", "cell", "a b.ipynb/cell-1")
    assert cell["properties"] == {"cell_index": 2, "cell_id": "cell-1", "part": "source"}
    assert "logicalLocations" not in second["locations"][0]
    assert first["partialFingerprints"] == second["partialFingerprints"]


def test_sarif_fixes_are_in_characters_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_bytes(notebook("x = '🙂'", UNSAFE))
    (tmp_path / "b.py").write_text(UNSAFE)
    run, _ = sarif(tmp_path, ".")
    for name, result in zip(("a.ipynb", "b.py"), run["results"], strict=True):
        ((change,),) = [each["artifactChanges"] for each in result["fixes"]]
        (replaced,) = change["replacements"]
        start, length = replaced["deletedRegion"]["charOffset"], replaced["deletedRegion"]["charLength"]
        before = (tmp_path / name).read_text()
        after = before[:start] + replaced["insertedContent"]["text"] + before[start + length :]
        assert after == before.replace("weights_only=False", "weights_only=True")


def test_sarif_counts_equal_findings_apart(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_bytes(notebook(UNSAFE, UNSAFE))
    run, _ = sarif(tmp_path, ".")
    one, two = (each["partialFingerprints"]["aisec/v1"] for each in run["results"])
    assert one.split(":")[0] == two.split(":")[0]
    assert [one.split(":")[1], two.split(":")[1]] == ["1", "2"]


def test_sarif_has_a_page_for_each_rule(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    run, code = sarif(tmp_path, "a.py")
    assert code == 0
    assert run["results"] == []
    rules = run["tool"]["driver"]["rules"]
    assert {each["id"] for each in rules} == {rule.name for rule in default_rules()}
    taxa = run["taxonomies"][0]["taxa"]
    for rule in rules:
        assert "```python" in rule["help"]["markdown"]
        assert "security" in rule["properties"]["tags"]
        target = rule["relationships"][0]["target"]
        assert taxa[target["index"]]["id"] == target["id"]


def test_sarif_says_what_was_not_analysed(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_bytes(notebook("x = ("))
    run, _ = sarif(tmp_path, "a.ipynb", "missing.ipynb")
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    where = [each["locations"][0]["physicalLocation"] for each in invocation["toolExecutionNotifications"]]
    assert [each["artifactLocation"]["uri"] for each in where] == ["a.ipynb", "missing.ipynb"]


@pytest.mark.skipif(sys.platform != "linux", reason="names that are no text")
def test_odd_names_and_half_characters_are_said_in_every_format(tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/a\xff.ipynb")
    cell = json.dumps("from transformers import AutoModel\nAutoModel.from_pretrained('o/\ud800')")
    Path(path).write_text(f'{{"nbformat": 4, "cells": [{{"cell_type": "code", "source": {cell}}}]}}')
    for style in ("text", "json", "sarif", "github"):
        done = aisec("check", "--format", style, ".", cwd=tmp_path)
        assert done.returncode == 1, done.stderr
        done.stdout.decode()
    run, _ = sarif(tmp_path, ".")
    uri = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "a%FF.ipynb"


# GitHub

COMMAND = re.compile(r"::(error|warning|notice) ([^\n]*?)::([^\n]*)")


def test_annotations_say_no_other_command() -> None:
    evil = "a%b\n::error::x\r, : ::stop-commands::y; z"
    name = "a,b:c%\n::debug::.ipynb"
    file = FileReport(name, name, (Shown(finding(at(1, 1, 2), evil), "", "", 7),), (NotAnalysed(name, evil),))
    *commands, last = to_annotations(Total([file], [NotAnalysed("f\n::x::", "closed")], ("r",))).split("\n")
    assert len(commands) == 3
    assert not last.startswith("::")
    for command in commands:
        found = COMMAND.fullmatch(command)
        assert found
        for each in found[2].split(","):
            key, _, value = each.partition("=")
            assert key in {"file", "line", "title"}
            assert ":" not in value
            assert not re.search(r"%(?!25|2C|3A|0A|0D)", value)
    assert "line=7" in commands[0]
    assert "a%25b" in commands[0]


def test_annotations_stand_on_the_line_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps(json.loads(notebook("x = 1", "import torch\n" + UNSAFE)), indent=1))
    cells = json.loads(path.read_text())
    cells["cells"][2]["source"] = ["import torch\n", "\n", "w = torch.load('w.pt', weights_only=False)"]
    path.write_text(json.dumps(cells, indent=1))
    (tmp_path / "b.py").write_text("import torch\ntorch.load(p)\n")
    worst, other, _ = aisec("check", "--format", "github", ".", cwd=tmp_path).stdout.decode().splitlines()
    line = next(n for n, text in enumerate(path.read_text().splitlines(), 1) if "weights_only" in text)
    assert worst.startswith(
        f"::error file=a.ipynb,line={line},title=high%3A torch-load-full-pickle::cell 3, line 3:5: "
    )
    assert other.startswith("::notice file=b.py,line=2,title=low%3A torch-load-implicit,col=1,endLine=2,endColumn=14::")


def test_a_fix_in_the_file_is_the_least_that_differs() -> None:
    source = json.loads(notebook("a = 1\nb = 2"))
    text = json.dumps(source, indent=1)
    fix = Fix("d", safe=True, edits=(Edit(Place(1, None, 2, 5, 2, 6), "3"),))
    (change,) = Positions(text).changes(fix.edits)
    assert text[change.start : change.end] == "2"
    assert json.loads(applied(text, [change]))["cells"][1]["source"] == "a = 1\nb = 3"
    assert Positions("nonsense").changes(fix.edits) == ()


# What is written about it


ROOT = Path(__file__).parents[2]


def test_the_readmes_commands_are_understood() -> None:
    parser = commands.parser("check", "jupyter aisec")
    found = re.findall(r"(?:`|run: )jupyter aisec check ([^`\n]*)", (ROOT / "README.md").read_text())
    assert len(found) > 10
    for words in found:
        parser.parse_args(words.split())


def test_the_hooks_are_commands_of_ours() -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text()):
        program, command, *words = hook["entry"].split()
        assert program in scripts
        commands.parser(command, "jupyter aisec").parse_args([*words, "a.ipynb"])
        assert set(hook["types_or"]) == {"jupyter", "python"}


def test_the_readmes_settings_are_understood(tmp_path: Path) -> None:
    (block,) = re.findall(r"```toml\n(\[tool.aisec\].*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    (tmp_path / "pyproject.toml").write_text(block)
    chosen = {rule.name for rule in Project.open(tmp_path).selection.chosen("exploration/a.ipynb")}
    assert "pip-unpinned" not in chosen
    assert "url-download-no-hash" not in chosen
    assert "pickle-load" in chosen
