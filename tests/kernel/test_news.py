"""The kernel says that there is something new, and nothing else: which session, when a cell has recorded something."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from jupyter_aisec.journal import read_all
from tests.kernel.conftest import Notebook, Opener

READ = "import pandas as pd\nframe = pd.read_csv('given.csv')"


@pytest.fixture(autouse=True)
def _given(project: Path) -> None:
    (project / "given.csv").write_text("x,y\n1,2\n")


def session(project: Path) -> str:
    [log] = read_all(project / ".aisec" / "journal")
    return log.session.id


def later(notebook: Notebook, seconds: float = 30) -> dict[str, Any]:
    """The next news, after the cell is done."""
    while True:
        got = notebook.client.get_iopub_msg(timeout=seconds)
        if got["msg_type"] == "comm_open":
            data: dict[str, Any] = got["content"]["data"]
            return data


def test_a_cell_that_reads_is_news_and_so_is_its_digest(project: Path, notebook: Notebook) -> None:
    assert notebook.run("1 + 1").news == []
    ran = notebook.run(READ)
    assert {"session": session(project)} in ran.news
    if len(ran.news) == 1:  # the digest was not there before the cell ended
        assert later(notebook) == {"session": session(project)}
    [log] = read_all(project / ".aisec" / "journal")
    assert log.hashes
    assert notebook.run("frame.describe()").news == []
    assert ran.status == "ok"


def test_answers_given_in_a_cell_are_news(project: Path, notebook: Notebook) -> None:
    notebook.run(READ)
    notebook.run("%aisec sources")  # waits for the digest
    ran = notebook.run("%%aisec document given.csv\nlicence = 'CC-BY-4.0'")
    assert ran.status == "ok", ran.error
    assert (ran.news or [later(notebook)])[0] == {"session": session(project)}


def test_no_news_after_unloading_and_none_from_a_forked_child(notebook: Notebook) -> None:
    fork = "import os\npid = os.fork()\nif pid == 0:\n    pd.read_csv('given.csv')\n"
    fork += (
        "    get_ipython().events.trigger('post_run_cell', type('R', (), {'error_in_exec': None})())\n    os._exit(0)\n"
    )
    notebook.run("import pandas as pd")
    ran = notebook.run(fork + "os.waitpid(pid, 0)[1]")
    # Python from 3.12 on warns of forks, in front of it.
    assert ran.text.strip().endswith("\n0") or ran.text.strip() == "0", ran.error
    assert ran.news == []
    assert notebook.run("%unload_ext jupyter_aisec").status == "ok"
    assert notebook.run(READ).news == []


def test_news_needs_no_page_and_warns_of_nothing(open_notebook: Opener) -> None:
    notebook = open_notebook(PYTHONWARNINGS="error::DeprecationWarning:comm,error::DeprecationWarning:ipykernel")
    notebook.run("%load_ext jupyter_aisec")
    ran = notebook.run(f"import warnings\nimport pandas as pd\nwarnings.simplefilter('error')\n{READ}")
    assert ran.status == "ok", ran.error
    assert ran.news
    assert notebook.run("1").text.strip() == "1"


def test_news_comes_where_the_settings_of_ipython_load_the_extension(open_notebook: Opener, tmp_path: Path) -> None:
    profile = tmp_path / "ipython" / "profile_default"
    profile.mkdir(parents=True)
    (profile / "ipython_kernel_config.py").write_text('c.IPKernelApp.extensions = ["jupyter_aisec"]')
    notebook = open_notebook(IPYTHONDIR=str(tmp_path / "ipython"))
    assert notebook.run(READ).news


def test_an_executed_notebook_has_nothing_of_it(project: Path) -> None:
    cells = [nbformat.v4.new_code_cell(each) for each in ("%load_ext jupyter_aisec", READ, "%aisec sync")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, resources={"metadata": {"path": str(project)}}).execute()
    assert "comm" not in nbformat.writes(notebook)
    assert "widgets" not in notebook.metadata


def test_a_terminal_says_nothing_of_it(project: Path) -> None:
    code = f"%load_ext jupyter_aisec\n{READ}\nimport sys, comm\nprint('loop', get_ipython().magics_manager"
    code += ".registry['AisecMagics']._loop)\nprint(comm.get_comm_manager().comms)\n"
    ran = subprocess.run(
        [sys.executable, "-m", "IPython", "--simple-prompt", "--no-banner"],
        input=code, cwd=project, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert "loop None" in ran.stdout
    assert "{}" in ran.stdout
    assert ran.stderr == ""
