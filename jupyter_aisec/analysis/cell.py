"""One cell under analysis: runs the walk and the shell parser over it and collects what the rules say."""

from __future__ import annotations

import ast
import re
import time
from collections.abc import Iterable
from operator import attrgetter

from msgspec.structs import replace

from jupyter_aisec.analysis import deeds
from jupyter_aisec.analysis.assigned import Assigned
from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.command import Command
from jupyter_aisec.analysis.context import Context
from jupyter_aisec.analysis.environment import settings_of
from jupyter_aisec.analysis.evaluate import evaluate
from jupyter_aisec.analysis.hit import Fact
from jupyter_aisec.analysis.index import Index
from jupyter_aisec.analysis.named import Named, named
from jupyter_aisec.analysis.onlooker import Onlooker
from jupyter_aisec.analysis.outside import outside
from jupyter_aisec.analysis.raised import Lines, Raised, lines_of
from jupyter_aisec.analysis.result import Result, result_of
from jupyter_aisec.analysis.routine import entered
from jupyter_aisec.analysis.rule import Rule
from jupyter_aisec.analysis.scope import STEPS, Scope
from jupyter_aisec.analysis.shell import ShellParser, spoken
from jupyter_aisec.analysis.shell_calls import commands_of
from jupyter_aisec.analysis.subscriptions import CellMagic, LineMagic, Setting
from jupyter_aisec.analysis.values import Built, Constant, Ref, Routine, Value, leaves, text
from jupyter_aisec.analysis.walk import Walker
from jupyter_aisec.notebook.syntax import Magic, Parsed, ShellText, Span

_RUNS_COMMANDS = frozenset(
    {"system", "popen", "run", "call", "check_call", "check_output", "Popen", "getoutput", "getstatusoutput", "main"}
    | {"system_raw", "system_piped", "run_line_magic", "create_subprocess_shell"}
)
_NAMED = _RUNS_COMMANDS | deeds.NAMED
_SHELL_NAME = re.compile(r"\{([A-Za-z_][\w.]*)\}|\$([A-Za-z_]\w*)")
_MODULES = frozenset({"os", "sys", "hmac", "secrets"})
"""Calls of which change what is known of the environment, of folders and digests."""


class OutOfTime(Exception):  # noqa: N818 - an answer to the engine, not an error
    """The time for a notebook is used up."""


