"""Datasets from hubs: data that changes between two runs changes the model, unless its version is fixed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.command import Command
from jupyter_aisec.analysis.fetched import is_pinned, is_remote
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.rule import DATA
from jupyter_aisec.analysis.values import Constant, Items, Table, Value, text
from jupyter_aisec.model import Severity
from jupyter_aisec.rules.addresses import is_public_plain
from jupyter_aisec.rules.hub_downloads import FAMILY
from jupyter_aisec.rules.pins import DATASET_LOADERS, OTHER_LOADERS, PIN_IT, Pin, hub_id, pin, written

_LOCAL_BUILDERS = frozenset(
    {
        "arrow",
        "audiofolder",
        "csv",
        "generator",
        "imagefolder",
        "json",
        "pandas",
        "parquet",
        "sql",
        "text",
        "videofolder",
    }
    | {"webdataset", "xml", "spark"}
)


@FAMILY.rule(
    Severity.MEDIUM,
    calls=DATASET_LOADERS | OTHER_LOADERS,
    topics=DATA,
    atlas="AML.T0010.002",
    guidelines=("2.1", "2.2", "2.3"),
)
def hf_load_dataset_unpinned(call: Call) -> Iterator[Hit]:
    """A dataset is fetched from the Hub without a revision.

    Data that changes between two runs changes the model, by accident or on purpose, and nobody can say afterwards
    what it was trained on. Pin the full commit hash: it stands in the history of the repository's files on the Hub,
    and `huggingface_hub.HfApi().dataset_info("owner/name").sha` gives today's.

    Bad:
        from datasets import load_dataset
        data = load_dataset("stanfordnlp/imdb")

    Good:
        from datasets import load_dataset
        data = load_dataset("stanfordnlp/imdb", revision="0f3c2b7a9d8e4f5061728394a5b6c7d8e9f0a1b2")
    """
    path = call.text("dataset_name" if call.path in OTHER_LOADERS else "path", 0)
    if path in _LOCAL_BUILDERS:
        files = (part for part in _texts(call.value("data_files")) if is_remote(part) and not is_pinned(part))
        url = next(files, None)
        # Of an address without encryption, cleartext-download speaks.
        if url and not is_public_plain(url):
            yield call.found(
                f"{call.called} reads {url}, which can change; compare its SHA-256 or pin a commit in the address",
                once=url,
            )
        return
    repository = hub_id(path)
    if repository and pin(call) is Pin.NONE:
        yield call.found(
            f"{call.called} fetches whatever {repository} holds that day; {PIN_IT}",
            once=repository,
            unless=written(repository),
        )


@FAMILY.rule(
    Severity.MEDIUM,
    calls=DATASET_LOADERS | {"tensorflow_datasets.download.DownloadConfig"},
    cwe="CWE-354",
    topics=DATA,
    atlas="AML.T0020",
)
def dataset_checks_disabled(call: Call) -> Iterator[Hit]:
    """The checks that come with a dataset are switched off.

    Sizes and checksums are what notices a broken or exchanged download. Leave them on; where they fail, find out
    why.

    Bad:
        from datasets import load_dataset
        data = load_dataset(
            "stanfordnlp/imdb", revision="0f3c2b7a9d8e4f5061728394a5b6c7d8e9f0a1b2", verification_mode="no_checks"
        )

    Good:
        from datasets import load_dataset
        data = load_dataset("stanfordnlp/imdb", revision="0f3c2b7a9d8e4f5061728394a5b6c7d8e9f0a1b2")
    """
    if call.path.startswith("tensorflow_datasets."):
        if call.is_constant(True, "register_checksums"):  # noqa: FBT003 - the constant that is looked for
            yield call.found(f"{call.called} records new checksums in place of checking them; leave it out")
        return
    switched = {
        'verification_mode="no_checks"': call.text("verification_mode") == "no_checks",
        "ignore_verifications=True": call.is_constant(True, "ignore_verifications"),  # noqa: FBT003 - as above
    }
    for setting, off in switched.items():
        if off:
            yield call.found(
                f"{call.called} with {setting} checks neither sizes nor checksums; leave it out",
                repair=call.without_keyword(setting.partition("=")[0], "leave the checks on", safe=False),
            )


@FAMILY.rule(
    Severity.LOW,
    calls=("sklearn.datasets.fetch_openml", "openml.datasets.get_dataset"),
    topics=DATA,
    atlas="AML.T0010.002",
)
def openml_unpinned(call: Call) -> Iterator[Hit]:
    """A dataset is fetched from OpenML by name, without a version.

    The name means whatever version is active that day. Give `version=`, or the id of one version.

    Bad:
        from sklearn.datasets import fetch_openml
        digits = fetch_openml("mnist_784")

    Good:
        from sklearn.datasets import fetch_openml
        digits = fetch_openml("mnist_784", version=1)
    """
    name = call.text("dataset_id" if call.path.startswith("openml") else "name", 0)
    if name and call.given("data_id") is False and (call.given("version") is False or call.text("version") == "active"):
        yield call.found(
            f"{call.called} fetches whatever version of {name} is active that day; add version=", once=name
        )


@FAMILY.rule(
    Severity.LOW,
    calls=("kagglehub.dataset_download", "kagglehub.model_download", "kagglehub.load_dataset"),
    topics=DATA,
    atlas="AML.T0010.002",
)
def kaggle_unversioned(call: Call | Command) -> Iterator[Hit]:
    """A dataset or model is fetched from Kaggle without a version.

    The owner can publish another version at any time. End the handle with its version.

    Bad:
        import kagglehub
        folder = kagglehub.dataset_download("uciml/iris")

    Good:
        import kagglehub
        folder = kagglehub.dataset_download("uciml/iris/versions/2")
    """
    if isinstance(call, Command):
        words = call.known
        if call.program == "kaggle" and words[:2] == ("datasets", "download"):
            given = call.option("-d", "--dataset") or next(iter(call.positionals(_KAGGLE_VALUES)[2:]), None)
            handle = given.text if given else None
            if handle and "/versions/" not in handle:
                yield call.found(
                    f"kaggle fetches whatever version of {handle} is newest; compare its SHA-256", once=handle
                )
        return
    handle = call.text("handle", 1 if call.name == "load_dataset" else 0)
    parts = (handle or "").split("/")
    if not handle or len(parts) < 2:  # noqa: PLR2004 - owner and name
        return
    if not (re.search(r"/versions/\d+", handle) or (call.name == "model_download" and parts[-1].isdigit())):
        yield call.found(f"{call.called} fetches whatever version of {handle} is newest; add its version", once=handle)


_KAGGLE_VALUES = frozenset({"-d", "--dataset", "-p", "--path", "-f", "--file"})


def _texts(value: Value | None) -> Iterator[str]:
    if isinstance(value, Constant):
        found = text(value)
        if found:
            yield found
    elif isinstance(value, (Items, Table)):
        for part in value.values.values() if isinstance(value, Table) else value.values:
            yield from _texts(part)
