"""Writing back changes what is meant, and not one byte else."""

from __future__ import annotations

import codecs
import contextlib
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_aisec.model import AisecError, Edit, Part, Place
from jupyter_aisec.notebook import lines as physical
from jupyter_aisec.notebook.edits import Offsets, applied, go_together
from jupyter_aisec.notebook.positions import Positions
from jupyter_aisec.notebook.rewrite import rewritten


def edit(text: str, line: int, column: int, end_column: int, *, cell: int = 0, end_line: int | None = None) -> Edit:
    return Edit(Place(cell, None, line, column, end_line or line, end_column), text)


def cleared(output: int, cell: int = 0) -> Edit:
    return Edit(Place(cell, None, 1, 1, 1, 1, Part.OUTPUT, output), "")


def notebook(*sources: Any, **cell: Any) -> dict[str, Any]:
    cells = [{"cell_type": "code", "source": each, "metadata": {}, "outputs": [], **cell} for each in sources]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


KEPT = [
    # As Jupyter writes it, as json.dumps does, as others do: the indent, order, space and end of the file are its own.
    (
        '{\n "cells": [\n  {\n   "cell_type": "code",\n   "source": [\n    "a\\n",\n    "b = 2"\n   ]\n  }\n ],\n'
        ' "nbformat": 4\n}\n'
    ),
    '{"nbformat":4,"cells":[{"source":"a = 1\\nb = 2","cell_type":"code"}]}',
    '{ "cells" :\t[ {"cell_type":"code","source":["a\\n" , "b = 2"]} ]\r\n, "nbformat":4 , "x":1.50e1 }\r\n\r\n',
    # What the cell has escaped stays so, whatever the rest of the file does.
    '{"cells":[{"cell_type":"code","source":"\\u0061 = 1\\nb = 2 # \\u00e9\\/é"}],"nbformat":4,"é":"\\u00e9"}',
    # Odd pieces, and pieces of nothing.
    '{"cells":[{"cell_type":"code","source":["", "a =", "", " 1\\nb", " = 2", ""]}],"nbformat":4}',
    # Of a key that comes twice, readers take the last; keys may be escaped, and numbers be none.
    '{"cells":[],"cells":[{"cell_type":"code","source":"x","source":"a = 1\\nb = 2"}],"nbformat":4}',
    '{"\\u0063ells":[{"cell_type":"code","source":"a = 1\\nb = 2","m":NaN}],"nbformat":4}',
]


@pytest.mark.parametrize("before", KEPT)
@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
def test_all_else_stays_byte_for_byte(before: str, mark: bytes) -> None:
    after = before.replace("= 2", "= [3]")
    assert rewritten(mark + before.encode(), "a.ipynb", [edit("[3]", 2, 5, 6)]) == mark + after.encode()


def lines_of(*edits: Edit, source: Any = ("a\n", "b\n", "c")) -> Any:
    data = json.dumps(notebook(list(source) if isinstance(source, tuple) else source), indent=1).encode()
    new = rewritten(data, "a.ipynb", edits)
    assert new == json.dumps(json.loads(new), indent=1).encode()
    return json.loads(new)["cells"][0]["source"]


def test_lines_of_a_list_stay_strings_of_their_own() -> None:
    assert lines_of(edit("x\ny\n", 2, 1, 1)) == ["a\n", "x\n", "y\n", "b\n", "c"]
    assert lines_of(edit("", 2, 1, 1, end_line=3)) == ["a\n", "c"]
    assert lines_of(edit("", 1, 2, 1, end_line=2)) == ["ab\n", "c"]
    assert lines_of(edit("\nd", 3, 2, 2)) == ["a\n", "b\n", "c\n", "d"]
    assert lines_of(edit("", 1, 1, 2, end_line=3)) == []
    assert lines_of(edit("", 2, 2, 2, end_line=3)) == ["a\n", "b"]
    assert lines_of(edit("b", 2, 1, 1), source=("a\n",)) == ["a\n", "b"]
    assert lines_of(edit("b\nc", 1, 2, 2), source=("a",)) == ["ab\n", "c"]
    assert lines_of(edit("y", 1, 1, 2), edit("z\n", 3, 1, 1)) == ["y\n", "b\n", "z\n", "c"]


def test_a_list_of_nothing_is_written_as_others_are() -> None:
    data = json.dumps(notebook([], ["x\n", "y"]), indent=1)
    new = rewritten(data.encode(), "a.ipynb", [edit("b\nc", 1, 1, 1)]).decode()
    assert new == json.dumps(notebook(["b\n", "c"], ["x\n", "y"]), indent=1)


