"""From an expression to what is known of its value; asked only where a rule or an assignment wants to know."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Callable
from typing import Any

from jupyter_aisec import knowledge
from jupyter_aisec.analysis import strings
from jupyter_aisec.analysis.paths import canonical, plain
from jupyter_aisec.analysis.scope import Scope
from jupyter_aisec.analysis.strings import PATH_TYPES, made_of, path_text
from jupyter_aisec.analysis.values import (
    HOLE,
    LONGEST,
    Built,
    Constant,
    Items,
    Ref,
    Routine,
    Table,
    Value,
    leaves,
    text,
)

DEPTH = 40
"""Nesting that is followed; deeper expressions are unknown."""
_WIDTH = 200
_PATH = 300

_PASSING = frozenset(
    {
        *("json.loads", "json.dumps", "ast.literal_eval", "copy.copy", "copy.deepcopy", "html.unescape", "io.StringIO"),
        *("io.BytesIO", "base64.b64decode", "bs4.BeautifulSoup", "textwrap.dedent", "urllib.parse.unquote"),
        *("re.sub", "re.search", "re.match", "re.fullmatch", "re.findall", "re.split", "yaml.safe_load"),
        *("builtins.bytes", "builtins.compile", "builtins.list", "builtins.set", "markdown.markdown"),
    }
)
"""Calls that pass on what they are given."""
_PASSING_METHODS = frozenset(
    {"batch_decode", "decode", "findall", "format", "join", "loads", "match", "parse", "render", "search", "sub"}
)
_PASSED = 8
_TEXT_METHODS = frozenset({"removeprefix", "removesuffix", "replace", "split", "splitlines", "strip", "partition"})
"""What their argument is says nothing about where the text is from."""


def evaluate(node: ast.expr | None, scope: Scope, depth: int = 0) -> Value | None:
    """What ``node`` is, or None when that is unknown."""
    found = _EVALUATORS.get(type(node))
    if found is None or depth > DEPTH:
        return None
    return found(node, scope, depth + 1)


def _constant(node: ast.Constant, scope: Scope, depth: int) -> Value | None:
    del scope, depth
    value = node.value
    if isinstance(value, (str, bytes)):
        return Constant(value) if len(value) <= LONGEST else None
    return Constant(value) if value is None or isinstance(value, (bool, int, float)) else None


def _name(node: ast.Name, scope: Scope, depth: int) -> Value | None:
    del depth
    return scope.lookup(node.id)


def _attribute(node: ast.Attribute, scope: Scope, depth: int) -> Value | None:
    below = node.value
    base = scope.lookup(below.id) if type(below) is ast.Name else evaluate(below, scope, depth)
    if base is None:
        return None
    if isinstance(base, Ref) and len(base.path) < _PATH:
        return Ref(canonical(f"{base.path}.{node.attr}"), base.argument, base.of)
    return made_of(base) if isinstance(base, Built) else None


def _call(node: ast.Call, scope: Scope, depth: int) -> Value | None:
    function = evaluate(node.func, scope, depth)
    if isinstance(function, Routine):
        # It walks statements, which evaluates their expressions.
        from jupyter_aisec.analysis.routine import returned

        return returned(function, node, scope)
    if not isinstance(function, Ref):
        return _method(node, scope, depth)
    special = _SPECIAL.get(function.path)
    if special:
        return special(node, scope, depth)
    if function.path in PATH_TYPES:
        return _joined_path(node, scope, depth)
    first = evaluate(node.args[0], scope, depth) if node.args else None
    if len(function.path) >= _PATH:
        return None
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    argument = None if name in _TEXT_METHODS else path_text(first)
    if argument is None and isinstance(first, Ref):
        argument = first.argument
    if argument is None and "()" in function.path:
        argument = function.argument
    of = function.of
    if function.path in _PASSING or name in _PASSING_METHODS:
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        of = leaves(Ref("", None, of), *(evaluate(part, scope, depth) for part in given[:_PASSED]))
    return Ref(f"{function.path}()", argument, of)


def _method(node: ast.Call, scope: Scope, depth: int) -> Value | None:
    """A method of something that is no library's."""
    base = evaluate(node.func.value, scope, depth) if isinstance(node.func, ast.Attribute) else None
    if not isinstance(node.func, ast.Attribute) or not isinstance(base, (Constant, Built)):
        return None
    given = [evaluate(part, scope, depth) for part in node.args]
    if node.func.attr == "format":
        named = {part.arg: evaluate(part.value, scope, depth) for part in node.keywords if part.arg}
        return strings.formatted(base, given, named)
    return None if node.keywords else strings.changed(node.func.attr, base, given)


