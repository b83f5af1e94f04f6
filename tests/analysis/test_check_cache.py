"""What a check remembers: never needed, never wrong, and nothing that somebody else could read or bring."""

from __future__ import annotations

import argparse
import io
import json
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

import jupyter_aisec
from jupyter_aisec.analysis import Report
from jupyter_aisec.commands.check import cache, files, run
from jupyter_aisec.commands.check.cache import Cache, Entry
from jupyter_aisec.model import Confidence, Finding, NotAnalysed, Place, Severity
from jupyter_aisec.project import Kernel, Project
from tests.analysis.test_check_command import notebook

UNSAFE = "import torch\nw = torch.load('w.pt', weights_only=False)\n"
TOKEN = "hf_" + "qT7xWm2KdR9vZs4Lb8" + "YcN3pHf6JgAeUoXi"
Rules = list[str]


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of its own, of a package that may have been changed just now."""
    base = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(base))
    monkeypatch.setattr(cache, "_SETTLED", -3600)
    return base / "jupyter-aisec" / "check"


def found(project: Path, **options: Any) -> Rules:
    """The rules that found something in the project."""
    said: Any = answer(project, format="json", **options)
    return [each["rule"] for each in said["findings"]]


def answer(project: Path, **options: Any) -> object:
    given = {"paths": [str(project)], "format": "text"} | options
    checked = run(Project(project), argparse.Namespace(**given))
    return checked.data() if given["format"] == "json" else checked.text()


def entries(home: Path) -> list[Path]:
    return [path for path in home.rglob("*") if path.is_file()]


def lie(home: Path) -> None:
    """Let the cache say of each file that there is nothing."""
    assert entries(home)
    for path in entries(home):
        Entry(path, path.parent.name + path.name).write(Report("", (), (), ()))


def test_a_file_that_is_what_it_was_is_not_looked_at_again(project: Path, home: Path) -> None:
    (project / "a.ipynb").write_bytes(notebook(UNSAFE))
    assert found(project) == ["torch-load-full-pickle"]
    lie(home)
    assert found(project) == []
    assert found(project, no_cache=True) == ["torch-load-full-pickle"]


@pytest.mark.parametrize("words", [{}, {"severity": "critical"}, {"statistics": True}, {"write_baseline": "known"}])
@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_it_says_the_same_from_the_cache(project: Path, home: Path, form: str, words: dict[str, Any]) -> None:
    (project / "a.ipynb").write_bytes(notebook("x = 1", UNSAFE, "!pip install torch", f"k = '{TOKEN}'", "x = = 2"))
    (project / "b.py").write_text(UNSAFE)
    (project / "c.py").write_text("x = (")
    (project / "d.ipynb").write_bytes(notebook("x = 1"))
    (project / "e.ipynb").write_text("{")
    alone = answer(project, format=form, no_cache=True, **words)
    first = answer(project, format=form, **words)
    assert len(entries(home)) == 4
    assert alone == first == answer(project, format=form, **words) == answer(project, format=form, jobs=2, **words)


def test_processes_share_it(project: Path, home: Path) -> None:
    for number in range(20):
        (project / f"n{number:02}.py").write_text(f"{UNSAFE}x = {number}")
    first = answer(project, jobs=2)
    assert len(entries(home)) == 20
    lie(home)
    assert answer(project, jobs=2) != first


def more_bytes(project: Path) -> None:
    with (project / "a.py").open("a") as file:
        file.write("\n")


def same_size_and_time(project: Path) -> None:
    path = project / "a.py"
    about = path.stat()
    path.write_text(UNSAFE.replace("'w.pt'", "'v.pt'"))
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))


def other_rules(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.aisec]\nignore = ['pip-unpinned']\n")


def other_rules_for_a_file(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.aisec.per-file-ignores]\n'*.py' = ['pip-unpinned']\n")


def advisories(project: Path) -> None:
    (project / "known.json").write_text("[]")
    (project / "pyproject.toml").write_text("[tool.aisec]\nadvisories = 'known.json'\n")


def documents(project: Path) -> None:
    (project / ".aisec" / "assets").mkdir()


@pytest.mark.parametrize(
    "change",
    [more_bytes, same_size_and_time, other_rules, other_rules_for_a_file, advisories, documents],
    ids=lambda each: each.__name__,
)
def test_what_an_answer_hangs_on_is_in_its_key(project: Path, home: Path, change: Callable[[Path], None]) -> None:
    (project / "a.py").write_text(UNSAFE)
    found(project)
    lie(home)
    assert found(project) == []
    change(project)
    assert found(project) == ["torch-load-full-pickle"]


def test_other_advisories_are_another_ground(project: Path, home: Path) -> None:
    (project / "a.py").write_text(UNSAFE)
    advisories(project)
    found(project)
    lie(home)
    (project / "known.json").write_text("[ ]")
    assert found(project) == ["torch-load-full-pickle"]


def test_the_same_bytes_as_a_script_are_something_else(project: Path, home: Path) -> None:
    (project / "a.ipynb").write_bytes(notebook(UNSAFE))
    found(project)
    lie(home)
    shutil.copy(project / "a.ipynb", project / "b.py")
    shutil.copy(project / "a.ipynb", project / "c.ipynb")
    said: Any = answer(project, format="json")
    assert {Path(each["path"]).name for each in said["findings"]} <= {"b.py"}


def test_every_module_and_fact_of_the_package_is_in_the_ground(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = Path(jupyter_aisec.__file__).parent
    copy = tmp_path / "jupyter_aisec"
    shutil.copytree(package, copy, ignore=shutil.ignore_patterns("labextension", "__pycache__"))
    monkeypatch.setattr(cache, "__file__", str(copy / "commands" / "check" / "cache.py"))
    before = cache._ground(None)
    assert before == cache._ground(None)
    for name in ("rules/pins.py", "knowledge/secrets.toml", "knowledge/apis/pandas.toml", "notebook/decode.py"):
        path = copy / name
        source = path.read_bytes()
        path.write_bytes(source + b"\n")
        assert cache._ground(None) != before
        path.write_bytes(source)
    assert cache._ground(None) == before


def test_a_package_that_is_being_changed_has_no_cache(
    project: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "a.py").write_text(UNSAFE)
    monkeypatch.setattr(cache, "_SETTLED", 10)
    (tmp_path / "copy" / "commands" / "check").mkdir(parents=True)
    (tmp_path / "copy" / "new.py").touch()
    monkeypatch.setattr(cache, "__file__", str(tmp_path / "copy" / "commands" / "check" / "cache.py"))
    assert found(project) == ["torch-load-full-pickle"]
    assert not entries(home)


def test_what_documents_say_is_asked_each_time(project: Path, home: Path) -> None:
    documents(project)
    (project / "a.py").write_text("import pandas as pd\npd.read_csv('data.csv')\n")
    (project / "b.py").write_text(UNSAFE)
    assert found(project, select=["data-source-undocumented"]) == ["data-source-undocumented"]
    assert len(entries(home)) == 1
    (project / ".aisec" / "assets" / "data.csv.toml").write_text('name = "data.csv"\nlicence = "MIT"\n')
    assert found(project, select=["data-source-undocumented"]) == []


def test_an_answer_that_ran_out_of_time_is_not_kept(project: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "SECONDS", 0.0)
    (project / "a.py").write_text(UNSAFE)
    assert found(project) == ["torch-load-full-pickle"]
    assert not entries(home)


def test_neither_fixes_nor_a_kernel_believe_it(project: Path, home: Path) -> None:
    (project / "a.py").write_text(UNSAFE)
    first = answer(project, diff=True, unsafe_fixes=True)
    assert not entries(home)
    found(project)
    lie(home)
    assert answer(project, diff=True, unsafe_fixes=True) == first != "no fixes"
    kernel = Project(project, cast("Kernel", object()))
    assert run(kernel, argparse.Namespace(paths=[str(project)])).exit_code == 1


def test_standard_input_is_not_kept(project: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(UNSAFE.encode())))
    assert found(project, paths=["-"]) == ["torch-load-full-pickle"]
    assert not entries(home)


@pytest.mark.parametrize(
    "damage",
    [
        lambda said: said[:0],
        lambda said: said[:20],
        lambda said: said[:-1],
        lambda said: said + b" ",
        lambda said: said.replace(b"torch", b"pouch"),
        lambda said: b"\x80\x04" + said,
        lambda said: said[:32] + b"{}",
    ],
)
def test_a_damaged_entry_is_none(project: Path, home: Path, damage: Callable[[bytes], bytes]) -> None:
    (project / "a.py").write_text(UNSAFE)
    first = answer(project)
    (path,) = entries(home)
    path.write_bytes(damage(path.read_bytes()))
    assert answer(project) == first
    assert answer(project) == first


def test_an_entry_in_another_place_is_none(project: Path, home: Path) -> None:
    (project / "a.py").write_text("x = 1\n")
    found(project)
    (clean,) = entries(home)
    (project / "a.py").write_text(UNSAFE)
    assert found(project) == ["torch-load-full-pickle"]
    (other,) = (path for path in entries(home) if path != clean)
    shutil.copy(clean, other)
    assert found(project) == ["torch-load-full-pickle"]


def as_a_file(home: Path) -> None:
    home.parent.mkdir(parents=True)
    home.write_text("")


def of_everybody(home: Path) -> None:
    home.mkdir(parents=True)
    home.chmod(0o777)


def elsewhere(home: Path) -> None:
    home.parent.mkdir(parents=True)
    (home.parent / "there").mkdir(mode=0o700)
    home.symlink_to(home.parent / "there")


def with_files_for_shelves(home: Path) -> None:
    home.mkdir(parents=True, mode=0o700)
    for number in range(256):
        (home / f"{number:02x}").touch()


@pytest.mark.parametrize("wrong", [as_a_file, of_everybody, elsewhere, with_files_for_shelves])
def test_a_folder_that_is_no_good_breaks_no_check(project: Path, home: Path, wrong: Callable[[Path], None]) -> None:
    wrong(home)
    (project / "a.py").write_text(UNSAFE)
    assert found(project) == found(project) == ["torch-load-full-pickle"]
    assert all(path.stat().st_size == 0 for path in entries(home.parent))


def test_a_folder_that_cant_be_written_breaks_no_check(project: Path, home: Path) -> None:
    home.mkdir(parents=True, mode=0o700)
    home.chmod(0o500)
    (project / "a.py").write_text(UNSAFE)
    try:
        assert found(project) == found(project) == ["torch-load-full-pickle"]
    finally:
        home.chmod(0o700)


def test_nobody_else_may_look_into_it(project: Path, home: Path) -> None:
    (project / "a.py").write_text(UNSAFE)
    found(project)
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in entries(home))
    assert [each.name for each in project.iterdir() if each.name != ".aisec"] == ["a.py"]
    assert not list((project / ".aisec").iterdir())


@pytest.mark.parametrize("select", [[], ["pip-unpinned"]])
def test_no_code_no_name_and_no_secret_is_kept(project: Path, home: Path, select: list[str]) -> None:
    lines = [
        f"!pip install -i https://me:{TOKEN}@example.com/simple torch",
        f"key = '{TOKEN}'",
        f"p = 'https://me:{TOKEN}@example.com'",
        UNSAFE,
    ]
    (project / "customer.ipynb").write_bytes(notebook(*lines, "print(key)"))
    assert found(project, select=select)
    assert entries(home)
    said = b"".join(path.read_bytes() for path in entries(home))
    for text in (TOKEN, "customer", "w.pt"):
        assert text.encode() not in said


def place() -> Place:
    return Place(0, None, 1, 1, 1, 2)


def entry_for(data: bytes) -> Entry:
    made = Cache.of(None)
    assert made is not None
    return made.entry(data, ("a", "b"), is_script=True, is_documented=False)


@pytest.mark.parametrize(
    ("message", "reason", "notes"),
    [
        (f"remove {TOKEN}", "", ()),
        ("", "nested too deeply", ()),
        ("", "", ("read as nbformat 3",)),
        ("x" * 70_000, "", ()),
    ],
    ids=["secret", "depth", "upgraded", "large"],
)
def test_what_may_not_be_kept(message: str, reason: str, notes: tuple[str, ...]) -> None:
    finding = Finding("some-rule", Severity.LOW, Confidence.LOW, message, place())
    missed = (NotAnalysed("a.py", reason),) if reason else ()
    entry = entry_for(b"x")
    entry.write(Report("a.py", (finding,), missed, ("a",), notes))
    assert entry.read("a.py") is None


def test_an_answer_is_about_the_file_that_is_asked_for() -> None:
    entry = entry_for(b"x")
    entry.write(Report("a.py", (), (NotAnalysed("a.py", "invalid syntax"),), ("a",)))
    assert entry.read("b.py") == Report("b.py", (), (NotAnalysed("b.py", "invalid syntax"),), ("a",))


def test_old_entries_go(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home.mkdir(parents=True)
    monkeypatch.setattr(cache, "_SHELF", 4096)
    finding = Finding("some-rule", Severity.LOW, Confidence.LOW, "x" * 500, place())
    report = Report("a.py", (finding,), (), ("a",))
    shelf = home / "00"
    kept = Entry(shelf / "kept", "00kept")
    for number in range(30):
        entry = Entry(shelf / f"e{number}", f"00e{number}")
        entry.write(report)
        os.utime(entry.path, (1_000_000 + number, 1_000_000 + number))
        if number == 0:
            kept.write(report)
            os.utime(kept.path, (1_000_000, 1_000_000))
        assert kept.read("a.py") == report
        assert sum(path.stat().st_size for path in shelf.iterdir()) <= 4096 + 800
    assert not (shelf / "e0").exists()
    assert (shelf / "e29").exists()


def test_json_is_what_it_keeps(project: Path, home: Path) -> None:
    (project / "a.py").write_text(UNSAFE)
    found(project)
    (path,) = entries(home)
    assert json.loads(path.read_bytes()[32:])["findings"][0]["rule"] == "torch-load-full-pickle"
