"""Where statements begin and end in lines of which some are no Python."""

from __future__ import annotations

import re
from collections.abc import Callable

from jupyter_aisec.notebook import lines as physical

_CONTINUES = re.compile(r"[ \t]*(?:[)\]}]|(?:elif|else|except|finally)\b)")


def statement(lines: list[str], index: int) -> tuple[int, int]:
    """The statement in which a line stands; where brackets or quotes are not closed, up to what stands out."""
    scanner = physical.Scanner()
    start = 0
    for number in range(index + 1):
        if scanner.at_start:
            start = number
        scanner.feed(lines[number])
    for number in range(index + 1, len(lines)):
        if scanner.at_start:
            return start, number
        scanner.feed(lines[number])
    if scanner.at_start:
        return start, len(lines)
    if indent(lines[index]) <= indent(lines[start]) and not _CONTINUES.match(lines[index]):
        start = index
    return start, _standing_out(lines, start, index)


def outermost(lines: list[str], index: int) -> int:
    """Where the outermost statement around a line begins."""
    return above(lines, index, lambda line: bool(line.strip()) and not indent(line) and not _CONTINUES.match(line))


def above(lines: list[str], index: int, is_wanted: Callable[[str], bool]) -> int:
    """The nearest wanted line from here upwards, or this one."""
    return next((at for at in range(index, -1, -1) if is_wanted(lines[at])), index)


def space(line: str) -> str:
    """What a line is indented with."""
    return line[: len(line) - len(line.lstrip(" \t"))]


def indent(line: str) -> int:
    """How far a line is indented."""
    return len(space(line).expandtabs())


def _standing_out(lines: list[str], start: int, index: int) -> int:
    """The line that is no further in than a statement and goes not on with it."""
    width = indent(lines[start])
    for number in range(max(start, index) + 1, len(lines)):
        line = lines[number]
        if line.strip() and indent(line) <= width and not _CONTINUES.match(line):
            return number
    return len(lines)