def _import_module(node: ast.Call, scope: Scope, depth: int) -> Value | None:
    name = text(evaluate(node.args[0], scope, depth)) if node.args else None
    return Ref(canonical(name)) if name and not name.startswith(".") else None


def _getattr(node: ast.Call, scope: Scope, depth: int) -> Value | None:
    if len(node.args) < 2:  # noqa: PLR2004 - object and name
        return None
    base, name = evaluate(node.args[0], scope, depth), text(evaluate(node.args[1], scope, depth))
    return Ref(canonical(f"{base.path}.{name}"), base.argument, base.of) if isinstance(base, Ref) and name else None


def _join(node: ast.Call, scope: Scope, depth: int) -> Value | None:
    parts = [path_text(evaluate(part, scope, depth)) for part in node.args]
    known = [part for part in parts if part is not None]
    if known and len(known) == len(parts):
        return Constant(posixpath.join(*known))
    # A file of this name, in some folder.
    end = [part for index, part in enumerate(parts) if part is not None and None not in parts[index:]]
    return Built(posixpath.join(HOLE, *end)) if end and end[-1] else None


def _joined_path(node: ast.Call, scope: Scope, depth: int) -> Value | None:
    joined = _join(node, scope, depth) if node.args else Constant(".")
    return Ref("pathlib.Path()", text(joined), leaves(*(evaluate(part, scope, depth) for part in node.args[:_PASSED])))


def _str(node: ast.Call, scope: Scope, depth: int) -> Value | None:
    value = evaluate(node.args[0], scope, depth) if node.args else None
    path = path_text(value)
    if path is not None:
        return Constant(path)
    return Constant(str(value.value)) if isinstance(value, Constant) else made_of(value)


def _open(node: ast.Call, scope: Scope, depth: int) -> Value | None:
    """A file, by its path, of which the folder may not be known."""
    named = (part.value for part in node.keywords if part.arg == "file")
    value = evaluate(node.args[0] if node.args else next(named, None), scope, depth)
    path = value.template if isinstance(value, Built) else path_text(value)
    return Ref("builtins.open()", path, leaves(value))


def _hub_api(node: ast.Call, scope: Scope, depth: int) -> Value | None:
    """A client of the Hub, or of a server that speaks as it does: of that, its address is kept, known or not."""
    named = (part.value for part in node.keywords if part.arg == "endpoint")
    value = evaluate(node.args[0] if node.args else next(named, None), scope, depth)
    is_given = bool(node.args) or any(part.arg == "endpoint" for part in node.keywords)
    if not is_given or (isinstance(value, Constant) and value.value is None):
        return Ref("huggingface_hub.HfApi()")
    return Ref("huggingface_hub.HfApi()", text(value) or HOLE)


_SPECIAL: dict[str, Callable[[ast.Call, Scope, int], Value | None]] = {
    "importlib.import_module": _import_module,
    "builtins.__import__": _import_module,
    "builtins.getattr": _getattr,
    "builtins.str": _str,
    "os.path.join": _join,
    "os.fspath": _str,
    "huggingface_hub.HfApi": _hub_api,
    "builtins.open": _open,
}


def _binary(node: ast.BinOp, scope: Scope, depth: int) -> Value | None:
    operate = _OPERATORS.get(type(node.op))
    if operate is None:
        return None
    return operate(evaluate(node.left, scope, depth), evaluate(node.right, scope, depth))


def _divided(left: Value | None, right: Value | None) -> Value | None:
    """``Path / name``."""
    if not (isinstance(left, Ref) and left.path == "pathlib.Path()"):
        return None
    head, tail = path_text(left), path_text(right)
    return Ref(left.path, posixpath.join(head, tail) if head is not None and tail is not None else None)


def _piped(left: Value | None, right: Value | None) -> Value | None:
    """``prompt | model | parser``: what it gives is what the model in it gives."""
    found = [each for each in (right, left) if isinstance(each, Ref) and "()" in each.path]
    return next((each for each in found if knowledge.origin(f"{plain(each.path)}.invoke")), None)


_OPERATORS: dict[type[ast.operator], Callable[[Value | None, Value | None], Value | None]] = {
    ast.Div: _divided,
    ast.Add: strings.added,
    ast.Mult: strings.repeated,
    ast.Mod: strings.percent,
    ast.BitOr: _piped,
}


