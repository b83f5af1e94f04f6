"""`check --fix`: what it writes, what it leaves alone, and what it says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_aisec.analysis import Analyser, Report
from jupyter_aisec.analysis.hit import Change, Hit, Repair
from jupyter_aisec.analysis.rule import Family, Rule
from jupyter_aisec.analysis.subscriptions import Setting
from jupyter_aisec.commands.check.fixes import mended
from jupyter_aisec.model import Notebook, Severity
from jupyter_aisec.notebook.decode import decode
from jupyter_aisec.notebook.syntax import Span
from jupyter_aisec.rules import all_rules, default_rules
from tests.analysis.test_check_command import aisec, notebook

UNSAFE = "import torch\nw = torch.load('w.pt', weights_only=False)\n"
MENDED = UNSAFE.replace("False", "True")


def source(path: Path, cell: int) -> str:
    found: str = json.loads(path.read_bytes())["cells"][cell]["source"]
    return found


def test_fix_writes_what_is_safe_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_bytes(notebook("x = 1", UNSAFE))
    before = path.read_bytes()
    done = aisec("check", "--fix", "a.ipynb", cwd=tmp_path)
    said = done.stdout.decode()
    assert done.returncode == 1
    assert "nothing was fixed" in said
    assert "fixes: 1 with --fix --unsafe-fixes: look at --diff --unsafe-fixes first" in said
    assert path.read_bytes() == before
    done = aisec("check", "--fix", "--unsafe-fixes", "a.ipynb", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.decode().startswith("1 finding fixed in 1 file\nno known pattern found by ")
    assert path.read_bytes() == before.replace(b"weights_only=False", b"weights_only=True")


def test_diff_shows_and_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_bytes(notebook("x = 1", UNSAFE))
    before = path.read_bytes()
    done = aisec("check", "--diff", "--unsafe-fixes", "a.ipynb", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout.decode().splitlines() == [
        "--- a.ipynb:cell 3",
        "+++ a.ipynb:cell 3",
        "@@ -1,2 +1,2 @@",
        " import torch",
        "-w = torch.load('w.pt', weights_only=False)",
        "+w = torch.load('w.pt', weights_only=True)",
    ]
    assert path.read_bytes() == before
    done = aisec("check", "--diff", "a.ipynb", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, b"no safe fixes; 1 with --diff --unsafe-fixes\n")
    given_in = aisec("check", "--diff", "--unsafe-fixes", "-", cwd=tmp_path, given=UNSAFE.encode())
    assert b"+w = torch.load('w.pt', weights_only=True)" in given_in.stdout


def test_a_python_file_is_fixed_too(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(UNSAFE.replace("\n", "\r\n").encode())
    aisec("check", "--fix", "--unsafe-fixes", ".", cwd=tmp_path)
    assert (tmp_path / "a.py").read_bytes() == MENDED.replace("\n", "\r\n").encode()


def test_json_says_what_was_fixed(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_bytes(notebook(UNSAFE))
    said = json.loads(aisec("check", "--fix", "--unsafe-fixes", "--format", "json", ".", cwd=tmp_path).stdout)
    assert [(each["path"], each["rule"], each["cell_index"]) for each in said["fixed"]] == [
        ("a.ipynb", "torch-load-full-pickle", 1)
    ]
    assert said["findings"] == said["not_fixed"] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--unsafe-fixes", "."), "--unsafe-fixes needs --fix, or --diff"),
        (("--fix", "-"), "standard input can't be fixed"),
        (("--fix",), "check needs a path"),
        (("--jobs", "-1", "."), "--jobs needs"),
    ],
)
def test_what_does_not_go_together_is_one_line(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    done = aisec("check", *words, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr.decode()
    assert done.stderr.count(b"\n") == 1


def test_what_can_not_be_written_keeps_its_findings(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.ipynb").write_bytes(notebook(UNSAFE))
    (tmp_path / "link.ipynb").symlink_to("real/a.ipynb")
    broken = notebook(UNSAFE).replace(b"# A", b"# \xff")
    (tmp_path / "bytes.ipynb").write_bytes(broken)
    done = aisec("check", "--fix", "--unsafe-fixes", "link.ipynb", "bytes.ipynb", cwd=tmp_path)
    said = done.stdout.decode()
    assert done.returncode == 2
    assert "link.ipynb: not fixed: a symbolic link; name the file behind it" in said
    assert "bytes.ipynb: not fixed: not valid UTF-8" in said
    assert said.count("torch-load-full-pickle") == 2
    assert (tmp_path / "bytes.ipynb").read_bytes() == broken
    assert source(tmp_path / "real" / "a.ipynb", 1) == UNSAFE


def test_an_output_that_shows_a_secret_is_taken_out(tmp_path: Path) -> None:
    token = "hf_" + "kQvTzWmRxLpYbNcJdHgFsXqVtZrKwMhPuE"
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": [f"token {token}\n"]},
        {"output_type": "stream", "name": "stderr", "text": "fine"},
    ]
    whole = json.loads(notebook("show()"))
    whole["cells"][1]["outputs"] = outputs
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps(whole, indent=1))
    shown = aisec("check", "--diff", "a.ipynb", cwd=tmp_path).stdout.decode()
    assert "# a.ipynb:cell 2: 1 output taken out" in shown
    assert token not in shown
    done = aisec("check", "--fix", "a.ipynb", cwd=tmp_path)
    assert done.returncode == 0
    whole["cells"][1]["outputs"] = outputs[1:]
    assert path.read_text() == json.dumps(whole, indent=1)


# The loop, with rules made for it.

FAMILY = Family("some", cwe="CWE-1")


def rule_that(*, changes: str, places: tuple[tuple[int, int], ...] = ((1, 2),), safe: bool = True) -> Rule:
    """Each ``%env`` line is found, and its columns are replaced."""

    @FAMILY.rule(Severity.LOW)
    def made(setting: Setting) -> Iterator[Hit]:
        """A rule.

        A reason.

        Bad:
            %env A=1

        Good:
            x = 1
        """
        line = setting.span.line
        edits = tuple(Change(Span(line, start, line, end), changes) for start, end in places)
        yield Hit(setting.span, "a; b", repair=Repair("c", safe, edits))

    return made


def fixed(rule: Rule, *cells: str, unsafe: bool = False) -> list[str]:
    data = notebook(*cells)
    before = decode(data, "a.ipynb")
    analyse = partial(_analysed, rule)
    return [cell.source for cell in mended(data, before, analyse, unsafe=unsafe).notebook.cells[1:]]


def _analysed(rule: Rule, found: Notebook) -> Report:
    return Analyser((rule,)).analyse(found)


def test_a_fix_that_breaks_a_cell_is_not_applied() -> None:
    assert fixed(rule_that(changes="x = ("), "%env A=1") == ["%env A=1"]
    assert fixed(rule_that(changes="f(a=1, a=2) #"), "%env A=1") == ["%env A=1"]
    # Beside one that does not.
    assert fixed(rule_that(changes="#"), "%env A=1", "x = 1") == ["#env A=1", "x = 1"]


def test_edits_that_touch_wait_for_the_next_round() -> None:
    twice = rule_that(changes="#", places=((1, 2), (2, 3)))
    assert fixed(twice, "%env A=1") == ["%env A=1"]
    two = rule_that(changes="# ", places=((1, 2), (3, 3)))
    assert fixed(two, "%env A=1\n%env B=2") == ["# e# nv A=1\n# e# nv B=2"]


def test_a_fix_without_end_has_one() -> None:
    (source_,) = fixed(rule_that(changes="%env B=1\n%"), "%env A=1")
    assert 1 < source_.count("%env") < 3000


def test_unsafe_fixes_are_left_out() -> None:
    unsafe = rule_that(changes="#", safe=False)
    assert fixed(unsafe, "%env A=1") == ["%env A=1"]
    assert fixed(unsafe, "%env A=1", unsafe=True) == ["#env A=1"]


EXAMPLES = [cell for rule in all_rules() for cells in (rule.bad, rule.good) for cell in cells]


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(EXAMPLES), min_size=1, max_size=6))
def test_fixes_of_real_rules_settle_and_leave_every_cell_readable(cells: list[str]) -> None:
    data = notebook(*cells)
    before = decode(data, "a.ipynb")
    first = mended(data, before, _with_all, unsafe=True)
    assert first.problem is None
    again = mended(first.data, first.notebook, _with_all, unsafe=True)
    assert again.fixed == ()
    unread = {each.cell_index for each in _with_all(before).not_analysed}
    assert {each.cell_index for each in first.report.not_analysed} <= unread
    touched = {each.cell_index for each in first.fixed}
    for was, now in zip(before.cells, first.notebook.cells, strict=True):
        assert was.source == now.source or was.index in touched


def _with_all(found: Notebook) -> Report:
    return Analyser(default_rules()).analyse(found)
