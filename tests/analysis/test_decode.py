from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import nbformat
import pytest

from jupyter_aisec.model import AisecError, CellKind
from jupyter_aisec.notebook.decode import LIMIT, MalformedCell, decode, read
from jupyter_aisec.notebook.stored import outputs as stored_outputs


def notebook(*cells: object, **more: object) -> bytes:
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells, **more}).encode()


def code(source: object, **more: object) -> dict[str, object]:
    return {"cell_type": "code", "source": source, "outputs": [], "metadata": {}, **more}


WHOLE = notebook(code("a\\é\n", outputs=[1.5, -2e30, 1e-30, True, None]))


def test_cells_of_a_notebook() -> None:
    found = decode(
        notebook(code(["a\n", "b"], id="one", execution_count=3), {"cell_type": "markdown", "source": "# x"}), "n.ipynb"
    )
    assert [(cell.index, cell.kind, cell.source, cell.id, cell.execution_count) for cell in found.cells] == [
        (0, CellKind.CODE, "a\nb", "one", 3),
        (1, CellKind.MARKDOWN, "# x", None, None),
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + notebook(code("x")),
        notebook(code("x")).replace(b'"outputs": []', b'"outputs": [NaN, Infinity]'),
        notebook(code("x"), metadata=None),
        notebook(code("x"), metadata=[1]),
        notebook(code("x", id=5, execution_count="a", metadata=7)),
        notebook(code(["x", 5])),
        notebook(code("x"), nbformat="4"),
    ],
)
def test_what_odd_writers_leave(data: bytes) -> None:
    assert decode(data, "n.ipynb").cells[0].source == "x"


def test_half_a_surrogate_pair_is_kept() -> None:
    assert decode(notebook(code("x")).replace(b'"x"', b'"\\ud800"'), "n.ipynb").cells[0].source == "\ud800"


def test_bytes_that_are_no_text_are_replaced_and_noted() -> None:
    found = decode(notebook(code("x y")).replace(b"x y", b"x\xffy"), "n.ipynb")
    assert found.cells[0].source == "x\ufffdy"
    assert found.notes


def test_old_notebook_is_upgraded_in_memory() -> None:
    old = nbformat.v3.new_notebook(worksheets=[nbformat.v3.new_worksheet(cells=[nbformat.v3.new_code_cell(input="x")])])
    found = decode(nbformat.v3.writes_json(old).encode(), "n.ipynb")
    assert [cell.source for cell in found.cells] == ["x"]
    assert "upgraded" in found.notes[0]


@pytest.mark.parametrize(
    ("metadata", "language"),
    [
        ({}, "python"),
        ({"language_info": {"name": "R"}}, "r"),
        ({"kernelspec": {"language": "julia"}}, "julia"),
        ({"language_info": {"name": "Python_Glue_Session"}}, "python"),
        ({"polyglot_notebook": {"kernelInfo": {"defaultKernelName": "csharp"}}}, "csharp"),
        (
            {
                "language_info": {"name": "python"},
                "polyglot_notebook": {"kernelInfo": {"defaultKernelName": "csharp"}},
            },
            "csharp",
        ),
        ({"language_info": {"name": "python"}, "polyglot_notebook": {"kernelInfo": None}}, "python"),
        ({"kernelspec": {"language": "python"}}, "python"),
    ],
)
def test_language(metadata: object, language: str) -> None:
    assert decode(notebook(metadata=metadata), "n.ipynb").language == language


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"hello", "not a notebook"),
        (b"\x89PNG\0\1", "not a notebook"),
        (b'{"a": "\0"}', "not a notebook"),
        (b"[1]", "not a notebook"),
        (b"{}", "no cells"),
        (b'{"cells": 5}', "not a notebook"),
        (b'{"cells": [5]}', "not a notebook"),
        (b'{"nbformat": 3, "worksheets": 7}', "can't be upgraded"),
        (notebook(code("x"))[:-20], "truncated"),
        (b'{"metadata": ' + b"[" * 10_000 + b"]" * 10_000 + b', "cells": []}', "nested"),
        (b'{"cells": ' + b'{"a":' * 10_000, "nested"),
    ],
    ids=range(13),
)
def test_what_is_wrong_is_one_line(data: bytes, says: str) -> None:
    with pytest.raises(AisecError) as caught:
        decode(data, "n.ipynb")
    message = str(caught.value)
    assert message.startswith("n.ipynb: ")
    assert says in message
    assert "\n" not in message


