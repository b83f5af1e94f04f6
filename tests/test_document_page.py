"""The file of a document, as people edit it: by hand, two at a time, in git."""

from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_aisec import knowledge
from jupyter_aisec.documents import Shelf
from jupyter_aisec.documents.page import blank, edited
from jupyter_aisec.model import AssetKind, DocumentState

KINDS = ["dataset", "model", "prompt"]
FORM = knowledge.form("dataset")
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
value = st.one_of(text, text.map(lambda reason: {"not-applicable": reason}))
step = st.tuples(
    st.dictionaries(st.sampled_from([*FORM["properties"]]), value, max_size=3),
    st.lists(st.sampled_from([*FORM["properties"], "later"]), max_size=3),
)
by_hand = st.sampled_from(
    ["", '\n[people]\nby = "Ada"\n', "\nnote = '''\n# licence = \"\"\nsource = 1\n'''\n", '"owner" = "x" # asked\n']
)


@pytest.mark.parametrize("kind", KINDS)
def test_a_blank_page_asks_every_question_and_answers_none(kind: str) -> None:
    form = knowledge.form(kind)
    page = blank('a"\u202e\0', kind, form)
    assert tomllib.loads(page) == {"name": 'a"\u202e\0', "kind": kind}
    for key, question in form["properties"].items():
        assert f"# {question['title']}\n" in page
        assert f'# {key} = ""\n' in page


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_is_in_plain_words_with_an_example_each_and_few_that_must_be_answered(kind: str) -> None:
    form = knowledge.form(kind)
    assert len(form["required"]) <= 4
    assert set(form["required"]) <= form["properties"].keys()
    for question in form["properties"].values():
        assert question["title"].endswith("?")
        assert question.get("examples") or question.get("oneOf")


@settings(deadline=None)
@given(by_hand, st.lists(step, max_size=4))
def test_what_is_written_is_read_and_nothing_else_changes(
    end: str, steps: list[tuple[dict[str, object], list[str]]]
) -> None:
    page = blank("a", "dataset", FORM) + end
    expected = tomllib.loads(page)
    comments = {line for line in page.splitlines() if line.startswith("# ") and not line.endswith('= ""')}
    for values, taken_back in steps:
        gone = [key for key in taken_back if key not in values]
        page = edited(page, values, gone)
        expected = {key: each for key, each in (expected | values).items() if key not in gone}
        assert tomllib.loads(page) == expected
    assert comments <= set(page.splitlines())


def test_an_answer_stands_below_its_question_and_goes_back_there() -> None:
    page = blank("a", "dataset", FORM)
    written = edited(page, {"licence": "MIT"}, [])
    assert written == page.replace('# licence = ""', 'licence = "MIT"')
    assert edited(written, {}, ["licence"]) == page


def git(folder: Path, *words: str) -> str:
    who = ("-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *who, *words], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_two_people_who_answer_the_same_document_merge_in_git(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    shelf = Shelf(tmp_path / "assets")

    def answer(**answers: object) -> None:
        shelf.write("a.csv", answers, "ab" * 32, AssetKind.DATASET)
        git(tmp_path, "add", "-A")
        git(tmp_path, "commit", "-q", "-m", "an answer")

    answer(source="the web")
    git(tmp_path, "switch", "-q", "-c", "grace")
    answer(collected="2024", retention="not applicable because it is public")
    git(tmp_path, "switch", "-q", "main")
    answer(source="the web, by hand", licence="CC0-1.0", sensitivity="public")
    git(tmp_path, "merge", "-q", "--no-edit", "grace")
    document = shelf.read("a.csv", "ab" * 32)
    assert document.state is DocumentState.DOCUMENTED
    assert document.answers["source"] == "the web, by hand"
    assert document.inapplicable == {"retention": "it is public"}
