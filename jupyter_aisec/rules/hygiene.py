"""About the analysis itself: what it could not read, and comments that silence it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from jupyter_aisec import rules
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.rule import Family
from jupyter_aisec.analysis.subscriptions import Suppression, Unreadable
from jupyter_aisec.model import Severity

FAMILY = Family("hygiene and exposure", cwe="CWE-1059", topics=None, guidelines=("2.4",))


@FAMILY.rule(Severity.INFO)
def suppression_without_reason(comment: Suppression) -> Iterator[Hit]:
    """A finding is silenced without saying why.

    Whoever reviews the notebook can't tell a decision from a convenience. Write the reason behind the bracket.

    Bad:
        import pickle
        model = pickle.load(open("model.pkl", "rb"))  # aisec: ignore[pickle-load]

    Good:
        import pickle
        model = pickle.load(open("model.pkl", "rb"))  # aisec: ignore[pickle-load] written by the cell above
    """
    if comment.rules and not comment.reason:
        yield comment.found(f"{', '.join(comment.rules)} silenced without a reason; write it behind the bracket")


@FAMILY.rule(Severity.INFO)
def unused_suppression(comment: Suppression) -> Iterator[Hit]:
    """A comment silences a finding that is not there.

    It would hide the next one that appears on its line. Take it out, or correct the name of the rule; a comment
    without a name in brackets silences nothing at all.

    Bad:
        import json
        model = json.load(open("model.json"))  # aisec: ignore[pickle-load] was a pickle once

    Good:
        import json
        model = json.load(open("model.json"))
    """
    # A rule that does not run here is no unknown one.
    there = [rule.name for rule in rules.all_rules()]
    unknown = [name for name in comment.unknown if name not in there]
    if unknown:
        name = unknown[0]
        near = difflib.get_close_matches(name, there, n=1)
        hint = f"did you mean {near[0]}?" if near else "`aisec rules` lists them"
        yield comment.found(f"no rule is called {name}; {hint}")
    elif comment.unused:
        yield comment.found(f"{', '.join(comment.unused)} finds nothing here; take the comment out")
    elif not comment.rules:
        yield comment.found(
            "the comment silences nothing: it needs [rule-name]; write it behind ignore, and the reason"
        )


@FAMILY.rule(Severity.INFO, guidelines=("2.1", "2.4"))
def not_analysed(cell: Unreadable) -> Iterator[Hit]:
    """A cell could not be analysed, or not all of it.

    Nothing is known about what was not read, which is not the same as nothing being wrong with it. It is no danger in
    itself, so it does not block; usually it is a placeholder, or a gap of an exercise, that was never filled in. Make
    it valid Python or delete it. Where only some lines are no Python, the others are analysed, and the finding names
    the lines.

    Bad:
        api_url = <YOUR-URL>

    Good:
        import os
        api_url = os.environ["API_URL"]
    """
    what, step = ("file", "mend it") if cell.is_script else ("cell", "mend it or delete it")
    state = "is analysed only in part" if cell.in_part else "is not analysed"
    yield cell.found(f"this {what} {state}: {cell.reason}; {step}")
