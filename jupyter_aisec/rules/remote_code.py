"""Code that comes with a model or a dataset, and runs here."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.command import Command
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.rule import Family
from jupyter_aisec.analysis.values import Constant, Table
from jupyter_aisec.model import Severity
from jupyter_aisec.rules.pins import DATASET_LOADERS, OTHER_LOADERS, Pin, hub_id, is_full_hash, pin, written

FAMILY = Family("remote code", cwe="CWE-829", atlas="AML.T0011.000", guidelines=("2.1", "1.4"))

_RELEASE = re.compile(r"v?\d+(?:\.\d+)+")
_CONCRETE = re.compile(
    r"transformers\.(?:generation\.)?(?!(?:TF|Flax)?Auto)(?:\w+(?:Model|For[A-Z]\w+)|GenerationConfig)\.from_pretrained"
)
"""Classes of one architecture, whose code is the library's, and settings."""
_TRUSTING = frozenset(
    {"from_pretrained", "from_config", "pipeline", "SentenceTransformer", "CrossEncoder", "LLM", "EngineArgs", "HFLM"}
    | {"AsyncEngineArgs", "simple_evaluate", "HuggingFaceEmbeddings", "get_tokenizer", "load_model", "from_model_id"}
    | {"load_tool", "from_hub", "HuggingFaceEmbedding", "setModelConfig"}
)


@FAMILY.rule(Severity.HIGH, named=_TRUSTING)
def trust_remote_code(call: Call | Command) -> Iterator[Hit]:
    """Python files of a model's repository are run.

    `trust_remote_code=True` imports whatever stands in the repository, today and at every later download. Use a model
    whose code is part of the library. Where that can't be, read the code and pin `revision` (and `code_revision`) to
    the full commit that you have read: then the finding is medium, as it is for a folder that the notebook saved. Low
    for a class of transformers that is one architecture: it takes the argument, warns and does without.

    Bad:
        from transformers import AutoModel
        model = AutoModel.from_pretrained(
            "example/model", revision="0f3c2b7a9d8e4f5061728394a5b6c7d8e9f0a1b2", trust_remote_code=True
        )

    Good:
        from transformers import AutoModel
        model = AutoModel.from_pretrained("example/model", revision="0f3c2b7a9d8e4f5061728394a5b6c7d8e9f0a1b2")
    """
    if isinstance(call, Command):
        for word in call.words:
            if word.text in {"--trust-remote-code", "--trust_remote_code", "--trust_remote_code=True"}:
                yield call.found(
                    f"{word.text} runs the Python files of the model's repository; leave it out", span=word.span
                )
                return
        return
    if not call.is_constant(True, "trust_remote_code") and not _is_handed_on(call):  # noqa: FBT003 - the constant that is looked for
        return
    # The task stands first in a pipeline.
    first = call.text("model", 1) if call.name == "pipeline" else call.text("pretrained_model_name_or_path", 0)
    if first and first.startswith(("./", "../", "/", "~")):
        return
    fixed = pin(call) is Pin.FIXED and (
        call.given("code_revision") is False or is_full_hash(call.text("code_revision"))
    )
    if _CONCRETE.fullmatch(call.path):
        yield call.found(
            f"{call.called} does nothing with trust_remote_code=True, which would let in code elsewhere; leave it out",
            severity=Severity.LOW,
            repair=call.without_keyword("trust_remote_code", "run no code of the repository", safe=False),
        )
        return
    what = hub_id(first) or "the model's repository"
    pin_it = "" if fixed else ", or pin the commit that you have read"
    yield call.found(
        f"{call.called} with trust_remote_code=True runs the Python files of {what}; leave it out{pin_it}",
        severity=Severity.MEDIUM if fixed else None,
        repair=call.without_keyword("trust_remote_code", "run no code of the repository", safe=False),
        # To save a model with such code in a folder, the notebook loaded it before: there it is said aloud.
        worse=((written(first)[0], Severity.MEDIUM),) if first and first.count("/") != 1 else (),
    )


def _is_handed_on(call: Call) -> bool:
    """Whether it stands among the arguments for the loader below, as LangChain and sentence-transformers take them."""
    table = call.value("model_kwargs")
    given = table.values.get("trust_remote_code") if isinstance(table, Table) else None
    return isinstance(given, Constant) and given.value is True


