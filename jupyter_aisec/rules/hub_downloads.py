"""Models from hubs: what is fetched today may be something else tomorrow, unless it is pinned."""

from __future__ import annotations

from collections.abc import Iterator

from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.command import Command
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.rule import Family
from jupyter_aisec.model import Confidence, Severity
from jupyter_aisec.rules.pins import DATASET_LOADERS, PIN_IT, Pin, hub_id, is_full_hash, pin, written

FAMILY = Family("unpinned and unverified downloads", cwe="CWE-494", atlas="AML.T0010.003", guidelines=("2.1", "2.2"))

_HUB_DOWNLOADS = frozenset({"huggingface_hub.hf_hub_download", "huggingface_hub.snapshot_download"})
_NO_PRETRAINED = (
    *("keras_nlp.", "keras_hub.", "timm.", "mlflow.", "flair.", "vertexai.", "nemo.", "paddlenlp.", "ragatouille."),
    *("byaldi.", "pytorch_transformers.", "pytorch_pretrained_bert."),
)
"""Libraries whose ``from_pretrained`` is another one: no revision can be given there."""
_NEMO = "nemo."


@FAMILY.rule(Severity.MEDIUM, named=("from_pretrained",))
def hf_from_pretrained_unpinned(call: Call) -> Iterator[Hit]:
    """A model or tokenizer is fetched from the Hub without a revision.

    The owner of the repository, or whoever takes the account over, decides what the next run gets: other weights,
    another tokenizer, a pickle. Pin the full commit hash that you have looked at: it stands in the history of the
    repository's files on the Hub, and `huggingface_hub.HfApi().model_info("owner/name").sha` gives today's. Said once
    for each repository.

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
            f"{call.called} fetches whatever {repository} holds that day; {PIN_IT}",
            once=repository,
            unless=written(repository),
        )


@FAMILY.rule(
    Severity.LOW,
    named=("from_pretrained",),
    calls=_HUB_DOWNLOADS | DATASET_LOADERS | {"transformers.pipeline"},
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
            f"{call.called} pins {repository} to {revision}, which can move; pass the full commit hash",
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
        yield call.found(
            f"{call.called} fetches whatever {repository} holds that day; {PIN_IT}",
            once=repository,
            unless=written(repository),
        )


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
            f"{call.called} picks a model of its own; name one, and {PIN_IT}", once=f"task {call.text('task', 0)}"
        )
    repository = hub_id(call.text("model", 1))
    if given and repository and pin(call, position=5) is Pin.NONE and not _runs_code(call):
        yield call.found(
            f"{call.called} fetches whatever {repository} holds that day; {PIN_IT}",
            once=repository,
            unless=written(repository),
        )


@FAMILY.rule(
    Severity.LOW,
    libraries=("sentence_transformers", "vllm"),
    calls=("timm.create_model", "open_clip.create_model"),
    named=("from_pretrained",),
)
def other_hub_loader_unpinned(call: Call | Command) -> Iterator[Hit]:
    """A model is fetched by another library, without its revision.

    sentence-transformers, vLLM and others fetch from the same hubs as transformers, with the same risk. Give the
    revision; for `ollama pull` note the digest. NeMo takes none: keep the `.nemo` file that you looked at.

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
    if call.path.startswith(_NEMO):
        name = hub_id(call.text("model_name", 0))
        if name and call.name == "from_pretrained":
            yield call.found(
                f"{call.called} fetches whatever {name} is today; keep its .nemo file and load it with restore_from",
                once=name,
            )
        return
    row = call.api
    if row is not None and row.network and row.pins:
        repository = hub_id(call.text(row.at or "", 0))
        if repository and all(pin(call, name) is Pin.NONE for name in row.pins) and not _runs_code(call):
            yield call.found(
                f"{call.called} fetches whatever {repository} holds that day; {PIN_IT}",
                once=repository,
                unless=written(repository),
            )
    elif call.path in {"timm.create_model", "open_clip.create_model"}:
        name = call.text("model_name", 0)
        loads = call.is_constant(True, "pretrained", 1)  # noqa: FBT003 - the constant that is looked for
        if name and name.startswith(("hf-hub:", "hf_hub:")) and loads and "@" not in name:
            yield call.found(
                f"{call.called} fetches whatever {name} holds that day; append @ and a full commit", once=name
            )


def _runs_code(call: Call) -> bool:
    """Whether trust-remote-code speaks of this call: of what is worse, and also about the revision."""
    return call.is_constant(True, "trust_remote_code")  # noqa: FBT003 - the constant that is looked for


def _pretrained(call: Call) -> str | None:
    """The repository that ``from_pretrained`` is about, if it is one on the Hub."""
    if call.path.startswith(_NO_PRETRAINED) or call.is_constant(True, "local_files_only") or _runs_code(call):  # noqa: FBT003 - the constant that is looked for
        return None
    for name in ("pretrained_model_name_or_path", "model_name", "pretrained_model_name", "model_id"):
        repository = hub_id(call.text(name, 0))
        if repository:
            # A name without owner is a folder as often as not, where nothing says that it is a class of a library.
            return repository if "/" in repository or "." in call.path else None
    return None
