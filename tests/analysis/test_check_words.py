"""What a person is told who asks for something that is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_aisec import commands
from jupyter_aisec.model import AisecError
from tests.analysis.test_check_command import aisec


def test_an_empty_folder_is_no_clean_one(tmp_path: Path) -> None:
    done = aisec("check", ".", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout == b"nothing was checked: there is no notebook and no Python file\n"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("--fxi", " Did you mean `--fix`?"), ("--serverity", " Did you mean `--severity`?"), ("-q", "")],
)
def test_an_option_with_a_slip_is_named(typed: str, meant: str) -> None:
    with pytest.raises(AisecError) as raised:
        commands.parser("check", "jupyter aisec").parse_args([typed, "a.py"])
    assert f"unrecognized arguments: {typed}" in str(raised.value)
    assert str(raised.value).endswith(f".{meant} `jupyter aisec check --help` shows what it takes")
