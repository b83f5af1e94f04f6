"""A person at a notebook, in a real kernel."""

from __future__ import annotations

import json
from pathlib import Path

from jupyter_aisec import journal
from jupyter_aisec.model import Verb
from tests.kernel.conftest import Notebook, Opener

DATA = "import pandas as pd\npd.DataFrame({'x': [1.0, 2.0], 'y': [0, 1]}).to_csv('mine.csv', index=False)"
READ = "frame = pd.read_csv('mine.csv')"
FIT = "from sklearn.linear_model import LogisticRegression\nmodel = LogisticRegression().fit(frame[['x']], frame['y'])"


def uses(project: Path) -> list[journal.Use]:
    return [use for log in journal.read_all(project / ".aisec" / "journal") for use in log.uses]


def test_a_finding_stands_under_the_cell_as_one_block_and_the_cell_runs(notebook: Notebook) -> None:
    ran = notebook.run("import pickle\nvalue = pickle.loads(pickle.dumps([1, 2]))\nprint('ran', value)")
    assert ran.status == "ok"
    assert "ran [1, 2]" in ran.text
    assert "pickle-load" in ran.text
    assert "line 2" in ran.text
    assert "pickle-load" in ran.html
    assert "<script" not in ran.html
    assert len(ran.data) == 1


def test_a_finding_in_hostile_code_is_shown_as_text(notebook: Notebook) -> None:
    ran = notebook.run('!pip install "evil<img src=x onerror=alert(1)>" --no-index -q 2>/dev/null')
    assert "pip-unpinned" in ran.html
    assert "<img" not in ran.html


def test_block_refuses_a_cell_with_a_high_finding_in_one_line_and_lets_others_run(notebook: Notebook) -> None:
    assert "does not run" in notebook.run("%aisec on block").text
    ran = notebook.run("import pickle\nopen('made', 'w').close()\npickle.loads(b'')")
    assert ran.status == "error"
    assert "Cell not run" in ran.error
    assert len(ran.error.splitlines()) == 1
    assert not Path("made").exists()
    assert notebook.run("open('made', 'w').close()").status == "ok"
    assert Path("made").exists()
    assert notebook.run("%aisec on warn").status == "ok"
    assert notebook.run("import pickle\npickle.loads(pickle.dumps(1))").status == "ok"


def test_the_mode_of_the_settings_holds_from_the_first_cell(project: Path, open_notebook: Opener) -> None:
    (project / "pyproject.toml").write_text("[tool.aisec]\nmode = 'block'\n")
    notebook = open_notebook()
    notebook.run("%load_ext jupyter_aisec")
    assert notebook.run("import pickle\npickle.loads(b'')").status == "error"


def test_settings_that_are_not_understood_are_said_once_and_nothing_breaks(
    project: Path, open_notebook: Opener
) -> None:
    (project / "pyproject.toml").write_text("[tool.aisec]\nmod = 'block'\n")
    notebook = open_notebook()
    ran = notebook.run("%load_ext jupyter_aisec")
    assert ran.status == "ok"
    assert "did you mean `mode`" in ran.text
    assert notebook.run("1 + 1").text.strip() == "2"


def test_a_new_source_is_announced_once_in_one_line_and_never_blocks(notebook: Notebook, project: Path) -> None:
    (project / "given.csv").write_text("x,y\n1,0\n2,1\n")
    first = notebook.run("import pandas as pd\nframe = pd.read_csv('given.csv')")
    assert first.status == "ok"
    assert first.text.count("given.csv") == 2
    assert "%aisec document given.csv" in first.text
    assert len(first.text.strip().splitlines()) == 1
    assert notebook.run("frame = pd.read_csv('given.csv')").text == ""


def test_data_that_was_made_here_of_data_that_is_known_is_not_asked_about(notebook: Notebook, project: Path) -> None:
    (project / "given.csv").write_text("x,y\n1,0\n2,1\n")
    notebook.run("import pandas as pd\nframe = pd.read_csv('given.csv')")
    notebook.run("frame.to_csv('made.csv')")
    assert notebook.run("again = pd.read_csv('made.csv')").text == ""


def test_the_cell_that_loads_the_extension_is_watched_to_its_end(open_notebook: Opener, project: Path) -> None:
    notebook = open_notebook()
    notebook.run(f"%load_ext jupyter_aisec\n{DATA}\n{READ}")
    assert [(use.verb, use.cell, use.line) for use in uses(project)] == [(Verb.WROTE, 1, 3), (Verb.READ, 1, 4)]


