from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_aisec.analysis import Analyser
from jupyter_aisec.model import Part
from jupyter_aisec.notebook.decode import decode
from jupyter_aisec.notebook.stored import LONGEST, TextKind, outputs, strings
from jupyter_aisec.rules import all_rules, default_rules

if TYPE_CHECKING:
    from tests.analysis.conftest import Analyse, Check

RULES = {rule.name: rule for rule in all_rules()}
EMAIL = "ann.lee@bigbank.co.uk"


def file(*cells: dict[str, Any], **metadata: Any) -> bytes:
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}).encode()


def code(*found: Any, source: str = "x = 1", **more: Any) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, "outputs": list(found), "metadata": {}, **more}


def data(**mimes: Any) -> dict[str, Any]:
    return {"output_type": "display_data", "data": {key.replace("_", "/"): value for key, value in mimes.items()}}


def test_texts_of_outputs_are_read_and_pictures_are_not() -> None:
    stream = {"output_type": "stream", "name": "stdout", "text": ["\x1b[31ma\n", "b"]}
    error = {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["\x1b[0;31mline\x1b[0m"]}
    picture = data(image_png="AAAA", text_plain="<Figure>")
    html = data(text_html='<img src="data:image/png;base64,iVBORw0KGgo=">x')
    tree = data(application_json={"a": ["b", 1]})
    (cell,) = decode(file(code(stream, error, picture, html, tree)), "n.ipynb").cells
    found = [(each.index, text.kind, text.text) for each in outputs(cell) for text in each.texts]
    assert found == [
        (0, TextKind.STREAM, "a\nb"),
        (1, TextKind.ERROR, "E: v\nline"),
        (2, TextKind.PLAIN, "<Figure>"),
        (3, TextKind.HTML, '<img src="data:image/png">x'),
        (4, TextKind.JSON, "b\na"),
    ] or found[-1][2].split() in (["a", "b"], ["b", "a"])


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=20)
    | st.sampled_from([EMAIL, "://a:b@c", "-----BEGIN"]),
    lambda parts: (
        st.lists(parts, max_size=3)
        | st.dictionaries(st.sampled_from(["text", "data", "text/plain", "traceback", "ename", "x"]), parts, max_size=3)
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(JSON, JSON)
def test_any_outputs_and_metadata_are_analysed(found: Any, about: Any) -> None:
    cells = [{"cell_type": "code", "source": "x", "outputs": found, "metadata": about}]
    cells += [{"cell_type": "markdown", "source": about if isinstance(about, str) else "", "attachments": about}]
    notebook = decode(json.dumps({"cells": cells, "metadata": about, "nbformat": 4}).encode(), "n.ipynb")
    for finding in Analyser(all_rules()).analyse(notebook).findings:
        place = finding.place
        assert place.cell_index in {0, 1}
        assert (place.output is not None) == (place.part is Part.OUTPUT)


MALFORMED = [None, 1, "x", {}, [1], [None, {"text": 5}], [{"data": []}], [{"data": {"text/plain": {"a": 1}}}], [[]]]


@pytest.mark.parametrize("found", MALFORMED)
def test_what_is_no_output_is_left_out(found: Any) -> None:
    cells = decode(file({"cell_type": "code", "source": "x", "outputs": found, "metadata": found}), "n.ipynb").cells
    assert [*outputs(cells[0])] == []


def test_a_malformed_output_keeps_the_index_of_others() -> None:
    cells = decode(file(code({"data": []}, {"output_type": "stream", "text": "a"})), "n.ipynb").cells
    assert [each.index for each in outputs(cells[0])] == [1]


def test_outputs_of_a_file_that_is_no_strict_json_are_read() -> None:
    text = file(code({"output_type": "stream", "text": EMAIL})).decode().replace('"metadata": {}', '"metadata": NaN', 1)
    report = Analyser(default_rules()).analyse(decode(text.encode(), "n.ipynb"))
    assert [each.rule for each in report.findings] == ["pii-in-output"]


def test_strings_of_metadata() -> None:
    notebook = decode(file(code(metadata={"a": {"b": ["c", 1], "image/png": "AAAA"}})), "n.ipynb")
    assert set(strings(notebook.cells[0].metadata).split("\n")) == {"a", "b", "c", "image/png"}  # type: ignore[attr-defined]


def test_state_of_widgets_is_shown_at_the_first_cell(analyse: Analyse) -> None:
    del analyse
    url = "postgresql://ann:" + "Tr0ub4dor&3x@db.bigbank.co.uk/prod"
    notebook = decode(file(code(), widgets={"state": {"id": {"value": url}}}), "n.ipynb")
    (finding,) = Analyser(default_rules()).analyse(notebook).findings
    assert (finding.rule, finding.place.part, finding.place.cell_index) == (
        "secret-in-notebook-other",
        Part.NOTEBOOK,
        0,
    )


def test_end_of_a_long_output_is_said_not_to_be_read() -> None:
    notebook = decode(file(code({"output_type": "stream", "text": "a " * LONGEST})), "n.ipynb")
    (missed,) = Analyser(default_rules()).analyse(notebook).not_analysed
    assert (missed.cell_index, "output 1" in missed.reason) == (0, True)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 10_000_000,
        "a@" * 2_000_000,
        "+1 23 " * 1_000_000,
        "://a:" * 1_000_000,
        "sk-" * 2_000_000,
        "A_KEY='" * 800_000,
    ],
    ids=["word", "at", "plus", "urls", "prefixes", "names"],
)
def test_ten_megabytes_take_a_bounded_time(text: str) -> None:
    notebook = decode(file(code({"output_type": "stream", "text": text})), "n.ipynb")
    start = time.perf_counter()
    Analyser(default_rules()).analyse(notebook)
    assert time.perf_counter() - start < 12


