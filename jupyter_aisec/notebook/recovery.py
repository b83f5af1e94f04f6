"""What can be read of a cell that is no Python as a whole: its broken statements are set aside, and said to be.

Each attempt deals with the statement at which the parser stopped: what stands for something left out becomes ``...``,
what was typed with the wrong character is read as meant; what then is broken still becomes ``pass``, and a name that it
binds is bound to something unknown. Lines stay where they are, and so do columns.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from jupyter_aisec.notebook import blame, extents, repairs

_ATTEMPTS = 48
_WORK = 400_000
"""Characters that are parsed again for one cell; a long one has fewer attempts."""
_REPAIRED = 5_000
"""Characters of the longest statement that is read as it was meant; it bounds the time that the expressions take."""
_NAMED = 3
"""Places that are named; of more it is said how many there are."""

_BINDS = re.compile(r"[ \t]*(?P<targets>[^\W\d][\w.]*(?:[ \t]*,[ \t]*[^\W\d][\w.]*)*)[ \t]*=(?![=])")
_DEFINES = re.compile(r"[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+(?P<name>[^\W\d]\w*)")
_HEADERS = (
    (re.compile(r"[ \t]*(?:if|elif|while|except)\b"), " ...:"),
    (re.compile(r"[ \t]*(?:else|try|finally)\b"), ":"),
)
"""Headers of blocks that can be read without what stands in them, and how they go on then."""
_HEADER_LINE = re.compile(r"expected an indented block after .{1,80} on line (\d+)")


Outcome = tuple[ast.Module | None, SyntaxError | None]
"""A tree, or what is wrong; neither for what is beyond a parser."""


@dataclass(frozen=True, slots=True)
class Unread:
    """Lines that were not read, or not as they stand; ``column`` is that of the first character."""

    line: int
    column: int
    end_line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Recovered:
    """What can be read, on its own lines, and what can't."""

    tree: ast.Module
    lines: list[str]
    shifts: dict[int, int]
    unread: tuple[Unread, ...]
    is_something: bool
    """Whether anything was read at all."""


def recover(
    lines: list[str], shifts: Mapping[int, int], parse: Callable[[str], ast.Module], error: SyntaxError
) -> Recovered | None:
    """None when nothing helps."""
    return _Recovery(lines, shifts, parse).run(error)


def said(unread: tuple[Unread, ...]) -> str:
    """Which lines were not read, and why, in one line."""
    parts = [f"{_lines_of(each)} no Python ({each.reason})" for each in unread[:_NAMED]]
    more = sum(each.end_line - each.line + 1 for each in unread[_NAMED:])
    if more:
        parts.append(f"nor {'is 1 line' if more == 1 else f'are {more} lines'} more")
    return ", ".join(parts)


def _lines_of(unread: Unread) -> str:
    if unread.line == unread.end_line:
        return f"line {unread.line} is"
    return f"lines {unread.line} to {unread.end_line} are"


