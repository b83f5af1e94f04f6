"""An editor knows of vulnerable packages what `check` knows of them: what the project keeps."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.lsp.conftest import Edit, Editor, whole

Uri = Callable[[str], str]
RULE = "known-vulnerable-version"
SETTINGS = f'[tool.aisec]\nselect = ["{RULE}"]\nadvisories = "known.json"\n'


def record(name: str, fixed: str) -> str:
    events = [{"introduced": "0"}, {"fixed": fixed}]
    affected = [{"package": {"name": name, "ecosystem": "PyPI"}, "ranges": [{"type": "ECOSYSTEM", "events": events}]}]
    return json.dumps([{"id": "CVE-2024-0001", "affected": affected}])


def test_what_the_project_keeps_is_known_and_known_anew(edit: Edit, uri: Uri, project: Path) -> None:
    (project / "pyproject.toml").write_text(SETTINGS)
    (project / "known.json").write_text(record("some-package", "1.2"))

    async def work(editor: Editor) -> None:
        notebook = uri("n.ipynb")
        (cell,) = editor.open_notebook(notebook, "%pip install some-package==1.0")
        (found,) = await editor.rules(cell, RULE)
        assert found.message.startswith("some-package 1.0 has CVE-2024-0001; install 1.2")
        (project / "known.json").write_text(record("another-package", "3.10"))
        editor.edit_cell(notebook, cell, 2, whole("%pip install another-package==3.9"))
        await editor.until(lambda: any("install 3.10" in each.message for each in editor.told[cell].diagnostics))
        (project / "known.json").write_text("{")
        editor.edit_cell(notebook, cell, 3, whole("%pip install another-package==3.8"))
        await editor.until(lambda: "not-analysed" in editor.names(cell))
        (said,) = [each for each in editor.told[cell].diagnostics if each.code == "not-analysed"]
        assert "can't read the advisories" in said.message
        (project / "known.json").write_text(record("another-package", "3.10"))
        editor.edit_cell(notebook, cell, 4, whole("%pip install another-package==3.10"))
        await editor.rules(cell)

    edit(work)


def test_who_does_not_ask_for_the_rule_needs_no_file(edit: Edit, uri: Uri, project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.aisec]\nadvisories = "none.json"\n')

    async def work(editor: Editor) -> None:
        editor.open(uri("a.py"), "import pickle\npickle.load(f)")
        await editor.rules(uri("a.py"), "pickle-load")

    edit(work)
