from __future__ import annotations

import datetime as dt
import json
import re
import tomllib
from pathlib import Path

import pytest

from jupyter_aisec.knowledge.guidelines import claims
from jupyter_aisec.model import AisecError
from tests.conftest import Shell
from tests.status.conftest import Ask, Trained, claim, notebook, states

LOAD = "import pickle\nmodel = pickle.load(open('theirs.pkl', 'rb'))"


def test_with_no_model_all_is_missing_whatever_people_said(aisec: Shell, project: Path) -> None:
    (project / ".aisec" / "statements.toml").write_text(
        '[[statement]]\nclaim = "1.2.b"\nby = "Ada"\non = 2026-01-01\nuntil = 2099-01-01\ntext = "x"\n'
    )
    done = aisec("status", "--format", "json")
    found = json.loads(done.stdout)
    assert done.returncode == 0
    assert found["candidate"] is None
    assert len(found["rows"]) == 17
    assert {row["state"] for row in found["rows"]} == {"missing"}
    assert set(found["rows"][0]) == {"id", "title", "area", "state", "claims", "next_step", "maps_to"}
    assert set(states(found).values()) == {"missing"}


def test_a_row_says_what_is_known_and_what_to_do(trained: Trained, ask: Ask) -> None:
    trained()
    found = ask("status")
    assert found["candidate"]["name"] == "model.bin"
    said = states(found)
    assert {said[each] for each in ("1.1.b", "1.3.c", "2.1.b", "2.2.d", "2.4.a", "3.5.a")} == {"verified"}
    assert said["2.2.a"] == said["3.2.a"] == "unknown"
    assert {said[each] for each in found["unjudged"]} == {"missing"}
    assert "no known pattern" in claim(found, "1.3.c")["known"][0]["said"]
    assert claim(found, "1.2.c")["next_step"] == "jupyter aisec document train.csv"
    assert "the owner of train.csv" in claim(found, "2.2.a")["missing"]
    for row in found["rows"]:
        assert (row["next_step"] is None) == (row["state"] in ("stated", "verified", "not-applicable"))


def test_nothing_stays_verified_when_cells_that_made_it_are_gone(trained: Trained, ask: Ask, project: Path) -> None:
    trained()
    notebook(project / "nb.ipynb", "print('nothing to see here')")
    said = states(ask("status"))
    assert {said[each] for each in ("1.1.b", "1.3.c", "2.1.b", "2.2.d", "2.4.a", "3.5.a")} == {"stale"}


def test_nothing_stays_stated_when_bytes_change(trained: Trained, ask: Ask, project: Path) -> None:
    trained()
    ask("state", "1.2.c", "public", "--by", "Ada")
    ask("state", "3.4.c", "approved in review 12", "--by", "Grace")
    said = states(ask("status"))
    assert said["1.2.c"] == said["3.4.c"] == "stated"
    (project / "train.csv").write_text("a,y\n9,9\n")
    (project / "model.bin").write_bytes(b"other")
    said = states(ask("status"))
    assert said["1.2.c"] == said["3.4.c"] == "stale"
    assert said["3.2.a"] == "fail"
    trained(session="again")
    assert states(ask("status"))["3.4.c"] == "stale", "it is about the model before"


def test_a_file_that_was_only_touched_is_the_same(trained: Trained, ask: Ask, project: Path) -> None:
    trained()
    ask("state", "1.2.c", "public", "--by", "Ada")
    (project / "train.csv").write_bytes((project / "train.csv").read_bytes())
    assert states(ask("status"))["1.2.c"] == "stated"


def test_a_comment_silences_nothing_here(trained: Trained, ask: Ask) -> None:
    trained(LOAD.replace("'rb'))", "'rb'))  # aisec: ignore[pickle-load] ours"))
    found = ask("status")
    assert states(found)["1.1.b"] == states(found)["1.3.c"] == "fail"
    assert [each["kind"] for each in found["debts"]] == ["silenced"]


