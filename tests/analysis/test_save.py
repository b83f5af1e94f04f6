"""A file is replaced whole and keeps what it was, or is left alone."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from jupyter_aisec.model import AisecError
from jupyter_aisec.notebook.save import save


def test_mode_stays_and_nothing_is_left_behind(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_bytes(b"old")
    path.chmod(0o640)
    os.utime(path, (1, 1))
    save(path, b"old", b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert path.stat().st_mtime > 1
    assert [each.name for each in tmp_path.iterdir()] == ["a.ipynb"]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX files")
@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("changed", "changed by somebody else"),
        ("read-only", "read-only"),
        ("link", "symbolic link"),
        ("hard link", "another name"),
        ("folder", "not a regular file"),
        ("missing", "can't be written"),
    ],
)
def test_what_is_not_written_is_one_line_and_stays(tmp_path: Path, kind: str, said: str) -> None:
    real = tmp_path / "real.ipynb"
    real.write_bytes(b"old")
    path = real
    if kind == "changed":
        real.write_bytes(b"other")
    elif kind == "read-only":
        real.chmod(0o444)
    elif kind == "link":
        path = tmp_path / "link.ipynb"
        path.symlink_to(real)
    elif kind == "hard link":
        os.link(real, tmp_path / "second.ipynb")
    elif kind == "folder":
        path = tmp_path
    else:
        path = tmp_path / "no" / "a.ipynb"
    before = real.read_bytes()
    names = sorted(tmp_path.iterdir())
    with pytest.raises(AisecError, match=said) as caught:
        save(path, b"old", b"new")
    assert "\n" not in str(caught.value)
    assert real.read_bytes() == before
    assert sorted(tmp_path.iterdir()) == names