@FAMILY.rule(Severity.HIGH, calls=("torch.hub.load",))
def torch_hub_remote_code(call: Call) -> Iterator[Hit]:
    """torch.hub.load downloads a repository and runs its hubconf.py.

    Without a commit, it runs what the branch holds that day; of a release it is medium, for a tag can be moved. Put
    the full commit behind a colon, after reading `hubconf.py` at that commit.

    Bad:
        import torch
        model = torch.hub.load("ultralytics/yolov5", "yolov5s", trust_repo=True)

    Good:
        import torch
        model = torch.hub.load("ultralytics/yolov5:0f3c2b7a9d8e4f5061728394a5b6c7d8e9f0a1b2", "yolov5s")
    """
    repository = call.text("repo_or_dir", 0)
    if not repository or call.text("source") == "local" or not re.fullmatch(r"[\w.-]+/[\w.-]+(?::\S+)?", repository):
        return
    reference = repository.partition(":")[2]
    if not is_full_hash(reference):
        yield call.found(
            f"{call.called} runs hubconf.py of {repository}; append : and a full commit that you have read",
            severity=Severity.MEDIUM if _RELEASE.fullmatch(reference) else None,
            once=repository,
        )


@FAMILY.rule(Severity.LOW, calls=DATASET_LOADERS | OTHER_LOADERS, guidelines=("2.4",))
def datasets_trust_remote_code_dead(call: Call) -> Iterator[Hit]:
    """load_dataset is told to run the dataset's own script.

    Since datasets 4 the argument does nothing but log an error; before, it ran Python files of the repository. High
    where datasets is known to be older than 4. Take it out; where the data need the script, use a Parquet conversion.

    Bad:
        from datasets import load_dataset
        data = load_dataset(
            "stanfordnlp/imdb", revision="0f3c2b7a9d8e4f5061728394a5b6c7d8e9f0a1b2", trust_remote_code=True
        )

    Good:
        from datasets import load_dataset
        data = load_dataset("stanfordnlp/imdb", revision="0f3c2b7a9d8e4f5061728394a5b6c7d8e9f0a1b2")
    """
    if call.is_constant(True, "trust_remote_code"):  # noqa: FBT003 - the constant that is looked for
        older = call.context.older("datasets", 4)
        yield call.found(
            f"{call.called} with trust_remote_code=True runs the dataset's script before datasets 4; leave it out",
            severity=Severity.HIGH if older else None,
            repair=call.without_keyword(
                "trust_remote_code", "leave out what does nothing since datasets 4", safe=older is False
            ),
        )


@FAMILY.rule(Severity.MEDIUM, named=("from_pretrained",), cwe="CWE-502", guidelines=("2.1", "3.2"))
def hf_legacy_pickle_weights(call: Call) -> Iterator[Hit]:
    """A model's weights are to be loaded from a pickle.

    `use_safetensors=False` takes the old `.bin` file although a safetensors file may be there. With
    `weights_only=False`, code in it runs: that is high.

    Bad:
        from transformers import AutoModel
        model = AutoModel.from_pretrained(
            "example/model", revision="0f3c2b7a9d8e4f5061728394a5b6c7d8e9f0a1b2", use_safetensors=False
        )

    Good:
        from transformers import AutoModel
        model = AutoModel.from_pretrained(
            "example/model", revision="0f3c2b7a9d8e4f5061728394a5b6c7d8e9f0a1b2", use_safetensors=True
        )
    """
    if call.is_constant(False, "weights_only"):  # noqa: FBT003 - the constant that is looked for
        yield call.found(
            f"{call.called} with weights_only=False runs code that is stored in the weights; leave it out",
            severity=Severity.HIGH,
            repair=call.with_keyword("weights_only", "True", "load weights only", safe=False),
        )
    elif call.is_constant(False, "use_safetensors"):  # noqa: FBT003 - the constant that is looked for
        yield call.found(
            f"{call.called} with use_safetensors=False loads a pickle; use safetensors",
            repair=call.with_keyword("use_safetensors", "True", "load safetensors", safe=False),
        )
