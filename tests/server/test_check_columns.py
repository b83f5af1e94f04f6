from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from jupyter_aisec.checking import messages
from jupyter_aisec.checking.columns import Columns
from jupyter_aisec.notebook.syntax import Span

TEXT = st.text(
    st.sampled_from([*"ab \t\x0b\x0c\x1c\x85\u2028\u2029\u0301\U0001f600\ud800\xe9", "\n", "\r"]), max_size=40
)


def units(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")


@given(TEXT, st.data())
def test_a_place_is_the_same_in_an_editor(source: str, data: st.DataObject) -> None:
    # An editor's own way to count: CodeMirror ends lines here, and nowhere else.
    lines = re.split(r"\r\n?|\n", source)
    line = data.draw(st.integers(1, len(lines)))
    start = data.draw(st.integers(1, len(lines[line - 1]) + 1))
    end = data.draw(st.integers(start, len(lines[line - 1]) + 1))
    found = Columns(source).range(Span(line, start, line, end))
    assert (found.start.line, found.end.line) == (line - 1, line - 1)
    slice_ = units(lines[line - 1])[2 * found.start.character : 2 * found.end.character]
    assert slice_ == units(lines[line - 1][start - 1 : end - 1])


def test_positions_count_from_nought() -> None:
    assert Columns("").range(Span(1, 1, 1, 1)) == messages.Range(messages.Position(0, 0), messages.Position(0, 0))
