from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.analysis.conftest import Analyse, Check

LOAD = "import pickle\nm = pickle.load(f)"


SILENCED = [
    f"{LOAD}  # aisec: ignore[pickle-load] made by the cell above",
    f"{LOAD}  # aisec: ignore[pickle-load] -- made by the cell above",
    f"{LOAD}  #aisec:ignore[ pickle-load ]: made above",
    f"{LOAD}  # noqa: S301  # aisec: ignore[pickle-load] made by the cell above",
    f"{LOAD}  # aisec: ignore[pickle-load] made by the cell above  # noqa: S301",
    f"{LOAD}  # aisec: ignore[pickle-load] #12",
    f"{LOAD}  # aisec: ignore[pickle-load] made above  # aisec: ignore[pickle-load] twice",
    "!pip install x  # a demo  # aisec: ignore[pip-unpinned] a demo",
    "import pickle\nm = pickle.load(\n    f,  # aisec: ignore[pickle-load] made above\n)",
    "import pickle\nm = [\n    pickle.load(f),\n    1,\n]  # aisec: ignore[pickle-load] made above",
    "!pip install x  # aisec: ignore[pip-unpinned] a demo",
    "%%bash\npip install x  # aisec: ignore[pip-unpinned] a demo",
    "!wget https://example.org/a && pip install x  # aisec: ignore[pip-unpinned, shell-download-no-checksum] a demo",
]


@pytest.mark.parametrize("source", SILENCED)
def test_comment_with_a_reason_silences(source: str, check: Check) -> None:
    assert check(source) == []


def test_without_a_reason_it_silences_and_is_said(check: Check) -> None:
    assert check(f"{LOAD}  # aisec: ignore[pickle-load]") == [("suppression-without-reason", 0, 2)]


def test_comment_behind_is_no_reason(check: Check) -> None:
    found = check(f"{LOAD}  # aisec: ignore[pickle-load]  # noqa: S301")
    assert found == [("suppression-without-reason", 0, 2)]


@pytest.mark.parametrize("comment", ["ignore", "ignore made above", "ignore[pickle-load made above", "ignore[] made"])
def test_without_a_name_it_silences_nothing_and_is_said(comment: str, analyse: Analyse) -> None:
    found = analyse(f"{LOAD}  # noqa  # aisec: {comment}").findings
    assert sorted(each.rule for each in found) == ["pickle-load", "unused-suppression"]
    (said,) = [each for each in found if each.rule == "unused-suppression"]
    assert "[rule-name]" in said.message
    assert (said.place.line, said.place.column) == (2, 29)


def test_comment_about_the_comment_is_none(check: Check) -> None:
    assert check("x = 1  # it ignores `# aisec: ignore[pickle-load] x`", "x = 1  # aisec: ignored") == []


def test_elsewhere_it_silences_nothing(check: Check) -> None:
    found = check(f"# aisec: ignore[pickle-load] made above\n{LOAD}")
    assert sorted(found) == [("pickle-load", 0, 3), ("unused-suppression", 0, 1)]


def test_body_of_a_block_is_not_its_head(check: Check) -> None:
    source = "import pickle\nwith pickle.load(f) as g:\n    x = 1  # aisec: ignore[pickle-load] made above"
    assert ("pickle-load", 0, 2) in check(source)


def test_text_that_looks_like_a_comment_is_none(check: Check) -> None:
    source = 'import pickle\nm = pickle.load("# aisec: ignore[pickle-load] x")'
    assert check(source) == [("pickle-load", 0, 2)]
    assert check("x = '''\n# aisec: ignore[pickle-load] x\n'''") == []


def test_unknown_name_is_answered_with_the_nearest(analyse: Analyse) -> None:
    found = analyse(f"{LOAD}  # aisec: ignore[pickel-load] made above").findings
    assert sorted(each.rule for each in found) == ["pickle-load", "unused-suppression"]
    (comment,) = [each for each in found if each.rule == "unused-suppression"]
    assert "pickle-load" in comment.message
