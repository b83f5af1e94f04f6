"""A cell's source as a syntax tree, its shell text and its magics, each with exact places; nothing is executed."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field

from jupyter_aisec.notebook import lines as physical
from jupyter_aisec.notebook import magics
from jupyter_aisec.notebook.translate import Magic, ShellKind, ShellText, Translator

__all__ = ["Magic", "Parsed", "ShellKind", "ShellText", "Span", "SyntaxProblem", "compiles", "parse", "written"]

LIMIT = 250_000
"""Characters of the longest cell that is parsed: half a second of work, and one and a half if it fails at its end."""


_SURROGATE = re.compile("[\ud800-\udfff]")


class SyntaxProblem(Exception):  # noqa: N818 - a cell with a problem is data to us, not an error
    """The cell can't be read as Python; ``line`` and ``column`` are 1-based and lie inside the cell."""

    def __init__(self, line: int, column: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.column = column
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Span:
    """Lines and columns as in `model.Place`: 1-based, in characters, the end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a cell says. Lines of the tree are lines of the cell; for columns ask `span` or `column`."""

    tree: ast.Module
    lines: tuple[str, ...]
    """The Python that was parsed, line by line."""
    shell: tuple[ShellText, ...] = ()
    magics: tuple[Magic, ...] = ()
    shifts: Mapping[int, int] = field(default_factory=dict)
    is_plain: bool = True
    """Whether the cell was Python as it stands."""

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
    """The tree of a cell, with IPython's syntax understood.

    Raises `SyntaxProblem`, whatever it is that Python's parser does not like.
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
    try:
        tree = _tree("\n".join(found.lines))
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        if not found.doubtful:
            raise _problem(error, source, found.shifts) from None
        tree = ast.Module(body=[], type_ignores=[])
    return Parsed(
        tree,
        tuple(found.lines),
        tuple(found.shell),
        tuple(found.magics),
        found.shifts,
        is_plain=False,
    )


def written(parsed: Parsed) -> tuple[str, Parsed] | None:
    """The Python file that ``%%writefile NAME.py`` makes of a cell: its name, and its text on the lines of the cell.

    None for every other cell. Raises `SyntaxProblem`.
    """
    for magic in parsed.magics:
        name = magics.python_file(magic.text) if magic.is_cell and magic.name in magics.FILE_CELL else None
        if name:
            text = "\n" * magic.line + magic.body
            try:
                return name, Parsed(_tree(text), tuple(physical.split(text)), shifts=parsed.shifts)
            except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
                raise _problem(error, text, parsed.shifts) from None
    return None


def compiles(source: str) -> bool:
    """The compiler refuses more than the parser: an argument that is given twice, a second ``from __future__``."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(parse(source).tree, "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        except (SyntaxProblem, SyntaxError, ValueError, MemoryError, RecursionError):
            return False
    return True


def _tree(text: str) -> ast.Module:
    with warnings.catch_warnings():
        # An invalid escape is the author's business, and warnings may be errors in the process we live in.
        warnings.simplefilter("ignore")
        return ast.parse(text)


def _problem(error: BaseException, source: str, shifts: Mapping[int, int]) -> SyntaxProblem:
    lines = physical.split(source)
    if isinstance(error, SyntaxError):
        line = min(max(error.lineno or 1, 1), len(lines))
        column = min(max(error.offset or 1, 1) + shifts.get(line, 0), len(lines[line - 1]) + 1)
        reason = error.msg or "invalid syntax"
        if "unicodeescape" in reason:
            reason = 'a backslash in a string begins a broken escape: double it, or write r"..."'
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
