"""Which assets went into a call, told from the code around it as it runs, cell after cell."""

from __future__ import annotations

import ast
import itertools
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import CodeType, FrameType

from jupyter_aisec.capture.called import call_at, called, is_code_of
from jupyter_aisec.capture.choices import NONE, Origins, opened, possible, settled, sure
from jupyter_aisec.capture.names import Names
from jupyter_aisec.capture.spans import Products, Span, arguments, call_span
from jupyter_aisec.capture.statements import run
from jupyter_aisec.capture.waiting import waits

_BLOCKS = frozenset({"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"})


@dataclass(frozen=True, slots=True)
class Site:
    """Where in the user's code a watched call was made.

    ``functions`` are the user's functions on the way from the cell to the call, outermost first. ``direct`` says
    that the user's code made the call itself, and not a library on its behalf. ``beside``: another thread made it while
    the cell went on, so that nothing is known of its place in the code.
    """

    span: Span
    functions: tuple[tuple[CodeType, Span], ...] = ()
    direct: bool = True
    beside: bool = False

    @property
    def line(self) -> int:
        """The line in the cell."""
        return self.span[0]


Arguments = Mapping[str | int, Origins] | None
"""Origins by argument, as `Flow.arguments` gives them."""


@dataclass(frozen=True, slots=True)
class Lines:
    """How the lines of the code that runs stand to those of the cell: ``shift`` is added to them.

    ``nested``: a cell magic such as ``%%time`` runs the body of the cell as code of its own.
    """

    shift: int = 0
    nested: bool = False

    @classmethod
    def of(cls, source: str) -> Lines:
        """IPython drops the blank lines at the top of a cell, and runs what stands below the line of a cell magic."""
        text = source.lstrip()
        blank = source[: len(source) - len(text)].count("\n")
        magic = text.startswith("%%")
        return cls(blank + magic, magic)


def site(namespace: Mapping[str, object], lines: Lines, caller: FrameType) -> Site | None:
    """Walk from the caller to the cell's own frame; None when no cell is on the way."""
    if threading.current_thread() is threading.main_thread():
        frame: FrameType | None = caller
        direct = caller.f_globals is namespace
        beside = False
    else:
        # A worker thread has its own stack; the statement that waits for it is the main thread's.
        frame = sys._current_frames().get(threading.main_thread().ident or 0)  # noqa: SLF001 - likewise
        direct = False
        beside = not waits(frame)
    functions: list[tuple[CodeType, Span]] = []
    found: Site | None = None
    while frame is not None:
        if frame.f_globals is namespace:
            code = frame.f_code
            if code.co_name == "<module>":
                found = Site(_span(frame, lines.shift), tuple(reversed(functions)), direct, beside)
                if lines.nested:
                    break
                # Code that a line magic runs has lines of its own: the cell is further out.
                functions = []
            elif code.co_name not in _BLOCKS:
                functions.append((code, _span(frame, 0)))
        frame = frame.f_back
    return found


