from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from huggingface_hub import DatasetCard, ModelCard
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from jupyter_aisec import commands
from jupyter_aisec.commands.export import export, run
from jupyter_aisec.commands.export.describe import described
from jupyter_aisec.export import Record
from jupyter_aisec.export.card import card
from jupyter_aisec.export.described import Described
from jupyter_aisec.export.hub import dataset_metadata
from jupyter_aisec.knowledge.licences import licence
from jupyter_aisec.model import AisecError, AssetKind, Document, DocumentState, Graph, Logged, LoggedMetric, Node
from jupyter_aisec.project import Project
from jupyter_aisec.report.card import card_text
from jupyter_aisec.report.words import visible
from tests.conftest import Shell
from tests.export.conftest import RUN, SAYING, at

# What the hub answered with to another one (huggingface_hub issue 4218, May 2026), without the names of single models.
_HUBS = """
apache-2.0 mit openrail afl-3.0 artistic-2.0 bsl-1.0 bsd bsd-2-clause bsd-3-clause bsd-3-clause-clear c-uda cc cc0-1.0
cc-by-2.0 cc-by-2.5 cc-by-3.0 cc-by-4.0 cc-by-sa-3.0 cc-by-sa-4.0 cc-by-nc-2.0 cc-by-nc-3.0 cc-by-nc-4.0 cc-by-nd-4.0
cc-by-nc-nd-3.0 cc-by-nc-nd-4.0 cc-by-nc-sa-2.0 cc-by-nc-sa-3.0 cc-by-nc-sa-4.0 cdla-sharing-1.0 cdla-permissive-1.0
cdla-permissive-2.0 wtfpl ecl-2.0 epl-1.0 epl-2.0 etalab-2.0 eupl-1.1 eupl-1.2 agpl-3.0 gfdl gpl gpl-2.0 gpl-3.0 lgpl
lgpl-2.1 lgpl-3.0 isc lppl-1.3c ms-pl mpl-2.0 odc-by odbl osl-3.0 postgresql ofl-1.1 ncsa unlicense zlib pddl lgpl-lr
unknown other
"""
_LICENCES = frozenset(_HUBS.split())
_ORDERS = "n<1K 1K<n<10K 10K<n<100K 100K<n<1M 1M<n<10M 10M<n<100M 100M<n<1B 1B<n<10B 10B<n<100B 100B<n<1T n>1T"
_SIZES = frozenset(_ORDERS.split())
_PLAIN = {
    "heading_open", "heading_close", "inline", "paragraph_open", "paragraph_close", "table_open", "table_close",
    "thead_open", "thead_close", "tbody_open", "tbody_close", "tr_open", "tr_close", "th_open", "th_close", "td_open",
    "td_close", "text", "strong_open", "strong_close", "text_special",
}  # fmt: skip
"""The tokens that a card is made of: none that a text could have brought in."""
_READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def check(text: str, kind: type[DatasetCard | ModelCard]) -> Any:
    """As huggingface_hub reads it, and that the body is made of nothing but headings, paragraphs and tables."""
    read = kind(text)
    assert read.content == kind(read.content).content
    data = read.data.to_dict()
    front = yaml.safe_load(text.split("\n---\n", maxsplit=1)[0])
    assert {key: front[key] for key in front} == data
    assert data["license"] in _LICENCES
    assert set(data.get("size_categories", ())) <= _SIZES
    assert ("license_name" in data or "license_link" in data) <= (data["license"] == "other")
    assert re.fullmatch(r"[a-z0-9.-]+", data.get("license_name", "a"))
    assert kinds(read.text) <= _PLAIN
    return read


def kinds(text: str) -> set[str]:
    found = _READER.parse(text)
    return {each.type for each in found} | {child.type for each in found for child in each.children or ()}


def cells(text: str) -> list[str]:
    """The words of a card, as they are shown."""
    return [
        "".join(child.content for child in each.children or ()) for each in _READER.parse(text) if each.type == "inline"
    ]


def rows(text: str) -> dict[str, str]:
    """The first table, by its first column."""
    found = cells(text)
    start = found.index("Is") + 1
    return dict(zip(found[start::2], found[start + 1 :: 2], strict=False))


def test_the_card_of_a_data_set(told: Project) -> None:
    read = check(export(told, "card", "data/a.csv").words, DatasetCard)
    assert read.data.to_dict() == {"pretty_name": "data/a.csv", "license": "cc-by-4.0", "size_categories": ["n<1K"]}
    shown = rows(read.text)
    node = described(told, "data/a.csv", (AssetKind.DATASET,)).node
    assert (shown["SHA-256"], shown["Rows that were read"], shown["Columns that were read"]) == (node.sha256, "1", "2")
    found = cells(read.text)
    assert visible(SAYING) in found, "what people said stands there as they said it"
    assert found[found.index("How long may it be kept?") + 1] == "Unknown: nobody has said."
    assert found[found.index("Type, as it was read") + 1 :][:4] == ["x", "int64", "y", "int64"]
    assert found.count("train.ipynb, cell [1]") == 1