def test_a_person_decides_a_finding_but_proves_nothing_by_it(trained: Trained, ask: Ask) -> None:
    trained(LOAD)
    step = claim(ask("status"), "1.1.b")["next_step"]
    fingerprint = re.search(r"decide ([0-9a-f]{16}) accept", step)
    assert fingerprint is not None
    ask("decide", fingerprint[1], "accept", "a demonstration", "--by", "Ada", "--until", "2099-01-01")
    said = states(ask("status"))
    assert said["1.1.b"] == "verified", "that is what the claim asks: a named person, a reason, an end"
    assert said["1.3.c"] == "fail", "accepted is not mended"
    ask("decide", fingerprint[1], "not-applicable", "our own file", "--by", "Ada", "--until", "2099-01-01")
    assert states(ask("status"))["1.3.c"] == "stated"


def test_a_claim_about_nothing_can_be_set_aside_until_a_day(trained: Trained, ask: Ask, project: Path) -> None:
    trained()
    assert states(ask("status"))["2.3.c"] == "missing"
    ask("decide", "2.3.c", "not-applicable", "no language model", "--by", "Ada", "--until", "2099-01-01")
    assert states(ask("status"))["2.3.c"] == "not-applicable"
    path = project / ".aisec" / "decisions.toml"
    path.write_text(re.sub(r"(?m)^(on|until) = .*", r"\1 = 2020-01-01", path.read_text()))
    assert states(ask("status"))["2.3.c"] == "stale"


@pytest.mark.parametrize("broken", ["[[statement]\n", "claim = 3\n", '[[statement]]\nclaim = "1.2.b"\n'])
def test_what_cannot_be_read_is_unknown_and_never_empty(trained: Trained, ask: Ask, project: Path, broken: str) -> None:
    trained()
    (project / ".aisec" / "statements.toml").write_text(broken)
    found = ask("status")
    assert states(found)["1.2.b"] == "unknown"
    assert "statements.toml" in found["problems"][0]
    assert states(found)["1.3.c"] == "unknown", "a person may have said that it does not hold"
    (project / ".aisec" / "statements.toml").unlink()
    (project / ".aisec" / "decisions.toml").write_text("[[decision]\n")
    found = ask("status")
    assert "decisions.toml" in found["problems"][0]
    assert states(found)["1.3.c"] == "verified", "no decision says that a claim does not hold"


@pytest.mark.parametrize(("what", "by"), [(r"\Z", "oops = ["), (r"until = .*", 'until = "2027"')])
def test_a_failure_that_cannot_be_read_any_more_is_not_verified(
    trained: Trained, ask: Ask, project: Path, what: str, by: str
) -> None:
    trained()
    assert states(ask("status"))["1.3.c"] == "verified"
    ask("state", "1.3.c", "--fails", "it unpickles", "--by", "Ada", "--about", "nb.ipynb")
    assert states(ask("status"))["1.3.c"] == "fail"
    path = project / ".aisec" / "statements.toml"
    path.write_text(re.sub(what, by, path.read_text(), count=1))
    assert states(ask("status"))["1.3.c"] == "unknown"


def test_documents_answer_for_data(trained: Trained, ask: Ask, project: Path) -> None:
    trained()
    shelf = project / ".aisec" / "assets"
    shelf.mkdir()
    answers = 'source = "made"\nlicence = "CC0"\ncollected = "2026"\nsensitivity = "public"\n'
    (shelf / "train.csv.toml").write_text(f'name = "train.csv"\nkind = "dataset"\n{answers}')
    assert states(ask("status"))["1.2.c"] == "unknown", "it does not say about which bytes"
    ask("document", "train.csv", "--set", "sensitivity=internal")
    found = ask("status")
    assert states(found)["1.2.c"] == "stated"
    assert "retention" in claim(found, "2.3.a")["missing"]
    for said in (answers, 'sensitivity = "public"\n'):
        other = f'name = "train.csv"\nkind = "dataset"\n{said}sha256 = "{"0" * 64}"\n'
        (shelf / "train.csv.toml").write_text(other)
        assert states(ask("status"))["1.2.c"] == "stale"


