from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_aisec.advisories import Advisories, parse, read
from jupyter_aisec.model import AisecError

RECORD = {
    "id": "GHSA-0000-0000-0000",
    "aliases": ["CVE-2024-0001"],
    "summary": "runs code",
    "affected": [
        {
            "package": {"name": "Some_Package", "ecosystem": "PyPI"},
            "ranges": [
                {"type": "GIT", "events": [{"introduced": "0"}, {"fixed": "abc"}]},
                {
                    "type": "ECOSYSTEM",
                    "events": [
                        {"introduced": "0"},
                        {"fixed": "1.2"},
                        {"introduced": "2.0rc1"},
                        {"last_affected": "2.1"},
                    ],
                },
            ],
            "versions": ["odd-version"],
        },
        {"package": {"name": "some-package", "ecosystem": "npm"}, "versions": ["9"]},
    ],
}


def known(document: object) -> Advisories:
    return parse(json.dumps(document).encode())


@pytest.mark.parametrize("document", [RECORD, [RECORD], {"vulns": [RECORD]}, {"vulnerabilities": [RECORD]}])
def test_osv_records_are_read_in_every_wrapping(document: object) -> None:
    (found,) = known(document).of("some.package", "1.0")
    assert found.id == "CVE-2024-0001"
    assert found.mended_after("1.0") == "1.2"


VERSIONS = [
    ("0.1", True),
    ("1.2rc1", True),
    ("1.2", False),
    ("1.10", False),
    ("2.0", True),
    ("2.1", True),
    ("2.1.1", False),
    ("odd-version", True),
    ("other words", False),
    ("9", False),
]


@pytest.mark.parametrize(("version", "affected"), VERSIONS)
def test_versions_are_ordered_as_pip_orders_them(version: str, affected: bool) -> None:  # noqa: FBT001 - a column
    assert bool(known(RECORD).of("some-package", version)) is affected


def test_a_withdrawn_record_is_none() -> None:
    assert known({**RECORD, "withdrawn": "2025-01-01T00:00:00Z"}).of("some-package", "1.0") == ()


def test_what_pip_audit_says_is_about_one_version() -> None:
    found = known(
        {
            "dependencies": [
                {
                    "name": "torch",
                    "version": "2.5.1",
                    "vulns": [
                        {"id": "PYSEC-1", "fix_versions": ["2.6.0"], "aliases": ["CVE-2025-32434"], "description": ""}
                    ],
                },
                {"name": "skipped", "skip_reason": "not on the index"},
            ],
            "fixes": [],
        }
    )
    assert [each.id for each in found.of("torch", "2.5.1")] == ["CVE-2025-32434"]
    assert found.of("torch", "2.5.0") == ()


@pytest.mark.parametrize("data", [b"", b"nothing", b'{"vulns": 3}', b'[{"id": 1}]', b"[" * 100_000])
def test_a_file_that_is_something_else_is_an_error_and_not_empty(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "advisories.json"
    file.write_bytes(data)
    with pytest.raises(AisecError, match="can't read the advisories"):
        read(file)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AisecError, match="can't read the advisories"):
        read(tmp_path / "none.json")


def test_the_project_names_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.aisec]\nselect = ["known-vulnerable-version"]\nadvisories = "known.json"\n'
    )
    (tmp_path / "known.json").write_text(json.dumps([RECORD]))
    (tmp_path / "a.ipynb").write_text(
        json.dumps(
            {
                "nbformat": 4,
                "nbformat_minor": 5,
                "metadata": {},
                "cells": [
                    {"cell_type": "code", "source": "%pip install some-package==1.0", "metadata": {}, "outputs": []}
                ],
            }
        )
    )
    monkeypatch.chdir(tmp_path)
    said = subprocess.run(
        [sys.executable, "-m", "jupyter_aisec", "check", "."], capture_output=True, text=True, check=False
    )
    assert "some-package 1.0 has CVE-2024-0001; install 1.2" in said.stdout
    assert said.returncode == 1
    (tmp_path / "known.json").write_text("{")
    said = subprocess.run(
        [sys.executable, "-m", "jupyter_aisec", "check", "."], capture_output=True, text=True, check=False
    )
    assert "can't read the advisories" in said.stderr
    assert said.returncode == 2