class CellWalk(Onlooker):
    """Collects `Raised` and facts from one cell."""

    def __init__(self, parsed: Parsed, scope: Scope, context: Context, index: Index, deadline: float) -> None:
        self._deadline = deadline
        self.parsed = parsed
        self._scope = scope
        self._context = context
        self._index = index
        self._rules_on_names = index.about(Named)
        self.raised: list[Raised] = []
        self.facts: list[Fact] = []

    def run(self) -> None:
        """Statements, magics and shell text in the order in which they stand; bodies of functions at the end.

        Raises `OutOfTime`, and `RecursionError` for statements that are nested beyond reason.
        """
        pending: list[ShellText | Magic] = [*self.parsed.shell]
        pending += [magic for magic in self.parsed.magics if not magic.is_cell]
        pending.sort(key=attrgetter("line"), reverse=True)
        if self.parsed.magics:
            self._cell_magics()
        self._scope.module().steps = STEPS
        walker = Walker(self, self.parsed)
        for statement in self.parsed.tree.body:
            self._check_time()
            while pending and pending[-1].line <= statement.lineno:
                self._piece(pending.pop())
            walker.statement_of(statement, self._scope)
        rules = self._index.about(Result)
        result = result_of(self.parsed, self._scope) if rules else None
        if result is not None:
            self._raise(rules, result)
        walker.finish()
        while pending:
            self._piece(pending.pop())

    def _cell_magics(self) -> None:
        rules = self._index.about(CellMagic)
        for magic in self.parsed.magics if rules else ():
            if magic.is_cell:
                span = Span(magic.line, magic.column, magic.line, magic.column + len(magic.name) + 2)
                last = magic.line + magic.body.count("\n") + 1
                self._raise(rules, CellMagic(span, magic.name, magic.text, magic.body), (magic.line, last))

    def _piece(self, piece: ShellText | Magic) -> None:
        self._check_time()
        if isinstance(piece, ShellText):
            self._shell(piece)
        else:
            self._magic(piece)

    def _check_time(self) -> None:
        if time.monotonic() > self._deadline:
            raise OutOfTime

    def _raise(self, rules: Iterable[Rule], subject: object, lines: Lines | None = None) -> None:
        """Ask the rules; ``lines`` are those of the statement that is being walked, where no others are given."""
        for rule in rules:
            for hit in rule.function(subject):
                self.raised.append(Raised(rule, hit, lines or lines_of(self.statement)))

    def on_call(self, node: ast.Call, scope: Scope) -> None:
        """Ask the rules about it, and note what it does to the environment and to earlier findings."""
        target = node.func
        if isinstance(target, ast.Attribute) and not self._may_matter(target, scope):
            return
        function = evaluate(target, scope)
        if isinstance(function, Routine):
            self._routine(function, node, scope)
            return
        path = function.path if isinstance(function, Ref) else ""
        name = target.attr if isinstance(target, ast.Attribute) else path.rpartition(".")[2]
        rules = self._index.calls(path, name)
        runs = name in _RUNS_COMMANDS
        is_deed = name in deeds.NAMED or path.partition(".")[0] in _MODULES
        if not (rules or runs or is_deed):
            return
        self._check_time()
        call = Call(node, function, scope, self.parsed, self._context)
        self._raise(rules, call)
        if is_deed:
            self.facts.extend(deeds.of_call(call))
        if runs:
            self._commands(commands_of(call), lines_of(self.statement))
        if is_deed:
            for name, value in settings_of(call):
                self._set(name, value, call.span)

    def _may_matter(self, target: ast.Attribute, scope: Scope) -> bool:
        """Whether anybody asks for calls of this name, or of the library where the expression begins.

        To know that costs less than to know what is called, and most calls matter to nobody.
        """
        if target.attr in self._index.last or target.attr in _NAMED:
            return True
        node: ast.expr = target
        while not isinstance(node, ast.Name):
            if isinstance(node, (ast.Attribute, ast.Subscript)):
                node = node.value
            elif isinstance(node, ast.Call):
                node = node.func
            else:
                return True
        begins = scope.lookup(node.id)
        if not isinstance(begins, Ref):
            # Of a string come strings.
            return begins is not None and not isinstance(begins, (Constant, Built))
        library = begins.path.partition(".")[0]
        return library in _MODULES or self._index.wants(library, target.attr)

    def _routine(self, routine: Routine, node: ast.Call, scope: Scope) -> None:
        """What the body of a function of the notebook does with values from outside, said where it is given them."""
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        if not any(outside(evaluate(part, scope)) for part in given):
            return
        plain = {(each.rule.name, each.hit.span) for each in self._inside(routine, entered(routine, None, scope))}
        span = self.parsed.span(node)
        for each in self._inside(routine, entered(routine, node, scope)):
            if (each.rule.name, each.hit.span) not in plain:
                hit = replace(each.hit, span=span, message=f"in {routine.name}(), {each.hit.message}", repair=None)
                self.raised.append(Raised(each.rule, hit, lines_of(self.statement)))

    def _inside(self, routine: Routine, scope: Scope | None) -> list[Raised]:
        """What the rules say about a body; the facts in it were noted where it is defined."""
        if scope is None or routine.home is None or isinstance(routine.node, ast.Lambda):
            return []
        kept = self.parsed, self.statement, self.raised, self.facts
        self.parsed, self.raised, self.facts = routine.home, [], []
        walker = Walker(self, routine.home)
        try:
            for statement in routine.node.body:
                self._check_time()
                walker.statement_of(statement, scope)
            return self.raised
        finally:
            self.parsed, self.statement, self.raised, self.facts = kept

    def on_compare(self, node: ast.Compare, scope: Scope) -> None:
        """Note a digest that is compared."""
        self.facts.extend(deeds.of_compare(node, scope))

    def on_item(self, target: ast.Subscript, value: Value | None, scope: Scope) -> None:
        """Note an environment variable that is set."""
        base = evaluate(target.value, scope)
        if isinstance(base, Ref) and base.path == "os.environ":
            name = text(evaluate(target.slice, scope))
            if name:
                self._set(name, text(value), self.parsed.span(target))

    def on_given(self, node: ast.Call | ast.Dict | ast.Assign | ast.AnnAssign | ast.arguments, scope: Scope) -> None:
        """Ask the rules about names that are given a string."""
        rules = self._rules_on_names
        for subject in named(node, scope, self.parsed, self._index.shortest) if rules else ():
            self._raise(rules, subject)

    def on_attribute(self, target: ast.Attribute, value: ast.expr, scope: Scope) -> None:
        """Ask the rules about an attribute that is set."""
        rules = self._index.about(Assigned)
        if rules:
            subject = Assigned(target, value, scope, self.parsed, self._context)
            self._raise(rules, subject)

    def _set(self, name: str, value: str | None, span: Span) -> None:
        if value is None:
            self._context.environment.pop(name, None)
        else:
            self._context.environment[name] = value
        subject = Setting(span, name, value, self._context)
        self._raise(self._index.about(Setting), subject, (span.line, span.end_line))

    def _commands(self, commands: list[Command], lines: Lines | None = None) -> None:
        rules = self._index.about(Command)
        for command in commands:
            self._check_time()
            around = lines or (command.span.line, command.span.end_line)
            self._raise(rules, command, around)
            self.facts.extend(deeds.of_command(command))
            for name, value in command.settings.items():
                subject = Setting(command.span, name, value, self._context)
                self._raise(self._index.about(Setting), subject, around)

    def _shell(self, shell: ShellText) -> None:
        def locate(start: int, end: int) -> Span:
            return Span(*shell.place(start), *shell.place(end))

        found = ShellParser(shell.text, locate, self._fill, self._context, expands=shell.expands).commands()
        for command in found:
            command.shell = shell
        # A comment on any line of the text is about all of it only where it is one command.
        last = shell.line + shell.text.count("\n")
        self._commands(found, (shell.line, last) if shell.expands else None)

    def _fill(self, expression: str) -> Value | None:
        """The value of a Python name or attribute in a shell line."""
        try:
            node = ast.parse(expression, mode="eval").body
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return None
        return evaluate(node, self._scope)

    def _magic(self, magic: Magic) -> None:
        span = Span(magic.line, magic.column, magic.line, magic.column + len(magic.name) + 1)
        filled: str | None = magic.text
        parts: tuple[Ref, ...] = ()
        for match in _SHELL_NAME.finditer(magic.text):
            value = self._fill(match[1] or match[2])
            known = spoken(value)
            parts += leaves(value) if known is None else ()
            filled = filled.replace(match[0], known) if filled is not None and known is not None else None
        if magic.name in {"env", "set_env"} and magic.text:
            name, equals, given = magic.text.partition("=")
            if not equals:
                name, _, given = magic.text.partition(" ")
            if given or equals:
                self._set(name.strip(), given.strip() if filled is not None else None, span)
        elif magic.name == "cd" and filled:
            self.facts.extend(deeds.of_folder(filled))
        elif magic.name == "load_ext" and filled:
            self.facts.extend(deeds.of_extension(filled))
        elif magic.name == "run" and filled:
            self.facts.extend(deeds.of_script(filled))
        self._raise(
            self._index.about(LineMagic),
            LineMagic(span, magic.name, filled, magic.text, parts),
            (magic.line, magic.line),
        )