OUT_OF_ORDER = [
    (["--- run 1\nx", "--- run 2\ny", "--- run 5\nz"], []),
    (["--- run 2\nx", "--- run 1\ny", "--- run 3\nz"], [1]),
    (["--- run 3\nx", "--- run 1\ny", "--- run 2\nz"], [1]),
    (["--- run 1\nx", "y\n--- output\n5"], [1]),
    (["x\n--- output\n5", "y\n--- output\n5"], []),
    (["--- run 2\nx", "--- run 1\n"], []),
    (["x = 1", "y = 2"], []),
]


@pytest.mark.parametrize(("cells", "expected"), OUT_OF_ORDER)
def test_order_of_runs(cells: list[str], expected: list[int], check: Check) -> None:
    assert [index for rule, index, _ in check(*cells) if rule == "run-out-of-order"] == expected


STATE = [
    (["print(a)", "a = 1"], [(0, 1)]),
    (["a = 1", "print(a)"], []),
    (["def f():\n    return a", "a = 1", "f()"], []),
    (["import torch\nx = torch.ones(1)", "import torch"], []),
    (["[a for a in range(3)]", "a = 1"], []),
    (["from lib import *", "print(a)", "a = 1"], []),
    (["%run setup.py\nprint(a)", "a = 1"], []),
    (["print(unknown)"], []),
    (["x = 1\nprint(x, b)", "b = 1", "print(b)"], [(0, 2)]),
]


@pytest.mark.parametrize(("cells", "expected"), STATE)
def test_names_from_below(cells: list[str], expected: list[tuple[int, int]], check: Check) -> None:
    rule = RULES["stale-or-hidden-state"]
    assert [(index, line) for name, index, line in check(*cells, rule=rule) if name == rule.name] == expected


HIDDEN = [
    ("x = 'admin\u202e\u2066'", ["hidden-unicode"]),
    ("# ok \u202e} \u2066if admin\u2069 \u2066", ["hidden-unicode"]),
    ("--- markdown\nhello" + "".join(chr(0xE0000 + ord(each)) for each in "obey"), ["hidden-unicode"]),
    ("--- markdown\nhello" + "\u200b\u2060" * 6, ["hidden-unicode"]),
    ("x = 'a\u200bb'", ["hidden-unicode"]),
    ("--- markdown\ncopied\u200b text", []),
    ("--- markdown\n\u202bשלום עולם\u202c", []),  # noqa: RUF001 - Hebrew
    ("--- markdown\n\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", []),
    ("x = 'نمی\u200cخواهم \U0001f468\u200d\U0001f469'", []),  # noqa: RUF001 - Persian
]


@pytest.mark.parametrize(("source", "expected"), HIDDEN)
def test_hidden_characters(source: str, expected: list[str], analyse: Analyse) -> None:
    assert [each.rule for each in analyse(source).findings] == expected


def test_hidden_characters_are_taken_out(analyse: Analyse) -> None:
    (comment,) = analyse("x = 1  # a\u202eb").findings
    (string,) = analyse("x = 'a\u202eb'").findings
    assert comment.fix is not None
    assert string.fix is not None
    assert (comment.fix.safe, string.fix.safe) == (True, False)
    assert [edit.text for edit in comment.fix.edits] == [""]


WEAK = [
    ("import numpy as np\npassword = str(np.random.randint(10**9))", ["weak-random-secret"]),
    ("import random\nsalt = random.getrandbits(64)", ["weak-random-secret"]),
    ("import random\napi_key = random.SystemRandom().choice('ab')", []),
    ("import random\nx = random.random()", []),
    ("import secrets\ntoken = secrets.choice('ab')", []),
]


@pytest.mark.parametrize(("source", "expected"), WEAK)
def test_secret_that_can_be_guessed(source: str, expected: list[str], analyse: Analyse) -> None:
    found = [each.rule for each in analyse(source, rule=RULES["weak-random-secret"]).findings]
    assert found == expected


def test_error_of_a_library_shows_no_place(check: Check) -> None:
    rule = RULES["traceback-in-output"]
    assert check("x\n--- error\nE: in /usr/lib/python3/dist-packages/a.py", rule=rule) == []