@pytest.mark.parametrize("form", ["text", "html", "md"])
def test_reports_escape_everything_have_no_script_and_promise_nothing(
    trained: Trained, aisec: Shell, form: str
) -> None:
    hostile = "<script>alert(1)<\u202e|`[x](javascript:x).csv".replace("/", "")
    trained(data=hostile)
    done = aisec("status", "--format", form)
    assert done.returncode == 0, done.stderr
    assert "\u202e" not in done.stdout
    assert "compliant" not in done.stdout.lower()
    assert not re.search(r"\b(?:is|are|be) secure\b", done.stdout)
    for kind in ("checks of data (1.3.f)", "restore rehearsals", "privacy tests", "monitoring in use"):
        assert kind in done.stdout
    if form == "md":
        assert "](javascript:" not in done.stdout
    if form != "text":
        assert "<script" not in done.stdout
        assert "OWASP" in done.stdout


def test_bad_questions_are_answered_in_one_line(trained: Trained, ask: Ask) -> None:
    trained()
    for words, said in (
        (("status", "train.csv"), "is no model"),
        (("status", "modle.bin"), "did you mean 'model.bin'"),
        (("state", "9.9.z", "x", "--by", "Ada"), "no claim"),
        (("state", "1.2.b", "x", "--by", " "), "`by` is not there, or empty"),
        (("state", "1.2.b", "x", "--by", "Ada", "--until", "soon"), "no date"),
        (("state", "1.2.b", "x", "--by", "Ada", "--until", "2001-01-01"), "before it begins"),
        (("state", "1.2.c", "x", "--by", "Ada", "--about", "other.csv"), "it has train.csv"),
        (("decide", "pickle", "accept", "x", "--by", "Ada", "--until", "2099-01-01"), "no fingerprint"),
    ):
        with pytest.raises(AisecError, match=said) as raised:
            ask(*words)
        assert "\n" not in str(raised.value)


def test_the_day_that_counts_is_said(aisec: Shell) -> None:
    said = aisec("state", "1.2.b", "docs/impact.md", "--by", "Ada", "--until", "2099-01-01").stdout
    last = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=claims()["1.2.b"].valid_days)
    assert f"until {last}" in said


ENTRY = 'claim = "1.2.b", by = "Ada", on = 2026-01-01, until = 2026-02-01, text = "t"'


def test_a_last_line_without_an_end_is_not_written_on(project: Path, ask: Ask) -> None:
    path = project / ".aisec" / "statements.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text("[[statement]]\n" + ENTRY.replace(", ", "\n"))
    ask("state", "1.3.a", "docs/why.md", "--by", "Ada")
    found = tomllib.loads(path.read_text())["statement"]
    assert [(each["claim"], each["text"]) for each in found] == [("1.2.b", "t"), ("1.3.a", "docs/why.md")]


@pytest.mark.parametrize("there", ["statement = []\n", f"statement = [{{{ENTRY}}}]\n", "[statement]\nby = 1\n"])
def test_what_cannot_be_added_to_is_left_as_it_is(project: Path, ask: Ask, there: str) -> None:
    path = project / ".aisec" / "statements.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(there)
    with pytest.raises(AisecError, match=r"^can't add to .*\[\[statement\]\], then try again$"):
        ask("state", "1.3.a", "docs/why.md", "--by", "Ada")
    assert path.read_text() == there


def test_comments_in_the_files_are_kept(trained: Trained, ask: Ask, project: Path) -> None:
    trained()
    path = project / ".aisec" / "statements.toml"
    path.write_text("# reviewed every quarter\n")
    ask("state", "1.2.b", "docs/impact.md", "--by", "Ada")
    ask("state", "1.3.a", "docs/why.md", "--by", "Ada")
    assert path.read_text().startswith("# reviewed every quarter\n")
    assert path.read_text().count("[[statement]]") == 2
    said = states(ask("status"))
    assert said["1.2.b"] == said["1.3.a"] == "stated"
