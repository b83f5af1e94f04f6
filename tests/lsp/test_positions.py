"""Places are counted as was agreed with the editor, in every text that there is."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from jupyter_aisec.checking import messages
from jupyter_aisec.lsp.text import Text
from tests.lsp.conftest import Edit, Editor, alone, between, spoken, whole

UNITS = tuple(types.PositionEncodingKind)
CODECS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
LINE = st.text(st.sampled_from([*"ab \t\x0b\x0c\x1c\x85\u2028\u2029\u0301\U0001f600\U0001d54f\xe9\u4e2d"]), max_size=12)
SOURCE = st.lists(st.tuples(LINE, st.sampled_from(["\n", "\r\n", "\r"])), max_size=5)
Uri = Callable[[str], str]


def joined(lines: list[tuple[str, str]], last: str) -> tuple[str, list[str], list[str]]:
    """A text of which none ends with half of a line end; its lines, and what stands behind each."""
    texts, ends = [*(text for text, _ in lines), last], [*(end for _, end in lines), ""]
    # Behind a lone carriage return, an empty line that ends with a line feed would be one line end with it.
    ends = ["\n" if end == "\r" else end for end in ends]
    return "".join(text + end for text, end in zip(texts, ends, strict=True)), texts, ends


def column(line: str, characters: int, units: types.PositionEncodingKind) -> int:
    """An editor's own way to count."""
    codec, size = CODECS[units.value]
    return len(line[:characters].encode(codec)) // size


@given(SOURCE, LINE, st.sampled_from(UNITS), st.data())
def test_a_found_place_is_the_same_in_an_editor(
    lines: list[tuple[str, str]], last: str, units: types.PositionEncodingKind, data: st.DataObject
) -> None:
    source, texts, _ = joined(lines, last)
    number = data.draw(st.integers(0, len(texts) - 1))
    at = data.draw(st.integers(0, len(texts[number])))
    utf16 = messages.Position(number, column(texts[number], at, types.PositionEncodingKind.Utf16))
    found = Text(source, units).range(messages.Range(utf16, utf16))
    assert found.start == types.Position(number, column(texts[number], at, units))
    start, _ = Text(source, units).extent(messages.Range(utf16, utf16))
    assert start == Text(source, units).offset(found.start)


@given(SOURCE, LINE, LINE, st.sampled_from(UNITS), st.data())
def test_an_edit_changes_what_the_editor_means(
    lines: list[tuple[str, str]], last: str, new: str, units: types.PositionEncodingKind, data: st.DataObject
) -> None:
    source, texts, ends = joined(lines, last)
    first = data.draw(st.integers(0, len(texts) - 1))
    second = data.draw(st.integers(first, len(texts) - 1))
    start = data.draw(st.integers(0, len(texts[first])))
    end = data.draw(st.integers(start if first == second else 0, len(texts[second])))
    where = types.Range(
        types.Position(first, column(texts[first], start, units)),
        types.Position(second, column(texts[second], end, units)),
    )
    before = "".join(text + stop for text, stop in zip(texts[:first], ends[:first], strict=True))
    behind = "".join(text + stop for text, stop in zip(texts[second + 1 :], ends[second + 1 :], strict=True))
    expected = f"{before}{texts[first][:start]}{new}{texts[second][end:]}{ends[second]}{behind}"
    assert Text(source, units).changed(types.TextDocumentContentChangePartial(where, new)).source == expected


@given(st.text(max_size=30), st.integers(0, 40), st.integers(0, 40), st.sampled_from(UNITS))
def test_no_place_is_too_far(source: str, line: int, character: int, units: types.PositionEncodingKind) -> None:
    assert 0 <= Text(source, units).offset(types.Position(line, character)) <= len(source)


def test_half_of_a_character_stands_for_none() -> None:
    assert Text("a\ud83d", types.PositionEncodingKind.Utf16).source == "a\ufffd"


@pytest.mark.parametrize("units", [None, *UNITS])
def test_emoji_in_front_of_a_finding(units: types.PositionEncodingKind | None, uri: Uri) -> None:
    line = "x = '\U0001f600\xe9\u4e2d'; pickle.load(f)"
    used = units or types.PositionEncodingKind.Utf16

    async def work(editor: Editor) -> None:
        name = uri("a.py")
        editor.open(name, f"import pickle\r\n\x0c# \u2028 \U0001f4a9\r\n{line}\r\n")
        (found,) = await editor.rules(name, "pickle-load")
        codec, size = CODECS[used.value]
        told = line.encode(codec)[found.range.start.character * size : found.range.end.character * size].decode(codec)
        assert (found.range.start.line, told) == (2, "pickle.load(f)")
        # A character goes in front of it, in the middle of others.
        at = column(line, 6, used)
        editor.edit(name, 2, between(2, at, at, "\U0001f680"))
        await editor.until(lambda: editor.told[name].version == 2)
        (moved,) = editor.told[name].diagnostics
        assert moved.range.start.character - found.range.start.character == column("\U0001f680", 1, used)
        # And the name goes away: only where it is counted right does this leave Python.
        start = column("x = '\U0001f600\U0001f680\xe9\u4e2d'; ", 11, used)
        editor.edit(name, 3, between(2, start, start + len("pickle.load"), "print"))
        await editor.rules(name)

    asyncio.run(alone(work, spoken(*([units] if units else []))))


def test_the_first_that_both_know_is_agreed_on() -> None:
    async def begun(*encodings: types.PositionEncodingKind | str) -> object:
        editor = Editor()
        reply = await editor.begin(spoken(*encodings))  # type: ignore[arg-type]
        await editor.end()
        await editor.stop()
        return reply.capabilities.position_encoding

    assert asyncio.run(begun()) == types.PositionEncodingKind.Utf16
    assert asyncio.run(begun("utf-7", types.PositionEncodingKind.Utf32, types.PositionEncodingKind.Utf8)) == "utf-32"


def test_line_ends_that_are_none(edit: Edit, uri: Uri) -> None:
    async def work(editor: Editor) -> None:
        name = uri("a.py")
        source = "import pickle\nx = '\x0c\x1c\x85\u2028\u2029\x0b'\npickle.load(f)\n"
        editor.open(name, source)
        await editor.rules(name, "pickle-load")
        editor.edit(name, 2, between(2, 0, 11, "print"), between(0, 0, 0, "# \u2029\r"))
        await editor.rules(name)
        editor.edit(name, 3, between(3, 0, 5, "pickle.load"))
        (found,) = await editor.rules(name, "pickle-load")
        assert found.range.start.line == len(re.split(r"\r\n?|\n", "# \u2029\r" + source)) - 2
        editor.edit(name, 4, whole(""), between(0, 0, 0, "import pickle\npickle.load(f)"))
        await editor.rules(name, "pickle-load")

    edit(work)
