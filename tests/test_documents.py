from __future__ import annotations

import datetime as dt
import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_aisec.documents import Shelf
from jupyter_aisec.model import AisecError, AssetKind, DocumentState

ANSWERS = {"source": "the web", "licence": "CC-BY-4.0", "collected": "2024", "sensitivity": "public"}


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "assets")


def write(shelf: Shelf, answers: dict[str, str], sha256: str | None = "ab" * 32) -> Path:
    return shelf.write("data/a.csv", answers, sha256, AssetKind.DATASET)


def test_a_document_goes_from_missing_through_incomplete_to_documented(shelf: Shelf) -> None:
    assert shelf.state("data/a.csv") is DocumentState.MISSING
    write(shelf, {"source": "the web"})
    assert shelf.state("data/a.csv") is DocumentState.INCOMPLETE
    path = write(shelf, ANSWERS)
    assert path == shelf.folder / "data" / "a.csv.toml"
    assert shelf.state("data/a.csv") is DocumentState.DOCUMENTED
    assert shelf.read("data/a.csv").answers == ANSWERS


def test_an_empty_answer_takes_back_the_one_that_was_given(shelf: Shelf) -> None:
    write(shelf, ANSWERS | {"limits": "few cases"})
    write(shelf, {"limits": ""})
    assert shelf.read("data/a.csv").answers == ANSWERS


def test_a_document_about_other_bytes_is_stale(shelf: Shelf) -> None:
    write(shelf, ANSWERS, sha256="ab" * 32)
    assert shelf.state("data/a.csv", "ab" * 32) is DocumentState.DOCUMENTED
    assert shelf.state("data/a.csv", "cd" * 32) is DocumentState.STALE


def test_a_document_about_no_bytes_is_stale_as_soon_as_bytes_are_known(shelf: Shelf) -> None:
    write(shelf, ANSWERS, sha256=None)
    assert shelf.state("data/a.csv") is DocumentState.DOCUMENTED, "there is no digest to hold it against"
    document = shelf.read("data/a.csv", "ab" * 32)
    assert document.state is DocumentState.STALE
    assert "does not say about which bytes" in (document.problem or "")
    write(shelf, {}, sha256="ab" * 32)
    assert shelf.state("data/a.csv", "ab" * 32) is DocumentState.DOCUMENTED


def test_comments_and_words_of_people_stay(shelf: Shelf) -> None:
    path = write(shelf, ANSWERS)
    text = path.read_text().replace('licence = "CC-BY-4.0"', 'licence = "CC-BY-4.0"  # asked Ada\nreviewer = "Ada"')
    path.write_text(text)
    write(shelf, {"licence": "CC0-1.0"})
    assert "# asked Ada" in path.read_text()
    assert tomllib.loads(path.read_text())["reviewer"] == "Ada"
    assert shelf.read("data/a.csv").answers["licence"] == "CC0-1.0"


def test_a_date_written_as_a_date_is_an_answer(shelf: Shelf) -> None:
    path = write(shelf, ANSWERS)
    path.write_text(path.read_text().replace('collected = "2024"', "collected = 2024-05-01"))
    assert shelf.read("data/a.csv").answers["collected"] == "2024-05-01"
    assert shelf.state("data/a.csv") is DocumentState.DOCUMENTED


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("licence = ", "can't read"),
        ("licence = 'x'\nsource = what\n", "line 2, column 10"),
        ('sensitivity = "secret"', "must be one of public, internal"),
        ("licence = 3", "`licence` must be text: write it in quotes"),
        ('licence = ""', "`licence` is empty"),
        ('kind = "spaceship"', "no form for the kind `spaceship`"),
        ("# a thought\nlicence = 3", "line 2, column 11: `licence` must be text"),
        ('licence = "  "', "`licence` is empty"),
        ('retention = "n/a"', "line 1, column 13: `retention` does not apply: say why"),
        ("retention = { not-applicable = '' }", "say why"),
        ("sensitivity = { not-applicable = 'invented' }", "`sensitivity` always applies: it is one of public"),
        ('later = "soon"', "`later` must be a day"),
        ("kind = 'model'\nreview = 'soon'", "line 2, column 10: `review` must be a day, written as 2027-03-01"),
        ("\udcff\udcfe", "can't read"),
    ],
)
def test_a_file_that_is_no_document_is_unknown_and_never_empty(shelf: Shelf, text: str, said: str) -> None:
    path = shelf.path("a.csv")
    path.parent.mkdir(parents=True)
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    document = shelf.read("a.csv")
    assert document.state is DocumentState.UNKNOWN
    assert document.problem is not None
    assert said in document.problem
    assert "\n" not in document.problem


@pytest.mark.parametrize(
    "said",
    [
        "not applicable because it is invented",
        "Not applicable: it is invented",
        "n/a, it is invented",
        "N/A \u2013 because it is invented.",
        "not-applicable (it is invented)",
        {"not-applicable": "it is invented"},
    ],
)
def test_a_question_does_not_apply_for_a_reason_however_that_is_said(shelf: Shelf, said: object) -> None:
    path = shelf.write("a", {"licence": said, "retention": said}, None, AssetKind.DATASET)
    document = shelf.read("a")
    assert document.inapplicable == {"licence": "it is invented", "retention": "it is invented"}
    assert document.answers == {}
    assert tomllib.loads(path.read_text())["licence"] == {"not-applicable": "it is invented"}
    shelf.write("a", ANSWERS, None, AssetKind.DATASET)
    assert shelf.read("a").inapplicable.keys() == {"retention"}