def _span(frame: FrameType, shift: int) -> Span:
    position = next(itertools.islice(frame.f_code.co_positions(), frame.f_lasti // 2, None), None)
    line, end_line, column, end_column = position or (None, None, None, None)
    line = line or frame.f_lineno
    end = end_line or line
    return (line + shift, column or 0, end + shift, end_column if end_column is not None else 1 << 30)


_Way = tuple[Span, tuple[tuple[CodeType, Span], ...], CodeType]
"""How a function of the user's was reached: from where in the cell, through which others, and its own code."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What a call was given when so many things had been made; ``beside``: so many by others, and what was seen."""

    version: int
    beside: tuple[int, list[Origins]] | None
    arguments: Arguments


@dataclass
class Flow:
    """Follows the cells of a session. Lines are those of the cell's source."""

    names: Names = field(default_factory=lambda: Names(set()))
    _body: list[ast.stmt] = field(default_factory=list)
    _done: int = 0
    _products: Products = field(default_factory=Products)
    _inner: dict[_Way, Products] = field(default_factory=dict)
    _known: dict[tuple[Site, str], _Known] = field(default_factory=dict)

    def begin(self, tree: ast.Module | None) -> None:
        """A cell starts to run; None when its code could not be read, so that nothing is known of what it binds."""
        self._body = tree.body if tree else []
        self._done = 0
        self._products = Products()
        self._inner = {}
        self._known = {}
        self.names.begin(self._products)
        self.names.results = self._results
        if self.names.alive is not None:
            self.names.alive.begin(self._body)

    def end(self, failed_at: int | None = None) -> None:
        """The cell has run, or stopped with an error on a line."""
        for statement in self._body[self._done :]:
            if failed_at is not None and (statement.end_lineno or statement.lineno) >= failed_at:
                break
            run(self.names, [statement])
        self._body = []

    @property
    def version(self) -> int:
        """How often the cell has made something new so far."""
        return self._products.version

    def produced(self, where: Site, key: str, *, whole: bool) -> None:
        """A call at this site gave an asset."""
        if where.beside:
            return
        self._products.add(where.span, key, whole=whole and where.direct and not where.functions)
        for index, (code, place) in enumerate(where.functions):
            inner = where.direct and code is where.functions[-1][0]
            self._made_in(where, index).add(place, key, whole=whole and inner)

    def _made_in(self, where: Site, index: int) -> Products:
        """What was made in one of the functions on the way to a site, as it was reached on this way."""
        way = (where.span, where.functions[:index], where.functions[index][0])
        return self._inner.setdefault(way, Products())

    def arguments(self, where: Site, function: str) -> Arguments:
        """The origins of each argument of the call at a site; ``"self"`` is what stands left of the method's name.

        None when the call of ``function`` is not itself in the user's code, or hands over ``*values``: then `around`
        is all that can be said.
        """
        if where.beside:
            return {}
        own, version = self._products.at(where.span), self._products.version
        seen = self.names.alive.borne_out() if own and self.names.alive is not None else []
        known = self._known.get((where, function))
        if known is None or not (known.version == version or known.beside == (version - len(own), seen)):
            found = self._arguments(where, function)
            given = NONE.union(*(found or {}).values())
            # The same call in a loop has the same answer, as long as nothing new was made in between but by the call
            # itself. Whether it is given what it made before, its second turn tells.
            is_circular = not own or not (sure(given) | possible(given)).isdisjoint(own)
            known = _Known(version, None if is_circular else (version - len(own), seen), found)
            self._known[where, function] = known
        return known.arguments

    def _arguments(self, where: Site, function: str) -> Arguments:
        names, statement, place = self._scope(where)
        call = call_at(statement, place) if statement is not None else None
        if call is None or any(isinstance(each, ast.Starred) for each in call.args):
            return None
        asked = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", None)
        if not where.direct and asked != function:
            return None
        given = arguments(call).items()
        found: dict[str | int, Origins] = {key: names.of(value, latest=True) for key, value in given}
        if isinstance(call.func, ast.Attribute):
            found["self"] = names.of(call.func.value, latest=True)
        return found

    def around(self, where: Site) -> Origins:
        """The origins of all that the expression around a call uses."""
        return settled(self.left_open(where))

    def left_open(self, where: Site) -> Origins:
        """As `around`, with those that the code leaves open."""
        names, statement, place = self._scope(where)
        if statement is None:
            return NONE
        expression = call_at(statement, place) or statement
        # What somebody else's code made on the way here may have gone elsewhere.
        made = names.made(expression, latest=True) if where.direct else opened(names.made(expression))
        return names.used(expression) | made

    def loss(self, where: Site) -> Origins:
        """The origins of what a step of a training goes back over: of what ``backward`` is called, around the site.

        Where that stands nowhere, those of all that the step itself names.
        """
        names, statement, place = self._scope(where)
        code = where.functions[-1][0] if where.functions else None
        whole: Sequence[ast.AST] = [each for each in self._body if each.lineno <= where.line <= (each.end_lineno or 0)]
        if code is not None:
            known = [node for each in (*self._body, *self.names.functions.values()) for node in ast.walk(each)]
            defined = [each for each in known if isinstance(each, ast.FunctionDef) and each.name == code.co_name]
            whole = [each for each in defined if is_code_of(each, code)][:1]
        calls = [node for each in whole for node in ast.walk(each) if isinstance(node, ast.Call)]
        back = [
            part
            for each in calls
            if isinstance(each.func, ast.Attribute) and each.func.attr.endswith("backward")
            for part in (each.func.value, *each.args)
        ]
        found = NONE.union(*(names.of(each, latest=True) for each in back))
        if found or statement is None:
            return found
        return names.of(call_at(statement, place) or statement, latest=True)

    def statement(self, where: Site) -> ast.stmt | None:
        """The statement that a site is in, of the cell or of the function that is running."""
        return self._scope(where)[1]

    def named(self, where: Site, name: str) -> Origins:
        """The origins of a name, as it is at a site."""
        return settled(self._scope(where)[0].name(name))

    def rest(self, where: Site) -> Callable[[], object]:
        """To be called when the cell has run: follows the innermost function on the way to a site to its end.

        So it becomes known what was put into a file that was opened there.
        """
        if not where.functions:
            return lambda: None
        names, statement, place = self._scope(Site(where.span))
        body: list[ast.stmt] = []
        for index, (code, inner) in enumerate(where.functions):
            function = names.functions.get(code.co_name)
            if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) or not is_code_of(function, code):
                return lambda: None
            names = called(function, names, statement, place)
            names.begin(self._made_in(where, index))
            body, place = function.body, inner
            statement = run(names.copy(), body, until=inner)
        return lambda: run(names, body)

    def _scope(self, where: Site) -> tuple[Names, ast.stmt | None, Span]:
        """The names as they are at the site, the statement that it is in, and its place there."""
        while self._done < len(self._body) and (self._body[self._done].end_lineno or 0) < where.line:
            run(self.names, [self._body[self._done]])
            self._done += 1
        names = self.names.copy()
        names.begin(self._products)
        statement = run(names, self._body[self._done :], until=where.span)
        place = where.span
        for index, (code, inner) in enumerate(where.functions):
            function = names.functions.get(code.co_name)
            if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) or not is_code_of(function, code):
                break
            names = called(function, names, statement, place)
            names.begin(self._made_in(where, index))
            place = inner
            statement = run(names, function.body, until=place)
        return names, statement, place

    def _results(self, names: Names, call: ast.Call, count: int) -> list[Origins] | None:
        """The origins of each part of the tuple that a function of the user's ends with, when it is called there."""
        place = call_span(call)
        function = names.functions.get(call.func.id) if isinstance(call.func, ast.Name) else None
        if place is None or not isinstance(function, ast.FunctionDef) or not function.body:
            return None
        end = function.body[-1]
        if not isinstance(end, ast.Return) or not isinstance(end.value, ast.Tuple) or len(end.value.elts) != count:
            return None
        ways = [way for way in self._inner if way[0] == place and not way[1] and is_code_of(function, way[2])]
        names = called(function, names, call, place)
        names.begin(self._inner[ways[0]] if ways else Products())
        run(names, function.body[:-1])
        return [names.of(each, latest=True) for each in end.value.elts]