def test_uses_know_their_cell_by_id_number_and_line(notebook: Notebook, project: Path) -> None:
    for source in (DATA, READ, f"\n{FIT}"):
        notebook.run(source)
    [wrote, read, fitted] = uses(project)
    assert (wrote.cell_id, wrote.cell, wrote.line) == ("cell-2", 2, 2)
    assert (read.cell_id, read.cell, read.line) == ("cell-3", 3, 1)
    assert (fitted.cell_id, fitted.cell, fitted.line) == ("cell-4", 4, 3)
    [log] = journal.read_all(project / ".aisec" / "journal")
    assert log.session.notebook == "work.ipynb"
    assert (project / ".aisec" / ".gitignore").read_text() == "journal/\n"


def test_a_notebook_that_reads_nothing_leaves_no_trace(notebook: Notebook, project: Path) -> None:
    notebook.run("x = 1")
    notebook.run("%aisec")
    assert not (project / ".aisec" / "journal").exists()
    assert not (project / "mlflow.db").exists()


def test_errors_of_the_user_are_the_users_own(notebook: Notebook) -> None:
    ran = notebook.run("import pandas as pd\npd.read_csv('absent.csv')")
    assert ran.status == "error"
    assert "FileNotFoundError" in ran.error
    assert "jupyter_aisec" not in ran.error
    assert notebook.run("def f(:\n  pass").status == "error"
    assert notebook.run("print('on')").text == "on\n"


def test_document_by_a_cell_of_toml(notebook: Notebook, project: Path) -> None:
    (project / "given.csv").write_text("x,y\n1,0\n2,1\n")
    notebook.run("import pandas as pd\nframe = pd.read_csv('given.csv')")
    ran = notebook.run(
        "%%aisec document given.csv\nsource = 'a friend'\nlicence = 'CC0-1.0'\ncollected = 2024-01-01\n"
        "sensitivity = 'public'"
    )
    assert "given.csv: documented" in ran.text
    text = (project / ".aisec" / "assets" / "given.csv.toml").read_text()
    assert 'licence = "CC0-1.0"' in text
    assert "all documented" in notebook.run("%aisec").text
    wrong = notebook.run("%%aisec document given.csv\nlicense = 'MIT'")
    assert wrong.status == "error"
    assert "did you mean `licence`" in wrong.text + wrong.error


def test_document_without_answers_shows_a_form(notebook: Notebook, project: Path) -> None:
    (project / "given.csv").write_text("x,y\n1,0\n")
    notebook.run("import pandas as pd\nframe = pd.read_csv('given.csv')")
    ran = notebook.run("%aisec document")
    assert ran.status == "ok", ran.error
    assert any("application/vnd.jupyter.widget-view+json" in each for each in ran.data)


def test_lineage_is_drawn_and_the_same_as_json(notebook: Notebook) -> None:
    for source in (DATA, READ, FIT):
        notebook.run(source)
    drawn = notebook.run("%aisec lineage")
    assert "<svg" in drawn.html
    assert "mine.csv" in drawn.html
    said = json.loads(notebook.run("%aisec lineage --format json").text)
    kinds = {node["kind"] for node in said["nodes"]}
    assert {"dataset", "model"} <= kinds
    named = {node["id"]: node["name"] for node in said["nodes"]}
    fitted = [edge for edge in said["edges"] if edge["verb"] == "fitted"]
    assert [(named[edge["source"]], named[edge["target"]]) for edge in fitted] == [("mine.csv", "LogisticRegression")]
    assert {edge["certainty"] for edge in said["edges"]} <= {"observed", "inferred"}


def test_the_overview_says_what_is_going_on(notebook: Notebook, project: Path) -> None:
    assert "no cell was checked yet" in notebook.run("%aisec").text
    (project / "given.csv").write_text("x,y\n1,0\n")
    notebook.run("import pandas as pd, pickle\nframe = pd.read_csv('given.csv')\npickle.loads(pickle.dumps(1))")
    said = notebook.run("%aisec").text
    for word in (
        "warn",
        "work.ipynb",
        f"sqlite:///{project}/mlflow.db",
        "1 high",
        "1 read, 1 not documented",
        "given.csv",
    ):
        assert word in said


def test_an_unknown_word_is_answered_with_the_nearest_and_help_helps(notebook: Notebook) -> None:
    ran = notebook.run("%aisec linage")
    assert ran.status == "error"
    assert "did you mean `lineage`" in ran.text + ran.error
    assert "usage: %aisec lineage" in notebook.run("%aisec lineage --help").text
    everything = notebook.run("%aisec --help").text
    for name in ("check", "document", "explain", "lineage", "off", "on", "rules", "sources", "sync"):
        assert f"  {name} " in everything
    wrong = notebook.run("%aisec lineage --formt json")
    assert "--help` shows what it takes" in wrong.text + wrong.error


