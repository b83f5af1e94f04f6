"""How a language server begins, ends, and bears what it is given."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from lsprotocol import types

from tests.conftest import Shell
from tests.lsp.conftest import COMMAND, SECONDS, Editor, alone, gone, spoken, whole
from tests.server.test_check_process import assert_ends, children, watched

LOAD = "import pickle\npickle.load(f)"
Uri = Callable[[str], str]


def worker_of(editor: Editor) -> int:
    """The analysis process of a server that was asked before."""
    (found,) = [
        pid for pid in children(editor.process.pid) if b"checking.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]
    return found


def test_an_end_that_was_not_said_before_is_none_that_should_be(uri: Uri) -> None:
    async def life() -> int:
        editor = Editor()
        await editor.begin(spoken())
        editor.open(uri("a.py"), LOAD)
        editor.exit(None)
        try:
            return await asyncio.wait_for(editor.process.wait(), SECONDS)
        finally:
            await gone(editor)

    assert asyncio.run(life()) == 1


def test_when_the_pipe_closes_it_ends_with_all_that_it_started(uri: Uri) -> None:
    async def life() -> None:
        editor = Editor()
        await editor.begin(spoken())
        try:
            editor.open(uri("a.py"), LOAD)
            await editor.rules(uri("a.py"), "pickle-load")
            worker = worker_of(editor)
            # An answer is waited for that will not come.
            os.kill(worker, signal.SIGSTOP)
            editor.edit(uri("a.py"), 2, whole("x = 1"))
            with watched(editor.process.pid) as server, watched(worker) as analysis:
                assert editor.process.stdin is not None
                editor.process.stdin.close()
                await asyncio.to_thread(assert_ends, server)
                await asyncio.to_thread(assert_ends, analysis)
        finally:
            await gone(editor)

    asyncio.run(life())


def test_when_the_editor_is_killed_it_ends() -> None:
    editor = (
        "import subprocess, sys\n"
        f"server = subprocess.Popen({COMMAND!r}, stdin=subprocess.PIPE, stdout=subprocess.PIPE)\n"
        "print(server.pid, flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", editor], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        with watched(int(process.stdout.readline())) as server:
            process.kill()
            assert_ends(server)


def test_who_waits_for_an_analysis_holds_nobody_else(uri: Uri) -> None:
    async def work(editor: Editor) -> None:
        known, stuck = uri("a.py"), uri("b.py")
        editor.open(known, LOAD)
        await editor.rules(known, "pickle-load")
        worker = worker_of(editor)
        os.kill(worker, signal.SIGSTOP)
        editor.open(stuck, LOAD)
        assert await editor.hover(known, 1, 3) is not None
        # A question about what is being looked at is answered too: that nothing is known yet.
        assert await editor.hover(stuck, 1, 3) is None
        assert stuck not in editor.told
        os.kill(worker, signal.SIGKILL)
        await editor.rules(stuck, "pickle-load")
        assert worker_of(editor) != worker

    asyncio.run(alone(work, spoken()))


def test_an_analysis_that_died_is_followed_by_another(uri: Uri) -> None:
    async def work(editor: Editor) -> None:
        cells = editor.open_notebook(uri("n.ipynb"), "import pickle", "pickle.load(f)")
        await editor.rules(cells[1], "pickle-load")
        with watched(worker_of(editor)) as worker:
            os.kill(worker_of(editor), signal.SIGKILL)
            await asyncio.to_thread(assert_ends, worker)
        # Of what was not typed in since, the new one has to be told too.
        editor.edit_cell(uri("n.ipynb"), cells[0], 2, whole("import json"))
        await editor.rules(cells[1])

    asyncio.run(alone(work, spoken()))


def test_hostile_cells(uri: Uri) -> None:
    hostile = [
        "(" * 200_000,
        "-" * 100_000 + "1",
        "x = '" + "\\N{" * 50_000,
        "a" + ".b" * 100_000,
        "\x00\ud800\x0c",
        "!" + "$(" * 20_000,
        "f'" + "{" * 10_000,
        "x = " + " + ".join(["'a'"] * 50_000),
    ]

    async def work(editor: Editor) -> None:
        cells = editor.open_notebook(uri("n.ipynb"), *hostile, LOAD)
        await editor.rules(cells[-1], "pickle-load")
        editor.edit_cell(uri("n.ipynb"), cells[0], 2, whole("import pickle"))
        editor.edit_cell(uri("n.ipynb"), cells[-1], 2, whole("pickle.load(g)"))
        assert await editor.hover(cells[-1], 0, 3) is not None

    asyncio.run(alone(work, spoken()))


def test_what_is_no_message_or_makes_no_sense_ends_nothing(uri: Uri) -> None:
    async def life() -> None:
        editor = Editor()
        await editor.begin(spoken())
        try:
            assert editor.process.stdin is not None
            for body in (b"{", b'{"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": 3}', b"[" * 100_000):
                editor.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
            editor.edit(uri("never-opened.py"), 2, whole("x"))
            editor.edit_cell(uri("never-opened.ipynb"), "cell", 2, whole("x"))
            closed = types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri("never-opened.py")))
            editor.text_document_did_close(closed)
            assert await editor.hover(uri("never-opened.py"), 10**6, 10**6) is None
            editor.open(uri("a.py"), LOAD)
            editor.edit(uri("a.py"), 2, whole(f"{LOAD}\n"))
            await editor.rules(uri("a.py"), "pickle-load")
            assert await editor.end() == 0
        finally:
            await gone(editor)

    asyncio.run(life())


def test_without_pygls_one_line_says_what_to_install(project: Path) -> None:
    for missing in ("pygls", "lsprotocol", "pygls.lsp.server"):
        code = (
            f"import sys; sys.modules[{missing!r}] = None\nfrom jupyter_aisec.cli import main\nsys.exit(main(['lsp']))"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=project, input="", capture_output=True, text=True, timeout=60, check=False
        )
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == "aisec: the language server needs pygls 2: pip install 'jupyter-aisec[lsp]'\n"


def test_a_person_is_told_that_an_editor_starts_it(project: Path) -> None:
    ours, theirs = pty.openpty()
    try:
        done = subprocess.run(
            COMMAND, cwd=project, stdin=theirs, capture_output=True, text=True, timeout=60, check=False
        )
    finally:
        os.close(ours)
        os.close(theirs)
    assert done.returncode == 2
    assert re.fullmatch(r"aisec: an editor starts the language server, .*\n", done.stderr)


def test_words_on_the_command_line(aisec: Shell) -> None:
    helped = aisec("lsp", "--help")
    assert helped.returncode == 0
    assert helped.stdout.startswith("usage: jupyter aisec lsp")
    assert "\n  lsp " in aisec("--help").stdout
    wrong = aisec("lsp", "--tcp")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "no option `--tcp`" in wrong.stderr
    # What editors add that can speak in other ways too; nobody speaks here.
    assert aisec("lsp", "--stdio", input="").returncode == 1


def test_what_the_readme_tells_editors_to_start(aisec: Shell) -> None:
    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text()
    settings = json.loads(re.findall(r"```json\n(.*?)```", readme, re.DOTALL)[0])
    of_code = [settings["glspc.server.command"], *settings["glspc.server.commandArguments"]]
    of_neovim = re.findall(r"'([^']+)'", re.findall(r"cmd = \{(.*?)\}", readme)[0])
    assert of_code == of_neovim
    assert of_code[0] == "jupyter-aisec"
    assert aisec(*of_code[1:], input="").returncode == 1
