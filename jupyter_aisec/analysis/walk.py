"""One walk over a cell's tree: binds names in order, and shows each call to whoever wants to see it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from jupyter_aisec.analysis.binding import ADDING, add, imported, imported_from, matched, parameters
from jupyter_aisec.analysis.evaluate import element, evaluate
from jupyter_aisec.analysis.nodes import FIELDS, PASSED
from jupyter_aisec.analysis.onlooker import Onlooker
from jupyter_aisec.analysis.scope import Missing, Scope
from jupyter_aisec.analysis.values import Items, Ref, Routine, Value

if TYPE_CHECKING:
    from jupyter_aisec.notebook.syntax import Parsed


class Walker:
    """Walks statements in order; bodies of functions come last, when all names of the cell are bound."""

    def __init__(self, onlooker: Onlooker, home: Parsed | None = None) -> None:
        self._onlooker = onlooker
        self._home = home
        # Nested functions are appended while it is walked.
        self._later: list[tuple[ast.FunctionDef | ast.AsyncFunctionDef, Scope]] = []

    def statement_of(self, node: ast.stmt, scope: Scope) -> None:
        """Walk one statement of the cell."""
        self._block([node], scope)

    def finish(self) -> None:
        """Walk the bodies of the functions that were met."""
        for node, outer in self._later:
            inner = outer.inner()
            parameters(node.args, inner)
            self._block(node.body, inner)

    def _block(self, body: Iterable[ast.stmt], scope: Scope) -> None:
        handlers, onlooker = self._handlers, self._onlooker
        for statement in body:
            onlooker.statement = statement
            handler = handlers.get(type(statement))
            if handler is not None:
                handler(self, statement, scope)
            else:
                self._expression(statement, scope)

    def _expression(self, node: ast.AST | None, scope: Scope) -> None:
        """Everything below ``node``, without recursion: depth is the author's choice."""
        if node is None:
            return
        # A scope on the stack is the one outside, where what stands in an inner one is done.
        stack: list[ast.AST | Scope] = [node]
        visits, passed, fields = self._visits, PASSED, FIELDS
        while stack:
            part: Any = stack.pop()
            kind = type(part)
            if kind is Scope:
                scope = part
                continue
            visit = visits.get(kind)
            if visit is not None:
                inner = visit(self, part, scope)
                if inner is not None:
                    stack.append(scope)
                    scope = inner
            for name in fields[kind]:
                child: Any = getattr(part, name, None)
                if type(child) is list:
                    stack += [each for each in child if type(each) not in passed]
                elif type(child) not in passed:
                    stack.append(child)

    def _call(self, node: ast.Call, scope: Scope) -> None:
        onlooker, function = self._onlooker, node.func
        onlooker.on_call(node, scope)
        if type(function) is ast.Attribute and function.attr in ADDING:
            add(node, function, scope)
        if node.keywords:
            onlooker.on_given(node, scope)

    def _given(self, node: ast.Dict | ast.arguments, scope: Scope) -> None:
        self._onlooker.on_given(node, scope)

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp, scope: Scope) -> Scope:
        inner = scope.inner()
        for generator in node.generators:
            self._bind(generator.target, element(evaluate(generator.iter, inner)), inner)
        return inner

    def _lambda(self, node: ast.Lambda, scope: Scope) -> Scope:
        inner = scope.inner()
        parameters(node.args, inner)
        return inner

    def _comparison(self, node: ast.Compare, scope: Scope) -> None:
        self._onlooker.on_compare(node, scope)

    def _named(self, node: ast.NamedExpr, scope: Scope) -> None:
        self._bind(node.target, evaluate(node.value, scope), scope)

    _visits: ClassVar[dict[type[ast.AST], Callable[[Walker, Any, Scope], Scope | None]]] = {
        ast.Call: _call,
        ast.Dict: _given,
        ast.arguments: _given,
        ast.ListComp: _comprehension,
        ast.SetComp: _comprehension,
        ast.DictComp: _comprehension,
        ast.GeneratorExp: _comprehension,
        ast.Lambda: _lambda,
        ast.Compare: _comparison,
        ast.NamedExpr: _named,
    }

    def _bind(self, target: ast.expr, value: Value | None, scope: Scope) -> None:
        if isinstance(target, ast.Name):
            scope.bind(target.id, value)
        elif isinstance(target, (ast.Tuple, ast.List)):
            values = value.values if isinstance(value, Items) and len(value.values) == len(target.elts) else ()
            for index, element in enumerate(target.elts):
                part = element.value if isinstance(element, ast.Starred) else element
                self._bind(part, values[index] if values and part is element else None, scope)
        elif isinstance(target, ast.Subscript):
            self._onlooker.on_item(target, value, scope)

    def _assignment(self, node: ast.Assign | ast.AnnAssign, scope: Scope) -> None:
        if type(node.value) not in PASSED:
            self._expression(node.value, scope)
        self._onlooker.on_given(node, scope)
        value = evaluate(node.value, scope)
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if isinstance(target, ast.Name) and node.value is not None:
                scope.bind(target.id, value)
                continue
            self._expression(target, scope)
            if node.value is not None:
                self._bind(target, value, scope)
                if isinstance(target, ast.Attribute):
                    self._onlooker.on_attribute(target, node.value, scope)

    def _augmented(self, node: ast.AugAssign, scope: Scope) -> None:
        self._expression(node.value, scope)
        if isinstance(node.target, ast.Name):
            left = ast.copy_location(ast.Name(node.target.id, ast.Load()), node.target)
            made = ast.copy_location(ast.BinOp(left, node.op, node.value), node)
            scope.bind(node.target.id, evaluate(made, scope))

    def _import(self, node: ast.Import, scope: Scope) -> None:
        imported(node, scope)

    def _import_from(self, node: ast.ImportFrom, scope: Scope) -> None:
        imported_from(node, scope)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> None:
        for part in [*node.decorator_list, node.args]:
            self._expression(part, scope)
        scope.bind(node.name, Routine(node.name, node, self._home))
        self._later.append((node, scope))

    def _class(self, node: ast.ClassDef, scope: Scope) -> None:
        for part in [*node.decorator_list, *node.bases, *node.keywords]:
            self._expression(part, scope)
        scope.bind(node.name, None)
        self._block(node.body, scope.inner(is_class=True))

    def _if(self, node: ast.If, scope: Scope) -> None:
        self._expression(node.test, scope)
        branches = []
        for body in (node.body, node.orelse):
            scope.begin_branch()
            try:
                self._block(body, scope)
            finally:
                branches.append(scope.end_branch())
        scope.join(*branches)

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While, scope: Scope) -> None:
        if isinstance(node, ast.While):
            self._expression(node.test, scope)
        else:
            self._expression(node.iter, scope)
            self._bind(node.target, element(evaluate(node.iter, scope)), scope)
        # The second time round, what the body adds to is something else.
        for part in node.body:
            if isinstance(part, ast.AugAssign) and isinstance(part.target, ast.Name):
                scope.bind(part.target.id, None)
        self._block(node.body, scope)
        self._block(node.orelse, scope)

    def _with(self, node: ast.With | ast.AsyncWith, scope: Scope) -> None:
        for item in node.items:
            self._expression(item.context_expr, scope)
            if item.optional_vars is not None:
                self._bind(item.optional_vars, evaluate(item.context_expr, scope), scope)
        self._block(node.body, scope)

    def _try(self, node: ast.Try | ast.TryStar, scope: Scope) -> None:
        self._block(node.body, scope)
        for handler in node.handlers:
            self._expression(handler.type, scope)
            scope.begin_branch()
            try:
                if handler.name:
                    scope.bind(handler.name, None)
                self._block(handler.body, scope)
            finally:
                made = scope.end_branch()
            # What `except ImportError` sets to nothing is still what `try` imported, most of the time.
            for name, value in made.items():
                if isinstance(value, Ref) or (scope.lookup(name) is None and not isinstance(value, Missing)):
                    scope.bind(name, value)
        self._block(node.orelse, scope)
        self._block(node.finalbody, scope)

    def _match(self, node: ast.Match, scope: Scope) -> None:
        self._expression(node.subject, scope)
        for case in node.cases:
            matched(case.pattern, scope)
            self._expression(case.guard, scope)
            self._block(case.body, scope)

    def _delete(self, node: ast.Delete, scope: Scope) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                scope.forget(target.id)

    _handlers: ClassVar[dict[type[ast.stmt], Callable[[Walker, Any, Scope], None]]] = {
        ast.Assign: _assignment,
        ast.AnnAssign: _assignment,
        ast.AugAssign: _augmented,
        ast.Import: _import,
        ast.ImportFrom: _import_from,
        ast.FunctionDef: _function,
        ast.AsyncFunctionDef: _function,
        ast.ClassDef: _class,
        ast.If: _if,
        ast.For: _loop,
        ast.AsyncFor: _loop,
        ast.While: _loop,
        ast.With: _with,
        ast.AsyncWith: _with,
        ast.Try: _try,
        ast.TryStar: _try,
        ast.Match: _match,
        ast.Delete: _delete,
    }
