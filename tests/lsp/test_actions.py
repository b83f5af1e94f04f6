"""What an editor can do about a finding: what it applies is exactly what `check --fix` would write."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from lsprotocol import types

from tests.lsp.conftest import Edit, Editor, spoken, whole

LOAD = "import pickle\npickle.load(f)"
ARCHIVE = "import tarfile\ntarfile.open('a').extractall()"
YAML = "import yaml\nyaml.load(f)"
EVERYWHERE = types.Range(types.Position(0, 0), types.Position(1000, 0))
FIX_ALL = "source.fixAll.aisec"
Uri = Callable[[str], str]


def edits_of(action: types.CodeAction, uri: str) -> Sequence[types.TextEdit]:
    assert action.edit is not None
    assert action.edit.changes is not None
    assert list(action.edit.changes) == [uri]
    return action.edit.changes[uri]


def applied(source: str, edits: Sequence[types.TextEdit]) -> str:
    """As an editor does it that counts in UTF-16."""
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", source)

    def at(position: types.Position) -> int:
        before = sum(len(line.encode("utf-16-le")) for line in lines[: position.line])
        return before + 2 * position.character

    data = source.encode("utf-16-le")
    for each in sorted(edits, key=lambda edit: at(edit.range.start), reverse=True):
        data = data[: at(each.range.start)] + each.new_text.encode("utf-16-le") + data[at(each.range.end) :]
    return data.decode("utf-16-le")


def titled(actions: Sequence[types.CodeAction], word: str) -> types.CodeAction:
    (found,) = [each for each in actions if word in each.title]
    return found


def test_a_safe_fix(edit: Edit, uri: Uri) -> None:
    source = "import tarfile\ns = '\U0001f600'; tarfile.open('a').extractall()"

    async def work(editor: Editor) -> None:
        name = uri("n.ipynb")
        (cell,) = editor.open_notebook(name, source)
        (told,) = await editor.rules(cell, "unsafe-archive-extract")
        fix = titled(await editor.actions(cell, told.range), "refuse members")
        assert fix.kind == types.CodeActionKind.QuickFix
        assert fix.is_preferred
        assert "unsafe:" not in fix.title
        assert list(fix.diagnostics or []) == [told]
        fixed = applied(source, edits_of(fix, cell))
        assert fixed == "import tarfile\ns = '\U0001f600'; tarfile.open('a').extractall(filter=\"data\")"
        editor.edit_cell(name, cell, 2, whole(fixed))
        await editor.rules(cell)

    edit(work)


def test_an_unsafe_fix_says_so(edit: Edit, uri: Uri) -> None:
    async def work(editor: Editor) -> None:
        name = uri("a.py")
        editor.open(name, YAML)
        (told,) = await editor.rules(name, "yaml-unsafe-load")
        fix = titled(await editor.actions(name, told.range), "safe_load")
        assert not fix.is_preferred
        assert "(unsafe: the program may then do something else)" in fix.title
        assert applied(YAML, edits_of(fix, name)) == "import yaml\nyaml.safe_load(f)"

    edit(work)


def test_a_comment_silences_and_asks_for_its_reason(edit: Edit, uri: Uri) -> None:
    async def work(editor: Editor) -> None:
        name = uri("a.py")
        editor.open(name, LOAD)
        (told,) = await editor.rules(name, "pickle-load")
        (ignore,) = await editor.actions(name, told.range)
        assert "ignore it here" in ignore.title
        silenced = applied(LOAD, edits_of(ignore, name))
        assert silenced == f"{LOAD}  # aisec: ignore[pickle-load] "
        # Without a reason, that is what is said now.
        editor.edit(name, 2, whole(silenced))
        await editor.rules(name, "suppression-without-reason")
        editor.edit(name, 3, whole(f"{silenced}our own file"))
        await editor.rules(name)

    edit(work)


def test_where_an_editor_can_it_is_left_in_the_field_of_the_reason(edit: Edit, uri: Uri) -> None:
    async def work(editor: Editor) -> None:
        name = uri("a.py")
        editor.open(name, LOAD)
        editor.edit(name, 7, whole(LOAD))
        await editor.until(lambda: name in editor.told and editor.told[name].version == 7)
        (ignore,) = await editor.actions(name, EVERYWHERE, [types.CodeActionKind.QuickFix])
        assert ignore.edit is not None
        assert ignore.edit.changes is None
        (change,) = ignore.edit.document_changes or []
        assert isinstance(change, types.TextDocumentEdit)
        assert change.text_document == types.OptionalVersionedTextDocumentIdentifier(name, 7)
        (snippet,) = change.edits
        assert isinstance(snippet, types.SnippetTextEdit)
        assert snippet.snippet.value == "  # aisec: ignore[pickle-load] ${1:reason}"

    edit(work, spoken(document_changes=True, snippet_edit_support=True))


def test_all_safe_fixes_and_no_other(edit: Edit, uri: Uri) -> None:
    source = f"{ARCHIVE}\n{YAML}\ntarfile.open('b').extractall('b')"

    async def work(editor: Editor) -> None:
        name = uri("a.py")
        editor.open(name, source)
        await editor.rules(name, "unsafe-archive-extract", "yaml-unsafe-load", "unsafe-archive-extract")
        for asked in (["source.fixAll"], [FIX_ALL], ["source"]):
            (fix,) = await editor.actions(name, EVERYWHERE, asked)
            assert fix.kind == FIX_ALL
        fixed = applied(source, edits_of(fix, name))
        assert fixed == source.replace("extractall()", 'extractall(filter="data")').replace(
            "extractall('b')", "extractall('b', filter=\"data\")"
        )
        editor.edit(name, 2, whole(fixed))
        await editor.rules(name, "yaml-unsafe-load")
        assert await editor.actions(name, EVERYWHERE, [FIX_ALL]) == []

    edit(work)


def test_an_edit_that_was_just_typed_is_looked_at_first(edit: Edit, uri: Uri) -> None:
    async def work(editor: Editor) -> None:
        name = uri("a.py")
        editor.open(name, ARCHIVE)
        editor.edit(name, 2, whole(f"# \U0001f600\n\n{ARCHIVE}"))
        (fix,) = await editor.actions(name, EVERYWHERE, [FIX_ALL])
        fixed = applied(f"# \U0001f600\n\n{ARCHIVE}", edits_of(fix, name))
        assert fixed == f'# \U0001f600\n\n{ARCHIVE[:-1]}filter="data")'

    edit(work)


def test_what_can_not_be_read_now_is_not_edited(edit: Edit, uri: Uri) -> None:
    async def work(editor: Editor) -> None:
        name = uri("a.py")
        editor.open(name, ARCHIVE)
        await editor.rules(name, "unsafe-archive-extract")
        editor.edit(name, 2, whole(f"({ARCHIVE}"))
        assert await editor.actions(name, EVERYWHERE) == []
        assert editor.names(name) == ["unsafe-archive-extract"]

    edit(work)


def test_new_lines_end_as_the_others_do(edit: Edit, uri: Uri, project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.aisec]\nselect = ["weak-random-secret"]\n')
    source = "import random\r\ntoken = ''.join(random.choices('abcdef', k=32))\r\n"

    async def work(editor: Editor) -> None:
        name = uri("a.py")
        editor.open(name, source)
        (told,) = await editor.rules(name, "weak-random-secret")
        fixed = applied(source, edits_of(titled(await editor.actions(name, told.range), "with secrets"), name))
        assert fixed == "import secrets\r\nimport random\r\ntoken = secrets.token_urlsafe(32)\r\n"

    edit(work)


def test_elsewhere_there_is_nothing_to_do(edit: Edit, uri: Uri) -> None:
    async def work(editor: Editor) -> None:
        name = uri("a.py")
        editor.open(name, f"x = 1\n{LOAD}")
        await editor.rules(name, "pickle-load")
        here = types.Range(types.Position(0, 0), types.Position(0, 5))
        assert await editor.actions(name, here) == []
        assert await editor.actions(uri("never-opened.py"), here) == []
        assert await editor.actions(name, EVERYWHERE, [types.CodeActionKind.Refactor]) == []

    edit(work)
