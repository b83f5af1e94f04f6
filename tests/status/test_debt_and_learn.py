from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from jupyter_aisec.claims import Debt
from jupyter_aisec.commands.debt import Owed
from jupyter_aisec.model import AisecError
from tests.conftest import Shell
from tests.status.conftest import Ask, Trained, notebook
from tests.status.released import git

LOAD = "import pickle\nmodel = pickle.load(open('theirs.pkl', 'rb'))"


def warned(project: Path) -> None:
    """A notebook whose library said that a call will go."""
    path = project / "nb.ipynb"
    found = json.loads(path.read_text())
    text = ["nb.py:1: FutureWarning: append is deprecated\n", "  frame.append(row)\n"]
    found["cells"][0]["outputs"] = [{"output_type": "stream", "name": "stderr", "text": text}]
    path.write_text(json.dumps(found, indent=1))


def kinds(found: Any) -> set[str]:
    return {each["kind"] for each in found["debts"]}


def test_what_was_put_off_with_its_age(project: Path, ask: Ask) -> None:
    notebook(project / "nb.ipynb", "x = 1  # TODO take the real data", "!pip install pandas")
    warned(project)
    git(project, "init", "-q")
    git(project, "add", "nb.ipynb")
    date = {"GIT_COMMITTER_DATE": "2024-02-03T12:00:00Z", "GIT_AUTHOR_DATE": "2024-02-03T12:00:00Z"}
    words = ["git", "-c", "user.name=Ada", "-c", "user.email=a@example.org", "commit", "-q", "-m", "x"]
    subprocess.run(words, cwd=project, env={"PATH": "/usr/bin:/bin", **date}, check=True)
    found = ask("debt")
    assert kinds(found) == {"put off", "not pinned", "deprecated call"}
    by_kind = {each["kind"]: each for each in found["debts"]}
    assert by_kind["put off"]["since"] == by_kind["not pinned"]["since"] == "2024-02-03"
    assert by_kind["deprecated call"]["said"] == "append is deprecated"
    assert by_kind["deprecated call"]["since"] is None
    assert found["debts"][-1]["kind"] == "deprecated call", "of what nobody knows the age, last"
    assert found["files"] == 1
    path = project / "nb.ipynb"
    path.write_text(path.read_text().replace("take the real data", "take other data"))
    assert {each["kind"]: each for each in ask("debt")["debts"]}["put off"]["since"] is None, "not committed yet"


def test_a_decision_is_debt_and_one_that_ended_more_so(trained: Trained, ask: Ask, project: Path) -> None:
    trained(LOAD)
    step = next(each["next_step"] for row in ask("status")["rows"] for each in row["claims"] if each["id"] == "1.1.b")
    fingerprint = re.findall(r"[0-9a-f]{16}", step)[0]
    ask("decide", fingerprint, "accept", "a demonstration", "--by", "Ada", "--until", "2099-01-01")
    assert kinds(ask("debt")) == {"decided finding"}
    path = project / ".aisec" / "decisions.toml"
    path.write_text(re.sub(r"(?m)^(on|until) = .*", r"\1 = 2020-01-01", path.read_text()))
    found = ask("debt")
    assert kinds(found) == {"decision that ended"}
    assert found["debts"][0]["since"] == "2020-01-01"
    assert ask("status")["debts"] == found["debts"]


def test_a_stale_document_is_debt(trained: Trained, ask: Ask, project: Path) -> None:
    trained()
    ask("document", "train.csv", "--set", "sensitivity=public")
    assert not kinds(ask("debt"))
    (project / "train.csv").write_text("a,y\n2,1\n")
    trained(session="t")
    assert [(each["kind"], each["place"]) for each in ask("debt")["debts"]] == [("stale document", "train.csv")]


def test_a_file_that_is_not_there_is_an_error_in_one_line(aisec: Shell) -> None:
    done = aisec("debt", "nope.ipynb")
    said = "nope.ipynb was not analysed as a whole: no such file; check the path\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, said, "")


def test_a_document_that_can_not_be_read_is_named(trained: Trained, ask: Ask, project: Path) -> None:
    trained()
    ask("document", "train.csv", "--set", "sensitivity=public")
    (project / ".aisec" / "assets" / "train.csv.toml").write_text("licence = ")
    assert ["train.csv.toml" in each for each in ask("debt")["problems"]] == [True]


