"""Names that get what no expression says: imports, parameters, collections that grow."""

from __future__ import annotations

import ast

from jupyter_aisec.analysis.evaluate import evaluate
from jupyter_aisec.analysis.paths import canonical
from jupyter_aisec.analysis.scope import Scope
from jupyter_aisec.analysis.values import Items, Ref, Table

ADDING = frozenset({"append", "add", "extend", "insert", "update"})
"""Methods that make a collection grow."""
_MOST = 200
_STARRED = {
    "pickle": ("load", "loads", "Unpickler"),
    "transformers": ("pipeline", "AutoModel", "AutoTokenizer"),
    "datasets": ("load_dataset",),
    "huggingface_hub": ("hf_hub_download", "snapshot_download"),
    "urllib.request": ("urlopen", "urlretrieve"),
    "torch": ("load", "hub"),
}


def imported(node: ast.Import, scope: Scope) -> None:
    """``import a.b as c``."""
    for alias in node.names:
        if alias.asname:
            scope.bind(alias.asname, Ref(canonical(alias.name)))
        else:
            top = alias.name.partition(".")[0]
            scope.bind(top, Ref(canonical(top)))


def imported_from(node: ast.ImportFrom, scope: Scope) -> None:
    """``from a import b``; of a star, the names that rules ask for."""
    for alias in node.names:
        if alias.name == "*":
            for name in _STARRED.get(node.module or "", ()):
                scope.bind(name, Ref(canonical(f"{node.module}.{name}")))
        elif node.level:
            scope.bind(alias.asname or alias.name, None)
        else:
            scope.bind(alias.asname or alias.name, Ref(canonical(f"{node.module}.{alias.name}")))


def parameters(arguments: ast.arguments, scope: Scope) -> None:
    """The parameters of a function: of what they are given nothing is known."""
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        scope.bind(argument.arg, None)
    for rest in (arguments.vararg, arguments.kwarg):
        if rest is not None:
            scope.bind(rest.arg, None)


def matched(pattern: ast.pattern, scope: Scope) -> None:
    """The names in a pattern of ``match``."""
    for part in ast.walk(pattern):
        name = getattr(part, "name", None) or getattr(part, "rest", None)
        if isinstance(name, str):
            scope.bind(name, None)


def add(node: ast.Call, method: ast.Attribute, scope: Scope) -> None:
    """``list.append(value)`` and its like: the collection that a name is bound to grows."""
    if not isinstance(method.value, ast.Name) or not node.args:
        return
    held, value = scope.lookup(method.value.id), evaluate(node.args[-1], scope)
    if isinstance(held, Items) and len(held.values) < _MOST:
        more = value.values if method.attr == "extend" and isinstance(value, Items) else (value,)
        scope.bind(method.value.id, Items((held.values + more)[:_MOST]))
    elif isinstance(held, Table) and isinstance(value, Table) and len(held.values) < _MOST:
        scope.bind(method.value.id, Table({**held.values, **value.values}, held.whole and value.whole))
