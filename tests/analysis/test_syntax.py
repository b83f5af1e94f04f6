from __future__ import annotations

import ast
import contextlib
import time
import warnings

import pytest
from IPython.core.inputtransformer2 import TransformerManager

from jupyter_aisec.notebook.syntax import LIMIT, ShellKind, SyntaxProblem, parse


def names(source: str) -> set[str]:
    return {node.id for node in ast.walk(parse(source).tree) if isinstance(node, ast.Name)}


SHELL = [
    ("!pip install a", ShellKind.LINE, "pip install a", 1, 2),
    ("!!ls", ShellKind.LINE, "ls", 1, 3),
    ("x = 1\nif x:\n    !ls -l", ShellKind.LINE, "ls -l", 3, 6),
    ("x = !ls {y}", ShellKind.CAPTURED, "ls {y}", 1, 6),
    ("a, b = !ls", ShellKind.CAPTURED, "ls", 1, 9),
    ("%pip install a", ShellKind.COMMAND, "pip install a", 1, 2),
    ("%sx ls", ShellKind.LINE, " ls", 1, 4),
    ("x = %sx ls", ShellKind.CAPTURED, " ls", 1, 8),
    ("pip install a", ShellKind.AUTOMAGIC, "pip install a", 1, 1),
    ("%%bash\nls\nps", ShellKind.CELL, "ls\nps", 2, 1),
    ("%%script bash\nls", ShellKind.CELL, "ls", 2, 1),
    ("%%time\n%%sh\nls", ShellKind.CELL, "ls", 3, 1),
    ("%%capture out\n!ls", ShellKind.LINE, "ls", 2, 2),
    ("%sh\nls", ShellKind.CELL, "ls", 2, 1),
    ("%bash --out a\nls", ShellKind.CELL, "ls", 2, 1),
    ("%sh ls", ShellKind.LINE, " ls", 1, 4),
    (">>> !ls", ShellKind.LINE, "ls", 1, 6),
    ("!pip install a \\\n  b", ShellKind.LINE, "pip install a \\\n  b", 1, 2),
]


@pytest.mark.parametrize(("source", "kind", "text", "line", "column"), SHELL)
def test_shell_text_and_its_place(source: str, kind: ShellKind, text: str, line: int, column: int) -> None:
    (shell,) = parse(source).shell
    assert (shell.kind, shell.text, shell.line, shell.column) == (kind, text, line, column)


def test_place_in_a_continued_line_behind_a_prompt() -> None:
    source = ">>> !pip install a \\\n...   b"
    (shell,) = parse(source).shell
    assert shell.place(shell.text.index("b")) == (2, source.split("\n")[1].index("b") + 1)


PLAIN = [
    "x = '''\n!no\n%no\n'''",
    "f(1\n% 2)",
    "x = 5 \\\n% 3",
    "x = [a\n!= b]",
    "x = '?'",
    "x != y",
    "s = f'{x!r}'",
    "x = '!ls'\ny = \"= %time\"",
]


@pytest.mark.parametrize("source", PLAIN)
def test_python_is_left_alone(source: str) -> None:
    parsed = parse(source)
    assert parsed.shell == ()
    assert parsed.magics == ()


@pytest.mark.parametrize("source", PLAIN[:4])
def test_python_is_left_alone_beside_a_magic(source: str) -> None:
    parsed = parse(f"%matplotlib inline\n{source}")
    assert parsed.shell == ()
    assert [magic.name for magic in parsed.magics] == ["matplotlib"]


@pytest.mark.parametrize(
    ("source", "line", "column"),
    [
        ("%time évil()", 1, 7),
        ("%timeit -n 3 -r 2 évil()", 1, 19),
        ("x = %time évil()", 1, 11),
        ("   a = 1\n   évil()", 2, 4),
        (">>> évil()", 1, 5),
        ("é = 'ü'; évil()", 1, 10),
        ("%%time\névil()", 2, 1),
        ("In [1]: évil()", 1, 9),
    ],
)
def test_places_of_python(source: str, line: int, column: int) -> None:
    parsed = parse(source)
    (call,) = [node for node in ast.walk(parsed.tree) if isinstance(node, ast.Call)]
    span = parsed.span(call)
    assert (span.line, span.column, span.end_line, span.end_column) == (line, column, line, column + 6)


