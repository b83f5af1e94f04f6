"""An editor is told what `check` would say of what stands in it now, saved or not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from lsprotocol import types

from tests.lsp.conftest import Edit, Editor, between, code, item, spoken, whole

LOAD = "import pickle\npickle.load(f)"
NAMED = "from transformers import AutoModel"
CALL = "model = AutoModel.from_pretrained('a/b', revision=REVISION)"
COMMIT = "0" * 20 + "1" * 20
Uri = Callable[[str], str]


def test_a_file_is_told_of_with_all_that_is_known(edit: Edit, uri: Uri) -> None:
    async def work(editor: Editor) -> None:
        name = uri("a.py")
        editor.open(name, LOAD)
        (found,) = await editor.rules(name, "pickle-load")
        assert found.range == types.Range(types.Position(1, 0), types.Position(1, 14))
        assert (found.source, found.severity) == ("aisec", types.DiagnosticSeverity.Error)
        assert found.code_description is not None
        assert found.code_description.href == "https://cwe.mitre.org/data/definitions/502.html"
        assert "pickle" in found.message
        assert editor.told[name].version == 1

    edit(work)


def test_severities(edit: Edit, uri: Uri) -> None:
    async def work(editor: Editor) -> None:
        name = uri("a.py")
        editor.open(name, f"import tarfile\ntarfile.open('a.tar').extractall()\n{NAMED}\nREVISION='main'\n{CALL}")
        found = await editor.rules(name, "unsafe-archive-extract", "hf-mutable-revision")
        by_rule = {str(each.code): each.severity for each in found}
        assert by_rule["unsafe-archive-extract"] == types.DiagnosticSeverity.Warning
        assert by_rule["hf-mutable-revision"] == types.DiagnosticSeverity.Information

    edit(work)


def test_findings_of_a_notebook_stand_in_their_cells(edit: Edit, uri: Uri) -> None:
    async def work(editor: Editor) -> None:
        first, second, third = editor.open_notebook(uri("n.ipynb"), "import pickle", "x = 1", "pickle.load(f)")
        (found,) = await editor.rules(third, "pickle-load")
        assert found.range.start == types.Position(0, 0)
        await editor.rules(first)
        await editor.rules(second)

    edit(work)


def test_a_constant_in_the_first_cell_pins_a_call_in_the_ninth(edit: Edit, uri: Uri) -> None:
    async def work(editor: Editor) -> None:
        name = uri("n.ipynb")
        between_them = [f"x{number} = {number}" for number in range(6)]
        cells = editor.open_notebook(name, "REVISION = 'main'", NAMED, *between_them, CALL)
        ninth = cells[8]
        await editor.rules(ninth, "hf-mutable-revision")
        editor.edit_cell(name, cells[0], 2, whole(f"REVISION = '{COMMIT}'"))
        await editor.rules(ninth)
        editor.edit_cell(name, cells[0], 3, between(0, 12, 52, "main"))
        await editor.rules(ninth, "hf-mutable-revision")
        # The others had nothing to say, and say it once.
        assert len(editor.history[cells[4]]) == 1

    edit(work)


def test_cells_come_go_and_move(edit: Edit, uri: Uri) -> None:
    async def work(editor: Editor) -> None:
        name = uri("n.ipynb")
        cells = editor.open_notebook(name, f"REVISION = '{COMMIT}'", NAMED, CALL)
        await editor.rules(cells[2])
        # One comes between that makes another revision of it.
        added = item(name, 3, "REVISION = 'main'")
        editor.change_cells(name, 2, structure(2, 0, [added.uri], did_open=[added]))
        await editor.rules(cells[2], "hf-mutable-revision")
        # It moves below the call, as an editor says it: taken out, and closed; put in, and opened.
        closed = types.TextDocumentIdentifier(added.uri)
        editor.change_cells(name, 3, structure(2, 2, [cells[2], added.uri], did_open=[added], did_close=[closed]))
        await editor.rules(cells[2])
        # Without closing it, up again.
        editor.change_cells(name, 4, structure(2, 2, [added.uri, cells[2]]))
        await editor.rules(cells[2], "hf-mutable-revision")
        # And it goes.
        editor.change_cells(name, 5, structure(2, 1, [], did_close=[closed]))
        await editor.rules(cells[2])

    edit(work)


def structure(
    start: int,
    gone: int,
    new: list[str],
    did_open: list[types.TextDocumentItem] | None = None,
    did_close: list[types.TextDocumentIdentifier] | None = None,
) -> types.NotebookDocumentCellChanges:
    array = types.NotebookCellArrayChange(start, gone, [code(each) for each in new])
    change = types.NotebookDocumentCellChangeStructure(array, did_open, did_close)
    return types.NotebookDocumentCellChanges(structure=change)


def test_a_cell_that_goes_takes_its_findings_along(edit: Edit, uri: Uri) -> None:
    async def work(editor: Editor) -> None:
        name = uri("n.ipynb")
        cells = editor.open_notebook(name, LOAD, LOAD)
        await editor.rules(cells[0], "pickle-load")
        await editor.rules(cells[1], "pickle-load")
        editor.change_cells(name, 2, structure(1, 1, [], did_close=[types.TextDocumentIdentifier(cells[1])]))
        await editor.rules(cells[1])
        # One that becomes text is code no more.
        prose = types.NotebookCell(types.NotebookCellKind.Markup, cells[0])
        editor.change_cells(name, 3, types.NotebookDocumentCellChanges(data=[prose]))
        await editor.rules(cells[0])

    edit(work)


def test_a_closed_document_has_no_findings(edit: Edit, uri: Uri) -> None:
    async def work(editor: Editor) -> None:
        name, script = uri("n.ipynb"), uri("a.py")
        (cell,) = editor.open_notebook(name, LOAD)
        editor.open(script, LOAD)
        await editor.rules(cell, "pickle-load")
        await editor.rules(script, "pickle-load")
        notebook = types.NotebookDocumentIdentifier(name)
        closed = types.DidCloseNotebookDocumentParams(notebook, [types.TextDocumentIdentifier(cell)])
        editor.notebook_document_did_close(closed)
        editor.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(script)))
        await editor.rules(cell)
        await editor.rules(script)
        # And can be opened again.
        editor.open(script, LOAD)
        await editor.rules(script, "pickle-load")

    edit(work)


def test_nothing_is_said_of_what_was_closed_while_it_was_looked_at(edit: Edit, uri: Uri) -> None:
    async def work(editor: Editor) -> None:
        names = [uri(f"{number}.py") for number in range(30)]
        for name in names:
            editor.open(name, LOAD)
            editor.edit(name, 2, whole(f"{LOAD}\n"))
            editor.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(name)))
        # One is asked after the other.
        editor.open(uri("last.py"), LOAD)
        await editor.rules(uri("last.py"), "pickle-load")
        assert not any(editor.names(name) for name in names)

    edit(work)


def test_what_is_not_saved_counts_and_the_file_does_not(edit: Edit, uri: Uri, project: Path) -> None:
    (project / "a.py").write_text(LOAD)

    async def work(editor: Editor) -> None:
        name = uri("a.py")
        editor.open(name, "x = 1\n")
        await editor.rules(name)
        editor.edit(name, 2, between(0, 0, 5, LOAD))
        await editor.rules(name, "pickle-load")
        assert editor.told[name].version == 2
        editor.text_document_did_save(types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(name)))
        editor.edit(name, 3, whole("x = 1\n"))
        await editor.rules(name)

    edit(work)


def test_while_a_cell_can_not_be_read_its_findings_stay(edit: Edit, uri: Uri) -> None:
    async def work(editor: Editor) -> None:
        name = uri("n.ipynb")
        imports, call = editor.open_notebook(name, "import pickle", "pickle.load(f)")
        await editor.rules(call, "pickle-load")
        editor.edit_cell(name, imports, 2, whole("import pickle, ("))
        # A question is answered when what is typed has been looked at.
        assert await editor.hover(call, 0, 3) is not None
        editor.edit_cell(name, call, 2, whole("pickle.load(f"))
        assert await editor.hover(call, 0, 3) is None
        assert len(editor.history[call]) == 1
        editor.edit_cell(name, call, 3, whole("pickle.load(f)"))
        await editor.until(lambda: editor.told[call].version == 3)
        assert editor.names(call) == ["pickle-load"]
        editor.edit_cell(name, imports, 3, whole("import json"))
        await editor.rules(call)

    edit(work)


def test_who_types_fast_sees_no_finding_come_and_go(edit: Edit, uri: Uri) -> None:
    async def work(editor: Editor) -> None:
        name = uri("a.py")
        editor.open(name, LOAD)
        for version in range(2, 60):
            editor.edit(name, version, between(0, 0, 0, "#\n"))
            if version % 10 == 0:
                await editor.hover(name, 0, 0)
        await editor.until(lambda: editor.told[name].version == 59)
        said = [[each.code for each in told.diagnostics] for told in editor.history[name]]
        assert said == [["pickle-load"]] * len(said)
        # Each was of the text that it was said of.
        for told in editor.history[name]:
            assert told.diagnostics[0].range.start.line == told.version

    edit(work)


def test_other_languages_and_stored_notebooks_are_let_be(edit: Edit, uri: Uri) -> None:
    stored = json.dumps({"cells": [{"cell_type": "code", "source": LOAD}], "nbformat": 4})

    async def work(editor: Editor) -> None:
        for number, (source, language) in enumerate([(stored, "json"), (stored, "python"), (LOAD, "markdown")]):
            editor.open(uri(f"{number}.ipynb"), source, language)
            editor.edit(uri(f"{number}.ipynb"), 2, between(0, 0, 0, " "))
        # jupyterlab-lsp sends the Python of a notebook under the notebook's name.
        editor.open(uri("v.ipynb"), LOAD)
        await editor.rules(uri("v.ipynb"), "pickle-load")
        assert not any(uri(f"{number}.ipynb") in editor.told for number in range(3))

    edit(work)


def test_a_document_that_was_never_saved(edit: Edit) -> None:
    async def work(editor: Editor) -> None:
        editor.open("untitled:Untitled-1", LOAD)
        await editor.rules("untitled:Untitled-1", "pickle-load")

    edit(work)


def test_the_project_chooses_the_rules(edit: Edit, uri: Uri, project: Path) -> None:
    settings = project / "pyproject.toml"
    settings.write_text('[tool.aisec.per-file-ignores]\n"old/**" = ["pickle-load"]\n')
    (project / "old").mkdir()

    async def work(editor: Editor) -> None:
        old, new = uri("old/a.py"), uri("b.py")
        editor.open(old, LOAD)
        editor.open(new, LOAD)
        await editor.rules(new, "pickle-load")
        await editor.rules(old)
        # Asked at the very beginning.
        assert editor.registered[0].method == types.WORKSPACE_DID_CHANGE_WATCHED_FILES
        settings.write_text('[tool.aisec]\nignore = ["pikle-load"]\n')
        changed = types.DidChangeWatchedFilesParams([types.FileEvent(settings.as_uri(), types.FileChangeType.Changed)])
        editor.workspace_did_change_watched_files(changed)
        await editor.until(lambda: "not-analysed" in editor.names(new))
        (said,) = [each for each in editor.told[new].diagnostics if each.code == "not-analysed"]
        assert "did you mean `pickle-load`?" in said.message
        settings.write_text("[tool.aisec]\n")
        editor.workspace_did_change_watched_files(changed)
        await editor.rules(old, "pickle-load")
        await editor.rules(new, "pickle-load")

    edit(work)


def test_a_rule_is_explained_where_it_is_pointed_at(edit: Edit, uri: Uri) -> None:
    async def work(editor: Editor) -> None:
        name = uri("a.py")
        editor.open(name, LOAD)
        await editor.rules(name, "pickle-load")
        hover = await editor.hover(name, 1, 3)
        assert hover is not None
        assert isinstance(hover.contents, types.MarkupContent)
        assert hover.contents.kind == types.MarkupKind.Markdown
        assert hover.contents.value.startswith("**pickle-load** (high)")
        assert "**Good**" in hover.contents.value
        assert "https://cwe.mitre.org/" in hover.contents.value
        assert hover.range == types.Range(types.Position(1, 0), types.Position(1, 14))
        assert await editor.hover(name, 0, 3) is None
        # What was just typed is looked at before the answer.
        editor.edit(name, 2, whole(f"\n\n{LOAD}"))
        assert await editor.hover(name, 1, 3) is None
        assert await editor.hover(name, 3, 3) is not None

    edit(work)


def test_an_editor_without_markdown_gets_text(edit: Edit, uri: Uri) -> None:
    async def work(editor: Editor) -> None:
        editor.open(uri("a.py"), LOAD)
        hover = await editor.hover(uri("a.py"), 1, 3)
        assert hover is not None
        assert isinstance(hover.contents, types.MarkupContent)
        assert hover.contents.kind == types.MarkupKind.PlainText
        assert "**" not in hover.contents.value

    plain = spoken()
    plain.text_document = None
    edit(work, plain)
