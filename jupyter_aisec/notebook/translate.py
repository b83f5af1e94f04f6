"""IPython's own syntax to plain Python, line by line: every line stays where it is, so places stay true."""

from __future__ import annotations

import ast
import re
from enum import StrEnum

import msgspec

from jupyter_aisec.notebook import lines as physical
from jupyter_aisec.notebook import magics


class ShellKind(StrEnum):
    """How shell text stands in a cell."""

    LINE = "line"
    """``!cmd``, ``!!cmd``, ``%sx cmd``"""
    CAPTURED = "captured"
    """``x = !cmd``"""
    CELL = "cell"
    """``%%bash`` and its like: the body"""
    COMMAND = "command"
    """``%pip …``"""
    AUTOMAGIC = "automagic"
    """``pip …`` without a sign in front"""


class ShellText(msgspec.Struct, frozen=True):
    """Shell text as it was written, continuation lines included; `place` leads from it back into the cell."""

    text: str
    kind: ShellKind
    line: int
    columns: tuple[int, ...]
    """The 1-based column of the first character of each of its lines."""

    @property
    def column(self) -> int:
        """Where it begins on its first line."""
        return self.columns[0]

    @property
    def expands(self) -> bool:
        """Whether IPython fills ``{NAME}`` and ``$NAME`` from Python before the shell sees the text."""
        return self.kind is not ShellKind.CELL

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, 1-based in the cell, of a character of `text`."""
        before = self.text.count("\n", 0, offset)
        return self.line + before, self.columns[before] + offset - (self.text.rfind("\n", 0, offset) + 1)


class Magic(msgspec.Struct, frozen=True):
    """``%name text`` or ``%%name text`` with a body; ``column`` is that of the sign."""

    name: str
    text: str
    line: int
    column: int
    is_cell: bool = False
    body: str = ""


class Translation(msgspec.Struct):
    """Python with the same line numbers; ``shifts`` is what stands in front of a line's text in the cell."""

    lines: list[str] = msgspec.field(default_factory=list)
    shifts: dict[int, int] = msgspec.field(default_factory=dict)
    shell: list[ShellText] = msgspec.field(default_factory=list)
    magics: list[Magic] = msgspec.field(default_factory=list)
    misplaced: int = 0
    """The line of a cell magic that stands below a comment, where IPython does not take it for one; else 0."""
    doubtful: bool = False
    """The body of a cell magic that we do not know: not Python, perhaps."""


_ASSIGNED = re.compile(r"(?<![=!<>%*/+|&^@:-])=[ \t]*(?P<sign>[!%])(?P<rest>(?!=).*)")
_MAGIC = re.compile(r"%{1,2}[ \t]*(?P<name>[^\s%(]+|)(?P<rest>.*)", re.DOTALL)
_WITH_ONE_SIGN = re.compile(
    r"%(?:(?:sh|bash)(?:[ \t]++-[\w-]*+(?:[ \t]++\w++)?+)*+[ \t]*+|(?:writefile|bq|md|scala|r)(?:[ \t].*)?"
    r"|sql[ \t]*+(?:--module[ \t].*)?)"
)
"""Cell magics that Databricks and Datalab take with one sign on the first line of a cell, and IPython nowhere."""
_NESTED = 8
"""Cell magics on top of each other; each holds the text below it."""
_HELP_WIDTH = 1000
"""Longer lines are no question; it bounds the time that the next expression takes."""
_HELP = re.compile(r"[ \t]*(?:\?{1,2}.*|[^#'\"]*?%{0,2}(?!\d)[\w*.\[\]-]+\?{1,2}[ \t;]*)")


