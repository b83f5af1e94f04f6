"""Dotted names of what libraries give: one name for each thing, however a notebook comes to it."""

from __future__ import annotations

from functools import lru_cache

_MODULES = {
    "_pickle": "pickle",
    "cPickle": "pickle",
    "pickle5": "pickle",
    "six.moves.cPickle": "pickle",
    "sklearn.externals.joblib": "joblib",
    "tensorflow.keras": "keras",
    "tensorflow.python.keras": "keras",
    "tensorflow.compat.v1.keras": "keras",
    "tensorflow.compat.v2.keras": "keras",
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
_HOMES = {
    top: frozenset([top, *(home for name, home in _MODULES.items() if name.startswith(f"{top}."))]) for top in _TOPS
}


@lru_cache(8192)
def canonical(path: str) -> str:
    """The path under the name of the library that has the facts: several modules give the same call."""
    # What a call gave stands behind a path that went through here before.
    head = path if "(" not in path and path.partition(".")[0] in _TOPS else ""
    while head:
        if head in _MODULES:
            return _MODULES[head] + path[len(head) :]
        head = head.rpartition(".")[0]
    return path


def homes(library: str) -> frozenset[str]:
    """The libraries under whose names there may be what an expression gives that begins in this one."""
    found = _HOMES.get(library)
    return frozenset([library]) if found is None else frozenset(home.partition(".")[0] for home in found)


def plain(path: str) -> str:
    """The dotted name behind a path: of a method of what a call gave, as the facts name it."""
    return path.replace("()", "").replace("[]", "")
