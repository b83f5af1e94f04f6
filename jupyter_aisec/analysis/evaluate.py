"""From an expression to what is known of its value; asked only where a rule or an assignment wants to know."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Callable
from typing import Any

from jupyter_aisec.analysis.scope import Scope
from jupyter_aisec.analysis.values import LONGEST, Constant, Items, Ref, Table, Value, text

DEPTH = 40
"""Nesting that is followed; deeper expressions are unknown."""
_WIDTH = 200
_PATH = 300
PATH_TYPES = frozenset({"pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath", "pathlib.PurePosixPath"})
_MODULES = {
    "_pickle": "pickle",
    "cPickle": "pickle",
    "pickle5": "pickle",
    "six.moves.cPickle": "pickle",
    "sklearn.externals.joblib": "joblib",
    "tensorflow.keras": "keras",
    "tensorflow.python.keras": "keras",
    "tensorflow.compat.v1.keras": "keras",
    "tf_keras": "keras",
    "tensorflow.io.gfile": "tensorflow.gfile",
    "huggingface_hub.file_download": "huggingface_hub",
    "huggingface_hub._snapshot_download": "huggingface_hub",
    "datasets.load": "datasets",
    "transformers.pipelines": "transformers",
    "pandas.io.pickle": "pandas",
    "six.moves.urllib": "urllib",
}

_TOPS = frozenset(name.partition(".")[0] for name in _MODULES)


def canonical(path: str) -> str:
    """The path under the name of the library that has the facts: several modules give the same call."""
    # What a call gave stands behind a path that went through here before.
    head = path if "(" not in path and path.partition(".")[0] in _TOPS else ""
    while head:
        if head in _MODULES:
            return _MODULES[head] + path[len(head) :]
        head = head.rpartition(".")[0]
    return path


def evaluate(node: ast.expr | None, scope: Scope, depth: int = 0) -> Value | None:
    """What ``node`` is, or None when that is unknown."""
    found = _EVALUATORS.get(type(node))
    if found is None or depth > DEPTH:
        return None
    return found(node, scope, depth + 1)


def path_text(value: Value | None) -> str | None:
    """The file path or URL that a string or a ``pathlib`` path is."""
    if isinstance(value, Ref) and value.path.removesuffix("()") in PATH_TYPES:
        return value.argument
    return text(value)


def _constant(node: ast.Constant, scope: Scope, depth: int) -> Value | None:
    del scope, depth
    value = node.value
    if value is None or isinstance(value, (bool, int, float)):
        return Constant(value)
    if isinstance(value, (str, bytes)) and len(value) <= LONGEST:
        return Constant(value)
    return None


def _name(node: ast.Name, scope: Scope, depth: int) -> Value | None:
    del depth
    return scope.lookup(node.id)


def _attribute(node: ast.Attribute, scope: Scope, depth: int) -> Value | None:
    base = evaluate(node.value, scope, depth)
    if isinstance(base, Ref) and len(base.path) < _PATH:
        return Ref(canonical(f"{base.path}.{node.attr}"), base.argument)
    return None


def _call(node: ast.Call, scope: Scope, depth: int) -> Value | None:
    function = evaluate(node.func, scope, depth)
    if not isinstance(function, Ref):
        return _method_of_string(node, scope, depth)
    special = _SPECIAL.get(function.path)
    if special:
        return special(node, scope, depth)
    if function.path in PATH_TYPES:
        return _joined_path(node, scope, depth)
    first = evaluate(node.args[0], scope, depth) if node.args else None
    if len(function.path) >= _PATH:
        return None
    argument = path_text(first)
    if argument is None and isinstance(first, Ref):
        argument = first.argument
    if argument is None and "()" in function.path:
        argument = function.argument
    return Ref(f"{function.path}()", argument)


def _method_of_string(node: ast.Call, scope: Scope, depth: int) -> Value | None:
    """Methods that take a literal apart; none that can make it longer."""
    if not isinstance(node.func, ast.Attribute) or node.args or node.keywords:
        return None
    base = text(evaluate(node.func.value, scope, depth)) if node.func.attr in {"split", "strip", "lower"} else None
    if base is None:
        return None
    if node.func.attr == "split":
        return Items(tuple(Constant(part) for part in base.split()[:_WIDTH]))
    return Constant(base.strip() if node.func.attr == "strip" else base.lower())


def _import_module(node: ast.Call, scope: Scope, depth: int) -> Value | None:
    name = text(evaluate(node.args[0], scope, depth)) if node.args else None
    return Ref(canonical(name)) if name and not name.startswith(".") else None


def _getattr(node: ast.Call, scope: Scope, depth: int) -> Value | None:
    if len(node.args) < 2:  # noqa: PLR2004 - object and name
        return None
    base, name = evaluate(node.args[0], scope, depth), text(evaluate(node.args[1], scope, depth))
    return Ref(canonical(f"{base.path}.{name}"), base.argument) if isinstance(base, Ref) and name else None


def _join(node: ast.Call, scope: Scope, depth: int) -> Value | None:
    parts = [path_text(evaluate(part, scope, depth)) for part in node.args]
    known = [part for part in parts if part is not None]
    return Constant(posixpath.join(*known)) if known and len(known) == len(parts) else None


def _joined_path(node: ast.Call, scope: Scope, depth: int) -> Value | None:
    joined = _join(node, scope, depth) if node.args else Constant(".")
    return Ref("pathlib.Path()", text(joined))


def _str(node: ast.Call, scope: Scope, depth: int) -> Value | None:
    value = evaluate(node.args[0], scope, depth) if node.args else None
    path = path_text(value)
    if path is not None:
        return Constant(path)
    return Constant(str(value.value)) if isinstance(value, Constant) else None


_SPECIAL: dict[str, Callable[[ast.Call, Scope, int], Value | None]] = {
    "importlib.import_module": _import_module,
    "builtins.__import__": _import_module,
    "builtins.getattr": _getattr,
    "builtins.str": _str,
    "os.path.join": _join,
    "os.fspath": _str,
}


def _binary(node: ast.BinOp, scope: Scope, depth: int) -> Value | None:
    left = evaluate(node.left, scope, depth)
    if left is None:
        return None
    right = evaluate(node.right, scope, depth)
    operate = _OPERATORS.get(type(node.op))
    return operate(left, right) if operate else None


def _divided(left: Value, right: Value | None) -> Value | None:
    """``Path / name``."""
    if not (isinstance(left, Ref) and left.path == "pathlib.Path()"):
        return None
    head, tail = path_text(left), path_text(right)
    return Ref(left.path, posixpath.join(head, tail) if head is not None and tail is not None else None)


def _added(left: Value, right: Value | None) -> Value | None:
    if isinstance(left, Items) and isinstance(right, Items):
        return Items((left.values + right.values)[:_WIDTH])
    head, tail = text(left), text(right)
    return _bounded(head + tail) if head is not None and tail is not None else None


def _repeated(left: Value, right: Value | None) -> Value | None:
    head, times = text(left), right.value if isinstance(right, Constant) else None
    if head and isinstance(times, int) and 0 <= times * len(head) <= LONGEST:
        return Constant(head * times)
    return None


_OPERATORS: dict[type[ast.operator], Callable[[Value, Value | None], Value | None]] = {
    ast.Div: _divided,
    ast.Add: _added,
    ast.Mult: _repeated,
}


def _bounded(value: str) -> Value | None:
    return Constant(value) if len(value) <= LONGEST else None


def _joined_str(node: ast.JoinedStr, scope: Scope, depth: int) -> Value | None:
    parts: list[str] = []
    for part in node.values:
        value = evaluate(part.value if isinstance(part, ast.FormattedValue) else part, scope, depth)
        if isinstance(part, ast.FormattedValue) and (part.format_spec or part.conversion not in (-1, ord("s"))):
            return None
        known = path_text(value)
        if known is None and isinstance(value, Constant) and not isinstance(value.value, bytes):
            known = str(value.value)
        if known is None:
            return None
        parts.append(known)
    return _bounded("".join(parts))


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
        return Ref(f"{base.path}[]", base.argument) if len(base.path) < _PATH else None
    key = evaluate(node.slice, scope, depth)
    if not isinstance(key, Constant):
        return None
    if isinstance(base, Items) and isinstance(key.value, int) and -len(base.values) <= key.value < len(base.values):
        return base.values[key.value]
    if isinstance(base, Table) and isinstance(key.value, str):
        return base.values.get(key.value)
    return None


def _if(node: ast.IfExp, scope: Scope, depth: int) -> Value | None:
    body = evaluate(node.body, scope, depth)
    return body if body is not None and body == evaluate(node.orelse, scope, depth) else None


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
    ast.List: _items,
    ast.Tuple: _items,
    ast.Dict: _table,
    ast.Subscript: _subscript,
    ast.IfExp: _if,
    ast.UnaryOp: _unary,
    ast.NamedExpr: _inner,
    ast.Await: _inner,
}
