from __future__ import annotations

import ast
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_aisec.analysis.hit import Change
from jupyter_aisec.analysis.incremental import Incremental
from jupyter_aisec.analysis.judge import Judge
from jupyter_aisec.analysis.silence import silencing
from jupyter_aisec.analysis.walked import Settled
from jupyter_aisec.notebook.syntax import SyntaxProblem, parse
from jupyter_aisec.rules import all_rules

JUDGE = Judge(all_rules())


def found(*cells: str) -> tuple[Settled, ...]:
    """What is found in the last cell."""
    notebook = Incremental(JUDGE)
    keys = [str(number) for number in range(len(cells))]
    notebook.update(dict(zip(keys, cells, strict=True)), keys)
    return notebook.said(keys[-1]).settled


def written(source: str, change: Change, reason: str) -> str:
    """The cell with the comment and its reason."""
    parts = re.split(r"(\r\n|\r|\n)", source)
    line, start, end = 2 * change.span.line - 2, change.span.column - 1, change.span.end_column - 1
    assert change.span.line == change.span.end_line
    parts[line] = f"{parts[line][:start]}{change.text}{reason}{parts[line][end:]}"
    return "".join(parts)


def assert_silenced(before: list[str], source: str, reason: str = "reviewed by #7") -> list[bool]:
    """Each finding that can be silenced is, and nothing else changes. Gives which can."""
    there = found(*before, source)
    changes = silencing(source, there)
    for settled, change in zip(there, changes, strict=True):
        if change is None:
            continue
        edited = written(source, change, reason)
        left = found(*before, edited)
        rule, message = settled.finding.rule, settled.finding.message
        assert settled.lines is not None
        still = [each for each in left if each.finding.rule == rule and each.lines == settled.lines]
        assert message not in [each.finding.message for each in still], edited
        about_us = ("unused-suppression", "suppression-without-reason")
        assert not [each for each in left if each.finding.rule in about_us and rule in each.finding.message], edited
        others = {(each.finding.rule, each.finding.message) for each in left}
        expected = {
            (each.finding.rule, each.finding.message) for each in there if each.lines not in (settled.lines, None)
        }
        assert expected <= others, edited
        assert ast.dump(parse(edited).tree) == ast.dump(parse(source).tree)
    return [change is not None for change in changes]


CASES = {
    "plain": "import pickle\npickle.load(f)",
    "behind a comment": "import pickle\npickle.load(f)  # what a day",
    "spaces at the end": "import pickle\npickle.load(f)   \nx = 1",
    "tab, emoji, combining mark": "import pickle\nx = '\U0001f600e\u0301\t'; pickle.load(f)\t",
    "form feed and line separator": "import pickle\nx = '\x0c\u2028'\npickle.load(f)\x0c",
    "CRLF": "import pickle\r\npickle.load(f)\r\nx = 1\r\n",
    "CR": "import pickle\rpickle.load(f)\rx = 1",
    "over lines": "import pickle\nm = pickle.load(\n    open(\n        'm'\n    )\n)",
    "in a long string": "import pickle\npickle.loads('''\n# aisec: ignore[pickle-load] no\n''')",
    "begins in a long string": "import pickle\nx = '''\n'''; pickle.loads('''\n'''\n)",
    "continued": "import pickle\nm = \\\n  pickle.load(f)",
    "other rule": "import pickle\npickle.load(f)  # aisec: ignore[eval-of-model-output] because",
    "other rule without a reason": "import pickle\npickle.load(f)  # aisec: ignore[eval-of-model-output]",
    "names nothing": "import pickle\npickle.load(f)  # aisec: ignore",
    "two on a line": "import pickle\npickle.load(f); pickle.load(g)",
    "other comment behind": "import pickle\npickle.load(f)  # aisec: ignore[eval-of-model-output] because # noqa: S301",
    "with": "import pickle\nwith open(pickle.load(f)) as g:\n    pass",
    "indented cell": "  import pickle\n  pickle.load(f)",
    "prompt": ">>> import pickle\n>>> pickle.load(f)",
    "timed": "%%time\nimport pickle\npickle.load(f)",
    "line magic with Python": "import pickle\n%timeit pickle.load(f)",
    "shell line": "!pip install requests",
    "shell line in Python": "if a:\n    !pip install requests\nx = 1",
    "shell line goes on": "!pip install \\\n  requests\nx = 1",
    "captured": "out = !pip install requests",
    "command magic": "%pip install requests",
    "bash": "%%bash\ncd x\npip install requests\necho done",
    "bash, goes on": "%%bash\npip install \\\n  requests\n",
    "bash, in quotes": "%%bash\necho 'pip\ninstall' && pip install requests \\\n  'flask\n'\n",
    "written file": "%%writefile a.py\nimport pickle\npickle.load(f)\n",
    "run by Python": "import os\nos.system('''\npip install requests\n''')",
}


@pytest.mark.parametrize("source", CASES.values(), ids=CASES)
def test_the_comment_silences(source: str) -> None:
    can = assert_silenced([], source)
    assert any(can), source


@pytest.mark.parametrize(
    "source",
    [
        "%env HF_HUB_DISABLE_SSL=1\n%env PYTHONHTTPSVERIFY=0",
        "import pickle\npickle.load(f)  # aisec: ignore[pickle-load]",
        "import (",
    ],
)
def test_none_is_offered_where_none_works(source: str) -> None:
    assert not any(change for change in silencing(source, found(source)))


def test_the_rule_joins_the_list_of_a_comment() -> None:
    source = "import pickle\npickle.load(f)  # aisec: ignore[eval-of-model-output] mine"
    change = next(filter(None, silencing(source, found(source))))
    assert written(source, change, "yours").endswith(
        "pickle.load(f)  # aisec: ignore[eval-of-model-output, pickle-load] mine; yours"
    )


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.name)
def test_examples_of_all_rules_can_be_silenced(rule: object) -> None:
    cells = list(rule.bad)  # type: ignore[attr-defined]
    for number, cell in enumerate(cells):
        assert_silenced(cells[:number], cell)


PIECES = [part for rule in all_rules() for cell in rule.bad for part in cell.split("\n")]
NOISE = ["'''", '"""', "\\", "  ", "(", ")", "# x", "%%bash", "!", "\U0001f600", "\u2028", "\x0c", "<<EOF", "EOF", "'"]
JOINTS = st.sampled_from(["\n", "\n", "\r\n", " ", "; "])


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(PIECES + NOISE), st.sampled_from(["\n", "\n", "\r\n", " ", "; "])), max_size=8)
)
def test_whatever_the_cell_the_comment_silences(parts: list[tuple[str, str]]) -> None:
    source = "".join(part for pair in parts for part in pair)
    try:
        parse(source)
    except SyntaxProblem:
        return
    assert_silenced([], source)


def test_a_big_cell_is_answered_in_time() -> None:
    source = "import pickle\n" + "pickle.load(f)\n" * 400
    assert all(silencing(source, found(source)))
    source += "x = '''" + "x" * 500_000 + "'''"
    assert not any(silencing(source, found(source)))