class _Recovery:
    """Attempts at one cell."""

    def __init__(self, lines: list[str], shifts: Mapping[int, int], parse: Callable[[str], ast.Module]) -> None:
        self._lines = list(lines)
        self._given = lines
        self._shifts = dict(shifts)
        self._parse = parse
        self._emptied: set[int] = set()
        self._repaired: set[int] = set()
        self._headers: set[int] = set()
        self._commas: set[int] = set()
        self._dedented: dict[int, int] = {}
        self._reasons: dict[int, str] = {}

    def run(self, error: SyntaxError) -> Recovered | None:
        size = sum(map(len, self._lines)) + 1
        for _ in range(min(_ATTEMPTS, _WORK // size)):
            tree, again = self._attempt(error)
            if tree is not None:
                return self._recovered(tree)
            if again is None:
                return None
            error = again
        self._empty(
            extents.outermost(self._lines, self._index(error)), len(self._lines), "too much above it is none either"
        )
        tree, _ = self._parsed()
        return None if tree is None else self._recovered(tree)

    def _recovered(self, tree: ast.Module) -> Recovered:
        is_something = any(statement.lineno - 1 not in self._emptied for statement in tree.body)
        return Recovered(tree, self._lines, self._shifts, tuple(self._unread()), is_something)

    def _unread(self) -> list[Unread]:
        """By place; lines one below the other with the same reason are one."""
        found: list[Unread] = []
        for index in sorted(self._reasons):
            number, reason, given = index + 1, self._reasons[index], self._given[index]
            if found and found[-1].end_line == index and found[-1].reason == reason:
                found[-1] = Unread(found[-1].line, found[-1].column, number, reason)
            elif given.strip():
                column = len(given) - len(given.lstrip()) + self._offset(number) + 1
                found.append(Unread(number, column, number, reason))
        return found

    def _offset(self, number: int) -> int:
        """What stands in front of a line as it was given."""
        return self._shifts.get(number, 0) - self._dedented.get(number, 0)

    def _attempt(self, error: SyntaxError) -> Outcome:
        index = self._index(error)
        start, end = extents.statement(self._lines, index)
        if start not in self._emptied:
            done = self._meant(start, end, error)
            if done is not None:
                return done
        self._drop(start, end, error)
        return self._parsed()

    def _parsed(self) -> Outcome:
        try:
            return self._parse("\n".join(self._lines)), None
        except SyntaxError as error:
            return None, error
        except (ValueError, MemoryError, RecursionError):
            return None, None

    def _index(self, error: SyntaxError) -> int:
        """The line at fault, or the next one above it that says something."""
        opened = _HEADER_LINE.search(error.msg or "")
        index = min(max(int(opened[1]) if opened else error.lineno or 1, 1), len(self._lines)) - 1
        if "expected 'except' or 'finally' block" in (error.msg or ""):
            index = extents.above(self._lines, index, lambda line: line.lstrip(" \t").startswith("try"))
        return extents.above(self._lines, index, lambda line: bool(line.strip()))

    def _meant(self, start: int, end: int, error: SyntaxError) -> Outcome | None:
        """Read a statement as it was meant; None where that does not help."""
        if sum(map(len, self._lines[start:end])) > _REPAIRED:
            return None
        if "unexpected indent" in (error.msg or "") and start not in self._dedented:
            return self._dedent(start)
        mended = self._named(start, end, error)
        done = mended and self._tried(start, end, *mended)
        return done or self._typed(start, end)

    def _named(self, start: int, end: int, error: SyntaxError) -> tuple[list[str], str] | None:
        """With what the parser says is missing or too much."""
        message, lines = error.msg or "", self._lines[start:end]
        if _HEADER_LINE.search(message):
            return repairs.block(lines)
        if _is_comma(error) and error.end_lineno not in self._commas:
            self._commas.add(error.end_lineno or 0)
            return repairs.comma(lines, error, start)
        if "was never closed" in message or "unmatched" in message:
            return repairs.bracket(lines)
        return None

    def _typed(self, start: int, end: int) -> Outcome | None:
        """With what was typed with the wrong character, or left out."""
        if start in self._repaired:
            return None
        self._repaired.add(start)
        reasons: list[str] = []
        text = "\n".join(self._lines[start:end])
        for repair in repairs.REPAIRS:
            other = repair.of(text)
            if other != text:
                text = other
                reasons.append(repair.reason)
                done = self._tried(start, end, text.split("\n"), " and ".join(reasons))
                if done is not None:
                    return done
        return None

    def _tried(self, start: int, end: int, lines: list[str], reason: str) -> Outcome | None:
        """With other lines for a statement; None where it is no better then."""
        before = self._lines[start:end]
        self._lines[start:end] = lines
        tree, error = self._parsed()
        comma = error is not None and _is_comma(error) and error.end_lineno not in self._commas
        if tree is None and (error is None or (start <= self._index(error) < end and not comma)):
            self._lines[start:end] = before
            return None
        for number in range(start, end):
            if self._lines[number] != before[number - start]:
                known = self._reasons.get(number)
                self._reasons[number] = reason if known is None or known == reason else f"{known} and {reason}"
        return tree, error

    def _dedent(self, start: int) -> Outcome:
        """Read lines that stand too far in as if they stood below the statement above them."""
        above = extents.above(self._lines, start - 1, lambda line: bool(line.strip())) if start else 0
        width = len(extents.space(self._lines[start]))
        taken = width - (len(extents.space(self._lines[extents.statement(self._lines, above)[0]])) if start else 0)
        for number in range(start, len(self._lines)):
            line = self._lines[number]
            if line.strip() and len(extents.space(line)) < width:
                break
            if line.strip() and taken > 0:
                self._lines[number] = line[taken:]
                self._shifts[number + 1] = self._shifts.get(number + 1, 0) + taken
                self._dedented[number + 1] = self._dedented.get(number + 1, 0) + taken
                self._reasons[number] = "unexpected indent"
        self._dedented.setdefault(start, 0)
        return self._parsed()

    def _drop(self, start: int, end: int, error: SyntaxError) -> None:
        """Set a statement aside, with the block that it heads."""
        line = self._lines[start]
        reason = blame.reason("\n".join(self._given[start:end]), error)
        for header, rest in _HEADERS:
            found = header.match(line)
            if found and start not in self._headers:
                self._headers.add(start)
                self._empty(start, end, reason)
                is_lost_try = "expected 'except'" in (error.msg or "")
                self._lines[start] = f"{extents.space(line)}if ...:" if is_lost_try else found[0] + rest
                return
        if start in self._emptied and not line.strip().endswith("= ..."):
            # Nothing is left here that could be at fault: what goes on above it is.
            self._lines[start] = ""
            above = extents.above(self._lines, start - 1, lambda text: bool(text.strip())) if start else 0
            start, end = (extents.statement(self._lines, above)[0], start) if start else (0, end)
            line = self._lines[start]
        width = extents.indent(line)
        while end < len(self._lines) and (not self._lines[end].strip() or extents.indent(self._lines[end]) > width):
            end += 1
        while end > start + 1 and not self._lines[end - 1].strip():
            end -= 1
        left = _left(line) if start not in self._emptied else None
        self._empty(start, end, reason)
        self._lines[start] = extents.space(line) + (f"{left} = ..." if left else "pass")

    def _empty(self, start: int, end: int, reason: str) -> None:
        for number in range(start, end):
            if number not in self._emptied:
                self._reasons[number] = reason
            self._lines[number] = ""
            self._emptied.add(number)


def _is_comma(error: SyntaxError) -> bool:
    return "forgot a comma" in (error.msg or "")


def _left(line: str) -> str | None:
    """What a broken statement would have bound."""
    defined = _DEFINES.match(line)
    if defined:
        return defined["name"]
    bound = _BINDS.match(line)
    try:
        ast.parse(f"{bound['targets']} = ..." if bound else "= ")
    except SyntaxError:
        return None
    return bound["targets"] if bound else None
