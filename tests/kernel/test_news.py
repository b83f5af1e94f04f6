"""The kernel says that there is something new, and nothing else: which session, as soon as that is so."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from jupyter_aisec import outbox
from jupyter_aisec.journal import Log, read_all
from tests.kernel.conftest import Notebook, Opener

READ = "import pandas as pd\nframe = pd.read_csv('given.csv')"
WAIT = "\nimport time, pathlib\nwhile not pathlib.Path('go').exists():\n    time.sleep(0.01)"


@pytest.fixture(autouse=True)
def _given(project: Path) -> None:
    (project / "given.csv").write_text("x,y\n1,2\n")


def log(project: Path) -> Log:
    [found] = read_all(project / ".aisec" / "journal")
    return found


def test_a_page_that_comes_later_is_told_what_was_said_last(project: Path, notebook: Notebook) -> None:
    assert notebook.hear() == "watching"
    notebook.run("1 + 1")
    assert notebook.standing() == ["watching"]
    assert notebook.run(READ).status == "ok"
    assert notebook.hear() == log(project).session.id
    assert notebook.standing() == [log(project).session.id]


def test_a_kernel_that_is_told_to_stop_does_not_watch(notebook: Notebook) -> None:
    assert notebook.hear() == "watching"
    notebook.run("%aisec off")
    assert notebook.hear() is None
    assert notebook.standing() == []
    notebook.run("%aisec on")
    assert notebook.hear() == "watching"
    notebook.run("%unload_ext jupyter_aisec")
    assert notebook.hear() is None
    assert notebook.standing() == []


def test_a_long_cell_keeps_no_news_back(project: Path, notebook: Notebook) -> None:
    assert notebook.hear() == "watching"
    cell = notebook.start(READ + WAIT)
    assert notebook.hear() == log(project).session.id
    # Who asks at each of them comes to know the digest, and that MLflow has it.
    while not log(project).hashes:
        notebook.hear()
    while not outbox.cursor(log(project)).runs:
        notebook.hear()
    (project / "go").touch()
    assert notebook.ran(cell).status == "ok"


def test_what_the_mirror_could_not_bring_is_news(project: Path, open_notebook: Opener) -> None:
    notebook = open_notebook(MLFLOW_TRACKING_URI="http://127.0.0.1:9")
    notebook.run("%load_ext jupyter_aisec")
    notebook.run(READ)
    while outbox.cursor(log(project)).problem is None:
        notebook.hear()


def test_an_edited_cell_that_ran_again_is_news(project: Path, notebook: Notebook) -> None:
    notebook.run(READ)
    while not outbox.cursor(log(project)).runs:
        notebook.hear()
    before = len(log(project).cells)
    notebook.heard()
    notebook.run("frame.describe()")
    assert notebook.hear() == log(project).session.id
    assert len(log(project).cells) == before + 1


def test_a_thousand_uses_are_a_few_news(project: Path, notebook: Notebook) -> None:
    written = "for n in range(1000):\n    pd.DataFrame({'n': [n]}).to_csv('made.csv')"
    assert notebook.run(f"{READ}\n{written}").status == "ok"
    assert len(log(project).uses) == 1001
    notebook.run("%aisec sources")  # waits for the digests
    assert len(notebook.heard()) < 40


def test_answers_given_in_a_cell_are_news(project: Path, notebook: Notebook) -> None:
    notebook.run(READ)
    while not outbox.cursor(log(project)).runs:
        notebook.hear()
    notebook.heard()
    ran = notebook.run("%%aisec document given.csv\nlicence = 'CC-BY-4.0'")
    assert ran.status == "ok", ran.error
    assert notebook.hear() == log(project).session.id


def test_no_news_after_unloading_and_none_from_a_forked_child(project: Path, notebook: Notebook) -> None:
    fork = "import os\npid = os.fork()\nif pid == 0:\n    pd.read_csv('given.csv')\n"
    fork += (
        "    get_ipython().events.trigger('post_run_cell', type('R', (), {'error_in_exec': None})())\n    os._exit(0)\n"
    )
    notebook.run("import pandas as pd")
    ran = notebook.run(fork + "os.waitpid(pid, 0)[1]")
    # Python from 3.12 on warns of forks, in front of it.
    assert ran.text.strip().endswith("\n0") or ran.text.strip() == "0", ran.error
    assert notebook.heard() == ["watching"]
    assert notebook.run("%unload_ext jupyter_aisec").status == "ok"
    assert notebook.run(READ).status == "ok"
    notebook.run("%load_ext jupyter_aisec")
    notebook.run(READ)
    assert [notebook.hear() for _ in range(3)] == [None, "watching", log(project).session.id]


def test_news_needs_no_page_and_warns_of_nothing(project: Path, open_notebook: Opener) -> None:
    notebook = open_notebook(PYTHONWARNINGS="error::DeprecationWarning:comm,error::DeprecationWarning:ipykernel")
    notebook.run("%load_ext jupyter_aisec")
    ran = notebook.run(f"import warnings\nimport pandas as pd\nwarnings.simplefilter('error')\n{READ}")
    assert ran.status == "ok", ran.error
    assert [notebook.hear(), notebook.hear()] == ["watching", log(project).session.id]
    assert notebook.run("1").text.strip() == "1"


def test_news_comes_where_the_settings_of_ipython_load_the_extension(
    project: Path, open_notebook: Opener, tmp_path: Path
) -> None:
    profile = tmp_path / "ipython" / "profile_default"
    profile.mkdir(parents=True)
    (profile / "ipython_kernel_config.py").write_text('c.IPKernelApp.extensions = ["jupyter_aisec"]')
    notebook = open_notebook(IPYTHONDIR=str(tmp_path / "ipython"))
    assert notebook.standing() == ["watching"]
    assert notebook.run(READ).status == "ok"
    assert notebook.hear() == log(project).session.id


def test_an_executed_notebook_has_nothing_of_it(project: Path) -> None:
    cells = [nbformat.v4.new_code_cell(each) for each in ("%load_ext jupyter_aisec", READ, "%aisec sync")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, resources={"metadata": {"path": str(project)}}).execute()
    assert "comm" not in nbformat.writes(notebook)
    assert "widgets" not in notebook.metadata


def test_a_terminal_says_nothing_of_it(project: Path) -> None:
    code = f"%load_ext jupyter_aisec\n{READ}\nimport sys, comm\nprint('kernel', get_ipython().magics_manager"
    code += ".registry['AisecMagics']._news._kernel)\nprint(comm.get_comm_manager().comms)\n"
    ran = subprocess.run(
        [sys.executable, "-m", "IPython", "--simple-prompt", "--no-banner"],
        input=code, cwd=project, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert "kernel None" in ran.stdout
    assert "{}" in ran.stdout
    assert ran.stderr == ""
