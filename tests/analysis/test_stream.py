"""JSON and SARIF are written while files are checked, and keep of each file only what stands at the end."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import jsonschema
import pytest

from jupyter_aisec.commands import check
from jupyter_aisec.commands.check.answer import Streamed
from jupyter_aisec.project import Project
from jupyter_aisec.report.contract import dumped
from tests.analysis.test_check_command import aisec
from tests.analysis.test_formats import SCHEMA, UNSAFE

RULE = "torch-load-full-pickle"


def streamed(folder: Path, style: str, **options: object) -> Streamed:
    paths = [str(folder / name) for name in ("a.py", "b.py")]
    found = check.run(
        Project(folder), argparse.Namespace(paths=paths, format=style, jobs=1, **({"no_cache": True} | options))
    )
    assert isinstance(found, Streamed)
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.py").write_text(UNSAFE)
    (tmp_path / "b.py").write_text("x = '\ud800'\n", errors="surrogatepass")
    return tmp_path


@pytest.mark.parametrize("style", ["json", "sarif"])
def test_a_finding_is_written_before_the_next_file_is_read(style: str, folder: Path) -> None:
    found = streamed(folder, style)
    pieces = found.pieces()
    said = ""
    while "a.py" not in said:
        said += next(pieces)
    (folder / "b.py").write_text(UNSAFE)
    said += "".join(pieces)
    findings = json.loads(said)
    findings = findings["findings"] if style == "json" else findings["runs"][0]["results"]
    assert len(findings) == 2
    assert found.exit_code == 1
    assert [file.findings for file in found.stream.rest.files] == [(), ()]


@pytest.mark.parametrize("style", ["json", "sarif"])
def test_a_program_may_ask_for_anything_first_and_again(style: str, folder: Path) -> None:
    found = streamed(folder, style)
    assert found.exit_code == 1
    assert found.data() == found.data() == json.loads("".join(found.pieces()))
    assert "a.py" in found.text()
    assert found.exit_code == 1


@pytest.mark.parametrize("style", ["json", "sarif"])
@pytest.mark.parametrize("is_clean", [True, False])
def test_what_is_written_piece_by_piece_is_laid_out_as_a_whole(style: str, is_clean: bool, folder: Path) -> None:  # noqa: FBT001 - a parameter
    if is_clean:
        (folder / "a.py").write_text("x = 1\n")
    said = streamed(folder, style, statistics=True).text()
    whole = json.loads(said)
    assert said == dumped(whole) + "\n"
    if style == "sarif":
        jsonschema.Draft7Validator(SCHEMA).validate(whole)
        assert whole["runs"][0]["invocations"][0]["executionSuccessful"] is True
    else:
        assert whole["statistics"] == ([] if is_clean else [{"rule": RULE, "findings": 1}])


def test_a_report_in_a_file_is_that_on_the_screen(folder: Path) -> None:
    for style in ("json", "sarif"):
        words = ("check", "--format", style, ".", "missing.py")
        shown = aisec(*words, cwd=folder)
        kept = aisec(*words, "--output-file", "out", cwd=folder)
        assert (folder / "out").read_bytes() == shown.stdout
        assert shown.returncode == kept.returncode == 2
        assert b"1 finding (1 high) in 2 files; 1 file not analysed" in kept.stdout


def test_what_a_baseline_knows_is_left_out_as_it_comes(folder: Path) -> None:
    (folder / "b.py").write_text(UNSAFE)
    assert aisec("check", "--write-baseline", "known.json", "a.py", cwd=folder).returncode == 0
    done = aisec("check", "--baseline", "known.json", "--format", "json", ".", cwd=folder)
    said = json.loads(done.stdout)
    assert ([each["path"] for each in said["findings"]], said["known"]) == (["b.py"], 1)
