from __future__ import annotations

from collections import Counter

from jupyter_aisec.evidence import functions
from jupyter_aisec.evidence.coverage import unjudged
from jupyter_aisec.knowledge.guidelines import ClaimKind, claims, guidelines


def test_seventeen_rows_and_fifty_one_claims() -> None:
    found = guidelines()
    assert [row.id for row in found.guidelines] == [
        *("1.1", "1.2", "1.3", "1.4"), *("2.1", "2.2", "2.3", "2.4"),
        *("3.1", "3.2", "3.3", "3.4", "3.5"), *("4.1", "4.2", "4.3", "4.4"),
    ]  # fmt: skip
    assert len(claims()) == len(found.claims) == 51
    assert Counter(each.kind for each in found.claims) == {ClaimKind.AUTOMATIC: 25, ClaimKind.STATEMENT: 26}
    assert all(claim.id.startswith(f"{row.id}.") for row in found.guidelines for claim in row.claims)
    assert all(each.valid_days > 0 for each in found.claims)


def test_every_standard_is_named_with_its_edition() -> None:
    names = guidelines().standards
    assert {"OWASP-LLM:2025", "OWASP-LLM:2026"} <= set(names)
    assert all(name.partition(":")[2] for name in names)


def test_what_nothing_looks_at_is_named() -> None:
    automatic = {each.id for each in guidelines().claims if each.is_automatic}
    assert {each.id for each in unjudged()} == automatic - set(functions())
    assert {"1.1.b", "1.3.c", "2.1.b", "2.2.a", "2.2.d", "2.4.a", "3.5.a"} <= set(functions())
