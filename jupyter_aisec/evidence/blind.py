"""The kinds of evidence that this version has no eyes for. Each is named: silence would be taken for an answer."""

from __future__ import annotations

from jupyter_aisec.claims import Blind

KINDS = (
    Blind("checks of data", "no check of values, labels or duplicates runs here, and none is recorded", ("1.3.f",)),
    Blind("restore rehearsals", "nothing here restores a backup, so nothing saw what came back", ("2.2.c",)),
    Blind("privacy tests", "no test of extraction or membership runs here, and no threshold can be set", ("3.2.b",)),
    Blind(
        "monitoring in use",
        "what is recorded ends with the model: no profile, no input and no drift after it is known",
        ("4.1.a", "4.2.a"),
    ),
)


def why(claim: str) -> str:
    """Why nothing is known of a claim; empty where something looks at it."""
    return next((each.why for each in KINDS if claim in each.claims), "")