@pytest.mark.parametrize("end", range(1, len(WHOLE)))
def test_wherever_a_file_breaks_off_it_is_called_truncated(end: int) -> None:
    with pytest.raises(AisecError, match=r"ends in the middle, at line 1 \(truncated\?\); restore"):
        decode(WHOLE[:end], "n.ipynb")


def test_what_is_no_json_has_its_place() -> None:
    with pytest.raises(AisecError, match=r"not valid JSON at line 2, column 1 .*; restore"):
        decode(b'{"cells": [\nx]}', "n.ipynb")


def test_malformed_cell_hides_no_other() -> None:
    found = decode(notebook(1, {"cell_type": "code"}, code("x"), {}, code(None)), "n.ipynb")
    assert [(cell.index, cell.source) for cell in found.cells if not isinstance(cell, MalformedCell)] == [(2, "x")]
    assert [(cell.index, cell.reason) for cell in found.cells if isinstance(cell, MalformedCell)] == [
        (0, "it is no JSON object"),
        (1, "its source is missing"),
        (3, "its cell_type is missing"),
        (4, "its source is missing"),
    ]


@pytest.mark.parametrize("data", [b"", b"hello", b"[1]", b"{}", b'{"cells": 5}', b'{"cells": [5]}', b'{"cells": ['])
def test_next_step_fits_the_kind_of_file(data: bytes) -> None:
    with pytest.raises(AisecError, match=r"; name a notebook \(\.ipynb\) or a Python file \(\.py\)$"):
        decode(data, "notes.txt")
    with pytest.raises(AisecError) as caught:
        decode(data, "n.ipynb")
    assert "name a notebook" not in str(caught.value)


def test_python_file(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes("# -*- coding: latin-1 -*-\nx = 'é'".encode("latin-1"))
    found = read(path)
    assert found.is_script
    assert found.cells[0].source.endswith("x = 'é'")


@pytest.mark.parametrize("data", [b"\xff\xfe", b"# coding: nonsense\nx", b"\xef\xbb\xbfx = 1"])
def test_python_file_in_any_encoding(data: bytes) -> None:
    assert decode(data, "a.py", script=True).is_script


def test_binary_is_no_python() -> None:
    with pytest.raises(AisecError, match="NUL"):
        decode(b"a\0b", "a.py", script=True)


def test_only_regular_files_of_bounded_size(tmp_path: Path) -> None:
    large = tmp_path / "large.ipynb"
    with large.open("wb") as file:
        file.truncate(200_000_000)
    assert large.stat().st_size > LIMIT
    for path, says in ((large, "larger than"), (tmp_path, "regular file"), (tmp_path / "no.ipynb", "no such file")):
        with pytest.raises(AisecError, match=says):
            read(path)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX files")
def test_no_pipe_and_no_device(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.ipynb")
    for path in (tmp_path / "pipe.ipynb", Path("/dev/zero")):
        with pytest.raises(AisecError, match="regular file"):
            read(path)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.touch(mode=0)
    with pytest.raises(AisecError, match="can't be opened"):
        read(path)


def test_version_3_is_read_as_nbformat_upgrades_it() -> None:
    v3 = nbformat.v3
    outputs = [
        v3.new_output("stream", output_text="seen\n", stream="stderr"),
        v3.new_output("pyout", output_text="shown", output_html="<b>shown</b>", output_png="iVBORw0", prompt_number=3),
        v3.new_output("display_data", output_javascript="alert(1)"),
        v3.new_output("pyerr", ename="KeyError", evalue="'x'", traceback=["KeyError: 'x'"]),
    ]
    cells = [
        v3.new_heading_cell(source="Two\nlines", level=2),
        v3.new_text_cell("html", source="<i>x</i>"),
        v3.new_text_cell("markdown", source="prose"),
        v3.new_code_cell(input="x = 1\ny = x", prompt_number=3, outputs=outputs),
    ]
    old = v3.new_notebook(worksheets=[v3.new_worksheet(cells=cells[:1]), v3.new_worksheet(cells=cells[1:])])
    found = decode(v3.writes_json(old).encode(), "old.ipynb")
    new = decode(nbformat.writes(nbformat.convert(old, 4)).encode(), "new.ipynb")
    assert [(cell.kind, cell.source, cell.execution_count) for cell in found.cells] == [
        (cell.kind, cell.source, cell.execution_count) for cell in new.cells
    ]
    assert [[*stored_outputs(cell)] for cell in found.cells] == [[*stored_outputs(cell)] for cell in new.cells]
    assert found.notes == ("read as nbformat 3 and upgraded in memory; the file is unchanged",)