def test_line_ends_are_those_of_the_cell() -> None:
    assert lines_of(edit("x\n", 2, 1, 1), source=("a\r\n", "b")) == ["a\r\n", "x\r\n", "b"]
    assert lines_of(edit("x\n", 2, 1, 1), source="a\r\nb") == "a\r\nx\r\nb"


def test_new_characters_are_escaped_where_the_cell_or_the_file_escapes() -> None:
    new = edit("é🙂\ud800", 1, 1, 1)
    for source, wanted in (
        (r'"x"', r"é🙂\ud800x"),
        (r'"\u00e9"', r"\u00e9\ud83d\ude42\ud800\u00e9"),
        (r'"ü\u00e9"', r"é🙂\ud800ü\u00e9"),
        (r'"x","y":"\u00e9"', r"\u00e9\ud83d\ude42\ud800x"),
    ):
        data = f'{{"cells":[{{"cell_type":"code","source":{source}}}],"nbformat":4}}'
        assert wanted in rewritten(data.encode(), "a", [new]).decode()


def test_outputs_are_taken_out_and_the_others_stay() -> None:
    text = '{"cells":[{"outputs" : [ {"a":1} ,\n [2], "}" ], "cell_type":"code","source":""}],"nbformat":4}'
    left = {(0,): '[ [2] ,\n "}" ]', (1,): '[ {"a":1} ,\n "}" ]', (0, 2): "[ [2] ]", (0, 1, 2): "[]"}
    for gone, kept in left.items():
        wanted = text.replace('[ {"a":1} ,\n [2], "}" ]', kept)
        assert rewritten(text.encode(), "a", [cleared(number) for number in gone]).decode() == wanted


OLD = {"cell_type": "code", "input": "x = 1", "language": "python", "outputs": [], "metadata": {}}
REFUSED = [
    (b'{"cells":[{"cell_type":"code","source":"\xff a"}],"nbformat":4}', "not valid UTF-8"),
    (
        json.dumps({"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": [OLD]}]}).encode(),
        "read as nbformat 3.*; open and save it in Jupyter, then fix it",
    ),
    (json.dumps(notebook(None, "x")).encode(), "nothing can be changed"),
    (json.dumps(notebook()).encode(), "nothing can be changed"),
    (json.dumps(notebook("")).encode(), "nothing can be changed"),
]


@pytest.mark.parametrize(("data", "said"), REFUSED)
def test_what_can_not_be_written_back_is_one_line(data: bytes, said: str) -> None:
    with pytest.raises(AisecError, match=said) as caught:
        rewritten(data, "a.ipynb", [edit("x", 1, 1, 2)])
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("a.ipynb: ")


@pytest.mark.parametrize(
    "data",
    [
        b"a = 1\r\nb = 2\r\n",
        codecs.BOM_UTF8 + "é = 1\nb = 2".encode(),
        "# coding: latin-1\nb = 2 # é\n".encode("latin-1"),
        b"\r\rb = 2",
    ],
)
def test_a_python_file_keeps_its_encoding_and_line_ends(data: bytes) -> None:
    line = 3 if data.startswith(b"\r") else 2
    assert rewritten(data, "a.py", [edit("[3]", line, 5, 6)], script=True) == data.replace(b"b = 2", b"b = [3]")


def test_a_python_file_that_is_not_what_it_says_is_refused() -> None:
    for data in (b"a = 1 # \xff", b"# coding: nonsense\na", "# coding: ascii\né".encode()):
        with pytest.raises(AisecError, match="encoding"):
            rewritten(data, "a.py", [edit("x", 1, 1, 2)], script=True)
    with pytest.raises(AisecError, match="encoding"):
        rewritten(b"# coding: ascii\na", "a.py", [edit("é", 2, 1, 2)], script=True)


