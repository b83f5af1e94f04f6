"""Models and datasets from hubs: what is fetched today may be something else tomorrow, unless it is pinned."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.command import Command
from jupyter_aisec.analysis.fetched import is_pinned, is_remote
from jupyter_aisec.analysis.hit import Deed, Fact, Hit
from jupyter_aisec.analysis.rule import DATA, Family
from jupyter_aisec.analysis.values import Constant, Items, Table, Value, text
from jupyter_aisec.model import Confidence, Severity
from jupyter_aisec.rules.pins import Pin, hub_id, is_full_hash, pin

FAMILY = Family("unpinned and unverified downloads", cwe="CWE-494", atlas="AML.T0010.003", guidelines=("2.1", "2.2"))

_HUB_DOWNLOADS = frozenset({"huggingface_hub.hf_hub_download", "huggingface_hub.snapshot_download"})
_LOADERS = frozenset({"datasets.load_dataset", "datasets.load_dataset_builder"})
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
_NO_PRETRAINED = ("keras_nlp.", "keras_hub.", "timm.", "mlflow.", "flair.")
_PIN = "pass revision= with a full commit"


@FAMILY.rule(Severity.MEDIUM, named=("from_pretrained",))
def hf_from_pretrained_unpinned(call: Call) -> Iterator[Hit]:
    """A model or tokenizer is fetched from the Hub without a revision.

    The owner of the repository, or whoever takes the account over, decides what the next run gets: other weights,
    another tokenizer, a pickle. Pin the full commit hash that you have looked at. Said once for each repository.

    Bad:
        from transformers import AutoModel
        model = AutoModel.from_pretrained("distilbert/distilbert-base-uncased")

    Good:
        from transformers import AutoModel
        model = AutoModel.from_pretrained(
            "distilbert/distilbert-base-uncased", revision="0f3c2b7a9d8e4f5061728394a5b6c7d8e9f0a1b2"
        )
    """
    repository = _pretrained(call)
    if repository and pin(call) is Pin.NONE:
        yield call.found(
            f"{call.written} fetches whatever {repository} holds that day; {_PIN}",
            once=repository,
            unless=(Fact(Deed.WROTE, repository), Fact(Deed.WROTE, f"./{repository}")),
        )


@FAMILY.rule(
    Severity.LOW,
    named=("from_pretrained",),
    calls=_HUB_DOWNLOADS | _LOADERS | {"transformers.pipeline"},
    atlas="AML.T0109",
)
def hf_mutable_revision(call: Call) -> Iterator[Hit]:
    """A revision is given that can move: a branch, a tag or a short hash.

    Branches move by design, tags can be moved, and a short hash can be met by another commit. Only the full hash
    names one content.

    Bad:
        from transformers import AutoModel
        model = AutoModel.from_pretrained("distilbert/distilbert-base-uncased", revision="main")

    Good:
        from transformers import AutoModel
        model = AutoModel.from_pretrained(
            "distilbert/distilbert-base-uncased", revision="0f3c2b7a9d8e4f5061728394a5b6c7d8e9f0a1b2"
        )
    """
    if call.name == "from_pretrained":
        repository = _pretrained(call)
    else:
        row = call.api
        repository = hub_id(call.text(row.at or "", 1 if call.path == "transformers.pipeline" else 0)) if row else None
    if repository and pin(call) is Pin.MUTABLE:
        revision = call.text("revision")
        yield call.found(
            f"{call.written} pins {repository} to {revision}, which can move; pass the full commit hash",
            once=f"{repository}@{revision}",
        )


@FAMILY.rule(Severity.MEDIUM, calls=_HUB_DOWNLOADS)
def hf_hub_download_unpinned(call: Call | Command) -> Iterator[Hit]:
    """Files are fetched from the Hub without a revision.

    The repository can change between two runs. Pin the full commit hash, in Python and on the command line.

    Bad:
        from huggingface_hub import snapshot_download
        folder = snapshot_download("distilbert/distilbert-base-uncased")

    Good:
        from huggingface_hub import snapshot_download
        folder = snapshot_download(
            "distilbert/distilbert-base-uncased", revision="0f3c2b7a9d8e4f5061728394a5b6c7d8e9f0a1b2"
        )
        ---
        !hf download distilbert/distilbert-base-uncased --revision 0f3c2b7a9d8e4f5061728394a5b6c7d8e9f0a1b2
    """
    if isinstance(call, Command):
        yield from _hub_command(call)
        return
    repository = hub_id(call.text("repo_id", 0))
    if repository and pin(call) is Pin.NONE:
        yield call.found(f"{call.written} fetches whatever {repository} holds that day; {_PIN}", once=repository)


def _hub_command(command: Command) -> Iterator[Hit]:
    if command.program not in {"hf", "huggingface-cli"}:
        return
    words = command.positionals(_HUB_VALUES)
    if len(words) < 2 or words[0].text != "download":  # noqa: PLR2004 - the verb and the repository
        return
    repository = hub_id(words[1].text)
    revision = command.option("--revision")
    if repository and (revision is None or (revision.text is not None and not is_full_hash(revision.text))):
        yield command.found(
            f"{command.program} download fetches whatever {repository} holds that day; add --revision",
            once=repository,
        )


_HUB_VALUES = frozenset(
    {"--revision", "--repo-type", "--include", "--exclude", "--cache-dir", "--local-dir", "--token", "--max-workers"}
)


@FAMILY.rule(Severity.MEDIUM, calls=_LOADERS, topics=DATA, atlas="AML.T0010.002", guidelines=("2.1", "2.2", "2.3"))
def hf_load_dataset_unpinned(call: Call) -> Iterator[Hit]:
    """A dataset is fetched from the Hub without a revision.

    Data that changes between two runs changes the model, by accident or on purpose, and nobody can say afterwards
    what it was trained on. Pin the full commit hash.

    Bad:
        from datasets import load_dataset
        data = load_dataset("stanfordnlp/imdb")

    Good:
        from datasets import load_dataset
        data = load_dataset("stanfordnlp/imdb", revision="0f3c2b7a9d8e4f5061728394a5b6c7d8e9f0a1b2")
    """
    path = call.text("path", 0)
    if path in _LOCAL_BUILDERS:
        url = next((part for part in _texts(call.value("data_files")) if is_remote(part) and not is_pinned(part)), None)
        if url:
            yield call.found(
                f"{call.written} reads {url}, which can change; compare its SHA-256 or pin a commit in the address",
                once=url,
            )
        return
    repository = hub_id(path)
    if repository and pin(call) is Pin.NONE:
        yield call.found(f"{call.written} fetches whatever {repository} holds that day; {_PIN}", once=repository)


@FAMILY.rule(Severity.MEDIUM, calls=("transformers.pipeline",))
def hf_pipeline_default_model(call: Call) -> Iterator[Hit]:
    """A pipeline is made without saying which model, or which version of it.

    Without a model, the library picks one, and another one in its next release. Name the model and pin the full
    commit hash.

    Bad:
        from transformers import pipeline
        classify = pipeline("sentiment-analysis")

    Good:
        from transformers import pipeline
        classify = pipeline(
            "sentiment-analysis",
            model="distilbert/distilbert-base-uncased-finetuned-sst-2-english",
            revision="0f3c2b7a9d8e4f5061728394a5b6c7d8e9f0a1b2",
        )
    """
    given = call.given("model", 1)
    if given is False and call.text("task", 0):
        yield call.found(
            f"{call.written} picks a model of its own; name one, and {_PIN}", once=f"task {call.text('task', 0)}"
        )
    repository = hub_id(call.text("model", 1))
    if given and repository and pin(call, position=5) is Pin.NONE:
        yield call.found(f"{call.written} fetches whatever {repository} holds that day; {_PIN}", once=repository)


@FAMILY.rule(
    Severity.LOW, libraries=("sentence_transformers", "vllm"), calls=("timm.create_model", "open_clip.create_model")
)
def other_hub_loader_unpinned(call: Call | Command) -> Iterator[Hit]:
    """A model is fetched by another library that can pin it, and does not.

    sentence-transformers, vLLM and others fetch from the same hubs as transformers, with the same risk. Give the
    revision; for `ollama pull` give the digest.

    Bad:
        from sentence_transformers import SentenceTransformer
        model = SentenceTransformer("sentence-transformers/all-MiniLM-L6-v2")

    Good:
        from sentence_transformers import SentenceTransformer
        model = SentenceTransformer(
            "sentence-transformers/all-MiniLM-L6-v2", revision="0f3c2b7a9d8e4f5061728394a5b6c7d8e9f0a1b2"
        )
    """
    if isinstance(call, Command):
        words = call.known
        if call.program == "ollama" and len(words) > 1 and words[0] in {"pull", "run"} and "@sha256:" not in words[1]:
            yield call.found(
                f"ollama {words[0]} fetches whatever {words[1]} is that day; note the digest that `ollama list` shows",
                confidence=Confidence.MEDIUM,
                once=words[1],
            )
        return
    row = call.api
    if row is not None and row.network and row.pins:
        repository = hub_id(call.text(row.at or "", 0))
        if repository and all(pin(call, name) is Pin.NONE for name in row.pins):
            yield call.found(f"{call.written} fetches whatever {repository} holds that day; {_PIN}", once=repository)
    elif call.path in {"timm.create_model", "open_clip.create_model"}:
        name = call.text("model_name", 0)
        loads = call.is_constant(True, "pretrained", 1)  # noqa: FBT003 - the constant that is looked for
        if name and name.startswith(("hf-hub:", "hf_hub:")) and loads and "@" not in name:
            yield call.found(
                f"{call.written} fetches whatever {name} holds that day; append @ and a full commit", once=name
            )


@FAMILY.rule(
    Severity.MEDIUM,
    calls=_LOADERS | {"tensorflow_datasets.download.DownloadConfig"},
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
            yield call.found(f"{call.written} records new checksums in place of checking them; leave it out")
        return
    switched = {
        "verification_mode": call.text("verification_mode") == "no_checks",
        "ignore_verifications": call.is_constant(True, "ignore_verifications"),  # noqa: FBT003 - as above
    }
    for name, off in switched.items():
        if off:
            yield call.found(
                f"{call.written} with {name} checks neither sizes nor checksums; leave it out",
                repair=call.without_keyword(name, "leave the checks on", safe=False),
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
            f"{call.written} fetches whatever version of {name} is active that day; add version=", once=name
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
        yield call.found(f"{call.written} fetches whatever version of {handle} is newest; add its version", once=handle)


_KAGGLE_VALUES = frozenset({"-d", "--dataset", "-p", "--path", "-f", "--file"})


def _pretrained(call: Call) -> str | None:
    """The repository that ``from_pretrained`` is about, if it is one on the Hub."""
    if call.path.startswith(_NO_PRETRAINED) or call.is_constant(True, "local_files_only"):  # noqa: FBT003 - as above
        return None
    for name in ("pretrained_model_name_or_path", "model_name", "pretrained_model_name", "model_id"):
        repository = hub_id(call.text(name, 0))
        if repository:
            # A name without owner is a folder as often as not, where nothing says that it is a class of a library.
            return repository if "/" in repository or "." in call.path else None
    return None


def _texts(value: Value | None) -> Iterator[str]:
    if isinstance(value, Constant):
        found = text(value)
        if found:
            yield found
    elif isinstance(value, (Items, Table)):
        for part in value.values.values() if isinstance(value, Table) else value.values:
            yield from _texts(part)
