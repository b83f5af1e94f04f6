"""Loading data that can run code: pickle and all that is built on it."""

from __future__ import annotations

from collections.abc import Iterator

from jupyter_aisec.analysis import deeds
from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.fetched import is_remote
from jupyter_aisec.analysis.hit import Deed, Fact, Hit, own
from jupyter_aisec.analysis.rule import DATA, Family
from jupyter_aisec.analysis.values import file_of, is_unnamed
from jupyter_aisec.model import Severity

FAMILY = Family("unsafe deserialization", cwe="CWE-502", atlas="AML.T0011.000", guidelines=("2.1", "3.2"))


def own_file(call: Call, name: str, position: int | None = 0) -> tuple[tuple[Fact, Severity], ...]:
    """That the notebook wrote the file itself makes it less dangerous, until somebody else can write there.

    Where nothing says which file it is, it may well be one of those that the notebook wrote in the same format.
    """
    value = call.value(name, position)
    if is_unnamed(value):
        return ((deeds.some_file(call.path.partition(".")[0]), Severity.MEDIUM),)
    path = file_of(value)
    spelled = deeds.pattern(call.argument(name, position)) if path else None
    exact = ((Fact(Deed.WROTE, own(path)), Severity.LOW),) if path else ()
    return exact if spelled is None else (*exact, (spelled, Severity.MEDIUM))


@FAMILY.rule(Severity.HIGH, calls=("pickle.load", "pickle.loads", "pickle.Unpickler().load"))
def pickle_load(call: Call) -> Iterator[Hit]:
    """Loading a pickle runs whatever code stands in the file.

    A pickle is a program for a small machine that can call any importable function. Whoever can change the file, or
    gave it to you, runs code as you. Load weights from safetensors, tables from Parquet, parameters from JSON; where
    a pickle can't be avoided, compare its SHA-256 with a digest that came another way. Low for a file that the same
    notebook writes.

    Bad:
        import pickle
        with open("model.pkl", "rb") as file:
            model = pickle.load(file)

    Good:
        from safetensors.torch import load_file
        model = load_file("model.safetensors")
    """
    yield call.found(
        f"{call.called} runs code that is stored in the data; use safetensors, Parquet or JSON instead",
        worse=own_file(call, "file") if call.name == "load" else (),
    )


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
            f"{call.called} runs code that is stored in the data, as pickle does; {library} has no safe mode",
            worse=own_file(call, row.at or "file"),
        )


@FAMILY.rule(Severity.HIGH, calls=("joblib.load",))
def joblib_load(call: Call) -> Iterator[Hit]:
    """Loading a joblib file runs whatever code stands in it.

    joblib stores Python objects as a pickle and has no safe mode. For scikit-learn models use skops, look at the
    types that the file wants to load, and list those you trust. Low for a file that the same notebook writes.

    Bad:
        import joblib
        model = joblib.load("model.joblib")

    Good:
        import skops.io as sio
        print(sio.get_untrusted_types(file="model.skops"))
        ---
        model = sio.load("model.skops", trusted=[])
    """
    yield call.found(
        f"{call.called} runs code that is stored in the file; use skops.io for scikit-learn models",
        worse=own_file(call, "filename"),
    )


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
            worse=own_file(call, "file"),
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
        yield call.found(
            f"{call.called} runs code that is stored in the file; write and read Parquet instead",
            worse=own_file(call, "filepath_or_buffer"),
        )
