"""The kinds of nodes of a tree, and below which of them there is something to see."""

from __future__ import annotations

import ast

_LEAVES = frozenset({ast.Constant, ast.Name, ast.alias, ast.Global, ast.Nonlocal, ast.Pass, ast.Break, ast.Continue})
_PLAIN = frozenset(
    {"arg", "attr", "conversion", "ctx", "id", "is_async", "kind", "kwd_attrs", "level", "module", "name", "op", "ops"}
    | {"rest", "simple", "tag", "type_comment"}
)
FIELDS = {
    kind: () if kind in _LEAVES else tuple(name for name in kind._fields if name not in _PLAIN)
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.AST)
}
"""By kind of node, the fields in which there are nodes that anybody looks at."""
PASSED = _LEAVES | {type(None)}
"""What is not looked at: more than half of all nodes."""