def test_the_card_of_a_model(told: Project, commit: str) -> None:
    read = check(export(told, "card", "model.joblib").words, ModelCard)
    assert read.data.to_dict() == {"model_name": "model.joblib", "license": "unknown"}
    found = cells(read.text)
    assert {visible(SAYING), "- Sundays", "Staff", "of two towns", "Not applicable: it is a toy"} <= set(found)
    assert found[found.index("On which day is it to be looked at again?") + 1] == "Unknown: nobody has said."
    assert "Some of what went in could not be seen. It is listed as an unknown source." not in found
    assert "Unknown: MLflow has no answer." in found
    assert commit in found
    assert "secret.parquet (inferred)" in found
    licences = found[found.index("Training Data") :]
    assert licences.index("CC-BY-4.0") < licences.index("public")


def test_what_mlflow_logged_is_in_the_card(told: Project) -> None:
    found = described(told, "model.joblib", (AssetKind.MODEL,))
    metrics = (LoggedMetric("f1 | x", "nan"), LoggedMetric("r2", "0.5", "test <b>"))
    known = Logged("ab" * 16, {"depth": "3\n# x"}, metrics, {"numpy": "2.1", "pip": ""}, ("credit, version 3",))
    read = check(card_text(card(replace(found, logged=known))), ModelCard)
    shown = cells(read.text)
    assert {"depth", "3<U+000A># x", "f1 | x", "nan", "test <b>", "numpy", "2.1", "not pinned"} <= set(shown)
    assert rows(read.text)["Registered as"] == "credit, version 3"
    assert not any("may have made other models" in each for each in shown)
    of_run = cells(card_text(card(replace(found, logged=replace(known, is_of_run=True)))))
    assert sum("may have made other models" in each for each in of_run) == 2


def test_a_source_that_nobody_saw_is_in_the_card(history: Project) -> None:
    read = check(export(history, "card", "scores ä.csv").words, DatasetCard)
    found = cells(read.text)
    assert "unknown source" in found
    assert "Some of what went in could not be seen. It is listed as an unknown source." in found


def test_words_about_other_bytes_are_said_to_be_that(told: Project) -> None:
    document = told.documents.path("data/a.csv")
    document.write_text(re.sub('sha256 = ".*"', f'sha256 = "{"0" * 64}"', document.read_text()))
    found = cells(export(told, "card", "data/a.csv").words)
    assert f"This was said of other bytes (SHA-256 {'0' * 64}), and nobody has confirmed it since." in found
    document.write_text("source = [")
    found = cells(export(told, "card", "data/a.csv").words)
    assert "There is a document, and it can't be read: nothing is said here in its place." in found
    assert visible(SAYING) not in found


def test_the_same_record_gives_the_same_bytes(told: Project) -> None:
    found = described(told, "model.joblib", (AssetKind.MODEL,))
    assert card_text(card(found)) == card_text(card(found))
    later = described(told, "model.joblib", (AssetKind.MODEL,))
    one, other = (card_text(card(each)).splitlines() for each in (found, later))
    different = [each for each, again in zip(one, other, strict=True) if each != again]
    assert [each[:11] for each in different] in ([], ["Written at "])


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("CC-BY-4.0", {"license": "cc-by-4.0"}),
        ("cc by 4.0", {"license": "cc-by-4.0"}),
        ("OGL-UK-3.0", {"license": "other", "license_name": "ogl-uk-3.0", "license_link": "https://spdx.org/licenses/OGL-UK-3.0.html"}),
        ("Ours: ask Ä --- 'us'", {"license": "other", "license_name": "ours-ask-us"}),
        ("https://example.org/terms", {"license": "other", "license_link": "https://example.org/terms"}),
        ("日本", {"license": "other"}),
        (None, {"license": "unknown"}),
    ],
)  # fmt: skip
def test_a_licence_is_called_as_the_hub_calls_it(said: str | None, expected: Mapping[str, str]) -> None:
    found = dataset_metadata(_invented({"licence": said} if said else {}))
    assert {key: value for key, value in found.items() if key.startswith("license")} == expected


def test_the_hub_knows_all_licences_by_the_words_that_we_have_for_it() -> None:
    known = [licence(each) for each in ("MIT", "AGPL-3.0-only", "etalab-2.0", "0BSD")]
    assert [each.hugging_face for each in known if each] == ["mit", "agpl-3.0", "etalab-2.0", ""]
    from jupyter_aisec.knowledge.licences import _known

    assert {each.hugging_face for each in _known().values()} - {""} <= _LICENCES


@pytest.mark.parametrize(
    ("rows", "category"),
    [(0, "n<1K"), (999, "n<1K"), (1000, "1K<n<10K"), (10**6, "1M<n<10M"), (10**12 - 1, "100B<n<1T"), (10**12, "n>1T")],
)
def test_the_order_of_size(rows: int, category: str) -> None:
    found = dataset_metadata(_invented({}, rows=rows))
    assert found["size_categories"] == [category]
    assert category in _SIZES


