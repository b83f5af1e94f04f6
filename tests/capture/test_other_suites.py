"""Tests that pandas and scikit-learn bring for themselves come to the same with us watching as without."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import sklearn

ROOT = Path(__file__).parents[2]
PANDAS = Path(pd.__file__).parent / "tests"
SKLEARN = Path(sklearn.__file__).parent

SUITES = [
    PANDAS / "generic" / "test_finalize.py",
    PANDAS / "copy_view" / "test_chained_assignment_deprecation.py",
    PANDAS / "io" / "parser" / "common" / "test_common_basic.py",
    SKLEARN / "tests" / "test_base.py",
]


def result(mode: str, folder: Path) -> dict[str, Any]:
    file = folder / f"{mode}.json"
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-c", os.devnull, f"--rootdir={folder}"]
    command = [sys.executable, "-m", "tests.capture.suites", mode, str(file), *options, *map(str, SUITES)]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "IPYTHONDIR": str(folder), "PYTHONWARNINGS": "default"}
    subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, check=True, timeout=280)
    found: dict[str, Any] = json.loads(file.read_text())
    return found


@pytest.mark.skipif(not all(each.exists() for each in SUITES), reason="this build of the libraries brings no tests")
def test_the_libraries_own_tests_come_to_the_same(tmp_path: Path) -> None:
    without, watched = (result(mode, tmp_path) for mode in ("off", "on"))
    assert sum(each == "passed" for each in without["outcomes"].values()) > 500
    assert watched["outcomes"] == without["outcomes"]
    assert watched["warnings"] == without["warnings"]
    assert without["recorded"] == 0
    assert watched["recorded"] > 100
