from __future__ import annotations

from collections import Counter

from jupyter_aisec.evidence import functions
from jupyter_aisec.evidence.blind import KINDS
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
    blind = [claim for kind in KINDS for claim in kind.claims]
    assert set(blind) == automatic - set(functions())
    assert sorted(blind) == ["1.3.f", "2.2.c", "3.2.b", "4.1.a", "4.2.a"]
    assert all(kind.why for kind in KINDS)