def _joined_str(node: ast.JoinedStr, scope: Scope, depth: int) -> Value | None:
    return strings.joined([evaluate(part, scope, depth) for part in node.values[:_WIDTH]])


def _formatted(node: ast.FormattedValue, scope: Scope, depth: int) -> Value | None:
    value = evaluate(node.value, scope, depth)
    spec = evaluate(node.format_spec, scope, depth) if node.format_spec else Constant("")
    return strings.shown(value, chr(node.conversion) if node.conversion > 0 else "", text(spec) or "")


def _items(node: ast.List | ast.Tuple, scope: Scope, depth: int) -> Value | None:
    if len(node.elts) > _WIDTH or any(isinstance(element, ast.Starred) for element in node.elts):
        return None
    return Items(tuple(evaluate(element, scope, depth) for element in node.elts))


def _table(node: ast.Dict, scope: Scope, depth: int) -> Value | None:
    found: dict[str, Value | None] = {}
    whole = len(node.keys) <= _WIDTH
    for key, value in list(zip(node.keys, node.values, strict=True))[:_WIDTH]:
        name = text(evaluate(key, scope, depth)) if key else None
        if name is None:
            whole = False
        else:
            found[name] = evaluate(value, scope, depth)
    return Table(found, whole)


def _subscript(node: ast.Subscript, scope: Scope, depth: int) -> Value | None:
    base = evaluate(node.value, scope, depth)
    if isinstance(base, Ref):
        return Ref(f"{base.path}[]", base.argument, base.of) if len(base.path) < _PATH else None
    if isinstance(base, Built):
        return made_of(base)
    key = evaluate(node.slice, scope, depth)
    if not isinstance(key, Constant):
        return None
    if isinstance(base, Items) and isinstance(key.value, int) and -len(base.values) <= key.value < len(base.values):
        return base.values[key.value]
    if isinstance(base, Table) and isinstance(key.value, str):
        return base.values.get(key.value)
    return None


def _if(node: ast.IfExp, scope: Scope, depth: int) -> Value | None:
    return either(evaluate(node.body, scope, depth), evaluate(node.orelse, scope, depth))


def _or(node: ast.BoolOp, scope: Scope, depth: int) -> Value | None:
    return either(*(evaluate(part, scope, depth) for part in node.values[:_WIDTH]))


def either(*values: Value | None) -> Value | None:
    """One of these; which one, nobody knows."""
    first = values[0] if values else None
    return first if first is not None and all(value == first for value in values) else made_of(*values)


def element(value: Value | None) -> Value | None:
    """What iterating over a value gives."""
    if isinstance(value, Ref):
        return Ref(f"{value.path}[]", value.argument, value.of) if len(value.path) < _PATH else None
    return made_of(value)


def _comprehension(node: ast.ListComp | ast.SetComp | ast.GeneratorExp, scope: Scope, depth: int) -> Value | None:
    inner = scope.inner()
    for generator in node.generators:
        if isinstance(generator.target, ast.Name):
            inner.bind(generator.target.id, element(evaluate(generator.iter, inner, depth)))
    return made_of(evaluate(node.elt, inner, depth))


def _lambda(node: ast.Lambda, scope: Scope, depth: int) -> Value | None:
    del scope, depth
    return Routine("lambda", node)


def _inner(node: ast.NamedExpr | ast.Await, scope: Scope, depth: int) -> Value | None:
    return evaluate(node.value, scope, depth)


def _unary(node: ast.UnaryOp, scope: Scope, depth: int) -> Value | None:
    value = evaluate(node.operand, scope, depth)
    if not isinstance(value, Constant):
        return None
    if isinstance(node.op, ast.Not):
        return Constant(not value.value)
    if isinstance(node.op, ast.USub) and isinstance(value.value, (int, float)):
        return Constant(-value.value)
    return None


_EVALUATORS: dict[type[Any], Callable[[Any, Scope, int], Value | None]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.BinOp: _binary,
    ast.JoinedStr: _joined_str,
    ast.FormattedValue: _formatted,
    ast.List: _items,
    ast.Tuple: _items,
    ast.Dict: _table,
    ast.Subscript: _subscript,
    ast.IfExp: _if,
    ast.BoolOp: _or,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.Lambda: _lambda,
    ast.UnaryOp: _unary,
    ast.NamedExpr: _inner,
    ast.Await: _inner,
}
