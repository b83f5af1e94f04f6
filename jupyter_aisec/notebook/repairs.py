"""Statements that are meant as Python and typed as something else: read as they were meant, column by column."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_LONG = r"\"{3}(?:[^\"\\]|\\.|\"(?!\"\"))*+\"{3}|'{3}(?:[^'\\]|\\.|'(?!''))*+'{3}"
_SHORT = r"\"(?:[^\"\\\n]|\\.)*+\"|'(?:[^'\\\n]|\\.)*+'"
_STRING = f"{_LONG}|{_SHORT}"
_COMMENT = r"#[^\n]*"

_CLOSING = {"(": ")", "[": "]", "{": "}"}
_BRACKET = re.compile(rf"{_STRING}|{_COMMENT}|(?P<open>[(\[{{])|(?P<close>[)\]}}])", re.DOTALL)
_WITHOUT_COMMENT = re.compile(rf"(?:{_STRING}|[^#\n])*+", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Repair:
    """``of`` gives a text in which every character that is kept stands where it stood."""

    reason: str
    of: Callable[[str], str]


def _outside(pattern: str, replace: Callable[[re.Match[str]], str]) -> Callable[[str], str]:
    """Replace what stands in no string and no comment."""
    found = re.compile(rf"(?P<skipped>{_STRING}|{_COMMENT})|{pattern}", re.DOTALL)
    return lambda text: found.sub(lambda match: match[0] if match["skipped"] is not None else replace(match), text)


def _dots(match: re.Match[str]) -> str:
    """Something unknown, of the same width."""
    return "...".ljust(len(match[0]))


_TYPED = str.maketrans("\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u00ab\u00bb", '\'\'\'\'""""""')
_MEANT = {"\uff0c": ",", "\u060c": ",", "\u3001": ",", "\uff08": "(", "\uff09": ")", "\uff1a": ":", "\uff1d": "="}
_MEANT |= {"\uff1b": ";", "\u2013": "-", "\u2014": "-", "\u2212": "-", "\u00d7": "*"}
_SPACE = "\u00a0\u1680\u2000-\u200f\u2028\u2029\u202a-\u202f\u205f-\u2064\u2066-\u206f\u3000\ufeff\u00ad"
_PRINT = re.compile(r"(?P<before>[ \t]*print)[ \t](?P<what>(?!\s*[(=.,\[])[^\n]*[^\s;,])(?P<after>[\s;,]*)")


def _printed(text: str) -> str:
    match = _PRINT.fullmatch(text)
    return text if match is None or "#" in text else f"{match['before']}({match['what']}){match['after'].strip(';,')}"


_GAP = re.compile(
    rf"(?P<kept>{_STRING})|(?P<sign>(?<![=!<>])=[ \t]*)(?:#[^\n]*)?$"
    r"|(?P<open>[(\[{,][ \t]*)(?P<words>#[^\n]*?)(?<![)\]}])(?P<close>[)\]}]++[ \t]*+[,:]?[ \t]*+)$|#[^\n]*",
    re.DOTALL | re.MULTILINE,
)


def _filled(text: str) -> str:
    """Dots where an exercise leaves a gap: ``x = # your code``, ``f(# your code)``."""
    return _GAP.sub(_filling, text)


def _filling(match: re.Match[str]) -> str:
    if match["sign"] is not None:
        return f"{match['sign']}..."
    if match["open"] is not None:
        return f"{match['open']}{'...'.ljust(len(match['words']))}{match['close']}"
    return match[0]


REPAIRS = (
    Repair("an odd space, which Python does not take", _outside(rf"[{_SPACE}]", lambda _: " ")),
    Repair(
        "a look-alike of a comma, a bracket or a sign",
        _outside(f"[{''.join(_MEANT)}]", lambda match: _MEANT[match[0]]),
    ),
    Repair("typographic quotation marks", lambda text: text.translate(_TYPED)),
    # The angle brackets hold words: a comparison of two names has no such pair, and would have been read.
    Repair(
        "a placeholder in angle brackets",
        _outside(r"<(?!<)[^\W\d_](?:[^<>\n=(){}\[\]]{0,100}[^<>\n=(){}\[\]\s,-])?>(?![=>])", _dots),
    ),
    Repair(
        "dots for something that is left out",
        _outside(r"(?<!\.)\.\.\.[ \t]*(?:,|(?=[)\]}]))", lambda match: " " * len(match[0])),
    ),
    Repair("a print statement of Python 2", _printed),
    Repair("a gap to be filled in", _filled),
)


def comma(lines: list[str], error: SyntaxError, first: int) -> tuple[list[str], str] | None:
    """With a comma between two arguments, in place of the space or of the end of the line between them.

    ``first`` is the index of the first of the lines in the text of which the error speaks.
    """
    top, bottom = (error.lineno or 1) - 1 - first, (error.end_lineno or 1) - 1 - first
    if not 0 <= top <= bottom < len(lines):
        return None
    if top == bottom:
        # The parser counts in characters here.
        begin, end = max((error.offset or 1) - 1, 0), max((error.end_offset or 1) - 1, 0)
        words = lines[top][begin:end].split()
        if len(words) != len(("one", "other")):
            return None
        at, number = begin + len(words[0]), top
    else:
        number = next((at for at in range(bottom - 1, top - 1, -1) if _code(lines[at])), top)
        at = len(_code(lines[number]))
    line = lines[number]
    if line[at : at + 1] not in {"", " ", "\t"}:
        return None
    return [*lines[:number], f"{line[:at]},{line[at + 1 :]}", *lines[number + 1 :]], "a comma is missing"


def bracket(lines: list[str]) -> tuple[list[str], str] | None:
    """With the brackets that are missing at its end, or without the one that is too much there."""
    last = next((at for at in range(len(lines) - 1, -1, -1) if _code(lines[at])), None)
    if last is None:
        return None
    opened: list[str] = []
    for match in _BRACKET.finditer("\n".join(lines)):
        if match["open"]:
            opened.append(_CLOSING[match["open"]])
        elif match["close"] and opened and opened[-1] == match["close"]:
            opened.pop()
        elif match["close"]:
            code = _code(lines[last])
            if opened or not code.endswith(match["close"]):
                return None
            line = f"{code[:-1]} {lines[last][len(code) :]}"
            return [*lines[:last], line, *lines[last + 1 :]], "a bracket too many"
    if not opened or len(_code(lines[last])) != len(lines[last].rstrip()):
        return None
    line = lines[last].rstrip() + "".join(reversed(opened))
    return [*lines[:last], line, *lines[last + 1 :]], "a bracket is never closed"


def block(lines: list[str]) -> tuple[list[str], str] | None:
    """A header with something below it."""
    code = _code(lines[-1])
    return ([*lines[:-1], f"{code} ..."], "nothing is indented below it") if code.endswith(":") else None


def _code(line: str) -> str:
    """A line up to its comment."""
    found = _WITHOUT_COMMENT.match(line)
    return found[0].rstrip() if found else ""
