"""Loading data that can run code or leave its folder: pickle and all that is built on it, YAML, archives."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.fetched import is_remote
from jupyter_aisec.analysis.hit import Change, Hit, Repair
from jupyter_aisec.analysis.rule import DATA, Family
from jupyter_aisec.analysis.values import Ref
from jupyter_aisec.model import Severity

FAMILY = Family("unsafe deserialization", cwe="CWE-502", atlas="AML.T0011.000", guidelines=("2.1", "3.2"))

_TAR = re.compile(r"\.(?:tar(?:\.\w+)?|tgz|tbz2?|txz)$", re.IGNORECASE)


@FAMILY.rule(Severity.HIGH, calls=("pickle.load", "pickle.loads", "pickle.Unpickler().load"))
def pickle_load(call: Call) -> Iterator[Hit]:
    """Loading a pickle runs whatever code stands in the file.

    A pickle is a program for a small machine that can call any importable function. Whoever can change the file, or
    gave it to you, runs code as you. Load weights from safetensors, tables from Parquet, parameters from JSON; where
    a pickle can't be avoided, compare its SHA-256 with a digest that came another way.

    Bad:
        import pickle
        with open("model.pkl", "rb") as file:
            model = pickle.load(file)

    Good:
        from safetensors.torch import load_file
        model = load_file("model.safetensors")
    """
    yield call.found(f"{call.called} runs code that is stored in the data; use safetensors, Parquet or JSON instead")


@FAMILY.rule(
    Severity.HIGH,
    libraries=("dill", "cloudpickle", "jsonpickle", "shelve", "marshal", "klepto", "hickle"),
)
def pickle_wrapper_load(call: Call) -> Iterator[Hit]:
    """A library that is built on pickle loads code together with the data.

    dill, cloudpickle, jsonpickle, shelve and their like extend pickle and share its danger: the file decides what is
    called while it is read. Use a format that holds data only.

    Bad:
        import dill
        model = dill.load(open("model.pkl", "rb"))

    Good:
        import json
        model = json.load(open("model.json"))
    """
    row = call.api
    if row is not None and row.unpickles:
        library = call.path.partition(".")[0]
        yield call.found(
            f"{call.called} runs code that is stored in the data, as pickle does; {library} has no safe mode"
        )


@FAMILY.rule(Severity.HIGH, calls=("joblib.load",))
def joblib_load(call: Call) -> Iterator[Hit]:
    """Loading a joblib file runs whatever code stands in it.

    joblib stores Python objects as a pickle and has no safe mode. For scikit-learn models use skops, look at the
    types that the file wants to load, and list those you trust.

    Bad:
        import joblib
        model = joblib.load("model.joblib")

    Good:
        import skops.io as sio
        print(sio.get_untrusted_types(file="model.skops"))
        ---
        model = sio.load("model.skops", trusted=[])
    """
    yield call.found(f"{call.called} runs code that is stored in the file; use skops.io for scikit-learn models")


@FAMILY.rule(Severity.MEDIUM, calls=("numpy.load",), guidelines=("2.1",))
def numpy_allow_pickle(call: Call) -> Iterator[Hit]:
    """numpy.load is allowed to unpickle objects.

    Arrays of numbers need no pickle; only arrays of Python objects do, and those run code while they are read. Leave
    `allow_pickle` out, and store objects in another format.

    Bad:
        import numpy as np
        features = np.load("features.npy", allow_pickle=True)

    Good:
        import numpy as np
        features = np.load("features.npy")
    """
    if call.is_constant(True, "allow_pickle", 2):  # noqa: FBT003 - the constant that is looked for
        yield call.found(
            f"{call.called} with allow_pickle=True runs code that is stored in the file; leave it out",
            repair=call.without_keyword("allow_pickle", "refuse pickled objects", safe=False),
        )


@FAMILY.rule(Severity.HIGH, calls=("pandas.read_pickle",), topics=DATA, guidelines=("2.1",))
def pandas_read_pickle(call: Call) -> Iterator[Hit]:
    """A data frame is read from a pickle, which runs code that stands in the file.

    `read_pickle` also takes URLs: then whoever answers runs code as you, and the finding is critical. Parquet and
    Feather hold the same data frame without code.

    Bad:
        import pandas as pd
        frame = pd.read_pickle("frame.pkl")

    Good:
        import pandas as pd
        frame = pd.read_parquet("frame.parquet")
    """
    if is_remote(call.path_text("filepath_or_buffer", 0)):
        yield call.found(
            f"{call.called} downloads a pickle and runs the code in it; publish the data as Parquet",
            severity=Severity.CRITICAL,
        )
    else:
        yield call.found(f"{call.called} runs code that is stored in the file; write and read Parquet instead")


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
    been broken before.

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
            )


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


_TAR_METHODS = frozenset(
    f"tarfile.{made}.{method}"
    for made in ("open()", "TarFile()", "TarFile.open()")
    for method in ("extractall", "extract")
)


@FAMILY.rule(
    Severity.MEDIUM,
    calls=_TAR_METHODS | {"shutil.unpack_archive"},
    cwe="CWE-22",
    atlas="AML.T0011",
    guidelines=("2.1",),
)
def unsafe_archive_extract(call: Call) -> Iterator[Hit]:
    """A tar archive may write outside the folder that it is extracted to.

    Member names with `..`, absolute names and links lead anywhere. `filter="data"` refuses them; it is the default
    only since Python 3.14. (CPython itself cleans the names in zip files.)

    Bad:
        import tarfile
        tarfile.open("data.tgz").extractall("data")

    Good:
        import tarfile
        tarfile.open("data.tgz").extractall("data", filter="data")
    """
    if call.context.older("python", 3, 14) is False and call.given("filter") is False:
        return
    if call.path == "shutil.unpack_archive" and not _TAR.search(call.path_text("filename", 0) or ""):
        return
    if call.given("filter") is False or call.text("filter") == "fully_trusted":
        yield call.found(
            f"{call.called} lets the archive write outside its folder; add filter='data'",
            repair=call.with_keyword("filter", '"data"', "refuse members that leave the folder", safe=True),
        )