@pytest.mark.parametrize(
    "source",
    [
        "%%html\n<b>",
        "%%odd\n<",
        "%%writefile a.py\nimport x (",
        "%%javascript\nlet a",
        "%%sql\nselect 1",
        "%%latex\n\\a",
    ],
)
def test_other_languages_are_no_error(source: str) -> None:
    assert parse(source).tree.body == []


def test_captured_output_defines_a_name() -> None:
    assert "files" in names("files = !ls")


@pytest.mark.parametrize("source", ["a?", "?a", "a.b??", "%time?", "x = 1\nnp.load?"])
def test_help(source: str) -> None:
    parse(source)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("<KEY", 1),
        ("\ny = = (", 2),
        ("x = '\0'", 1),
        ("(" * 10_000, 1),
        ("-" * 100_000 + "1", 1),
        ("\ud800", 1),
        ("x" * (LIMIT + 1), 1),
    ],
    ids=["placeholder", "bracket", "nul", "brackets", "signs", "surrogate", "long"],
)
def test_one_exception_for_everything_that_is_wrong(source: str, line: int) -> None:
    with pytest.raises(SyntaxProblem) as caught:
        parse(source)
    assert caught.value.line == line
    assert caught.value.reason


@pytest.mark.parametrize(
    ("source", "line", "column", "says"),
    [
        ("x = 1\ny = '\ud800'", 2, 6, "half of a surrogate pair (U+D800)"),
        ("!ls\nx = '\udfff'", 2, 6, "half of a surrogate pair (U+DFFF)"),
        ('x = "C:\\Users"', 1, 5, "broken escape"),
    ],
)
def test_reason_is_said_without_the_words_of_a_codec(source: str, line: int, column: int, says: str) -> None:
    with pytest.raises(SyntaxProblem) as caught:
        parse(source)
    assert caught.value.line == line
    assert caught.value.column >= column
    assert says in caught.value.reason
    assert "codec" not in caught.value.reason


ACCEPTED = [
    "!ls\nx = 1",
    "for i in x:\n    !echo {i}\n    %time f(i)\n",
    "%matplotlib inline\nimport a",
    "x = %timeit -o f()",
    "%%timeit\nf()",
    "   indented = 1\n   other = 2",
    ">>> a = 1\n... b = 2",
    ">>> a = 1\n\n >>> b = 2",
    "In [1]: a = 1\n   ...: b = 2",
    "df = %sql select *",
    "a?",
    ",f a b",
    ";f a b",
    "/f a",
    'x = !ls | grep "a"\ny = 1',
    "%cd \"a b\"\n!echo 'it''s'",
    "!echo \\\n  a\nx = 1",
    "await f()",
    "%env A=b",
    "class A:\n    %time x = 1\n",
    "x = (1 +\n     2)\n!ls",
    "'''\n%x\n'''\n%y",
    "%%capture\n%%time\nx = 1",
]


@pytest.mark.parametrize("source", ACCEPTED)
def test_accepts_what_ipython_accepts(source: str) -> None:
    ast.parse(TransformerManager().transform_cell(source))
    parse(source)


@pytest.mark.parametrize("line", ["!ls a", "%time f()", "x = !ls", "a?", "%%time", "x = '", "[", "pip install a"])
def test_time_grows_with_the_length_only(line: str) -> None:
    start = time.perf_counter()
    with contextlib.suppress(SyntaxProblem):
        parse("\n".join([line] * 4000))
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize("end", ["", "\n!ls", "\nx = = 1"], ids=["python", "shell", "broken"])
def test_the_longest_cell_takes_seconds_not_minutes(end: str) -> None:
    start = time.process_time()
    with contextlib.suppress(SyntaxProblem):
        parse("a;" * ((LIMIT - len(end)) // 2) + end)
    assert time.process_time() - start < 4  # half a second to one and a half


@pytest.mark.parametrize("part", [" ", "=", "a ", "a.", "(", "'", "!", "%", "?", "\\"])
def test_a_long_line_is_no_time_bomb(part: str) -> None:
    start = time.perf_counter()
    for source in (part * 50_000 + "?", "x" + part * 50_000 + "!", "!" + part * 50_000, "%time -" + part * 50_000):
        try:
            parse(source)
        except SyntaxProblem:
            continue
    assert time.perf_counter() - start < 4


@pytest.mark.parametrize(
    "source", ["x = '\\d'", "x = 1or 2", "[0x1for x in (1, 2)]", "y = 1_0.5if x else 2", "1jif x else 3"]
)
def test_what_the_parser_warns_of_is_no_problem_of_ours(source: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert parse(source).tree.body