class Translator:
    """One pass over the lines of a cell."""

    def __init__(self, source: str) -> None:
        found, taken = physical.undecorated(physical.split(source))
        self._in = found
        self._out = Translation(shifts=taken)

    def run(self) -> Translation:
        """The whole cell."""
        start = self._cell_magics()
        scanner = physical.Scanner()
        while start < len(self._in):
            line = self._in[start]
            if scanner.at_start and line and not line.isspace():
                end = self._special(start, line)
                if end:
                    start = end
                    continue
            self._out.lines.append(line)
            scanner.feed(line)
            start += 1
        return self._out

    def _cell_magics(self) -> int:
        """Take ``%%name`` lines off the top; the number of lines that were dealt with."""
        start = 0
        while start < len(self._in) and len(self._out.magics) < _NESTED:
            line = self._in[start]
            if line and not line.isspace():
                match = _MAGIC.match(line) if line.startswith("%%") or self._is_of_cell(start) else None
                if match is None:
                    if not line.startswith("#") or not self._is_above_magic(start):
                        return start
                    self._out.lines.append("")
                    start += 1
                    continue
                above = start and any(each.strip() for each in self._in[:start])
                if above and not self._out.magics:
                    self._out.misplaced = start + 1
                body = "\n".join(self._in[start + 1 :])
                column, text = self._column(start), match["rest"].strip()
                self._out.magics.append(Magic(match["name"], text, start + 1, column, is_cell=True, body=body))
                self._out.lines.append("")
                if not self._goes_on(match["name"], match["rest"], start):
                    self._out.lines.extend([""] * (len(self._in) - len(self._out.lines)))
                    return len(self._in)
            else:
                self._out.lines.append("")
            start += 1
        return start

    def _is_of_cell(self, start: int) -> bool:
        """Whether a line with one sign is a cell magic to those who made the notebook: there is more below it."""
        return _WITH_ONE_SIGN.fullmatch(self._in[start]) is not None and any(
            line.strip() for line in self._in[start + 1 :]
        )

    def _is_above_magic(self, start: int) -> bool:
        """Whether nothing but comments stands between a line and a cell magic whose body is no Python."""
        below = (line for line in self._in[start:] if line.strip() and not line.startswith("#"))
        match = _MAGIC.match(next(below, ""))
        return (
            match is not None
            and match[0].startswith("%%")
            and match["name"] in magics.SHELL_CELL | magics.OTHER_CELL | {"script"}
        )

    def _goes_on(self, name: str, rest: str, start: int) -> bool:
        """Whether the body of a cell magic is Python; shell bodies are kept as such."""
        kind = magics.script_of(rest) if name == "script" else ""
        if name in magics.SHELL_CELL or kind == "sh":
            self._shell(ShellKind.CELL, start + 1, len(self._in), 0)
            return False
        if name in magics.PYTHON_CELL or kind == "python":
            return True
        if name in magics.OTHER_CELL or kind:
            return False
        self._out.doubtful = True
        return True

    def _special(self, start: int, line: str) -> int:
        """Deal with a line that is not Python; the index of the line behind it, or 0 when it is Python."""
        body = line.lstrip(" \t")
        indent = len(line) - len(body)
        sign = body[0]
        if sign == "!":
            return self._bang(start, indent)
        if sign == "%":
            return self._magic(start, indent)
        if sign in "?,;/":
            return self._replace(start, self._end(start), line[:indent] + "pass")
        if ("!" in body or "%" in body) and (match := _ASSIGNED.search(line)):
            end = self._assigned(start, line[: match.start("sign")], match)
            if end:
                return end
        if body.rstrip(" \t;").endswith("?") and len(body) < _HELP_WIDTH and _HELP.fullmatch(body):
            return self._replace(start, start + 1, line[:indent] + "pass")
        return self._automagic(start, indent, body)

    def _bang(self, start: int, indent: int) -> int:
        line = self._in[start]
        width = 2 if line.startswith("!!", indent) else 1
        self._shell(ShellKind.LINE, start, self._end(start), indent + width)
        return self._replace(start, self._end(start), line[:indent] + "pass")

    def _magic(self, start: int, indent: int) -> int:
        line, end = self._in[start], self._end(start)
        match = _MAGIC.match(line, indent)
        if match is None:
            return 0
        name, rest = match["name"], match["rest"]
        if name in magics.COMMAND_LINE:
            self._shell(ShellKind.COMMAND, start, end, match.start("name"))
        elif name in magics.SHELL_LINE:
            self._shell(ShellKind.LINE, start, end, match.start("rest"))
        else:
            self._out.magics.append(Magic(name, self._joined(start, end, rest), start + 1, self._column(start, indent)))
            if name in magics.PYTHON_LINE:
                cut = match.start("rest") + magics.statement_of(name, rest)
                if _parses(line[cut:]):
                    self._out.shifts[start + 1] = self._out.shifts.get(start + 1, 0) + cut - indent
                    return self._replace(start, start + 1, line[:indent] + line[cut:])
        return self._replace(start, end, line[:indent] + "pass")

    def _assigned(self, start: int, left: str, match: re.Match[str]) -> int:
        end = self._end(start)
        if not _parses(left.strip() + " 0"):
            return 0
        if match["sign"] == "!":
            self._shell(ShellKind.CAPTURED, start, end, match.start("rest"))
            return self._replace(start, end, left + "...")
        magic = _MAGIC.match(self._in[start], match.start("sign"))
        if magic is None:
            return 0
        name, rest = magic["name"], magic["rest"]
        if name in magics.COMMAND_LINE | magics.SHELL_LINE:
            where = magic.start("rest" if name in magics.SHELL_LINE else "name")
            self._shell(ShellKind.CAPTURED, start, end, where)
            return self._replace(start, end, left + "...")
        self._out.magics.append(
            Magic(name, self._joined(start, end, rest), start + 1, self._column(start, match.start("sign")))
        )
        if name in magics.PYTHON_LINE:
            cut = magic.start("rest") + magics.statement_of(name, rest)
            if _parses(self._in[start][cut:]):
                return self._replace(start, start + 1, left + " " * (cut - len(left)) + self._in[start][cut:])
        return self._replace(start, end, left + "...")

    def _automagic(self, start: int, indent: int, body: str) -> int:
        match = magics.AUTOMAGIC.match(body)
        if match is None or _parses(body):
            return 0
        end = self._end(start)
        if match["name"] in magics.COMMAND_LINE:
            self._shell(ShellKind.AUTOMAGIC, start, end, indent)
        else:
            text = self._joined(start, end, match["rest"])
            self._out.magics.append(Magic(match["name"], text, start + 1, self._column(start, indent)))
        return self._replace(start, end, self._in[start][:indent] + "pass")

    def _end(self, start: int) -> int:
        """The index behind the last line of a command that goes on over lines that end in a backslash."""
        end = start
        while end + 1 < len(self._in) and self._in[end].endswith("\\"):
            end += 1
        return end + 1

    def _replace(self, start: int, end: int, text: str) -> int:
        self._out.lines.append(text)
        self._out.lines.extend([""] * (end - start - 1))
        return end

    def _column(self, index: int, offset: int = 0) -> int:
        return self._out.shifts.get(index + 1, 0) + offset + 1

    def _shell(self, kind: ShellKind, start: int, end: int, offset: int) -> None:
        if start >= end:
            return
        text = "\n".join([self._in[start][offset:], *self._in[start + 1 : end]])
        columns = (self._column(start, offset), *(self._column(index) for index in range(start + 1, end)))
        self._out.shell.append(ShellText(text, kind, start + 1, columns))

    def _joined(self, start: int, end: int, rest: str) -> str:
        return " ".join(part.removesuffix("\\").strip() for part in [rest, *self._in[start + 1 : end]])


def _parses(statement: str) -> bool:
    try:
        ast.parse(statement.strip())
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False
    return bool(statement.strip())
