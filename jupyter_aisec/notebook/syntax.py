"""A cell's source as a syntax tree, its shell text and its magics, each with exact places; nothing is executed."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Mapping

import msgspec

from jupyter_aisec.notebook import blame, magics
from jupyter_aisec.notebook import lines as physical
from jupyter_aisec.notebook.recovery import Recovered, Unread, recover, said
from jupyter_aisec.notebook.translate import Magic, ShellKind, ShellText, Translator

__all__ = [
    "Magic",
    "Parsed",
    "ShellKind",
    "ShellText",
    "Span",
    "SyntaxProblem",
    "Unread",
    "compiles",
    "parse",
    "problem_of",
    "written",
]

LIMIT = 250_000
"""Characters of the longest cell that is parsed: half a second of work, and one and a half if it fails at its end."""


_SURROGATE = re.compile("[\ud800-\udfff]")
_DIGIT_AND_MORE = re.compile(r"[0-9][A-Za-z_.]")
"""What each of them has, and few cells: to look for that is a fifth of the work."""
_RUN_TOGETHER = re.compile(r"(?<![\w.])\.?[0-9][0-9_.]*[A-Za-z]")
"""A number that goes on with a letter: beside a backslash, all that the parser warns of."""
_STRANGE_ESCAPE = re.compile(r"\\[^\n\r'\"\\abfnrtvx0-3]")
"""A backslash that may be one too many; those for characters beyond ASCII mean nothing in bytes."""


_MISPLACED = "IPython takes a cell magic only on the first line: move it there"


class SyntaxProblem(Exception):  # noqa: N818 - a cell with a problem is data to us, not an error
    """The cell can't be read as Python; ``line`` and ``column`` are 1-based and lie inside the cell."""

    def __init__(self, line: int, column: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.column = column
        self.reason = reason


class Span(msgspec.Struct, frozen=True):
    """Lines and columns as in `model.Place`: 1-based, in characters, the end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Parsed(msgspec.Struct, frozen=True):
    """What a cell says. Lines of the tree are lines of the cell; for columns ask `span` or `column`."""

    tree: ast.Module
    lines: tuple[str, ...]
    """The Python that was parsed, line by line."""
    shell: tuple[ShellText, ...] = ()
    magics: tuple[Magic, ...] = ()
    shifts: Mapping[int, int] = msgspec.field(default_factory=dict)
    is_plain: bool = True
    """Whether the cell was Python as it stands."""
    unread: tuple[Unread, ...] = ()
    """The lines that are no Python, where the others could be read without them."""

    def column(self, line: int, offset: int) -> int:
        """The 1-based column in characters of an ``ast`` offset, which counts UTF-8 bytes of the parsed line."""
        text = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        if not text.isascii():
            offset = len(text.encode("utf-8", "surrogatepass")[:offset].decode("utf-8", "ignore"))
        return self.shifts.get(line, 0) + offset + 1

    def span(self, node: ast.expr | ast.stmt | ast.keyword | ast.arg | ast.alias | ast.excepthandler) -> Span:
        """Where a node stands in the cell."""
        end_line, end_offset = node.end_lineno or node.lineno, node.end_col_offset
        return Span(
            node.lineno,
            self.column(node.lineno, node.col_offset),
            end_line,
            self.column(end_line, node.col_offset + 1 if end_offset is None else end_offset),
        )


def parse(source: str) -> Parsed:
    """The tree of a cell, with IPython's syntax understood, and without the lines that are ``unread``.

    Raises `SyntaxProblem`, whatever it is that Python's parser does not like, when nothing can be read.
    """
    if len(source) > LIMIT:
        raise SyntaxProblem(1, 1, f"longer than {LIMIT:,} characters")
    try:
        return Parsed(_tree(source), tuple(physical.split(source)))
    except SyntaxError:
        pass
    except (ValueError, MemoryError, RecursionError) as error:
        raise _problem(error, source, {}) from None
    found = Translator(source).run()
    unread: tuple[Unread, ...] = ()
    if found.misplaced:
        unread = (Unread(found.misplaced, 1, found.misplaced, _MISPLACED),)
    lines, shifts = found.lines, found.shifts
    try:
        tree = _tree("\n".join(lines))
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        if found.doubtful:
            tree = ast.Module(body=[], type_ignores=[])
        else:
            recovered = _recovered(error, lines, found.shifts)
            if recovered is None or not (recovered.is_something or found.shell or found.magics):
                raise _problem(error, source, found.shifts, recovered) from None
            tree, lines, shifts, unread = (
                recovered.tree,
                recovered.lines,
                recovered.shifts,
                (*unread, *recovered.unread),
            )
    return Parsed(
        tree,
        tuple(lines),
        tuple(found.shell),
        tuple(found.magics),
        shifts,
        is_plain=False,
        unread=unread,
    )


def written(parsed: Parsed) -> tuple[str, Parsed] | None:
    """The Python file that ``%%writefile NAME.py`` makes of a cell: its name, and its text on the lines of the cell.

    None for every other cell. Raises `SyntaxProblem`.
    """
    for magic in parsed.magics:
        name = magics.python_file(magic.text) if magic.is_cell and magic.name in magics.FILE_CELL else None
        if name:
            text = "\n" * magic.line + magic.body
            lines = physical.split(text)
            try:
                return name, Parsed(_tree(text), tuple(lines), shifts=parsed.shifts)
            except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
                recovered = _recovered(error, lines, parsed.shifts)
                if recovered is None or not recovered.is_something:
                    raise _problem(error, text, parsed.shifts, recovered) from None
                tree, lines, unread = recovered.tree, recovered.lines, recovered.unread
                return name, Parsed(tree, tuple(lines), shifts=recovered.shifts, unread=unread)
    return None


def problem_of(*read: Parsed) -> SyntaxProblem | None:
    """What was not read of a cell of which the rest was."""
    unread = tuple(each for parsed in read for each in parsed.unread)
    return SyntaxProblem(unread[0].line, unread[0].column, said(unread)) if unread else None


def compiles(source: str) -> bool:
    """The compiler refuses more than the parser: an argument that is given twice, a second ``from __future__``."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            parsed = parse(source)
            compile(parsed.tree, "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        except (SyntaxProblem, SyntaxError, ValueError, MemoryError, RecursionError):
            return False
    return not parsed.unread


def _tree(text: str) -> ast.Module:
    may_warn = "\\" in text and _STRANGE_ESCAPE.search(text) is not None
    if not may_warn and (_DIGIT_AND_MORE.search(text) is None or _RUN_TOGETHER.search(text) is None):
        return ast.parse(text)
    with warnings.catch_warnings():
        # An invalid escape is the author's business, and warnings may be errors in the process we live in.
        warnings.simplefilter("ignore")
        return ast.parse(text)


def _recovered(error: BaseException, lines: list[str], shifts: Mapping[int, int]) -> Recovered | None:
    """None where the parser does not say where: of a NUL, say, or of what is nested too deeply."""
    return recover(lines, shifts, _tree, error) if isinstance(error, SyntaxError) and error.lineno else None


def _problem(
    error: BaseException, source: str, shifts: Mapping[int, int], recovered: Recovered | None = None
) -> SyntaxProblem:
    lines = physical.split(source)
    if isinstance(error, SyntaxError):
        line = min(max(error.lineno or 1, 1), len(lines))
        column = min(max(error.offset or 1, 1) + shifts.get(line, 0), len(lines[line - 1]) + 1)
        reason = blame.message(error)
        if recovered is not None and recovered.unread:
            # Lines that were taken for one thing each; the first says most.
            reason = recovered.unread[0].reason
        return SyntaxProblem(line, column, reason)
    if isinstance(error, (RecursionError, MemoryError)):
        return SyntaxProblem(1, 1, "nested too deeply")
    if isinstance(error, UnicodeEncodeError):
        for line, text in enumerate(lines, 1):
            half = _SURROGATE.search(text)
            if half:
                reason = f"it has half of a surrogate pair (U+{ord(half[0]):04X}), which is no character"
                return SyntaxProblem(line, half.start() + 1, reason)
    return SyntaxProblem(1, 1, str(error) or type(error).__name__)
