"""Corpora, models and shared files that helpers of libraries download."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.command import Command
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.rule import DATA
from jupyter_aisec.model import Severity
from jupyter_aisec.rules.downloads import FAMILY, unless_verified

_DRIVE = frozenset({"gdown.download", "gdown.cached_download", "gdown.download_folder"})
_DRIVE_VALUES = frozenset({"-O", "--output", "--proxy", "--speed", "--format", "--user-agent"})


@FAMILY.rule(Severity.LOW, calls=_DRIVE, default=False, topics=DATA, atlas="AML.T0010.002")
def gdrive_download_no_hash(call: Call | Command) -> Iterator[Hit]:
    """A file is fetched from Google Drive and its digest is never compared.

    The id stays the same when its owner puts another file in its place. Use `gdown.cached_download` with `hash=`, or
    compare the SHA-256; then this finding disappears.

    Bad:
        import gdown
        gdown.download(id="1abcdefghijklmnopqrstuvwxyz", output="data.zip")

    Good:
        import gdown
        gdown.cached_download(
            "https://drive.google.com/uc?id=1abcdefghijklmnopqrstuvwxyz", "data.zip", hash="sha256:" + "9f" * 32
        )
    """
    if isinstance(call, Command):
        given = call.positionals(_DRIVE_VALUES) if call.program == "gdown" else []
        if given and given[0].text:
            output = call.option("-O", "--output")
            yield call.found(
                f"gdown keeps what {given[0].text[:60]} is that day; compare its SHA-256 with `sha256sum -c`",
                unless=unless_verified(output.text if output else None),
                once=given[0].text,
            )
        return
    if any(call.given(name) is not False for name in ("hash", "md5", "hasher")):
        return
    source = call.text("url", 0) or call.text("id")
    if source is None:
        return
    target = call.path_text("path" if call.name == "cached_download" else "output", 1)
    yield call.found(
        f"{call.called} keeps what the owner put there; use gdown.cached_download with hash=, or compare its SHA-256",
        unless=unless_verified(target),
        once=source,
    )


_CORPORA = frozenset(
    {"nltk.download", "spacy.cli.download", "spacy.cli.download.download", "stanza.download", "gensim.downloader.load"}
)
_HUBS = frozenset(
    {"tensorflow_hub.load", "tensorflow_hub.KerasLayer", "tensorflow_hub.Module", "tensorflow_hub.resolve"}
)
_VERSIONED = re.compile(r".*/\d+(?:\?.*)?")


@FAMILY.rule(
    Severity.INFO,
    calls=_CORPORA | _HUBS | {"tensorflow_datasets.load", "tensorflow_datasets.builder"},
    default=False,
    atlas="AML.T0010.003",
)
def corpus_model_download_unpinned(call: Call | Command) -> Iterator[Hit]:
    """A corpus or model is fetched by a helper that takes the newest.

    The helper of nltk, spaCy, stanza, gensim, TensorFlow Datasets or TensorFlow Hub picks what fits that day. Most
    check what arrives against their own index, so this is about doing it again, not about danger. Install spaCy's
    models as packages, write `name:1.0.0` for TensorFlow Datasets and `/1` behind an address of TensorFlow Hub.

    Bad:
        import nltk
        nltk.download("punkt")
        ---
        !python -m spacy download en_core_web_sm

    Good:
        %pip install en_core_web_sm==3.8.0
    """
    if isinstance(call, Command):
        words = call.known
        if call.program == "spacy" and words[:1] == ("download",) and len(words) > 1 and "--direct" not in words:
            yield call.found(f"spacy download takes the newest {words[1]}; install it with pip and its version")
        elif call.program in {"nltk.downloader", "nltk"} and words and words[0] != "-d":
            yield call.found(f"nltk takes the newest {words[-1]}; keep it beside the notebook")
        return
    name = call.text("name", 0) or call.text("handle", 0) or ""
    if call.path in _HUBS:
        is_hub = "tfhub.dev/" in name or "kaggle.com/models/" in name
        if is_hub and not _VERSIONED.fullmatch(name):
            yield call.found(f"{call.called} takes the newest {name}; append / and a version", once=name)
    elif call.path.startswith("tensorflow_datasets."):
        if name and ":" not in name and not call.is_constant(False, "download"):  # noqa: FBT003 - what is looked for
            yield call.found(f"{call.called} takes the newest {name}; append : and a version", once=name)
    elif not (call.name == "download" and call.is_constant(True, "direct")):  # noqa: FBT003 - what is looked for
        what = f"the newest {name}" if name else "the newest"
        yield call.found(f"{call.called} takes {what}; keep it with the project, or install it by version", once=name)
