"""Reading YAML with a loader that makes whatever objects the file names."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.hit import Change, Fact, Hit, Repair
from jupyter_aisec.analysis.values import Ref
from jupyter_aisec.model import Severity
from jupyter_aisec.rules.deserialization import FAMILY, own_file

_YAML_LOADS = frozenset({"yaml.load", "yaml.load_all"})
_YAML_UNSAFE = frozenset(
    {"yaml.unsafe_load", "yaml.unsafe_load_all", "yaml.full_load", "yaml.full_load_all", "ruamel.yaml.YAML"}
)
_BAD_LOADERS = {"Loader": None, "CLoader": None, "UnsafeLoader": None, "FullLoader": Severity.MEDIUM}


@FAMILY.rule(Severity.HIGH, calls=_YAML_LOADS | _YAML_UNSAFE, atlas="AML.T0011", guidelines=("2.1",))
def yaml_unsafe_load(call: Call) -> Iterator[Hit]:
    """A YAML file may create any Python object.

    The full and unsafe loaders of PyYAML call constructors that the file names. A configuration needs numbers,
    strings, lists and maps: `safe_load` reads exactly those. Medium for `FullLoader`, which refuses most, but has
    been broken before, and for a file that the same notebook writes.

    Bad:
        import yaml
        config = yaml.load(open("config.yml"), Loader=yaml.Loader)

    Good:
        import yaml
        config = yaml.safe_load(open("config.yml"))
    """
    if call.path == "ruamel.yaml.YAML":
        if call.text("typ") == "unsafe":
            yield call.found(f"{call.called} with typ='unsafe' creates objects that the file names; use typ='safe'")
    elif call.path in _YAML_UNSAFE:
        full = "full" in call.path
        yield call.found(
            f"{call.called} creates objects that the file names; use yaml.safe_load",
            severity=Severity.MEDIUM if full else None,
            repair=_renamed(call, "safe_load_all" if call.path.endswith("_all") else "safe_load"),
        )
    elif call.given("Loader", 1) is False:
        yield call.found(
            f"{call.called} without a loader creates objects that the file names, or fails; use yaml.safe_load",
            repair=_renamed(call, "safe_load_all" if call.path.endswith("_all") else "safe_load"),
            worse=_own(call),
        )
    else:
        loader = call.value("Loader", 1)
        name = loader.path.rpartition(".")[2] if isinstance(loader, Ref) and loader.path.startswith("yaml.") else ""
        if name in _BAD_LOADERS:
            what = "arbitrary objects" if _BAD_LOADERS[name] is None else "objects that the file names"
            yield call.found(
                f"{call.called} with Loader=yaml.{name} creates {what}; use yaml.safe_load",
                severity=_BAD_LOADERS[name],
                repair=_safe_loader(call),
                worse=() if _BAD_LOADERS[name] else _own(call),
            )


def _own(call: Call) -> tuple[tuple[Fact, Severity], ...]:
    """A configuration is often read, changed and written again: that it was written says less than of other files."""
    return tuple((fact, Severity.MEDIUM) for fact, _ in own_file(call, "stream"))


def _renamed(call: Call, name: str) -> Repair | None:
    function = call.node.func
    if not isinstance(function, ast.Attribute):
        return None
    span = call.span_of(function)
    receiver = call.span_of(function.value)
    own = type(span)(receiver.end_line, receiver.end_column, span.end_line, span.end_column)
    return Repair(f"use {name}", safe=False, changes=(Change(own, f".{name}"),))


def _safe_loader(call: Call) -> Repair | None:
    node = call.argument("Loader", 1)
    if not isinstance(node, ast.Attribute):
        return None
    span, receiver = call.span_of(node), call.span_of(node.value)
    own = type(span)(receiver.end_line, receiver.end_column, span.end_line, span.end_column)
    return Repair("use SafeLoader", safe=False, changes=(Change(own, ".SafeLoader"),))
