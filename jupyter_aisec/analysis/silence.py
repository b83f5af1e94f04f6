"""Where a comment can stand that silences a finding: tried on the text of the cell before it is offered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from jupyter_aisec.analysis import shell
from jupyter_aisec.analysis.hit import Change
from jupyter_aisec.analysis.suppression import Comment, comments
from jupyter_aisec.analysis.walked import Settled
from jupyter_aisec.model import Place
from jupyter_aisec.notebook import lines as physical
from jupyter_aisec.notebook.syntax import Parsed, Span, SyntaxProblem, parse, written

_TRIED = 400_000
"""Characters that are read to find places in one cell; what is left then has none."""
_CANDIDATES = 12
"""Lines of one statement that are tried."""
_RULE, _REASON = "rule", "reason"


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the cell, and the suppression that stands on it already."""

    number: int
    text: str
    comment: Comment | None

    def change(self, rule: str) -> Change:
        """The comment, up to its reason: behind the line, or in place of one that silences other rules."""
        if self.comment is not None:
            names = ", ".join((*self.comment.rules, rule))
            kept = f"{self.comment.reason}; " if self.comment.reason else ""
            return Change(self.comment.span, f"# aisec: ignore[{names}] {kept}")
        end = len(self.text.rstrip(" \t"))
        span = Span(self.number, end + 1, self.number, len(self.text) + 1)
        return Change(span, f"  # aisec: ignore[{rule}] ")

    def tried(self) -> str:
        """The line with a comment and its reason."""
        change = self.change(_RULE)
        start, end = change.span.column - 1, change.span.end_column - 1
        return f"{self.text[:start]}{change.text}{_REASON}{self.text[end:]}"

    def holds(self, comment: Comment) -> bool:
        """Whether this is the comment that was tried."""
        return comment.span.line == self.number and _RULE in comment.rules and comment.reason.endswith(_REASON)


def silencing(source: str, settled: Iterable[Settled]) -> list[Change | None]:
    """For each finding, the comment that silences it, up to where its reason is typed; None where none can stand."""
    wanted = [_candidates(each) for each in settled]
    if not any(numbers for _, numbers in wanted):
        return [None for _ in wanted]
    try:
        cell = _Cell(source)
    except (SyntaxProblem, RecursionError, MemoryError):
        return [None for _ in wanted]
    good = cell.good(sorted({number for _, numbers in wanted for number in numbers}))
    return [next((good[number].change(rule) for number in numbers if number in good), None) for rule, numbers in wanted]


def _candidates(settled: Settled) -> tuple[str, list[int]]:
    """The rule, and the lines on which a comment is about the finding, the best first."""
    if settled.lines is None:
        return settled.finding.rule, []
    first, last = settled.lines
    place: Place = settled.finding.place
    near = (place.line, place.end_line, last, first, *range(first, min(last, first + _CANDIDATES)))
    return settled.finding.rule, list(dict.fromkeys(number for number in near if first <= number <= last))


class _Cell:
    """The text of a cell, and what it is read as."""

    def __init__(self, source: str) -> None:
        self._left = _TRIED
        self._ends = physical.ends(source)
        self._texts = physical.split(source)
        self._read = _readings(source)
        self._comments = {
            comment.span.line: comment for parsed in self._read for comment in comments(source, parsed) if comment.rules
        }

    def good(self, numbers: list[int]) -> dict[int, _Line]:
        """The lines behind which a comment is one, by number."""
        lines = [
            _Line(number, self._texts[number - 1], self._comments.get(number))
            for number in numbers
            # Behind a backslash it would end what goes on; on an empty line nobody would look for it.
            if 0 < number <= len(self._texts)
            and self._texts[number - 1].strip()
            and not self._texts[number - 1].endswith("\\")
        ]
        return self._good(lines)

    def _good(self, lines: list[_Line]) -> dict[int, _Line]:
        size = sum(map(len, self._texts))
        if not lines or self._left < size:
            return {}
        self._left -= size
        found = self._tried({line.number: line for line in lines})
        if found is not None or len(lines) == 1:
            return found or {}
        half = len(lines) // 2
        return self._good(lines[:half]) | self._good(lines[half:])

    def _tried(self, lines: dict[int, _Line]) -> dict[int, _Line] | None:
        """Those of the lines that hold the comment then; None when the cell is read as something else."""
        texts = [lines[n].tried() if n in lines else text for n, text in enumerate(self._texts, 1)]
        source = "".join(text + end for text, end in zip(texts, self._ends, strict=True))
        try:
            read = _readings(source)
        except (SyntaxProblem, RecursionError, MemoryError):
            return None
        if len(read) != len(self._read):
            return None
        if not all(_reads_alike(now, before, lines) for now, before in zip(read, self._read, strict=True)):
            return None
        found: dict[int, _Line] = {}
        for parsed in read:
            in_shell = _in_shell(parsed)
            for comment in comments(source, parsed):
                number, column = comment.span.line, comment.span.column
                begins = in_shell.get(number, column)
                if number in lines and lines[number].holds(comment) and begins is not None and begins <= column:
                    found[number] = lines[number]
        return found


def _readings(source: str) -> list[Parsed]:
    """The cell, and the Python file that it writes."""
    parsed = parse(source)
    file = written(parsed)
    return [parsed] if file is None else [parsed, file[1]]


def _reads_alike(now: Parsed, before: Parsed, lines: dict[int, _Line]) -> bool:
    """Whether all other lines are read as they were, as Python and as shell."""
    same_lines = len(now.lines) == len(before.lines) and all(
        one == other
        for number, (one, other) in enumerate(zip(now.lines, before.lines, strict=True), 1)
        if number not in lines
    )
    same_shell = [(one.kind, one.line) for one in now.shell] == [(one.kind, one.line) for one in before.shell]
    return same_lines and same_shell


def _in_shell(parsed: Parsed) -> dict[int, int | None]:
    """By line of shell text, the column where a comment of the shell begins; None where none does."""
    found: dict[int, int | None] = {}
    for text in parsed.shell:
        found.update(dict.fromkeys(range(text.line, text.line + len(text.columns))))
        found.update(text.place(offset) for offset in shell.comments(text.text))
    return found
