"""What a notebook asks a person to describe: once, after the cell, in a line; and the form in which it is done."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path

from jupyter_aisec.documents import Shelf
from jupyter_aisec.model import AssetKind
from tests.kernel.conftest import Notebook, Opener

READ = "import pandas as pd\nframe = pd.read_csv('{}')"
SAVE = "import joblib\nfrom sklearn.linear_model import Ridge\njoblib.dump(Ridge().fit([[1], [2]], [1, 2]), '{}')"


def test_columns_that_speak_of_people_are_named_when_the_data_are_new(notebook: Notebook, project: Path) -> None:
    (project / "people.csv").write_text("rooms,email\n1,nobody@example.com\n")
    said = notebook.run(READ.format("people.csv"))
    assert "Column `email` looks like data about people. Say what it is: %aisec document people.csv" in said.text
    assert len(said.text.strip().splitlines()) == 1
    assert "`email` looks like data about people" in notebook.run("%aisec document people.csv").text


def test_a_model_is_asked_about_in_one_line_and_once(notebook: Notebook, project: Path) -> None:
    said = notebook.run(SAVE.format("m.joblib"))
    asked = [line for line in said.text.splitlines() if line.startswith("aisec: New model")]
    assert asked == ["aisec: New model, not documented: m.joblib. Say what it is for: %aisec document m.joblib"]
    assert "New model" not in notebook.run(SAVE.format("m.joblib")).text
    done = notebook.run(
        "%%aisec document m.joblib\npurpose = 'a test'\nscope = { not-applicable = 'nobody uses it' }\n"
        "limits = 'all'\nguardrails = 'not applicable because nobody uses it'\nreview = 2099-01-01"
    )
    assert "m.joblib: documented" in done.text, done.error
    kept = tomllib.loads((project / ".aisec" / "assets" / "m.joblib.toml").read_text())
    assert kept["kind"] == "model"
    assert kept["scope"] == kept["guardrails"] == {"not-applicable": "nobody uses it"}
    assert len(kept["sha256"]) == 64


def test_whoever_puts_it_off_is_reminded_when_the_day_has_come(open_notebook: Opener, project: Path) -> None:
    today = dt.datetime.now(dt.UTC).date()
    shelf = Shelf(project / ".aisec" / "assets")
    for name, day in (("due.csv", today), ("later.csv", today + dt.timedelta(days=2))):
        (project / name).write_text("x,y\n1,0\n")
        shelf.postpone(name, day, AssetKind.DATASET)
    notebook = open_notebook()
    notebook.run("%load_ext jupyter_aisec")
    assert "%aisec document due.csv" in notebook.run(READ.format("due.csv")).text
    assert notebook.run(READ.format("later.csv")).text == ""


def test_the_form_takes_a_reason_and_a_confirmation(notebook: Notebook, project: Path) -> None:
    (project / "given.csv").write_text("x,y\n1,0\n")
    notebook.run(READ.format("given.csv"))
    opened = (
        "from jupyter_aisec import widgets\nfrom jupyter_aisec.commands.document import opened\n"
        "kernel = get_ipython().magics_manager.registry['AisecMagics'].kernel\n"
        "kernel.settle(30)\nform = widgets.form(opened(kernel.project, 'given.csv'))\n"
        "field = {each.description.partition(' ')[0]: each for each in form.children if hasattr(each, 'value')}\n"
        "[save, later, said] = form.children[-1].children\n"
    )
    notebook.run("%aisec document given.csv --later 2099-01-01")
    done = notebook.run(
        f"{opened}later.click()\nprint(said.value)\nsave.click()\nprint(said.value)\n"
        "field['Under'].value = 'n/a'\nsave.click()\nprint(said.value)\n"
        "field['Under'].value = 'n/a: made by us'\nsave.click()\nprint(said.value, '|', field['Under'].value)"
    )
    lines = done.text.strip().splitlines()
    assert "Nobody is reminded before" in lines[0], done.error
    assert "no question is answered yet" in lines[1]
    assert "say why" in lines[2]
    assert "still asked: source, collected, sensitivity" in lines[3]
    assert lines[3].endswith("| not applicable because made by us")
    notebook.run("%aisec document given.csv --set source=us --set collected=2024 --set sensitivity=public")
    (project / "given.csv").write_text("x,y\n2,1\n")
    notebook.run(READ.format("given.csv"))
    stale = notebook.run(f"{opened}print(save.description)\nsave.click()\nprint(said.value)")
    assert stale.text.splitlines()[0] == "Confirm"
    assert "✓ Saved, documented." in stale.text
