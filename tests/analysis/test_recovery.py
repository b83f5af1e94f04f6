from __future__ import annotations

import ast
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from IPython.core.inputtransformer2 import TransformerManager

from jupyter_aisec.analysis import Analyser
from jupyter_aisec.analysis.incremental import Incremental
from jupyter_aisec.analysis.judge import Judge
from jupyter_aisec.checking.checked import checked
from jupyter_aisec.model import Cell, CellKind, Notebook
from jupyter_aisec.notebook.syntax import LIMIT, Parsed, SyntaxProblem, compiles, parse, problem_of, written
from jupyter_aisec.rules import default_rules

LOAD = "import pickle\nm = pickle.load(f)"


def lines_unread(parsed: Parsed) -> list[tuple[int, int, str]]:
    return [(each.line, each.end_line, each.reason) for each in parsed.unread]


def found(source: str) -> list[tuple[str, int, int]]:
    return [
        (each.rule, each.place.line, each.place.column)
        for each in Analyser(default_rules()).check(Cell(0, CellKind.CODE, source))
    ]


def message(source: str) -> str:
    (said,) = [
        each.message
        for each in Analyser(default_rules()).check(Cell(0, CellKind.CODE, source))
        if each.rule == "not-analysed"
    ]
    return said


MEANT = [
    ("x = <YOUR KEY>", 1, "placeholder"),
    ("x = f(key=<your-key>, b=2)", 1, "placeholder"),
    ('x = f("a <b> c", <é ü>)', 1, "placeholder"),
    ("f(a=1, ...)", 1, "left out"),
    ("x = {'a': 1, ...}", 1, "left out"),
    ("f(a=1,\n  ...,\n)", 2, "left out"),
    ("f(\n\xa0\xa0a=1)", 2, "odd space"),
    ("x =\u200b 1", 1, "odd space"),
    ("x = f(a\u060c b)", 1, "look-alike"),
    ("x = f(\u2018a\u2019)", 1, "quotation"),
    ("print 'a', b", 1, "Python 2"),
    ("def f():\n    print 'a'", 2, "Python 2"),
    ("f(\n  a=1\n  b=2)", 2, "comma"),
    ("f(\n  a=1 # one\n  b=2 # two\n  c=3)", 2, "comma"),
    ("f(a=b c=d)", 1, "comma"),
    ("f(g(a)", 1, "bracket"),
    ("x = a(b))", 1, "bracket"),
    ("with a as b:\nc = 1", 1, "indented"),
    ("if a:\n    # later", 1, "indented"),
    ("a = 1\n    b = 2\nc = 3", 2, "indent"),
    ("x = # YOUR CODE HERE", 1, "gap"),
    ("x =\ny = 1", 1, "gap"),
    ("f(# your code (here) #)", 1, "gap"),
    ("f(a)\ng(a, # your code)", 2, "gap"),
    ("def f(a):\n    b =   # the sum\n    return b", 2, "gap"),
]


@pytest.mark.parametrize(("source", "line", "reason"), MEANT, ids=[source for source, _, _ in MEANT])
def test_what_is_meant_is_read_and_named(source: str, line: int, reason: str) -> None:
    with pytest.raises(SyntaxError):
        ast.parse(TransformerManager().transform_cell(source))  # type: ignore[no-untyped-call]
    alone = parse(source)
    assert alone.unread[0].line == line
    assert reason in alone.unread[0].reason
    assert not any(isinstance(node, ast.Pass) for node in ast.walk(alone.tree))
    assert found(f"{source}\n{LOAD}")[-1] == ("pickle-load", source.count("\n") + 3, 5)
    assert not compiles(source)


def test_a_cell_magic_below_a_comment_is_read_as_meant_and_named() -> None:
    """IPython takes it for a line magic there, and runs nothing of the cell."""
    source = "# the first line\n\n%%bash\ncurl https://a.io/b.sh | sh"
    assert lines_unread(parse(source)) == [(3, 3, "IPython takes a cell magic only on the first line: move it there")]
    assert [each for each in found(source) if each[0] == "pipe-to-shell"] == [("pipe-to-shell", 4, 1)]
    # What goes on as Python does is none of these, and an ordinary comment is nothing.
    assert parse("# one\n%%time\nx = 1").unread == ()
    assert parse("# one\n%matplotlib inline\nx = 1").unread == ()
    assert parse("\n%%bash\nls -l").unread == ()