SIGNS = st.sampled_from('ab\n\r\t "\\/é🙂\u2028\ud800{}[],:') | st.characters(exclude_categories=())
TEXTS = st.text(SIGNS, max_size=12)
SOURCES = TEXTS | st.lists(TEXTS, max_size=4) | TEXTS.map(lambda text: text.splitlines(keepends=True))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4,
)
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A notebook as somebody writes it: keys in any order, sources as text or in pieces, space and escapes at will."""
    cells = []
    for _ in range(draw(st.integers(1, 4))):
        cell = {
            "cell_type": draw(st.sampled_from(["code", "markdown"])),
            "source": draw(
                TEXTS | st.lists(TEXTS, max_size=4) | TEXTS.map(lambda text: text.splitlines(keepends=True))
            ),
            "outputs": draw(st.lists(VALUES, max_size=3)),
            "extra": draw(VALUES),
        }
        cells.append(dict(draw(st.permutations(list(cell.items())))))
    whole = {"cells": cells, "nbformat": 4, "metadata": {"x": draw(VALUES)}, "source": "decoy", "outputs": [1]}
    made = dict(draw(st.permutations(list(whole.items()))))
    separators = draw(st.sampled_from([None, (",", ":"), (" , ", " : "), ("\r\n,\t", "\n:")]))
    text = json.dumps(
        made, ensure_ascii=draw(st.booleans()), indent=draw(st.sampled_from([None, 0, 1, "\t"])), separators=separators
    )
    return text + draw(st.sampled_from(["", "\n", "\r\n  "])), made


@st.composite
def edits_of(draw: st.DrawFn, made: dict[str, Any]) -> list[Edit]:
    """Edits of which none touches another, and outputs to take out."""
    found: list[Edit] = []
    for index, cell in enumerate(made["cells"]):
        source = "".join(cell["source"])
        lines = physical.split(source)
        for _ in range(draw(st.integers(0, 3))):
            line = draw(st.integers(1, len(lines)))
            end = draw(st.integers(line, len(lines)))
            column = draw(st.integers(1, len(lines[line - 1]) + 1))
            last = draw(st.integers(column if end == line else 1, len(lines[end - 1]) + 1))
            found.append(Edit(Place(index, None, line, column, end, last), draw(TEXTS)))
        if cell["outputs"]:
            gone = draw(st.sets(st.sampled_from(range(len(cell["outputs"])))))
            found += [cleared(number, index) for number in gone]
    taken: dict[int, list[Any]] = {}
    kept = []
    for each in found:
        if each.place.part is Part.SOURCE:
            source = "".join(made["cells"][each.place.cell_index]["source"])
            new = Offsets(source).replacement(each)
            before = taken.setdefault(each.place.cell_index, [])
            if not go_together([new], before):
                continue
            before.append(new)
        kept.append(each)
    return kept


@unhurried
@given(st.data())
def test_only_what_was_meant_differs(data: st.DataObject) -> None:
    text, made = data.draw(documents())
    try:
        raw = text.encode()
    except UnicodeEncodeError:
        return  # no file has this
    edits = data.draw(edits_of(made))
    new = rewritten(raw, "a.ipynb", edits)
    assert applied(text, Positions(text).changes(tuple(edits))) == new.decode()
    after = json.loads(new.decode())
    for index, (was, now) in enumerate(zip(made["cells"], after["cells"], strict=True)):
        mine = [each for each in edits if each.place.cell_index == index]
        source = "".join(was["source"])
        offsets = Offsets(source)
        wanted = applied(source, [offsets.replacement(each) for each in mine if each.place.part is Part.SOURCE])
        gone = {each.place.output for each in mine if each.place.part is Part.OUTPUT}
        assert "".join(now["source"]) == wanted
        assert isinstance(now["source"], list) == isinstance(was["source"], list)
        assert now["outputs"] == [each for number, each in enumerate(was["outputs"]) if number not in gone]
        assert [*now] == [*was]
        assert now["extra"] == was["extra"]
        if not mine:
            assert now == was
    assert {key: after[key] for key in after if key != "cells"} == {key: made[key] for key in made if key != "cells"}
    if not edits:
        assert new == raw


@unhurried
@given(documents())
def test_edits_that_change_nothing_change_nothing(document: tuple[str, dict[str, Any]]) -> None:
    text, made = document
    try:
        raw = text.encode()
    except UnicodeEncodeError:
        return
    edits = []
    for index, cell in enumerate(made["cells"]):
        lines = physical.split("".join(cell["source"]))
        if lines[0].isascii() and lines[0].isprintable() and "\\" not in lines[0]:
            edits.append(edit(lines[0], 1, 1, len(lines[0]) + 1, cell=index))
    new = rewritten(raw, "a.ipynb", edits)
    assert json.loads(new) == json.loads(raw)


@unhurried
@given(st.binary(max_size=60), TEXTS)
def test_whatever_the_bytes_are_it_raises_nothing_else(data: bytes, text: str) -> None:
    for script in (False, True):
        with contextlib.suppress(AisecError):
            rewritten(data, "a", [edit(text, 1, 1, 1)], script=script)