def test_a_day_to_come_has_no_age() -> None:
    today = dt.date(2026, 1, 1)
    text = Owed((Debt("put off", "x", "y", dt.date(2026, 2, 9)),), 1, (), today).text()
    assert "2026-02-09" in text
    assert "days" not in text


def test_debt_says_what_it_could_not_look_at(project: Path, aisec: Shell) -> None:
    (project / "nb.ipynb").write_text("{")
    done = aisec("debt")
    assert done.returncode == 2
    assert "nb.ipynb was not analysed as a whole" in done.stdout
    assert "Nothing was found" not in done.stdout
    notebook(project / "nb.ipynb", "x = 1  # FIXME <b>soon</b>")
    done = aisec("debt")
    assert done.returncode == 1
    assert "# FIXME <b>soon</b>" in done.stdout


def test_a_lesson_for_each_rule_that_found_something(project: Path, ask: Ask, aisec: Shell) -> None:
    notebook(project / "nb.ipynb", LOAD, "!pip install pandas")
    notebook(project / "other.ipynb", LOAD)
    found = ask("learn")
    assert [each["rule"] for each in found["lessons"]] == ["pickle-load", "pip-unpinned"]
    first = found["lessons"][0]
    assert [each["file"] for each in first["places"]] == ["nb.ipynb", "other.ipynb"]
    assert first["bad"]
    assert first["good"]
    done = aisec("learn")
    assert done.returncode == 0, done.stderr
    assert "other.ipynb, cell 1, line 2" in done.stdout
    assert "Good:" in done.stdout
    assert done.stdout.rstrip().endswith("Next: jupyter aisec learn 2")
    done = aisec("learn", "2")
    assert "pip-unpinned" in done.stdout
    assert done.stdout.rstrip().endswith("jupyter aisec learn --done --by NAME")


def test_with_nothing_found_there_is_no_lesson(project: Path, aisec: Shell) -> None:
    notebook(project / "nb.ipynb", "x = 1")
    done = aisec("learn")
    assert done.returncode == 0
    assert "No known pattern was found in 1 file" in done.stdout
    assert "secure" not in done.stdout


def test_an_entry_of_training_is_written_and_read(trained: Trained, ask: Ask, project: Path) -> None:
    trained(LOAD)
    ask("learn", "--done", "--by", "Ada", "--on", "2024-02-03")
    text = (project / ".aisec" / "training.toml").read_text()
    assert "on = 2024-02-03" in text
    assert "until = 2025-02-02" in text
    assert "pickle-load" in text
    (project / ".aisec" / "training.toml").write_text(text.replace("who", "name"))
    found = ask("status")
    assert "training.toml" in found["problems"][0]
    row = found["rows"][0]
    assert row["claims"][0]["state"] == "unknown"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--done",), "say who learnt it"),
        (("--by", "Ada"), "learn --done --by NAME"),
        (("--done", "--by", "Ada", "--on", "2999-01-01"), "yet to come"),
        (("--done", "--by", "Ada", "--on", "soon"), "is no date"),
        (("--done", "--by", " "), "`who` is not there, or empty"),
        (("7",), "no lesson '7'"),
    ],
)
def test_what_cannot_be_learnt_or_noted(project: Path, ask: Ask, words: tuple[str, ...], said: str) -> None:
    notebook(project / "nb.ipynb", LOAD)
    with pytest.raises(AisecError, match=said) as raised:
        ask("learn", *words)
    assert "\n" not in str(raised.value)


def test_nothing_that_a_checkout_configures_is_run(trained: Trained, ask: Ask, project: Path) -> None:
    trained("x = 1  # TODO y")
    git(project, "init", "-q")
    (project / ".gitattributes").write_text("*.ipynb filter=evil diff=evil\n")
    git(project, "add", ".")
    git(project, "commit", "-q", "-m", "First")
    evil = f"touch {project / 'was-run'}; cat"
    for key in ("filter.evil.clean", "filter.evil.smudge", "diff.evil.textconv", "diff.evil.command", "core.pager"):
        git(project, "config", key, evil)
    git(project, "config", "core.fsmonitor", f"touch {project / 'was-run'}")
    path = project / "nb.ipynb"
    path.write_text(path.read_text() + "\n")
    assert "put off" in kinds(ask("status"))
    assert "put off" in kinds(ask("debt"))
    assert not (project / "was-run").exists()