def test_tab_completes_commands_options_and_names(notebook: Notebook, project: Path) -> None:
    (project / "given.csv").write_text("x,y\n1,0\n")
    notebook.run("import pandas as pd\nframe = pd.read_csv('given.csv')")

    def matches(text: str) -> list[str]:
        reply = notebook.client.complete(text, len(text), reply=True, timeout=30)
        return reply["content"]["matches"]

    assert "lineage" in matches("%aisec lin")
    assert {"check", "explain", "rules"} <= set(matches("%aisec "))
    assert "--format" in matches("%aisec lineage --")
    assert "given.csv" in matches("%aisec document gi")


def test_off_leaves_everything_alone_and_on_goes_on(notebook: Notebook, project: Path) -> None:
    notebook.run(DATA)
    before = len(uses(project))
    assert "no longer" in notebook.run("%aisec off").text
    ran = notebook.run(
        f"{READ}\nimport pickle\npickle.loads(pickle.dumps(1))\nprint(hasattr(pd.read_csv, '__wrapped__'))"
    )
    assert ran.text == "False\n"
    assert len(uses(project)) == before
    notebook.run("%aisec on")
    notebook.run(READ)
    assert len(uses(project)) == before + 1


def test_unload_and_reload(notebook: Notebook) -> None:
    assert notebook.run("%unload_ext jupyter_aisec").status == "ok"
    assert notebook.run("import pickle\npickle.loads(pickle.dumps(1))").data[0]["text/plain"] == "1"
    assert notebook.run("%aisec").status == "error"
    assert notebook.run("%load_ext jupyter_aisec").status == "ok"
    assert "pickle-load" in notebook.run("pickle.loads(pickle.dumps(1))").text


def test_completion_leaves_no_trace_in_the_lineage(notebook: Notebook, project: Path) -> None:
    notebook.run(f"import pickle\n{DATA}")
    before = len(uses(project))
    for text in ("pd.read_", "pickle.lo", "pd.DataFrame().to_"):
        notebook.client.complete(text, len(text), reply=True, timeout=30)
    notebook.run("x = 1")
    assert len(uses(project)) == before


def test_the_mirror_is_no_child_that_the_user_waits_for(notebook: Notebook) -> None:
    notebook.run(DATA)
    ran = notebook.run(
        "import os\nif os.fork() == 0: os._exit(0)\ncount = 0\n"
        "try:\n    while True:\n        os.wait(); count += 1\nexcept ChildProcessError: pass\nprint(count)",
        timeout=20,
    )
    assert "1" in ran.text.splitlines()  # newer Pythons warn of any fork of a kernel, before it or behind


def test_rules_and_choices_are_completed_and_nothing_else(notebook: Notebook) -> None:
    def matches(text: str) -> list[str]:
        return notebook.client.complete(text, len(text), reply=True, timeout=30)["content"]["matches"]

    assert "pickle-load" in matches("%aisec explain pickle-l")
    assert matches("%aisec sources --format ") == ["text", "json"]
    assert "and" not in matches("%aisec ")
    assert matches("%aisec check --fo") == ["--format"]


def test_check_agrees_with_what_stood_under_the_cell(open_notebook: Opener) -> None:
    notebook = open_notebook()
    notebook.run("import pickle")
    notebook.run("%load_ext jupyter_aisec")
    assert "pickle-load" in notebook.run("pickle.loads(pickle.dumps(1))").text
    said = notebook.run("%aisec check").text
    assert "pickle-load" in said
    assert "cell 3" in said


def test_autologging_adds_no_models_of_its_own(notebook: Notebook, project: Path) -> None:
    (project / "given.csv").write_text("x,y\n" + "".join(f"{n},{n % 2}\n" for n in range(40)))
    notebook.run(
        f"import mlflow, pandas as pd\nmlflow.set_tracking_uri('sqlite:///{project}/mlflow.db')\nmlflow.autolog(silent=True)"
    )
    notebook.run("frame = pd.read_csv('given.csv')")
    notebook.run(FIT, timeout=180)
    made = sorted((use.verb, use.name) for use in uses(project) if use.verb is not Verb.READ)
    assert made == [(Verb.FITTED, "LogisticRegression"), (Verb.LOGGED, "model")]
