from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jupyter_aisec.analysis.command import Command
from jupyter_aisec.analysis.context import Context
from jupyter_aisec.analysis.shell import ShellParser
from jupyter_aisec.analysis.values import Constant
from jupyter_aisec.notebook.syntax import Span

if TYPE_CHECKING:
    from tests.analysis.conftest import Analyse, Check

KNOWN = {"NAME": "value", "sys.executable": "python", "VERSION": "1.2"}


def _known(name: str) -> Constant | None:
    return Constant(KNOWN[name]) if name in KNOWN else None


def commands(text: str, *, expands: bool = True) -> list[Command]:
    return ShellParser(
        text, lambda start, end: Span(1, start + 1, 1, end + 1), _known, Context(), expands=expands
    ).commands()


WORDS = [
    ("a b c", ["a", "b", "c"]),
    ("a 'b c' \"d e\"", ["a", "b c", "d e"]),
    ("a b\\ c", ["a", "b c"]),
    ("a 'b'\"c\"d", ["a", "bcd"]),
    ("a b \\\n  c", ["a", "b", "c"]),
    ("a {NAME} x", ["a", "value", "x"]),
    ("a $NAME", ["a", "value"]),
    ('a "${NAME}-x"', ["a", "value-x"]),
    ("a pkg=={VERSION}", ["a", "pkg==1.2"]),
    ("a é{NAME}é", ["a", "évalueé"]),
    ("a {unknown}", ["a", None]),
    ("a $unknown", ["a", None]),
    ("a b$unknown", ["a", None]),
    ("a $(b)", ["a", None]),
    ("X=1; a $X", ["a", "1"]),
    ("a b # c", ["a", "b"]),
    ("a '{x: y}'", ["a", "{x: y}"]),
    ("a x[y]", ["a", "x[y]"]),
    ("a 'x>=1'", ["a", "x>=1"]),
]


@pytest.mark.parametrize(("text", "words"), WORDS)
def test_words(text: str, words: list[str | None]) -> None:
    (command,) = [each for each in commands(text) if each.program == "a"]
    assert [command.program, *(word.text for word in command.words)] == words


PROGRAMS = [
    ("sudo -H -u me pip3 install x", "pip"),
    ("python -m pip install x", "pip"),
    ("{sys.executable} -m pip install x", "pip"),
    ("$unknown -m pip install x", "pip"),
    ("uv pip install x", "pip"),
    ("env A=1 /usr/bin/wget x", "wget"),
    ("A=1 curl x", "curl"),
    ("time pip install x", "pip"),
    ("if true; then wget x; fi", "wget"),
    ("for i in 1 2; do curl x; done", "curl"),
    ("( wget x )", "wget"),
    ("a && b || wget x", "wget"),
    ("x=$(curl y)", "curl"),
]


@pytest.mark.parametrize(("text", "program"), PROGRAMS)
def test_program(text: str, program: str) -> None:
    assert commands(text)[-1].program == program


def test_python_names_are_not_filled_where_the_shell_sees_none() -> None:
    assert commands("a $NAME {NAME}", expands=False)[0].words[0].text is None
    assert commands("a {NAME}", expands=False)[0].words[0].text != "value"


def test_pipe_input_and_output() -> None:
    first, second = commands("curl x | sudo sh > out")
    assert second.pipe is first
    assert [word.text for word in second.outputs] == ["out"]
    inner, outer = sorted(commands("sh < <(curl x)"), key=lambda command: command.program)
    assert outer.sources() == [inner]


@pytest.mark.parametrize("text", ["", "((((", "'", "$(", "a | | b", "<<EOF", "{", "\0", "`" * 500, "(" * 3000])
def test_broken_text_is_no_error(text: str) -> None:
    commands(text)


SAME = [
    "!pip install x",
    "%pip install x",
    "y = !pip install x",
    "%sx pip install x",
    "%system pip install x",
    "!!pip install x",
    "pip install x",
    "%%bash\npip install x",
    "%%sh\npip install x",
    "%%!\npip install x",
    "P = 'x'\n!pip install {P}",
    "P = 'x'\n!pip install $P",
    "!cd a && pip install x",
]


@pytest.mark.parametrize("source", SAME)
def test_one_meaning_for_all_ways_to_write_a_command(source: str, check: Check) -> None:
    assert [rule for rule, _, _ in check(source)] == ["pip-unpinned"]


RUN = [
    "import os\nos.system('pip install x')",
    "import os\nos.popen('pip install x')",
    "import subprocess\nsubprocess.run('pip install x', shell=True)",
    "import subprocess\nsubprocess.run(['pip', 'install', 'x'])",
    "import subprocess, sys\nsubprocess.run([sys.executable, '-m', 'pip', 'install', 'x'])",
    "import subprocess\nsubprocess.Popen(args=['bash', '-c', 'pip install x'])",
    "from subprocess import check_call as c\nc(['pip', 'install', 'x'])",
    "get_ipython().system('pip install x')",
    "ip = get_ipython()\nip.getoutput('pip install x')",
    "import subprocess\nsubprocess.run('pip install x'.split())",
    "get_ipython().run_line_magic('pip', 'install x')",
    "import pip\npip.main(['install', 'x'])",
]


@pytest.mark.parametrize("source", RUN)
def test_commands_that_python_runs(source: str, check: Check) -> None:
    assert [rule for rule, _, _ in check(source)] == ["install-from-code"]


@pytest.mark.parametrize(
    ("source", "line", "column"),
    [
        ("x = 1\n!pip install a git+https://example.org/o/r \\\n   b", 2, 16),
        ("%%bash\n# one\npip install é==1 git+https://example.org/o/r", 3, 18),
        ("!pip install a==1 \\\n  git+https://example.org/o/r", 2, 3),
    ],
)
def test_place_of_a_word(source: str, line: int, column: int, analyse: Analyse) -> None:
    (finding,) = [each for each in analyse(source).findings if each.rule == "pip-git-unpinned"]
    place = finding.place
    assert (place.line, place.column) == (line, column)
    assert source.split("\n")[line - 1][column - 1 : place.end_column - 1] == "git+https://example.org/o/r"
