"""No text makes a regular expression slow: eight times the text is not much more than eight times the work."""

from __future__ import annotations

import re
import time

import pytest

from tests.analysis.patterns import Pattern, hostile, patterns

PATTERNS = {name: each for name, each in patterns().items() if hostile(each.compiled)}
TIMES = 8
SIZES = (24, 250, 2_000, 16_000, 128_000)
"""The first is enough for a pattern whose work doubles with each character."""
GROWTH = 24
"""Of the processor's time: `TIMES` is what a good pattern needs, its square, 64, what a bad one does."""
LEAST = 0.0005
"""Seconds; below it a clock says nothing."""


def work(pattern: Pattern, before: str, part: str, size: int) -> float:
    text = before + part * (size // len(part) + 1) + "\0"
    started = time.process_time()
    if pattern.searches:
        for _ in pattern.compiled.finditer(text):
            pass
    else:
        pattern.compiled.match(text)
    return time.process_time() - started


def slow(pattern: Pattern) -> tuple[str, str] | None:
    """What stands in front and what is repeated, in a text for which it takes too long."""
    for before, part in sorted(hostile(pattern.compiled)):
        last = LEAST
        for size in SIZES:
            spent = work(pattern, before, part, size)
            if spent > GROWTH * last:
                spent = min(spent, *(work(pattern, before, part, size) for _ in range(2)))
                last = max(LEAST, *(work(pattern, before, part, size // TIMES) for _ in range(3)))
                if spent > GROWTH * last:
                    return before, part
            last = max(LEAST, spent)
    return None


@pytest.mark.parametrize("name", sorted(PATTERNS), ids=lambda name: PATTERNS[name].where)
def test_work_grows_with_the_text(name: str) -> None:
    assert slow(PATTERNS[name]) is None, PATTERNS[name].compiled.pattern


@pytest.mark.parametrize("bad", [r"(?:a|a){0,99}b", r"\s+$", r"a.*b.*c", r"\d*\d*!", r"[\w.]+@"])
def test_slow_patterns_are_noticed(bad: str) -> None:
    assert slow(Pattern("", re.compile(bad), searches=True)) is not None
