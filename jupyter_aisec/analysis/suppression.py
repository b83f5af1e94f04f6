"""``# aisec: ignore[rule] reason`` comments, found as comments and not as text that looks like one."""

from __future__ import annotations

import io
import re
import tokenize
from dataclasses import dataclass

from jupyter_aisec.notebook.syntax import Parsed, Span

_COMMENT = re.compile(r"#\s*aisec:\s*ignore\s*\[([^\]]*)\][ \t]*(?:--|[:\u2013\u2014-])?[ \t]*(.*)")
_MENTION = "aisec:"


@dataclass(frozen=True, slots=True)
class Comment:
    """One suppression as it stands; an empty ``reason`` is none."""

    span: Span
    rules: tuple[str, ...]
    reason: str


def comments(source: str, parsed: Parsed) -> list[Comment]:
    """Every suppression in the cell."""
    if _MENTION not in source:
        return []
    found = [_comment(line, column, text) for line, column, text in _python(parsed)]
    for shell in parsed.shell:
        for match in _COMMENT.finditer(shell.text):
            # What a shell takes for a comment: a number sign where a word begins.
            if match.start() == 0 or shell.text[match.start() - 1].isspace():
                line, column = shell.place(match.start())
                found.append(_comment(line, column, match[0]))
    return [comment for comment in found if comment is not None]


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


def _comment(line: int, column: int, text: str) -> Comment | None:
    match = _COMMENT.match(text)
    if match is None:
        return None
    names = tuple(name.strip() for name in match[1].split(",") if name.strip())
    return Comment(Span(line, column, line, column + len(text.rstrip())), names, match[2].strip())