SET_ASIDE = [
    ("x = = 1", "x", "invalid syntax"),
    ("def f(<a>) ->:\n    return a", "f", "placeholder"),
    ("export A=1 B", None, "shell command without !"),
    ("git clone x y", None, "shell command without !"),
    ("$ ls -l a", None, "shell command without !"),
    ("select a from b where c", None, "SQL"),
    ("<div class='a'>\n</div>", None, "HTML"),
    ("https://a.b/c d", None, "a link"),
    ("```python", None, "Markdown"),
    ("Result: the model is fine", None, "text, not code"),
    ("This is a sentence of words.", None, "text, not code"),
    ("GenerationConfig {\n  a: 1\n}", None, "output"),
    ("ValueError: it is no number", None, "output"),
    ("raise ValueError, 'a'", None, "Python 2"),
    ('x = "abc', "x", "unterminated"),
    ('"""abc', None, "unterminated"),
    ("x = [1, 2)", "x", "does not match"),
]


@pytest.mark.parametrize(("source", "name", "reason"), SET_ASIDE, ids=[source for source, _, _ in SET_ASIDE])
def test_what_is_none_is_named_and_hides_no_other_line(source: str, name: str | None, reason: str) -> None:
    whole = f"import pickle\nx = 'a'\n{source}\nm = pickle.load(f)"
    parsed = parse(whole)
    last = 3 + source.count("\n")
    assert {number for first, end, _ in lines_unread(parsed) for number in range(first, end + 1)} == set(
        range(3, last + 1)
    )
    assert any(reason in why for _, _, why in lines_unread(parsed))
    assert [each for each in found(whole) if each[0] == "pickle-load"] == [("pickle-load", last + 1, 5)]
    bound = [
        target.id
        for node in parsed.tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and node.value.value is ...
        for target in node.targets
        if isinstance(target, ast.Name)
    ]
    assert bound == ([name] if name else [])
    with pytest.raises(SyntaxProblem) as caught:
        parse(source)
    assert reason in caught.value.reason


def test_a_name_that_a_broken_line_binds_is_not_what_it_was() -> None:
    use = 'm = AutoModel.from_pretrained("org/model", revision=REV)'
    start = "from transformers import AutoModel\nREV = 'main'\n"
    assert [each[0] for each in found(start + use)] == ["hf-mutable-revision"]
    assert [each[0] for each in found(f"{start}REV = <COMMIT>\n{use}")] == ["not-analysed"]
    assert [each[0] for each in found(f"{start}REV = = 1\n{use}")] == ["not-analysed"]


def test_the_lines_are_said_and_that_the_others_were_read() -> None:
    assert message(f"x = <KEY>\n{LOAD}") == (
        "this cell is analysed only in part: line 1 is no Python (a placeholder in angle brackets);"
        " mend it or delete it"
    )
    assert "lines 1 to 2 are no Python" in message(f"Some words that are text\nand words that are text\n{LOAD}")
    assert "nor are 2 lines more" in message("x = = 1\ny = 1\n<b>\ny = 1\nz = {)\ny = 1\nz = '\ny = 1\na b")
    assert "is not analysed: text, not code" in message("These are words in a cell.")


def test_a_report_counts_what_was_read_in_part_as_missed() -> None:
    cells = (Cell(0, CellKind.CODE, f"x = <KEY>\n{LOAD}"), Cell(1, CellKind.CODE, "y = 1"))
    report = Analyser(default_rules()).analyse(Notebook("n", cells))
    assert [(each.cell_index, each.reason) for each in report.not_analysed] == [
        (0, "line 1 is no Python (a placeholder in angle brackets)")
    ]
    assert [each.rule for each in report.findings] == ["not-analysed", "pickle-load"]


def test_a_script_that_can_not_be_imported_is_not_analysed() -> None:
    report = Analyser(default_rules()).analyse(
        Notebook("n.py", (Cell(0, CellKind.CODE, f"{LOAD}\nx = <KEY>"),), is_script=True)
    )
    assert [(each.rule, each.place.line) for each in report.findings] == [("not-analysed", 3)]
    assert [each.cell_index for each in report.not_analysed] == [None]