def test_a_card_can_be_read_as_it_stands() -> None:
    text = card_text(
        card(_invented({"source": "Ours, of 2024-01-02: see https://e.org", "licence": "CC-BY-4.0 (ours)"}))
    )
    assert "Written at 2026-03-01T10:00:00.000+00:00 by jupyter-aisec 1.0" in text
    assert "\nOurs, of 2024-01-02: see https&#58;//e.org\n" in text
    assert "\nCC-BY-4.0 (ours)\n" in text


def test_no_order_of_size_of_what_was_read_in_part(told: Project) -> None:
    assert not described(told, "secret.parquet", (AssetKind.DATASET,)).is_whole
    journal = told.journals / "1.jsonl"
    journal.write_text(journal.read_text().replace('"rows":1', '"rows":7'))
    found = export(told, "card", "data/a.csv").words
    assert "size_categories" not in found
    assert rows(found)["Rows that were read"] == "7"


HOSTILE = st.one_of(
    st.text(),
    st.text(alphabet="\n\r\t -_*`#|<>[]()!&:;.+=~\\\"'{}%0@w/a\u2028\x00\x85\ud800"),
    st.sampled_from(
        ["\n---\nlicense: mit\n", "</td><script>alert(1)</script>", "![x](https://e.org/x.png)", "<!-- ", "```\n",
         "~~~", "&lt;b&gt;", "1) a\n2. b\n- c\n+ d\n# e\n===\n---\n", "[a]: https://e.org\n[a]", "www.e.org a@e.org"]
    ),
)  # fmt: skip


@settings(deadline=None)
@given(HOSTILE, HOSTILE, HOSTILE)
def test_no_text_breaks_out(name: str, answer: str, fact: str) -> None:
    text = card_text(card(_invented({"source": answer, "licence": answer}, name=name, problem=fact)))
    read = check(text.encode().decode(), DatasetCard)
    assert read.data.to_dict()["pretty_name"] == visible(name)
    found = cells(read.text)
    headings = sum(each.type == "heading_open" for each in _READER.parse(read.text))
    assert headings == 6
    assert found[0] == f"Dataset card for {visible(name)}".strip()
    lines = [visible(line.strip()) for line in answer.splitlines() if line.strip()]
    start = found.index("Where does it come from, and how was it obtained?") + 1
    assert found[start : start + len(lines)] == lines


def _invented(answers: Mapping[str, str], *, name: str = "a", rows: int = 1, problem: str | None = None) -> Described:
    node = Node("1", AssetKind.DATASET, name, None, None, 3, DocumentState.DOCUMENTED, problem, {"rows": rows})
    document = Document(name, AssetKind.DATASET, answers, None, DocumentState.DOCUMENTED)
    record = Record("t", "p", at(0), "1.0", Graph((node,), ()), (), {name: document}, ("1",))
    return Described(record, "1", is_whole=True)


def test_the_shell_writes_what_it_would_show(told: Project, aisec: Shell) -> None:
    written = aisec("export", "card", "data/a.csv", "-o", "out/README.md")
    assert (written.returncode, written.stdout) == (0, "Wrote 1 asset and 1 cell to out/README.md.\n"), written.stderr
    check((told.root / "out" / "README.md").read_text(), DatasetCard)


def test_of_a_run_it_is_the_model(history: Project) -> None:
    assert rows(export(history, "card", RUN).words)["Name"] == "model.joblib"


def test_what_may_be_either_is_asked(told: Project) -> None:
    journal = told.journals / "2.jsonl"
    text = journal.read_text()
    journal.write_text(text.replace("scores \\u00e4.csv", "other/a.csv").replace("scores ä.csv", "other/a.csv"))
    with pytest.raises(AisecError, match=r"a\.csv may be data/a\.csv, other/a\.csv: name one of them"):
        export(told, "croissant", "a.csv")


def test_without_a_name_it_is_the_newest_model(told: Project) -> None:
    assert rows(export(told, "card").words)["Name"] == "model.joblib"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["card", "modell.joblib"], "did you mean 'model.joblib'"),
        (["card", "train.ipynb"], "train.ipynb is no data set or model: name one"),
        (["croissant", "model.joblib"], "model.joblib is no data set: name one"),
        (["croissant"], "say of what"),
        (["bom", "data/a.csv"], "data/a.csv is no model: name one"),
        (["card", "data/a.csv", "--with-files"], "--with-files fills a crate"),
        (["card", "data/a.csv", "-o", "data"], "can't write data: Is a directory; name another place with --output"),
    ],
)
def test_what_can_not_be_done_is_one_line(told: Project, arguments: list[str], said: str) -> None:
    with pytest.raises(AisecError, match=re.escape(said)) as error:
        run(told, commands.parser("export", "aisec").parse_args(arguments))
    assert "\n" not in str(error.value)


def test_an_empty_project_says_so(project: Path) -> None:
    for standard in ("card", "croissant", "bom"):
        with pytest.raises(AisecError, match="say of what"):
            export(Project.open(project), standard)
