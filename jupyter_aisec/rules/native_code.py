"""Compiled code and packages of code that come as files: loading them runs them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.fetched import fetched
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.values import Ref
from jupyter_aisec.model import Severity
from jupyter_aisec.rules.deserialization import FAMILY

_OPERATORS = frozenset(
    {"torch.ops.load_library", "torch.classes.load_library", "tensorflow.load_op_library", "tensorflow.load_library"}
)
"""What loads a file that somebody compiled, and nothing of the system."""
_LOADERS = frozenset(
    {
        "ctypes.CDLL",
        "ctypes.PyDLL",
        "ctypes.cdll.LoadLibrary",
        "ctypes.pydll.LoadLibrary",
        "numpy.ctypeslib.load_library",
    }
)
"""What also loads libraries of the system, by their name."""
_SYSTEM = re.compile(r"/(?:usr|lib\d*|System|opt)/|/?[\w.+-]+$|@")


@FAMILY.rule(
    Severity.MEDIUM,
    calls=_OPERATORS | _LOADERS,
    named=("register_custom_ops_library",),
    default=False,
    cwe="CWE-114",
    atlas="AML.T0010.001",
    guidelines=("2.1",),
)
def native_library_load(call: Call) -> Iterator[Hit]:
    """A compiled library is loaded from a file.

    Its code runs the moment it is loaded, before any function of it is called, and nobody can read it. Install a
    package that is built from known sources, or compare the file's SHA-256. Libraries of the system, and those that
    a package finds in itself, are not meant.

    Bad:
        import torch
        torch.ops.load_library("operators.so")

    Good:
        import torchvision
    """
    position = 1 if call.path.startswith("numpy.") else 0
    value = call.value("", position)
    if isinstance(value, Ref) and "()" in value.path and value.argument is None and not fetched(value):
        return  # a package says where its own library lies
    path = call.path_text("", position)
    if call.path in _LOADERS and (path is None or _SYSTEM.match(path)) and not fetched(value):
        return
    yield call.found(
        f"{call.called} runs the compiled code in {path or 'a file'}; install it as a package, or compare its SHA-256"
    )


@FAMILY.rule(Severity.MEDIUM, calls=("torch.package.PackageImporter",), default=False, guidelines=("2.1",))
def torch_package_import(call: Call) -> Iterator[Hit]:
    """A torch package is opened, which holds Python code and runs it.

    `torch.package` stores a model together with the modules it was made of, and imports those: the file is a
    program. Export the graph with `torch.export`, which holds none.

    Bad:
        from torch.package import PackageImporter
        importer = PackageImporter("model.pt")

    Good:
        import torch
        model = torch.export.load("model.pt2")
    """
    yield call.found(f"{call.called} runs the Python in the file; use torch.export")