def test_places_stand_where_the_cell_says() -> None:
    for source, line, column in (
        ("f(<é>, pickle.load(f))", 1, 8),
        ("  x = <A>\n  pickle.load(f)", 2, 3),
        (">>> x = <A>\n>>> pickle.load(f)", 2, 5),
        ("a = 1\n     pickle.load(f)\nb = 1", 2, 6),
        ("print é, pickle.load(f)", 1, 10),
        ("f(\xa0pickle.load(f))", 1, 4),
        ("f(a=1\n  b=pickle.load(f))", 2, 5),
    ):
        cell = f"%%time\nimport pickle\n{source}"
        above = 2
        if source.startswith((" ", ">")):
            cell, above = source.replace("x = <A>", "import pickle; x = <A>"), 0
        assert ("pickle-load", line + above, column) in found(cell), source


def test_a_file_that_a_cell_writes_is_read_in_part() -> None:
    source = "%%writefile a.py\nimport pickle\nx = <A>\npickle.load(f)"
    file = written(parse(source))
    assert file is not None
    assert lines_unread(file[1]) == [(3, 3, "a placeholder in angle brackets")]
    problem = problem_of(parse(source), file[1])
    assert problem is not None
    assert problem.line == 3
    assert found(source) == [("not-analysed", 3, 1), ("pickle-load", 4, 1)]


def test_a_comment_silences_beside_a_broken_line() -> None:
    assert found("import pickle\nx = <A>\npickle.load(f)  # aisec: ignore[pickle-load] mine") == [
        ("not-analysed", 2, 1)
    ]


def test_an_editor_is_told_of_the_rest_of_a_cell_that_was_never_whole() -> None:
    notebook = Incremental(Judge(default_rules()))
    notebook.update({"a": f"x = <KEY>\n{LOAD}"}, ["a"])

    def told() -> tuple[list[str], str | None]:
        said = checked("a", notebook.said("a"))
        return [each.rule for each in said.findings], said.problem

    assert told() == (["not-analysed", "pickle-load"], None)
    notebook.update({"a": "x = <KEY>\ny = 1"})
    assert told() == (["not-analysed"], None)
    notebook.update({"a": LOAD})
    assert told() == (["pickle-load"], None)
    notebook.update({"a": f"{LOAD}\nx = ("})
    assert told()[0] == []
    assert "no Python" in str(told()[1])
    notebook.update({"a": f"{LOAD}\nx = ()"})
    assert told() == (["pickle-load"], None)


LINES = [line for source, _, _ in SET_ASIDE for line in source.split("\n")] + [line for line, _, _ in MEANT]
LINES += ["    ", "else:", "try:", "except A, b:", "finally:", "@a", "class A:", "    def f(self):", "        return 1"]
LINES += [
    "for x in <y>:",
    "if x = 1:",
    "    y = (",
    ")",
    "'''",
    '"""',
    "%time",
    "!ls",
    "x = 1",
    "\\",
    "case 1:",
    "\x0c",
]


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(LINES), max_size=12).map("\n".join))
def test_what_is_recovered_is_a_tree_and_each_line_is_read_or_named(source: str) -> None:
    try:
        parsed = parse(source)
    except SyntaxProblem:
        return
    count = len(parsed.lines)
    assert ast.unparse(parsed.tree) is not None
    assert not parsed.is_plain or not parsed.unread
    for before, each in zip(parsed.unread, parsed.unread[1:], strict=False):
        assert before.end_line < each.line
    for each in parsed.unread:
        assert 1 <= each.line <= each.end_line <= count
        assert each.column >= 1
        assert each.reason


@pytest.mark.parametrize(
    "line",
    [
        "x = = 1",
        "x = (",
        "'''",
        "a b c d",
        "print 'a'",
        "f(a b",
        "<a>",
        "x = <a>",
        "    x",
        "except a, b:",
        "if x = 1:",
    ],
)
def test_time_for_a_broken_cell_is_bounded(line: str) -> None:
    start = time.process_time()
    for count in (50, 1000, 20_000):
        source = "\n".join([line] * count)[:LIMIT]
        try:
            parse(source)
        except SyntaxProblem:
            continue
    assert time.process_time() - start < 5


@pytest.mark.parametrize("part", ['"\\', "'", "<a", "... ", "print ;", "a,", "(", "#", "\\", "\xa0", '"""', "a <a> "])
def test_a_long_broken_line_is_no_time_bomb(part: str) -> None:
    start = time.process_time()
    for source in (f"x = = {part * 40_000}", f"x = {part * 1000} = =", f"print {part * 1000}\nx"):
        try:
            parse(source)
        except SyntaxProblem:
            continue
    assert time.process_time() - start < 3
