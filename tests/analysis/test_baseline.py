"""A baseline: only what is new counts, whatever moves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jupyter_aisec.model import Cell, CellKind, Part, Place
from jupyter_aisec.notebook.fingerprint import Fingerprints
from tests.analysis.test_check_command import aisec, notebook

LOAD = "import pickle\nm = pickle.load(f)"


def fingerprint(source: str, line: int = 2, *, rule: str = "r", kind: CellKind = CellKind.CODE) -> str:
    lines = source.split("\n")
    place = Place(0, None, line, 1, line, len(lines[line - 1]) + 1)
    return Fingerprints(Cell(0, kind, source)).of(rule, place)


SAME = [
    "x = 1\n\n\n\nm = pickle.load(f)",
    "x = 1\nm=pickle.load( f )  # why",
    "x = 1\nm = pickle.load(\n    f,\n)",
    "if x:\n    m = pickle.load(f)",
    "%time\nm = pickle.load(f)",
]


@pytest.mark.parametrize("source", SAME)
def test_space_comments_and_what_stands_around_do_not_count(source: str) -> None:
    line = next(number for number, text in enumerate(source.split("\n"), 1) if "pickle" in text)
    assert fingerprint(source, line) == fingerprint("x = 1\nm = pickle.load(f)")


OTHER = ["x = 1\nm = pickle.load(g)", "x = 1\nn = pickle.load(f)", "x = 1\nm = pickle.load('f')"]


@pytest.mark.parametrize("source", OTHER)
def test_another_statement_is_another_finding(source: str) -> None:
    assert fingerprint(source) != fingerprint("x = 1\nm = pickle.load(f)")
    assert fingerprint(source, rule="other") != fingerprint(source)


def test_a_header_is_known_without_its_body() -> None:
    assert fingerprint("\nwith open(x) as f:\n    a") == fingerprint("\nwith open(x) as f:\n    b\n    c")


def test_text_in_strings_counts() -> None:
    assert fingerprint("\nx = 'a  # b'") != fingerprint("\nx = 'a'")
    assert fingerprint('\nx = """a\n b"""') != fingerprint('\nx = """a\n  b"""')


def test_shell_lines_and_prose_are_known_by_their_words() -> None:
    assert fingerprint("\n!pip  install x") == fingerprint("x = 1\n\n!pip install   x", 3)
    assert fingerprint("%%bash\npip install x\nls") == fingerprint("%%bash\necho\npip install  x", 3)
    assert fingerprint("a\nb  c", kind=CellKind.MARKDOWN) == fingerprint("z\n\nb c", 3, kind=CellKind.MARKDOWN)
    assert fingerprint("x = (\nb  c") == fingerprint("y = (\nb c")


def test_it_is_the_same_in_every_version() -> None:
    assert fingerprint("\nm = f(f'{x!r:>{n}}', a if b else c)") == "2aa86f096d276347"


def test_an_output_is_known_by_the_cell_that_made_it() -> None:
    place = Place(0, None, 1, 1, 1, 1, Part.OUTPUT, 3)
    one, two = (Fingerprints(Cell(0, CellKind.CODE, source)) for source in ("print( k )", "print(k)  # x"))
    assert one.of("r", place) == two.of("r", place) != fingerprint("\nprint(k)")


def test_one_is_counted_as_one(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_bytes(notebook(LOAD))
    done = aisec("check", ".", "--write-baseline", "known.json", cwd=tmp_path)
    assert done.stdout.decode() == "known.json written: 1 finding is known from now on\n"


def check(folder: Path, *words: str) -> tuple[int, list[tuple[str, int]], int]:
    done = aisec("check", "--format", "json", *words, cwd=folder)
    said = json.loads(done.stdout)
    return done.returncode, [(each["rule"], each["cell_index"]) for each in said["findings"]], said["known"]


def test_what_is_known_is_quiet_and_what_is_new_is_not(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_bytes(notebook(LOAD, LOAD))
    done = aisec("check", ".", "--write-baseline", "known.json", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.decode() == "known.json written: 2 findings are known from now on\n"
    assert check(tmp_path, ".", "--baseline", "known.json") == (0, [], 2)
    said = aisec("check", ".", "--baseline", "known.json", cwd=tmp_path).stdout.decode()
    assert said.startswith("nothing new found by ")
    assert said.endswith("2 findings that the baseline knows are not shown\n")
    # Moved, and edited around: still known. A third one of them is new, and so is another one.
    path.write_bytes(notebook("y = 2", f"# moved\n{LOAD}", "import pickle\nif x:\n    m = pickle.load(f)"))
    assert check(tmp_path, ".", "--baseline", "known.json") == (0, [], 2)
    path.write_bytes(notebook(LOAD, LOAD, LOAD, "import pickle\npickle.load(g)"))
    assert check(tmp_path, ".", "--baseline", "known.json") == (1, [("pickle-load", 3), ("pickle-load", 4)], 2)


def test_a_renamed_file_keeps_what_is_known_and_a_copy_does_not(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_bytes(notebook(LOAD))
    aisec("check", ".", "--write-baseline", "known.json", cwd=tmp_path)
    path.rename(tmp_path / "b.ipynb")
    assert check(tmp_path, ".", "--baseline", "known.json") == (0, [], 1)
    (tmp_path / "a.ipynb").write_bytes(notebook(LOAD))
    assert check(tmp_path, ".", "--baseline", "known.json") == (1, [("pickle-load", 1)], 1)


def test_a_baseline_is_the_same_text_from_anywhere(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.py").write_text(LOAD)
    (tmp_path / "a.ipynb").write_bytes(notebook(LOAD))
    aisec("check", ".", "--write-baseline", "known.json", cwd=tmp_path)
    first = (tmp_path / "known.json").read_text()
    aisec("check", "../a.ipynb", ".", "--write-baseline", "../known.json", cwd=tmp_path / "sub")
    assert (tmp_path / "known.json").read_text() == first
    assert list(json.loads(first)["findings"]) == ["a.ipynb", "sub/b.py"]
    # Of a part of the files, the others stay known.
    aisec("check", "a.ipynb", "--write-baseline", "known.json", cwd=tmp_path)
    assert (tmp_path / "known.json").read_text() == first
    (tmp_path / "a.ipynb").write_bytes(notebook("x = 1"))
    aisec("check", ".", "--write-baseline", "known.json", cwd=tmp_path)
    assert list(json.loads((tmp_path / "known.json").read_text())["findings"]) == ["sub/b.py"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "no such baseline; `--write-baseline known.json` makes one"),
        ("{", "not valid JSON"),
        ("[]", "not a baseline of version 1"),
        ('{"version": 2, "findings": {}}', "not a baseline of version 1"),
        ('{"version": 1, "findings": {"a": ["x"]}}', "not a baseline of version 1"),
    ],
)
def test_what_is_no_baseline_is_one_line(tmp_path: Path, text: str | None, said: str) -> None:
    (tmp_path / "a.py").write_text(LOAD)
    if text is not None:
        (tmp_path / "known.json").write_text(text)
    done = aisec("check", "a.py", "--baseline", "known.json", cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr.decode()
    assert done.stderr.count(b"\n") == 1
