"""Files from addresses: what arrives is what the server sends that day, unless its digest is compared."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.fetched import is_pinned, is_remote
from jupyter_aisec.analysis.hit import Deed, Fact, Hit, thing
from jupyter_aisec.analysis.outside import worst
from jupyter_aisec.analysis.rule import DATA, Family
from jupyter_aisec.analysis.strings import path_text
from jupyter_aisec.analysis.values import Ref, Value
from jupyter_aisec.knowledge import Origin
from jupyter_aisec.model import Severity
from jupyter_aisec.rules.addresses import danger, is_public_plain, short

FAMILY = Family("unpinned and unverified downloads", cwe="CWE-494", atlas="AML.T0010", guidelines=("2.1", "2.2"))

_RETRIEVERS = frozenset({"urllib.request.urlretrieve", "wget.download", "dspy.utils.download"})
_OPENED = frozenset({"builtins.open()", "io.open()", "pathlib.Path().open()"})


def unless_verified(*paths: str | None) -> tuple[Fact, ...]:
    """What silences a finding about these files: that the digest of one of them is compared."""
    return tuple(Fact(Deed.VERIFIED, thing(path)) for path in paths if path and thing(path))


@FAMILY.rule(
    Severity.MEDIUM,
    calls=_RETRIEVERS | {"shutil.copyfileobj"},
    named=("write", "write_bytes", "write_text"),
    topics=DATA,
)
def url_download_no_hash(call: Call) -> Iterator[Hit]:
    """A file is downloaded and its digest is never compared.

    The server, or whoever stands in between or takes the address over, decides what the file holds. Compare the
    SHA-256 before using it, with the one that its publisher names or that of the file that you looked at; then this
    finding disappears, in whatever cell the comparison stands. One picture or recording is low.

    Bad:
        import urllib.request
        urllib.request.urlretrieve("https://example.org/model.bin", "model.bin")

    Good:
        import hashlib
        import urllib.request
        urllib.request.urlretrieve("https://example.org/model.bin", "model.bin")
        ---
        assert hashlib.sha256(open("model.bin", "rb").read()).hexdigest() == "9f" * 32
    """
    url, target = _download(call)
    if url and is_remote(url) and not is_pinned(url) and not is_public_plain(url):
        yield call.found(
            f"{call.called} keeps what {short(url)} sends; compare its SHA-256 before using it",
            severity=danger(url, target),
            unless=unless_verified(target, url),
            once=url,
        )


def _download(call: Call) -> tuple[str | None, str | None]:
    """The address that is fetched and the file that it goes to, where the call is such a thing."""
    if call.path in _RETRIEVERS:
        return call.text("url", 0), call.path_text("filename" if "urllib" in call.path else "out", 1)
    if call.path == "shutil.copyfileobj":
        return _fetched_into(call.value("fsrc", 0), call.value("fdst", 1))
    receiver = call.receiver
    if call.name == "write":
        return _fetched_into(call.value("", 0), receiver)
    target = path_text(receiver) if isinstance(receiver, Ref) else None
    data = call.value("data", 0)
    return (data.argument, target) if target and isinstance(data, Ref) and _downloaded(data) else (None, None)


def _fetched_into(data: Value | None, file: Value | None) -> tuple[str | None, str | None]:
    if isinstance(data, Ref) and isinstance(file, Ref) and file.path in _OPENED and _downloaded(data):
        return data.argument, file.argument
    return None, None


def _downloaded(data: Ref) -> bool:
    """Whether it lay ready at its address; what a service makes of each question has no digest to compare."""
    who = worst(data, Origin.NETWORK)
    return who is not None and not who.call.endswith(".post")


@FAMILY.rule(Severity.MEDIUM, calls=("keras.utils.get_file",), topics=DATA, atlas="AML.T0010.002")
def keras_get_file_no_hash(call: Call) -> Iterator[Hit]:
    """Keras downloads a file without its expected digest.

    With `file_hash`, Keras compares what arrived and fetches again or fails; without, it takes anything.

    Bad:
        import keras
        path = keras.utils.get_file("data.tgz", origin="https://example.org/data.tgz")

    Good:
        import keras
        path = keras.utils.get_file("data.tgz", origin="https://example.org/data.tgz", file_hash="9f" * 32)
    """
    row, url = call.api, call.text("origin", 1)
    if row is None or not url or not is_remote(url) or is_pinned(url) or is_public_plain(url):
        return
    if any(call.given(name) is not False for name in row.verifies):
        return
    if len(call.node.args) > 3:  # noqa: PLR2004 - md5_hash, by position
        return
    name = call.text("fname", 0)
    yield call.found(
        f"{call.called} takes whatever {short(url)} sends; pass file_hash= with its SHA-256",
        severity=danger(url, name),
        unless=unless_verified(name, url),
        once=url,
    )


@FAMILY.rule(
    Severity.MEDIUM,
    calls=(
        *("torch.hub.load_state_dict_from_url", "torch.hub.download_url_to_file"),
        *("torchvision.datasets.utils.download_url", "torchvision.datasets.utils.download_and_extract_archive"),
    ),
    atlas="AML.T0010.003",
)
def torch_url_no_hash_check(call: Call) -> Iterator[Hit]:
    """PyTorch downloads a file without comparing its digest.

    Each of these functions can check: by the hash in the file's name, by a prefix of the SHA-256, or by an MD5. They
    don't, unless asked to.

    Bad:
        import torch
        weights = torch.hub.load_state_dict_from_url("https://example.org/weights-1234abcd.pth")

    Good:
        import torch
        weights = torch.hub.load_state_dict_from_url("https://example.org/weights-1234abcd.pth", check_hash=True)
    """
    row, url = call.api, call.text("url", 0)
    if row is None or not url or not is_remote(url) or is_pinned(url) or is_public_plain(url):
        return
    given = [call.given(name) for name in row.verifies]
    if all(each is False for each in given) or call.is_constant(False, "check_hash"):  # noqa: FBT003 - what is looked for
        named = re.search(r"-[0-9a-f]{8,}\.", url)
        repair = None
        if "check_hash" in row.verifies and named:
            repair = call.with_keyword("check_hash", "True", "compare the hash in the file's name", safe=False)
        yield call.found(
            f"{call.called} takes whatever {short(url)} sends; pass {row.verifies[0]}=",
            severity=danger(url, call.path_text("dst", 1)),
            repair=repair,
            unless=unless_verified(url, call.path_text("dst", 1)),
            once=url,
        )


_FRAMES = frozenset({"pandas", "polars", "duckdb", "geopandas", "dask", "modin", "pyarrow"})


def _reads(library: str, name: str) -> bool:
    del library
    return name.startswith(("read_", "scan_"))


@FAMILY.rule(
    Severity.LOW, libraries=_FRAMES, within=_reads, topics=DATA, atlas="AML.T0010.002", guidelines=("2.1", "2.2", "2.3")
)
def dataframe_read_url(call: Call) -> Iterator[Hit]:
    """A table is read straight from an address.

    Its bytes are not kept and not compared: what the model was trained on can't be said afterwards. Fetch the file
    with its expected digest (pooch, `sklearn.datasets.fetch_file`), or put a full commit into the address.

    Bad:
        import pandas as pd
        frame = pd.read_csv("https://example.org/data.csv")

    Good:
        import pandas as pd
        import pooch
        frame = pd.read_csv(pooch.retrieve("https://example.org/data.csv", known_hash="sha256:" + "9f" * 32))
    """
    if call.name == "read_pickle":
        return
    row = call.api
    url = call.text(row.at if row and row.at else "filepath_or_buffer", 0)
    if url and is_remote(url) and not is_pinned(url) and not is_public_plain(url):
        yield call.found(
            f"{call.called} takes whatever {short(url)} sends; keep the file and compare its SHA-256", once=url
        )
