"""Shell text to commands, with the grammar of bash; variables are filled where their values are known."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from jupyter_aisec.analysis.command import Command, Word
from jupyter_aisec.analysis.context import Context
from jupyter_aisec.analysis.programs import build
from jupyter_aisec.analysis.strings import path_text
from jupyter_aisec.analysis.values import HOLE, Constant, Ref, Value, leaves
from jupyter_aisec.notebook.syntax import Span

if TYPE_CHECKING:
    import tree_sitter

LIMIT = 100_000
"""Characters of the longest shell text that is parsed."""
MOST = 1000
"""Commands of one shell text that are looked at."""

Fill = Callable[[str], Value | None]
"""Gives the value of a Python expression that stands in braces or behind a dollar sign, or None."""
Locate = Callable[[int, int], Span]
"""Leads from two offsets in the text to a place in the cell."""

_EXPRESSION = re.compile(r"(?<![$\\{])\{([^\W\d][\w.]*(?:\[[\w'\"]{1,40}\])?)\}(?!\})")
_PIPE = re.compile(r"\|")
_OPEN, _CLOSE, _ODD = "\ue000", "\ue001", "\ue002"
_FILLED = re.compile(f"{_OPEN}[^{_OPEN}{_CLOSE}]*{_CLOSE}")
_ESCAPE = re.compile(r"\\(\n|.)", re.DOTALL)
_STRING_ESCAPE = re.compile(r"\\([\\$`\"\n])")
_PLAIN = frozenset({"word", "number", "extglob_pattern", "regex", "heredoc_content"})


@cache
def _parser() -> tree_sitter.Parser:
    import tree_sitter
    import tree_sitter_bash

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_bash.language()))


def _bounded(text: str) -> str:
    """What is parsed of a text: as many pipes as there are commands that are looked at.

    For one pipeline the grammar takes memory by the square of its length, and at some length the process with it.
    """
    text = text[:LIMIT]
    pipes = islice(_PIPE.finditer(text), 2 * MOST, None)
    return text[: found.start()] if (found := next(pipes, None)) else text


def comments(text: str) -> list[int]:
    """Where comments begin: offsets of what the grammar takes for one, and not for a string or a document."""
    data = _bounded(text).encode("utf-8", "replace")
    stack, found = [_parser().parse(data).root_node], []
    while stack:
        node = stack.pop()
        if node.type == "comment":
            found.append(len(data[: node.start_byte].decode("utf-8", "replace")))
        stack.extend(node.named_children)
    return found


class ShellParser:
    """One shell text. Variables that it sets itself are known in it, from there on."""

    def __init__(
        self,
        text: str,
        locate: Locate,
        fill: Fill,
        context: Context,
        *,
        expands: bool,
        via: str | None = None,
        parts: tuple[Ref, ...] = (),
    ) -> None:
        text = _bounded(text)
        self._fill = fill if expands else _nothing
        self._expressions: dict[int, str] = {}
        if expands and "{" in text:
            text = _EXPRESSION.sub(self._mark, text)
        self._bytes = text.encode("utf-8", "replace")
        self._ascii = len(self._bytes) == len(text)
        self._locate = locate
        self._context = context
        self._via = via
        self._parts = parts
        """What may be in the holes of the text."""
        self._met: list[Value] = []
        """Values without a known text, in the order in which they are met."""
        self._variables: dict[str, str | None] = {}
        self._made: dict[int, Command] = {}
        self._found: list[Command] = []

    def commands(self) -> list[Command]:
        """Every simple command, in the order in which they stand."""
        try:
            self._walk(_parser().parse(self._bytes).root_node)
        except RecursionError:
            return self._found
        return sorted(self._found, key=lambda command: (command.span.line, command.span.column))

    def _mark(self, match: re.Match[str]) -> str:
        """Hide ``{expression}`` from the grammar behind characters that are part of a word, of the same length."""
        self._expressions[match.start()] = match[1]
        return _OPEN + re.sub(r"\W", _ODD, match[1]) + _CLOSE

    def _walk(self, node: tree_sitter.Node) -> None:
        if len(self._found) >= MOST:
            return
        kind = node.type
        if kind == "command":
            self._command(node)
        elif kind == "pipeline":
            self._pipeline(node)
        elif kind == "redirected_statement":
            self._redirected(node)
        elif kind == "list":
            self._list(node)
        elif kind == "variable_assignment":
            self._assignment(node)
        elif kind == "declaration_command":
            self._declaration(node)
        elif kind in {"function_definition", "comment"}:
            return
        else:
            for child in node.named_children:
                self._walk(child)

    def _list(self, node: tree_sitter.Node) -> None:
        """Commands joined by ``&&`` or ``||``."""
        starts = []
        for child in node.named_children:
            starts.append(len(self._found))
            self._walk(child)
        if len(starts) > 1 and any(child.type == "||" for child in node.children):
            for each in self._found[starts[-1] :]:
                each.instead_of = (*each.instead_of, *self._found[starts[0] : starts[-1]])

    def _pipeline(self, node: tree_sitter.Node, before: Command | None = None) -> Command | None:
        for child in node.named_children:
            start = len(self._found)
            self._walk(child)
            own = self._main(child, start)
            if own is not None and own.pipe is None and before is not None:
                own.pipe = before
            before = own or before
        return before

    def _main(self, node: tree_sitter.Node, start: int) -> Command | None:
        """The command that a node of a pipeline is, without those in its substitutions."""
        if node.id in self._made:
            return self._made[node.id]
        body = node.child_by_field_name("body")
        if body is not None and node.type == "redirected_statement":
            return self._main(body, start)
        return self._found[-1] if len(self._found) > start else None

    def _redirected(self, node: tree_sitter.Node) -> None:
        body = node.child_by_field_name("body")
        start = len(self._found)
        own: Command | None = None
        if body is not None:
            self._walk(body)
            own = self._main(body, start)
        for child in node.named_children:
            if child.type == "file_redirect":
                self._file_redirect(child, own)
            elif child.type == "heredoc_redirect":
                for part in child.named_children:
                    if part.type == "pipeline":
                        self._pipeline(part, own)
                    elif part.type == "heredoc_body":
                        self._walk(part)
            elif child.type == "herestring_redirect":
                commands = [command for part in child.named_children for command in self._word(part).commands]
                if own is not None:
                    own.inputs = (*own.inputs, *commands)

    def _file_redirect(self, node: tree_sitter.Node, own: Command | None) -> None:
        target = node.child_by_field_name("destination")
        if target is None:
            return
        word = self._word(target)
        if own is not None and node.children[0].type in {">", ">>", "&>", "&>>", ">|"}:
            own.outputs = (*own.outputs, word)
            own.appends = node.children[0].type.endswith(">>")
        elif own is not None:
            own.inputs = (*own.inputs, *word.commands)

    def _assignment(self, node: tree_sitter.Node) -> tuple[str, str | None]:
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        text = self._word(value).text if value is not None else ""
        key = self._text(name) if name is not None else ""
        self._variables[key] = text
        return key, text

    def _declaration(self, node: tree_sitter.Node) -> None:
        settings = dict(self._assignment(part) for part in node.named_children if part.type == "variable_assignment")
        if node.children[0].type == "export":
            self._found.append(Command("export", (), self._span(node), self._context, self._via, settings))

    def _command(self, node: tree_sitter.Node) -> None:
        settings: dict[str, str | None] = {}
        words: list[Word] = []
        extra: list[Command] = []
        for child in node.named_children:
            if child.type == "variable_assignment":
                before = dict(self._variables)
                key, text = self._assignment(child)
                settings[key] = text
                self._variables = before
            elif child.type == "file_redirect":
                target = child.child_by_field_name("destination")
                extra.extend(self._word(target).commands if target is not None else ())
            elif child.type == "herestring_redirect":
                extra.extend(command for part in child.named_children for command in self._word(part).commands)
            else:
                words.append(
                    self._word(
                        child.named_children[0] if child.type == "command_name" and child.named_children else child
                    )
                )
        made = build(words, self._span(node), self._context, self._via, settings)
        made.inputs = tuple(extra)
        self._made[node.id] = made
        self._found.append(made)

    def _word(self, node: tree_sitter.Node) -> Word:
        start, met = len(self._found), len(self._met)
        text, written = self._value(node), self._text(node)
        parts = leaves(*self._met[met:])
        if HOLE in written:
            text, parts = None, self._parts
        return Word(text, written, self._span(node), tuple(self._found[start:]), parts)

    def _value(self, node: tree_sitter.Node) -> str | None:
        """The text of a word or a part of one; commands in it are walked."""
        kind = node.type
        if kind in _PLAIN:
            return self._filled(node, _ESCAPE.sub(_unescape, self._text(node)))
        if kind == "raw_string":
            return self._filled(node, self._text(node)[1:-1], offset=1)
        if kind == "string_content":
            return self._filled(node, _STRING_ESCAPE.sub(_unescape, self._text(node)))
        if kind in {"string", "concatenation"}:
            return self._joined(node)
        for child in node.named_children:
            if child.type != "variable_name":
                self._walk(child)
        return self._variable(node) if kind in {"simple_expansion", "expansion"} else None

    def _variable(self, node: tree_sitter.Node) -> str | None:
        """``$NAME`` and ``${NAME}``; what does more than name a variable is unknown."""
        inside = node.named_children
        if len(inside) != 1 or inside[0].type != "variable_name":
            return None
        name = self._text(inside[0])
        if name in self._variables:
            return self._variables[name]
        filled = self._filling(name)
        return self._context.environment.get(name, None) if filled is None else filled

    def _filling(self, expression: str) -> str | None:
        """The text of a Python expression."""
        value = self._fill(expression)
        found = spoken(value)
        if found is None and value is not None:
            self._met.append(value)
        return found

    def _joined(self, node: tree_sitter.Node) -> str | None:
        """All parts of a word; the grammar names no node for plain text between quotes and brackets."""
        found: list[str] = []
        known = True
        quoted = node.type == "string"
        at = node.start_byte + quoted
        for child in node.children:
            if quoted and child.type == '"':
                continue
            found.append(self._bytes[at : child.start_byte].decode("utf-8", "replace"))
            part = self._value(child) if child.is_named else self._text(child)
            at = child.end_byte
            if part is None:
                known = False
            else:
                found.append(part)
        found.append(self._bytes[at : node.end_byte - quoted].decode("utf-8", "replace"))
        return "".join(found) if known else None

    def _filled(self, node: tree_sitter.Node, text: str, offset: int = 0) -> str | None:
        """The text with its hidden expressions replaced by what they are; None when one is unknown."""
        if _OPEN not in text:
            return text
        raw = self._text(node)[offset:]
        starts = iter([self._offset(node.start_byte) + offset + match.start() for match in _FILLED.finditer(raw)])
        parts: list[str] = []
        end = 0
        for match in _FILLED.finditer(text):
            value = self._filling(self._expressions.get(next(starts, -1), ""))
            if value is None:
                return None
            parts += [text[end : match.start()], value]
            end = match.end()
        return "".join([*parts, text[end:]])

    def _text(self, node: tree_sitter.Node) -> str:
        return self._bytes[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def _offset(self, byte: int) -> int:
        return byte if self._ascii else len(self._bytes[:byte].decode("utf-8", "ignore"))

    def _span(self, node: tree_sitter.Node) -> Span:
        return self._locate(self._offset(node.start_byte), self._offset(node.end_byte))


def spoken(value: Value | None) -> str | None:
    """What stands in a shell line for a Python value, where that is known."""
    if isinstance(value, Ref) and value.path == "sys.executable":
        return "python"
    if isinstance(value, Constant) and isinstance(value.value, (int, float)) and not isinstance(value.value, bool):
        return str(value.value)
    return path_text(value)


def _unescape(match: re.Match[str]) -> str:
    return "" if match[1] == "\n" else match[1]


def _nothing(name: str) -> None:
    """Fill nothing: `%%bash` sees no Python names."""
    del name
