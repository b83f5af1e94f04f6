"""What a person sees of words about other bytes, and how all of them are confirmed at once."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jupyter_aisec import commands
from jupyter_aisec.commands.document.required import refusal
from jupyter_aisec.journal import Journal, now
from jupyter_aisec.model import AisecError, AssetKind, Certainty, Hashed, Session, Source, Use, Verb
from jupyter_aisec.project import Project
from jupyter_aisec.report.words import visible

NASTY = "people & <b>.csv"

Run = Callable[..., Any]


class Book:
    """A journal that is written on: each training reads the data and saves the model, both by these bytes."""

    def __init__(self, project: Path) -> None:
        self.root = project
        self._count = 0

    def train(self, data: str, model: str, *, rows: int, name: str = NASTY) -> None:
        self._count += 1
        book = Journal(self.root / ".aisec" / "journal" / f"{self._count}.jsonl")

        def use(key: str, verb: Verb, kind: AssetKind, name: str, *sources: Source, **more: Any) -> Use:
            return Use(key, now(), verb, kind, key, name, name, "call", 1, "c", 1, sources, **more)

        facts = {"rows": rows, "columns": 2, "schema": "a: int64, b: int64"}
        book.write(
            Session(f"s{self._count}", now(), "a.ipynb", 1, "3.11"),
            use("d", Verb.READ, AssetKind.DATASET, name, facts=facts),
            use("m", Verb.SAVED, AssetKind.MODEL, "m.bin", Source("d", Certainty.OBSERVED)),
            Hashed("d", now(), data * 64, rows * 10),
            Hashed("m", now(), model * 64, 9),
        )
        book.close()


@pytest.fixture
def book(project: Path) -> Book:
    return Book(project)


@pytest.fixture
def run(book: Book) -> Run:
    def call(*words: str) -> Any:
        options = commands.parser(words[0], "jupyter aisec").parse_args(list(words[1:]))
        return commands.load(words[0]).run(Project.open(book.root), options)

    return call


@pytest.fixture
def described(book: Book, run: Run) -> Book:
    book.train("a", "1", rows=3)
    run(
        "document",
        NASTY,
        "--set",
        "source=x",
        "--set",
        "licence=x",
        "--set",
        "collected=x",
        "--set",
        "sensitivity=public",
    )
    run("document", "m.bin", *(f"--set={key}=x" for key in ("purpose", "scope", "limits", "guardrails")))
    assert run("document", "--confirm").text() == "No document is stale: there is nothing to confirm."
    return book


def test_a_model_that_was_only_trained_again_is_stale_and_says_that_its_data_are_the_same(
    described: Book, run: Run
) -> None:
    described.train("a", "2", rows=3)
    found = run("document", "--confirm")
    assert [each["name"] for each in found.data()["stale"]] == ["m.bin"]
    assert found.data()["stale"][0]["changed"] == "made of the same data, byte for byte"
    assert "it changed since this was written, for it was made anew" in run("document", "m.bin").text()
    assert "since it was described: made of the same data" in run("document", "m.bin").text()
    assert run("document", "--confirm").data() == found.data(), "to look is not to confirm"


def test_a_model_of_data_that_nobody_saw_is_not_said_to_be_of_the_same(described: Book, run: Run) -> None:
    book = Journal(described.root / ".aisec" / "journal" / "unseen.jsonl")
    went_in = (Source("d", Certainty.OBSERVED), Source("unknown", Certainty.INFERRED))
    book.write(
        Session("unseen", now(), "a.ipynb", 1, "3.11"),
        Use("d", now(), Verb.READ, AssetKind.DATASET, "d", NASTY, NASTY, "call", 1, "c", 1),
        Use("m", now(), Verb.SAVED, AssetKind.MODEL, "m", "m.bin", "m.bin", "call", 1, "c", 1, went_in),
        Hashed("d", now(), "a" * 64, 30),
        Hashed("m", now(), "2" * 64, 9),
    )
    book.close()
    assert [each["changed"] for each in run("document", "--confirm").data()["stale"]] == ["something went in unseen"]


@pytest.mark.usefixtures("described")
def test_confirming_says_what_the_state_is_then(run: Run) -> None:
    run("document", "m.bin", "--set", "review=2020-01-01")
    run("document", NASTY, "--set", "licence=")
    text = run("document", NASTY, "m.bin", "--confirm").text().splitlines()
    assert text[0] == f"{NASTY}: document incomplete"
    assert text[1].startswith("m.bin: document stale: it was to be looked at again by 2020-01-01")


def test_a_name_like_an_option_is_put_so_that_it_is_a_name(described: Book, run: Run) -> None:
    described.train("b", "1", rows=3, name="-x.csv")
    text = run("document", "--", "-x.csv").text()
    assert "jupyter aisec document --set KEY=VALUE -- -x.csv" in text
    assert run("document", "--set", "source=x", "--", "-x.csv").document.answers == {"source": "x"}


def test_names_of_data_are_shown_and_not_obeyed(described: Book, run: Run) -> None:
    described.train("b", "2", rows=3, name="\x1b[2Ja\x07.csv")
    text = run("document", "m.bin").text()
    assert "<U+001B>[2Ja<U+0007>.csv is new" in text
    assert not set(text) & {"\x1b", "\x07"}


def test_what_changed_is_said_and_all_is_confirmed_by_one_line(described: Book, run: Run) -> None:
    described.train("b", "2", rows=4)
    text = run("document", "--confirm").text()
    assert "2 documents are stale" in text
    assert "rows 3 → 4, size 30 bytes → 40 bytes" in text
    assert f"{visible(NASTY)} is another" in text
    assert f"If all of it still holds: jupyter aisec document '{NASTY}' m.bin --confirm" in text
    assert "<b>" not in (run("document", "--confirm").html() or "")
    assert run("sources").text().endswith("Next: jupyter aisec document --confirm, which shows what is stale and why")
    assert run("document", NASTY, "m.bin", "--confirm").text() == f"{NASTY}: documented\nm.bin: documented"
    assert json.loads(json.dumps(run("document", "--confirm").data())) == {"stale": []}


def test_words_that_name_no_bytes_are_not_taken_for_words_about_these(described: Book, run: Run) -> None:
    project = Project.open(described.root)
    path = project.documents.path(NASTY)
    path.write_text(path.read_text().replace(f'sha256 = "{"a" * 64}"', ""))
    assert [each["changed"] for each in run("document", "--confirm").data()["stale"]] == [
        "it does not say about which bytes that was"
    ]
    assert f"document '{NASTY}' --confirm" in run("document", "--confirm").text()
    assert "Everything is documented" not in run("sources").text()
    (described.root / "pyproject.toml").write_text('[tool.aisec]\ndocumentation = "require"\n')
    assert "(document stale)" in refusal(Project.open(described.root), [project.documents.read(NASTY, "a" * 64)])
    assert run("document", NASTY, "--confirm").text().startswith(f"{NASTY}: documented")


def test_what_can_not_be_confirmed_confirms_nothing(described: Book, run: Run) -> None:
    described.train("b", "2", rows=4)
    path = Project.open(described.root).documents.path("m.bin")
    path.write_text("purpose = ")
    with pytest.raises(AisecError, match="can't read"):
        run("document", NASTY, "m.bin", "--confirm")
    assert [each["name"] for each in run("document", "--confirm").data()["stale"]] == [NASTY]
    with pytest.raises(AisecError, match="one at a time"):
        run("document", NASTY, "m.bin", "--set", "licence=MIT")


@pytest.mark.usefixtures("described")
def test_a_review_that_is_due_is_not_confirmed_away(run: Run) -> None:
    run("document", "m.bin", "--set", "review=2020-01-01")
    text = run("document", "--confirm").text()
    assert "the day of its review is over" in text
    assert "If all of it" not in text


def test_models_and_prompts_are_listed_each_once_by_its_newest_bytes(described: Book, run: Run) -> None:
    for data, model in (("b", "2"), ("c", "3")):
        described.train(data, model, rows=5)
    found = run("sources").data()
    assert [(each["name"], each["sha256"]) for each in found["sources"]] == [(NASTY, "c" * 64)]
    assert [(each["name"], each["sha256"]) for each in found["others"]] == [("m.bin", "3" * 64)]
    run("document", NASTY, "m.bin", "--confirm")
    assert run("sources").text().endswith("Everything is documented.")
    assert "1 read, all documented" in run("overview").text()


def test_what_was_said_of_a_file_that_was_renamed_can_be_taken_over(described: Book, run: Run) -> None:
    described.train("a", "2", rows=3, name="moved/renamed.csv")
    text = run("document", "moved/renamed.csv").text()
    assert "document missing" in text, "the name is another, and a person says whether the words hold for it"
    assert f"To take that over: jupyter aisec document moved/renamed.csv --like '{NASTY}'" in text
    done = run("document", "moved/renamed.csv", "--like", NASTY, "--set", "licence=MIT")
    assert done.text().startswith("moved/renamed.csv: documented")
    assert done.data()["answers"] == {"source": "x", "licence": "MIT", "collected": "x", "sensitivity": "public"}
    assert "To take that over" not in run("document", "moved/renamed.csv").text()


@pytest.mark.parametrize(
    ("first", "then"), [("-first.csv", "then.csv"), ("first.csv", "-then.csv"), ("-a.csv", "-b.csv")]
)
def test_how_to_take_words_over_can_be_typed_whatever_the_names(
    described: Book, run: Run, first: str, then: str
) -> None:
    described.train("b", "2", rows=3, name=first)
    run("document", "--set", "source=the clinic", "--", first)
    described.train("b", "3", rows=3, name=then)
    line = next(each for each in run("document", "--", then).text().split("\n") if "To take that over" in each)
    run(*shlex.split(line.partition(": jupyter aisec ")[2]))
    assert run("document", "--", then).data()["answers"]["source"] == "the clinic"


def test_what_is_taken_over_fills_gaps_and_replaces_nothing(described: Book, run: Run) -> None:
    path = Project.open(described.root).documents.path(NASTY)
    path.write_text(path.read_text() + 'reviewer = "Ada"\n')
    described.train("a", "2", rows=3, name="new.csv")
    run("document", "new.csv", "--set", "licence=MIT", "--set", "source=n/a because made here")
    run("document", "new.csv", "--like", NASTY)
    found = run("document", "new.csv").data()
    assert found["answers"] == {"licence": "MIT", "collected": "x", "sensitivity": "public"}
    assert found["not_applicable"] == {"source": "made here"}
    for names in ((), ("new.csv", "m.bin")):
        with pytest.raises(AisecError, match="for one asset: name that one"):
            run("document", *names, "--confirm", "--like", NASTY)


def test_words_whose_review_is_over_are_not_taken_over(described: Book, run: Run) -> None:
    book = Journal(described.root / ".aisec" / "journal" / "copy.jsonl")
    use = Use("n", now(), Verb.SAVED, AssetKind.MODEL, "n", "new.bin", "new.bin", "call", 1, "c", 1)
    book.write(Session("copy", now(), "a.ipynb", 1, "3.11"), use, Hashed("n", now(), "1" * 64, 9))
    book.close()
    assert "--like m.bin" in run("document", "new.bin").text()
    run("document", "m.bin", "--set", "review=2020-01-01")
    assert "--like" not in run("document", "new.bin").text()
    with pytest.raises(AisecError, match=r"m\.bin can't be taken over: it was to be looked at again by 2020-01-01"):
        run("document", "new.bin", "--like", "m.bin")


def test_words_about_other_bytes_are_not_taken_over(described: Book, run: Run) -> None:
    described.train("b", "2", rows=3, name="other.csv")
    assert "To take that over" not in run("document", "other.csv").text()
    for like, said in ((NASTY, "is about other bytes"), ("m.bin", "nobody described a dataset called m.bin")):
        with pytest.raises(AisecError, match=said):
            run("document", "other.csv", "--like", like)
    assert "document missing" in run("document", "other.csv").text()
