"""What a person gives to a question: an answer, or why the question does not apply.

In a file the latter is ``retention = { not-applicable = "why" }``; in a form, where only text can be typed, the words
*not applicable because why*. Both mean the same wherever they stand.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

NOT_APPLICABLE = "not-applicable"
_WORDS = "not applicable because"
_SAID = re.compile(r"(?is)\s*(?:not[ -]applicable|n/a)\s*(?:because\b|[:,;.(\u2013\u2014-]|$)(.*)")
_EDGES = " \t\r\n:,;.()\u2013\u2014-"


@dataclass(frozen=True, slots=True)
class Answers:
    """What was given, parted. ``wrong`` says, by question, what can't be taken for either."""

    answers: dict[str, Any] = field(default_factory=dict)
    inapplicable: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)


def parted(given: Mapping[str, object], schema: Mapping[str, Any]) -> Answers:
    """The answers to the questions of a form; what is not asked stays as it is."""
    found = Answers()
    for key, value in given.items():
        question = schema["properties"].get(key)
        reason = None if question is None else _reason(value)
        if reason is None:
            is_blank = isinstance(value, str) and not value.strip()
            found.answers[key] = "" if is_blank else plain(value)
        elif "oneOf" in question:
            choices = ", ".join(each["const"] for each in question["oneOf"])
            found.wrong[key] = f"`{key}` always applies: it is one of {choices}"
        elif not reason:
            found.wrong[key] = f"`{key}` does not apply: say why, as in: {_WORDS} the data is invented"
        else:
            found.inapplicable[key] = reason
    return found


def as_words(inapplicable: Mapping[str, str]) -> dict[str, str]:
    """As a person would type it into a form."""
    return {key: f"{_WORDS} {reason}" for key, reason in inapplicable.items()}


def plain(value: object) -> Any:  # noqa: ANN401 - whatever TOML holds; the schema judges it
    """A day that is written as one, as the text of an answer."""
    return value.isoformat() if isinstance(value, (dt.date, dt.time)) else value


def _reason(value: object) -> str | None:
    """Why a question does not apply: empty where nobody said, None where it does apply."""
    if isinstance(value, str):
        said = _SAID.fullmatch(value)
        if said is None:
            return None
        reason = said[1].strip(_EDGES)
        return reason.removeprefix("because").strip(_EDGES)
    if isinstance(value, Mapping) and set(value) == {NOT_APPLICABLE}:
        reason = value[NOT_APPLICABLE]
        return reason.strip() if isinstance(reason, str) else ""
    return None
