"""A call as rules see it: its resolved path, its arguments as values, and edits that would repair it."""

from __future__ import annotations

import ast
from functools import cached_property

from jupyter_aisec import knowledge
from jupyter_aisec.analysis.context import Context
from jupyter_aisec.analysis.evaluate import evaluate
from jupyter_aisec.analysis.hit import Change, Fact, Hit, Repair
from jupyter_aisec.analysis.imports import importing
from jupyter_aisec.analysis.literal import Literal
from jupyter_aisec.analysis.scope import Scope
from jupyter_aisec.analysis.strings import path_text
from jupyter_aisec.analysis.values import Constant, Ref, Table, Value, text
from jupyter_aisec.model import Confidence, Severity
from jupyter_aisec.notebook.syntax import Parsed, Span

_SHOWN = 60


def _short(path: str) -> str:
    """A dotted path without what fits on no line: its first names go, whole."""
    while len(path) > _SHOWN and "." in path:
        path = path.partition(".")[2]
    return path[-_SHOWN:]


class Call:
    """One call expression."""

    def __init__(self, node: ast.Call, function: Value | None, scope: Scope, parsed: Parsed, context: Context) -> None:
        self.node = node
        self.path = function.path if isinstance(function, Ref) else ""
        self.origin = function.argument if isinstance(function, Ref) else None
        """The first literal argument of the call that gave the receiver."""
        self.context = context
        self._scope = scope
        self._parsed = parsed

    @property
    def scope(self) -> Scope:
        """The names where it stands."""
        return self._scope

    @property
    def name(self) -> str:
        """The last name of what is called: that of the library, whatever the cell calls it."""
        function = self.node.func
        if isinstance(function, ast.Attribute):
            return function.attr
        return self.path.rpartition(".")[2] or (function.id if isinstance(function, ast.Name) else "")

    @property
    def api(self) -> knowledge.Api | None:
        """The row of facts about this call."""
        return knowledge.api(self.path) if self.path else None

    @cached_property
    def called(self) -> str:
        """What is called, for a message: by the library's own name, or as it stands where it is an object's method."""
        if self.path and "(" not in self.path and "[" not in self.path:
            return _short(self.path.removeprefix("builtins."))
        function = self.node.func
        is_method = isinstance(function, ast.Attribute) and function.end_lineno == function.lineno
        if is_method and function.lineno <= len(self._parsed.lines):
            line = self._parsed.lines[function.lineno - 1].encode("utf-8", "surrogatepass")
            shown = line[function.col_offset : function.end_col_offset].decode("utf-8", "replace")
            if shown and len(shown) <= _SHOWN:
                return shown
        return _short(self.path.replace("()", "")) or self.name

    @property
    def receiver(self) -> Value | None:
        """What stands before the last dot."""
        return evaluate(self.node.func.value, self._scope) if isinstance(self.node.func, ast.Attribute) else None

    @property
    def receiver_node(self) -> ast.expr | None:
        """The expression before the last dot."""
        return self.node.func.value if isinstance(self.node.func, ast.Attribute) else None

    @cached_property
    def _spread(self) -> tuple[dict[str, Value | None], bool]:
        """What ``**tables`` hold, and whether they may hold more."""
        found: dict[str, Value | None] = {}
        whole = True
        for keyword in self.node.keywords:
            if keyword.arg is None:
                table = evaluate(keyword.value, self._scope)
                if isinstance(table, Table):
                    found.update(table.values)
                    whole = whole and table.whole
                else:
                    whole = False
        return found, whole

    def argument(self, name: str, position: int | None = None) -> ast.expr | None:
        """The expression that is given for a parameter, if it stands in the call."""
        for keyword in self.node.keywords:
            if keyword.arg == name:
                return keyword.value
        if position is not None and position < len(self.node.args):
            before = self.node.args[: position + 1]
            if not any(isinstance(part, ast.Starred) for part in before):
                return self.node.args[position]
        return None

    def given(self, name: str, position: int | None = None) -> bool | None:
        """Whether a parameter is given; None when ``*`` or ``**`` hides it."""
        if self.argument(name, position) is not None or name in self._spread[0]:
            return True
        if not self._spread[1]:
            return None
        if position is not None and any(isinstance(part, ast.Starred) for part in self.node.args):
            return None
        return False

    def value(self, name: str, position: int | None = None) -> Value | None:
        """What is given for a parameter; None when nothing or something unknown is."""
        node = self.argument(name, position)
        return evaluate(node, self._scope) if node is not None else self._spread[0].get(name)

    def text(self, name: str, position: int | None = None) -> str | None:
        """The string that is given, or None."""
        return text(self.value(name, position))

    def path_text(self, name: str, position: int | None = None) -> str | None:
        """The file path or URL that is given, as a string or as a ``pathlib`` path."""
        return path_text(self.value(name, position))

    def is_constant(self, constant: object, name: str, position: int | None = None) -> bool:
        """Whether exactly this constant is given."""
        value = self.value(name, position)
        return isinstance(value, Constant) and value.value is constant

    @property
    def span(self) -> Span:
        """Where the call stands: from its function's last name, so that chained calls have different places."""
        whole = self._parsed.span(self.node)
        function = self.node.func
        if isinstance(function, ast.Attribute) and function.value.end_lineno != function.end_lineno:
            end = function.end_lineno or function.lineno
            column = self._parsed.column(end, (function.end_col_offset or 0) - len(function.attr.encode()))
            return Span(end, column, whole.end_line, whole.end_column)
        return whole

    def span_of(self, node: ast.expr | ast.keyword) -> Span:
        """Where a part of the call stands."""
        return self._parsed.span(node)

    def literal(self, position: int) -> Literal | None:
        """The string that is written there, among the positional arguments."""
        node = self.node.args[position] if position < len(self.node.args) else None
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        return Literal(node, self._parsed, self._scope) if isinstance(node, ast.Constant) and is_text else None

    def found(
        self,
        message: str,
        *,
        severity: Severity | None = None,
        confidence: Confidence = Confidence.HIGH,
        repair: Repair | None = None,
        once: str | None = None,
        unless: tuple[Fact, ...] = (),
        worse: tuple[tuple[Fact, Severity], ...] = (),
        needs: tuple[Fact, ...] = (),
    ) -> Hit:
        """Say something about this call."""
        return Hit(self.span, message, severity, confidence, repair, once, unless, worse, needs)

    def renamed(self, name: str, module: str, description: str) -> Repair:
        """Repair, not a safe one: call ``name`` of a ``module`` with the same arguments; import it where needed."""
        changes = importing(module, self.node, self._scope, self._parsed)
        own = Change(self._parsed.span(self.node.func), f"{module}.{name}")
        return Repair(description, safe=False, changes=(*changes, own))

    def with_keyword(self, name: str, source: str, description: str, *, safe: bool) -> Repair | None:
        """Repair: give ``name=source``, in place of what is given or behind the last argument."""
        given = next((keyword for keyword in self.node.keywords if keyword.arg == name), None)
        if given is not None:
            return Repair(description, safe, (Change(self._parsed.span(given.value), source),))
        if any(keyword.arg is None for keyword in self.node.keywords):
            return None
        end = self._parsed.span(self.node)
        at = Span(end.end_line, end.end_column - 1, end.end_line, end.end_column - 1)
        parts = self._parts()
        if not parts:
            return Repair(description, safe, (Change(at, f"{name}={source}"),))
        if isinstance(parts[-1], ast.GeneratorExp):
            return None
        comma = "" if "," in self._between(parts[-1], at) else ", "
        return Repair(description, safe, (Change(at, f"{comma}{name}={source}"),))

    def without_keyword(self, name: str, description: str, *, safe: bool) -> Repair | None:
        """Repair: take ``name=…`` out, with the comma that belongs to it."""
        parts = self._parts()
        index = next((n for n, part in enumerate(parts) if isinstance(part, ast.keyword) and part.arg == name), None)
        if index is None:
            return None
        own = self._parsed.span(parts[index])
        if index:
            before = self._parsed.span(parts[index - 1])
            if self._between(parts[index - 1], own).strip() != ",":
                return None
            own = Span(before.end_line, before.end_column, own.end_line, own.end_column)
        elif len(parts) > 1:
            behind = self._parsed.span(parts[1])
            if self._between(parts[0], behind).strip() != ",":
                return None
            own = Span(own.line, own.column, behind.line, behind.column)
        return Repair(description, safe, (Change(own, ""),))

    def _parts(self) -> list[ast.expr | ast.keyword]:
        return sorted([*self.node.args, *self.node.keywords], key=lambda part: (part.lineno, part.col_offset))

    def _between(self, part: ast.expr | ast.keyword, until: Span) -> str:
        """The text from the end of an argument to the start of ``until``, without comments."""
        start = self._parsed.span(part)
        found: list[str] = []
        for line in range(start.end_line, until.line + 1):
            shift = self._parsed.shifts.get(line, 0)
            text_of = self._parsed.lines[line - 1]
            first = start.end_column - 1 - shift if line == start.end_line else 0
            last = until.column - 1 - shift if line == until.line else len(text_of)
            found.append(text_of[first:last].partition("#")[0])
        return " ".join(found)