@pytest.mark.parametrize("said", ["Not applicable to children", "nothing", "not known", "N/Amsterdam"])
def test_what_only_sounds_so_is_an_answer(shelf: Shelf, said: str) -> None:
    write(shelf, {"limits": said})
    assert shelf.read("data/a.csv").answers == {"limits": said}


def test_a_reason_closes_a_required_question(shelf: Shelf) -> None:
    write(shelf, ANSWERS | {"licence": "not applicable because it is invented"})
    assert shelf.state("data/a.csv") is DocumentState.DOCUMENTED
    with pytest.raises(AisecError, match="`licence` does not apply: say why"):
        write(shelf, {"licence": "n/a"})


def test_a_model_that_was_to_be_looked_at_again_is_stale(shelf: Shelf) -> None:
    today = dt.datetime.now(dt.UTC).date()
    answers = {"purpose": "to guess", "scope": "us", "limits": "all", "guardrails": "none", "review": str(today)}
    shelf.write("m", answers, "ab" * 32, AssetKind.MODEL)
    assert shelf.state("m", "ab" * 32) is DocumentState.DOCUMENTED
    past = str(today - dt.timedelta(days=1))
    shelf.write("m", {"review": past}, "ab" * 32, AssetKind.MODEL)
    document = shelf.read("m", "ab" * 32)
    assert document.state is DocumentState.STALE
    assert document.problem is not None
    assert past in document.problem


def test_one_file_that_nobody_can_read_does_not_hide_the_others(shelf: Shelf, tmp_path: Path) -> None:
    path = write(shelf, ANSWERS)
    (path.parent / "deep.toml").write_text("x = " + "[" * 9999)
    (tmp_path / "outside.toml").write_text('name = "outside"')
    (path.parent / "link.toml").symlink_to(tmp_path / "outside.toml")
    os.mkfifo(path.parent / "pipe.toml")
    assert list(shelf.names()) == ["data/a.csv"]
    assert shelf.state("data/deep") is DocumentState.UNKNOWN


def test_putting_off_changes_no_word_and_no_digest(shelf: Shelf) -> None:
    path = write(shelf, ANSWERS, sha256="ab" * 32)
    before = tomllib.loads(path.read_text())
    day = dt.date(2099, 1, 1)
    shelf.postpone("data/a.csv", day, AssetKind.DATASET)
    assert tomllib.loads(path.read_text()) == before | {"later": day}
    assert shelf.read("data/a.csv", "cd" * 32).later == day
    write(shelf, {"licence": "MIT"})
    assert shelf.read("data/a.csv").later is None


def test_putting_off_what_nobody_described_describes_nothing(shelf: Shelf) -> None:
    shelf.postpone("m", dt.date(2099, 1, 1), AssetKind.MODEL)
    assert shelf.read("m", "ab" * 32).state is DocumentState.MISSING


def test_one_name_has_one_kind(shelf: Shelf) -> None:
    write(shelf, ANSWERS)
    with pytest.raises(AisecError, match="is about a dataset of that name: give the model another name"):
        shelf.write("data/a.csv", {"purpose": "to guess"}, None, AssetKind.MODEL)


def test_writing_to_a_file_that_can_not_be_read_loses_nothing(shelf: Shelf) -> None:
    path = write(shelf, ANSWERS)
    path.write_text("licence = \n# a thought")
    with pytest.raises(AisecError, match="Mend it by hand"):
        write(shelf, {"licence": "CC0-1.0"})
    assert "# a thought" in path.read_text()


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"license": "MIT"}, "did you mean `licence`"),
        ({"colour": "red"}, "the form asks for source, licence"),
        ({"sensitivity": "very"}, "must be one of"),
    ],
)
def test_an_answer_that_is_not_asked_for_is_refused_in_one_line(
    shelf: Shelf, answers: dict[str, str], said: str
) -> None:
    with pytest.raises(AisecError, match=said):
        write(shelf, answers)
    assert not shelf.folder.exists()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=60))
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "assets"
    path = Shelf(folder).path(name)
    assert path.resolve().is_relative_to(folder.resolve())
    assert "\0" not in str(path)


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "a/../../b", "..\\..\\b", "..", "", "x\0y", "CON:"]
)
def test_hostile_names_stay_inside(tmp_path: Path, name: str) -> None:
    path = Shelf(tmp_path / "assets").path(name)
    assert path.resolve().is_relative_to((tmp_path / "assets").resolve())
    assert ":" not in path.name


def test_what_was_written_is_private_to_nobody(shelf: Shelf) -> None:
    assert write(shelf, ANSWERS).stat().st_mode & 0o044 == 0o044
    assert [path.name for path in shelf.folder.rglob(".*")] == []
