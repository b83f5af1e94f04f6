"""``# aisec: ignore[rule] reason`` comments, found as comments and not as text that looks like one."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator

import msgspec

from jupyter_aisec.notebook import lines as physical
from jupyter_aisec.notebook.syntax import Parsed, Span

_COMMENT = re.compile(
    r"(?:(?<=\s)|^)#\s*aisec:\s*ignore\b(?:[ \t]*\[(?P<rules>[^\]]*)\][ \t]*(?:--|[:\u2013\u2014-])?)?[ \t]*"
    # Another comment behind it is none of the reason; the number of an issue is.
    r"(?P<reason>(?:(?!(?<=\s)#(?!\d)).)*)"
)
_SHELL_COMMENT = re.compile(r"(?:(?<=\s)|^)#.*", re.MULTILINE)
"""What a shell takes for a comment: a number sign where a word begins, to the end of the line."""
_NOTE = re.compile(r"<!--\s*(aisec:[^<>]{0,400}?)\s*-->")
_MENTION = "aisec:"


class Comment(msgspec.Struct, frozen=True):
    """One suppression as it stands; an empty ``reason`` is none, and without ``rules`` it silences nothing."""

    span: Span
    rules: tuple[str, ...]
    reason: str


def notes(source: str) -> list[Comment]:
    """Every suppression in a cell of prose: ``<!-- aisec: ignore[rule] reason -->``, which no page shows."""
    if _MENTION not in source:
        return []
    found: list[Comment] = []
    for number, line in enumerate(physical.split(source), 1):
        for match in _NOTE.finditer(line):
            for comment in _comments(number, match.start() + 1, f"# {match[1]}"):
                span = Span(number, match.start() + 1, number, match.end() + 1)
                found.append(Comment(span, comment.rules, comment.reason))
    return found


def comments(source: str, parsed: Parsed) -> list[Comment]:
    """Every suppression in the cell."""
    if _MENTION not in source:
        return []
    found = [comment for line, column, text in _python(parsed) for comment in _comments(line, column, text)]
    for shell in parsed.shell:
        for match in _SHELL_COMMENT.finditer(shell.text):
            found += _comments(*shell.place(match.start()), match[0])
    return found


def _python(parsed: Parsed) -> list[tuple[int, int, str]]:
    text = "\n".join(parsed.lines)
    if _MENTION not in text:
        return []
    found: list[tuple[int, int, str]] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT and _MENTION in token.string:
                line, offset = token.start
                found.append((line, offset + 1 + parsed.shifts.get(line, 0), token.string))
    except (tokenize.TokenError, SyntaxError, ValueError):
        pass
    return found


def _comments(line: int, column: int, text: str) -> Iterator[Comment]:
    """The suppressions in one comment; others may stand before and behind them."""
    for match in _COMMENT.finditer(text):
        names = tuple(name.strip() for name in (match["rules"] or "").split(",") if name.strip())
        start = column + match.start()
        span = Span(line, start, line, start + len(match[0].rstrip()))
        yield Comment(span, names, match["reason"].strip())
